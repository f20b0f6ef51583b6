import { describe, expect, it } from 'vitest';
import type { Notice } from '../src/api/types';
import { ago } from '../src/i18n/time';
import { byDay, read, readBy } from '../src/store/noticing';
import { append, renew } from '../src/store/listing';

const at = (day: number, hour: number): string => new Date(2026, 2, day, hour).toISOString();

function notice(id: string, facts: Partial<Notice> = {}): Notice {
  const about = { ticket_id: 't1', ticket_number: 1, ticket_title: 'Сервер молчит', actor_id: null };
  return { id, kind: 'NEW_MESSAGE', text: id, ...about, created_at: at(2, 12), read_at: null, ...facts };
}

describe('what one was told', () => {
  it('stands in the days it was told on, as this device counts them', () => {
    const items = [notice('d', { created_at: at(3, 0) }), notice('c', { created_at: at(2, 23) }), notice('b', { created_at: at(2, 1) }), notice('a')];
    expect(byDay(items).map(({ at: day, items: told }) => [day, told.map(({ id }) => id)])).toEqual([
      [at(3, 0), ['d']],
      [at(2, 23), ['c', 'b', 'a']],
    ]);
    expect(byDay([])).toEqual([]);
  });

  const earlier = at(2, 13);
  const items = [notice('a'), notice('b', { read_at: earlier }), notice('c', { ticket_id: 't2' }), notice('d', { ticket_id: null, ticket_number: null })];
  const reading = (which: Parameters<typeof read>[1]): [(string | null)[], number] => {
    const { items: after, fresh } = read(items, which, at(2, 14));
    return [after.map(({ read_at }) => read_at), fresh];
  };

  it('is read with its ticket, by itself where it has none, or all at once', () => {
    const now = at(2, 14);
    expect(reading(readBy(notice('a')))).toEqual([[now, earlier, null, null], 1]);
    expect(reading(readBy(notice('d', { ticket_id: null })))).toEqual([[null, earlier, null, now], 1]);
    expect(reading({})).toEqual([[now, earlier, now, now], 3]);
    expect(reading({ ids: ['nobody'] })).toEqual([[null, earlier, null, null], 0]);
  });

  it('keeps what was loaded below when the first page is read again', () => {
    const loaded = { items: ['c', 'b', 'a'].map((id) => notice(id)), nextCursor: 'older' };
    const fresh = renew(loaded, { items: ['e', 'd', 'c'].map((id) => notice(id)), nextCursor: 'below c' });
    expect([fresh.items.map(({ id }) => id).join(''), fresh.nextCursor]).toEqual(['edcba', 'older']);
    const apart = renew(loaded, { items: [notice('z')], nextCursor: 'below z' });
    expect([apart.items.map(({ id }) => id).join(''), apart.nextCursor]).toEqual(['z', 'below z']);
    expect(append(fresh, { items: [notice('a'), notice('0')], nextCursor: null }).items.map(({ id }) => id).join('')).toBe('edcba0');
  });
});

describe('how long ago it was', () => {
  it.each([
    [new Date(2026, 2, 2, 12, 5), '5 мин назад'],
    [new Date(2026, 2, 2, 15, 59), '3 ч назад'],
    [new Date(2026, 2, 3, 0, 1), '12:00'], // the day stands above
  ])('%s: %s', (now, said) => {
    expect(ago(at(2, 12), now).replace('мин.', 'мин')).toBe(said);
  });
});
