/** Dates as the reader's language writes them. */

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  year: "numeric",
  month: "long",
  day: "numeric",
});
const shortDay = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** @param {string} iso */
export const formatTime = (iso) => time.format(new Date(iso));

/** @param {string} iso */
export const formatFull = (iso) => full.format(new Date(iso));

/**
 * Days between two dates, as the calendar counts them here.
 * @param {Date} date
 * @param {Date} from
 */
function daysFrom(date, from) {
  const noon = (/** @type {Date} */ at) => new Date(at).setHours(12, 0, 0, 0);
  return Math.round((noon(date) - noon(from)) / 86_400_000);
}

/** @param {string} iso today, yesterday, or the date */
export function formatDay(iso) {
  const date = new Date(iso);
  const days = daysFrom(date, new Date());
  if (days !== 0 && days !== -1) return day.format(date);
  const word = relative.format(days, "day");
  return word.charAt(0).toLocaleUpperCase() + word.slice(1);
}

/** @param {string} iso for a list: the time if it was today, else the day */
export function formatShort(iso) {
  const date = new Date(iso);
  return daysFrom(date, new Date()) === 0 ? time.format(date) : shortDay.format(date);
}

/**
 * @param {string} a
 * @param {string} b
 */
export function isSameDay(a, b) {
  return daysFrom(new Date(a), new Date(b)) === 0;
}
