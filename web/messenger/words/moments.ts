/** Days and times as people say them. */
import { language } from "../shell/preferences";
import { t } from "./words";

const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language.value} ${name}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language.value === "id" ? "id-ID" : "en-GB", options);
  formats.set(key, known);
  return known;
}

/** `09.41` or `09:41`. */
export function timeOf(at: number): string {
  return format("time", { hour: "2-digit", minute: "2-digit" }).format(at);
}

/** `Today`, `Yesterday`, `Monday`, `23 November 2026`. */
export function dayOf(at: number, now = Date.now()): string {
  const days = daysBetween(at, now);
  if (days === 0) return t().common.today;
  if (days === 1) return t().common.yesterday;
  if (days > 1 && days < 7) return format("weekday", { weekday: "long" }).format(at);
  return format("date", { day: "numeric", month: "long", year: "numeric" }).format(at);
}

/** For the list: the time today, else the day, short. */
export function shortMoment(at: number, now = Date.now()): string {
  const days = daysBetween(at, now);
  if (days <= 0) return timeOf(at);
  if (days < 7) return format("short weekday", { weekday: "short" }).format(at);
  return format("short date", { day: "2-digit", month: "2-digit", year: "2-digit" }).format(at);
}

/** The Monday with which a week began, in the server's days. */
export function weekOf(at: number): string {
  return format("week", { day: "numeric", month: "short", timeZone: "UTC" }).format(at);
}

/** In full, for titles. */
export function exactMoment(at: number): string {
  return format("exact", { dateStyle: "full", timeStyle: "short" }).format(at);
}

function daysBetween(at: number, now: number): number {
  return Math.round((midnight(now) - midnight(at)) / DAY);
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `12 kB`, `3.4 MB`. */
export function sizeOf(bytes: number): string {
  const step = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(language.value, {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}
