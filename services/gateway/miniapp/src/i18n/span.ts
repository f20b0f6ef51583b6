import { language } from './index';

const STEPS = [
  { unit: 'second', seconds: 1 },
  { unit: 'minute', seconds: 60 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'day', seconds: 86_400 },
] as const;

/** `12 мин`, `3 ч`, `2 дн.`: in the largest unit there is one of. */
export function duration(seconds: number): string {
  const step = STEPS.findLast((each) => seconds >= each.seconds) ?? STEPS[0];
  const number = seconds / step.seconds;
  const digits = step.unit === 'hour' && number < 10 ? 1 : 0;
  return new Intl.NumberFormat(language.value, { style: 'unit', unit: step.unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(number);
}

/** `2026-11-03` → `3 нояб.`, whatever the device's time zone. */
export function dayShort(day: string): string {
  return new Intl.DateTimeFormat(language.value, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}
