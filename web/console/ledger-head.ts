// The ledger's size beside the link in the foot of the page, so that pages stay cacheable while the ledger grows.
export async function showLedgerHead(): Promise<void> {
  const link = document.querySelector<HTMLAnchorElement>("[data-ledger-head]");
  if (!link) return;
  try {
    const answer = await fetch("/ledger/checkpoint", { credentials: "omit" });
    if (!answer.ok) return;
    // C2SP tlog-checkpoint: origin, size, root hash, one a line.
    const [, size, root] = (await answer.text()).split("\n");
    if (!size || !root || !/^\d+$/.test(size)) return;
    const count = new Intl.NumberFormat(document.documentElement.lang).format(Number(size));
    link.textContent = `#${count} · ${root.slice(0, 8)}…`;
  } catch {
    // The plain link stays.
  }
}
