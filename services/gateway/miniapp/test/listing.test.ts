import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../src/api/calls';
import { append, countIn, EMPTY, listingOf, place, renew, type Listing } from '../src/store/listing';
import type { Ticket } from '../src/api/types';
import { ticket } from './given';

const all = EVERYTHING;
const numbers = (listing: Listing): number[] => listing.items.map((item) => item.number);
const some: Listing = { items: [ticket({ number: 3, minute: 30 }), ticket({ number: 2, minute: 20 })], total: 2, nextCursor: null };

describe('a list while events pass', () => {
  it('puts what changed last on top', () => {
    expect(numbers(place(some, ticket({ number: 2, minute: 40, version: 2 }), all, 'me'))).toEqual([2, 3]);
  });

  it('takes a new ticket in and counts it', () => {
    const next = place(some, ticket({ number: 4, minute: 25 }), all, 'me');
    expect([numbers(next), next.total]).toEqual([[3, 4, 2], 3]);
  });

  it('lets go of what no longer fits the filter, and of nothing that never was there', () => {
    const open = { ...all, status: 'OPEN' } as const;
    const next = place(some, ticket({ number: 2, minute: 40, version: 2, status: 'CLOSED' }), open, 'me');
    expect([numbers(next), next.total]).toEqual([[3], 1]);
    expect(place(some, ticket({ number: 9, status: 'CLOSED' }), open, 'me')).toBe(some);
  });

  it('knows the segments of staff', () => {
    const mine = { ...all, segment: 'mine' } as const;
    expect(place(EMPTY, ticket({ number: 1, assignee: 'me' }), mine, 'me').total).toBe(1);
    expect(place(EMPTY, ticket({ number: 1, assignee: 'her' }), mine, 'me').total).toBe(0);
    expect(place(EMPTY, ticket({ number: 1 }), { ...all, segment: 'unassigned' }, 'me').total).toBe(1);
  });

  it('leaves it to the server what a search finds', () => {
    const search = { ...all, q: 'login' };
    expect(place(some, ticket({ number: 4, minute: 50 }), search, 'me')).toBe(some);
    expect(numbers(place(some, ticket({ number: 2, minute: 50, version: 2 }), search, 'me'))).toEqual([2, 3]);
  });

  it('never puts an older version over a newer one', () => {
    const late = ticket({ number: 3, minute: 10, version: 0, status: 'CLOSED' });
    expect(place(some, late, all, 'me')).toBe(some);
  });

  it('keeps a ticket that belongs on a later page for that page, and shows none twice', () => {
    const first = { ...some, total: 5, nextCursor: 'more' };
    expect(numbers(place(first, ticket({ number: 1, minute: 1 }), all, 'me'))).toEqual([3, 2]);
    const joined = append(first, { items: [ticket({ number: 2, minute: 20 }), ticket({ number: 1 })], total: 5, nextCursor: null });
    expect(numbers(joined)).toEqual([3, 2, 1]);
  });

  it('takes a new first page without letting go of what lies below, unless something may lie between', () => {
    const five = [5, 4, 3, 2, 1].map((number) => ticket({ number, minute: number * 10 }));
    const deep: Listing = { items: five, total: 9, nextCursor: 'below' };
    const page: Listing = { items: [ticket({ number: 6, minute: 60 }), ...five.slice(0, 2)], total: 10, nextCursor: 'old' };
    expect([numbers(renew(deep, page)), renew(deep, page).nextCursor]).toEqual([[6, 5, 4, 3, 2, 1], 'below']);
    const beyond: Listing = { items: [ticket({ number: 8, minute: 80 }), ticket({ number: 7, minute: 70 })], total: 12, nextCursor: 'old' };
    expect(renew(deep, beyond)).toBe(beyond);
  });

  it('says how many there are, or how many there are more than where the server stopped counting', () => {
    const five = [5, 4, 3, 2, 1].map((number) => ticket({ number, minute: number * 10 }));
    const page = (items: Ticket[], total: number, next: string | null): Listing => listingOf({ items, total, total_is_exact: next === null, next_cursor: next });
    const first = page(five.slice(0, 2), 3, 'on');
    expect(countIn(first)).toEqual({ count: 2, isOver: true });
    const deep = append(first, page(five.slice(2, 4), 5, 'further'));
    expect(countIn(deep)).toEqual({ count: 4, isOver: true });
    expect(countIn(renew(deep, first))).toEqual({ count: 4, isOver: true });
    const all = append(deep, page(five.slice(4), 5, null));
    expect(countIn(all)).toEqual({ count: 5, isOver: false });
    expect(countIn(renew(all, first))).toEqual({ count: 5, isOver: false });
    expect(countIn(listingOf({ items: five, total: 9, total_is_exact: true, next_cursor: 'on' }))).toEqual({ count: 9, isOver: false });
    expect(countIn(some)).toEqual({ count: 2, isOver: false }); // kept by an earlier release
  });
});
