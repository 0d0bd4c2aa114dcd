// Conveniences; every page works without them.
import { keepClocks } from "./clocks.js";
import { wireCopying } from "./copying.js";
import { showLedgerHead } from "./ledger-head.js";
import { wireDeskKeys } from "./desk-keys.js";
import { wireTheme } from "./theme-switch.js";

wireTheme();
wireCopying();
keepClocks();
wireDeskKeys();
void showLedgerHead();
