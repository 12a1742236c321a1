// Figures as people read them, in the locale and time zone of the browser.

const locale = undefined; // the browser's own
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const small = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2, maximumFractionDigits: 12 });
const tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const hundredth = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(locale, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const hourly = new Intl.DateTimeFormat(locale, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const dated = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const monthly = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric" });
const minute = new Intl.DateTimeFormat(locale, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

export const NONE = "–";
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const missing = (value) => value === null || value === undefined || Number.isNaN(value);

export const count = (value) => (missing(value) ? NONE : whole.format(value));
export const compact = (value) => (missing(value) ? NONE : short.format(value));
export const decimal = (value) => (missing(value) ? NONE : hundredth.format(value));
export const percent = (value) => (missing(value) ? NONE : `${hundredth.format(value)} %`);

/** 0.0012 USD, 3.40 USD, 12,345 USD; what is unknown is not zero. */
export function usd(value) {
  if (missing(value)) return "unknown";
  const size = Math.abs(value);
  if (size === 0) return "0 USD";
  if (size < 0.995) return `${small.format(value)} USD`;
  return `${size < 10000 ? cents.format(value) : whole.format(value)} USD`;
}

/** 0.9 ms, 345 ms, 1.2 s, 48 s, 2 min 5 s. */
export function seconds(value) {
  if (missing(value)) return NONE;
  if (value < 0.01) return `${tenth.format(value * 1000)} ms`;
  if (value < 0.9995) return `${whole.format(value * 1000)} ms`;
  if (value < 9.95) return `${tenth.format(value)} s`;
  if (value < 99.5) return `${whole.format(value)} s`;
  return `${whole.format(Math.floor(value / 60))} min ${whole.format(Math.round(value % 60))} s`;
}

/** 45 s, 12 min, 3 h 20 min, 4 d 3 h. */
export function span(value) {
  if (missing(value)) return NONE;
  const minutes = Math.floor(value / 60);
  if (minutes < 1) return `${whole.format(value)} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

export const time = (value) => clock.format(new Date(value));
export const moment = (value) => full.format(new Date(value));
/** "1 Dec, 00:00" */
export const soon = (value) => minute.format(new Date(value));
export const date = (value) => dated.format(new Date(value));

/** The name of a step of a series. */
export function step(from, size) {
  const when = new Date(from);
  if (size === "hour") return hourly.format(when);
  return size === "month" ? monthly.format(when) : dated.format(when);
}

/** "openai_chat" -> "openai chat" */
export const words = (name) => String(name).replaceAll("_", " ");

const STATUSES = { client_cancelled: "client left", upstream_cut: "cut off" };
/** How an attempt ended. */
export const ending = (status) => STATUSES[status] ?? words(status);
export const plural = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;
