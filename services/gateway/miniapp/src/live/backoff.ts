const FIRST_MS = 500;
const LONGEST_MS = 20_000;

/** Full jitter: anywhere between nothing and a doubling ceiling, so that a thousand apps do not come back at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
}
