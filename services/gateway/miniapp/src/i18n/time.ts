import { language, t } from './index';

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  const key = language.value + JSON.stringify(options);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(language.value, options);
  formats.set(key, made);
  return made.format(at);
}

function daysAgo(at: Date, now: Date): number {
  const midnight = (day: Date): number => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}

/** `14:05` */
export function clock(iso: string): string {
  return format(new Date(iso), { hour: '2-digit', minute: '2-digit' });
}

/** As a chat list says it: the time today, the weekday this week, else the date. */
export function shortTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const days = daysAgo(at, now);
  if (days <= 0) return clock(iso);
  if (days < 7) return format(at, { weekday: 'short' });
  if (at.getFullYear() === now.getFullYear()) return format(at, { day: 'numeric', month: 'short' });
  return format(at, { day: '2-digit', month: '2-digit', year: '2-digit' });
}

/** A moment that comes: the time today, else with its weekday. */
export function comingTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  return daysAgo(at, now) === 0 ? clock(iso) : format(at, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How long ago: `только что`, `5 мин. назад`, `3 ч назад`; on another day only the time, the day stands above. */
export function ago(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const past = now.getTime() - at.getTime();
  if (daysAgo(at, now) > 0) return clock(iso);
  if (past < MINUTE_MS) return t('notices.now');
  const [step, unit] = past < HOUR_MS ? ([MINUTE_MS, 'minute'] as const) : ([HOUR_MS, 'hour'] as const);
  return new Intl.RelativeTimeFormat(language.value, { style: 'short' }).format(-Math.floor(past / step), unit);
}

/** As a day break says it: today, yesterday, `12 марта`, with the year when it is another. */
export function dayName(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const days = daysAgo(at, now);
  if (days <= 0) return t('day.today');
  if (days === 1) return t('day.yesterday');
  return format(at, { day: 'numeric', month: 'long', ...(at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }) });
}

/** `12 мар., 14:05` */
export function fullTime(iso: string): string {
  return format(new Date(iso), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}
