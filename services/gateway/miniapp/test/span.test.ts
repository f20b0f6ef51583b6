import { beforeAll, describe, expect, it } from 'vitest';
import { setLanguage } from '../src/i18n';
import { dayShort, duration } from '../src/i18n/span';

beforeAll(async () => {
  Object.assign(globalThis, { document: { documentElement: {} } });
  await setLanguage('en');
});

describe('how long something took', () => {
  it('is told in the largest unit there is one of', () => {
    expect([0, 59, 60, 3_599, 5_400, 86_400, 260_000].map(duration)).toEqual(['0 sec', '59 sec', '1 min', '60 min', '1.5 hr', '1 day', '3 days']);
  });
});

describe('a day', () => {
  it('is the same day everywhere', () => expect(dayShort('2026-11-03')).toBe('Nov 3'));
});
