import { describe, expect, it } from 'vitest';
import { mayAssign, mayRate, movesFor } from '../src/store/actions';
import { mayMerge } from '../src/store/merging';
import type { HistoryItem } from '../src/api/types';
import { happened, member, ticket } from './given';

const customer = member('me');
const helper = member('her', 'HELPER');
const moderator = member('mod', 'MODERATOR');
const closedAgo = (days: number): number => Date.UTC(2026, 0, 1) + days * 86_400_000;
const closed = { ...ticket({ number: 1, status: 'CLOSED' }), closed_at: new Date(closedAgo(0)).toISOString() };

describe('what is offered', () => {
  it('to a customer: to be done, or to go on', () => {
    expect(movesFor(ticket({ number: 1 }), customer)).toEqual(['resolve', 'close']);
    expect(movesFor(ticket({ number: 1, status: 'RESOLVED' }), customer)).toEqual(['reopen', 'close']);
  });

  it('to reopen a closed ticket: a customer within seven days, staff always', () => {
    expect(movesFor(closed, customer, closedAgo(6))).toEqual(['reopen']);
    expect(movesFor(closed, customer, closedAgo(7))).toEqual([]);
    expect(movesFor(closed, helper, closedAgo(70))).toEqual(['reopen']);
  });

  it('nothing, on what goes on in another ticket; to merge, what stands by itself and is somebody’s', () => {
    const merged = { ...closed, merged_into: 't2' };
    for (const self of [customer, helper, moderator]) expect(movesFor(merged, self, closedAgo(1))).toEqual([]);
    const all = [merged, closed, ticket({ number: 1 }), { ...closed, user: null }];
    expect(all.map(mayMerge)).toEqual([false, true, true, false]);
  });

  it('to staff: to take what is free, never what is a colleague’s, unless they moderate', () => {
    expect(movesFor(ticket({ number: 1 }), helper)).toEqual(['take', 'start', 'resolve', 'close']);
    expect(movesFor(ticket({ number: 1, assignee: 'him' }), helper)).toEqual(['start', 'resolve', 'close']);
    expect(movesFor(ticket({ number: 1, assignee: 'her' }), helper)).toEqual(['start', 'resolve', 'unassign', 'close']);
    expect(movesFor(ticket({ number: 1, assignee: 'him' }), moderator)).toEqual(['take', 'start', 'resolve', 'unassign', 'close']);
  });

  it('to hand a ticket over: a free one, one’s own, and any for moderators', () => {
    const free = ticket({ number: 1 });
    const his = ticket({ number: 1, assignee: 'him' });
    expect([customer, helper, moderator].map((self) => mayAssign(free, self))).toEqual([false, true, true]);
    expect([helper, moderator, member('him', 'HELPER')].map((self) => mayAssign(his, self))).toEqual([false, true, true]);
    expect(mayAssign(closed, moderator)).toBe(false);
  });

  it('to rate: whoever asked, once for each time it was resolved', () => {
    const past = (...types: string[]): HistoryItem[] =>
      types.map((type, index) => happened(type, index + 1));
    const resolved = { ...ticket({ number: 1, status: 'RESOLVED' }), resolved_at: 'then', rating: 2 };
    expect(mayRate(resolved, past('TicketResolved'), customer)).toBe(true);
    expect(mayRate(resolved, past('TicketResolved', 'TicketRated'), customer)).toBe(false);
    expect(mayRate(resolved, past('TicketResolved', 'TicketRated', 'TicketResolved', 'TicketClosed'), customer)).toBe(true);
    expect(mayRate(resolved, past('TicketResolved'), helper)).toBe(false);
    expect(mayRate(ticket({ number: 1 }), [], customer)).toBe(false);
  });
});
