import { describe, expect, it } from 'vitest';
import { movesFor } from '../src/store/actions';
import { member, ticket } from './given';

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

  it('to staff: to take what is free, never what is a colleague’s, unless they moderate', () => {
    expect(movesFor(ticket({ number: 1 }), helper)).toEqual(['take', 'start', 'resolve', 'close']);
    expect(movesFor(ticket({ number: 1, assignee: 'him' }), helper)).toEqual(['start', 'resolve', 'close']);
    expect(movesFor(ticket({ number: 1, assignee: 'her' }), helper)).toEqual(['start', 'resolve', 'unassign', 'close']);
    expect(movesFor(ticket({ number: 1, assignee: 'him' }), moderator)).toEqual(['take', 'start', 'resolve', 'unassign', 'close']);
  });
});
