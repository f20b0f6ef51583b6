import { describe, expect, it } from 'vitest';
import { applyToMessages, applyToTicket, upsert, type Known } from '../src/store/merge';
import { event, member, message, posted, ticket } from './given';

const people = ['me', 'her'].map((id) => member(id));
const known: Known = {
  me: member('me'),
  member: (id) => people.find((person) => person.id === id),
  category: () => undefined,
  isWatching: () => false,
};

describe('what an event does to a ticket', () => {
  it('moves its status as the event says', () => {
    const moves = { WorkStarted: 'IN_PROGRESS', ReplyAwaited: 'WAITING_RESPONSE', TicketResolved: 'RESOLVED', TicketClosed: 'CLOSED' };
    for (const [name, status] of Object.entries(moves)) {
      expect(applyToTicket(ticket({ number: 1 }), event(name, 2), known).value.status).toBe(status);
    }
    const closed = ticket({ number: 1, status: 'CLOSED' });
    expect(applyToTicket(closed, event('TicketReopened', 2, { status: 'OPEN' }), known).value.status).toBe('OPEN');
  });

  it('ends the one that is merged and lets it go on when it is taken out again; the other one stands as before', () => {
    const pair = (from: string, into: string): Record<string, unknown> => ({ from_id: from, from_number: 1, into_id: into, into_number: 2 });
    const [own, other] = [pair('t1', 't2'), pair('t2', 't1')];
    const waits = { ...ticket({ number: 1, status: 'IN_PROGRESS' }), waiting_since: 'then' };
    const merged = { ...waits, status: 'CLOSED' as const, merged_into: 't2', waiting_since: null, closed_at: event('', 2).time };
    const resolved = { ...merged, resolved_at: 'then' };
    const table = [
      [waits, 'TicketMerged', own, { status: 'CLOSED', merged_into: 't2', waiting_since: null, closed_at: event('', 2).time }],
      [waits, 'TicketMerged', other, { status: 'IN_PROGRESS', merged_into: null, waiting_since: 'then', closed_at: null }],
      [merged, 'TicketUnmerged', { ...own, status: 'OPEN' }, { status: 'OPEN', merged_into: null, waiting_since: event('', 2).time, closed_at: null }],
      [resolved, 'TicketUnmerged', { ...own, status: 'CLOSED' }, { status: 'CLOSED', merged_into: null, resolved_at: 'then' }],
      [waits, 'TicketUnmerged', { ...other, status: 'OPEN' }, { status: 'IN_PROGRESS', merged_into: null, waiting_since: 'then' }],
    ] as const;
    for (const [before, name, data, after] of table) {
      expect(applyToTicket(before, event(name, 2, data), known)).toMatchObject({ incomplete: false, value: { ...after, version: 2 } });
    }
  });

  it('changes nothing that was fetched later than the event', () => {
    const fetched = ticket({ number: 1, version: 5, status: 'RESOLVED' });
    expect(applyToTicket(fetched, event('WorkStarted', 4), known).value).toBe(fetched);
    expect(applyToTicket(fetched, event('WorkStarted', 5), known).value).toBe(fetched);
  });

  it('counts what others wrote as unread, unless one is looking', () => {
    const once = applyToTicket(ticket({ number: 1 }), posted('a', 2), known).value;
    expect(applyToTicket(once, posted('a', 2), known).value.unread_count).toBe(1);
    expect(applyToTicket(once, posted('b', 3, 'me'), known).value.unread_count).toBe(1);
    expect(applyToTicket(once, posted('c', 3), { ...known, isWatching: () => true }).value.unread_count).toBe(1);
  });

  it('asks the server about people it has never seen, and about words it does not know', () => {
    const assigned = applyToTicket(ticket({ number: 1 }), event('TicketAssigned', 2, { assignee_id: 'stranger' }), known);
    expect(assigned.incomplete).toBe(true);
    expect(applyToTicket(ticket({ number: 1 }), event('TicketPainted', 2), known).incomplete).toBe(true);
    expect(applyToTicket(ticket({ number: 1 }), event('TicketAssigned', 2, { assignee_id: 'her' }), known)).toMatchObject({
      incomplete: false,
      value: { assigned_to: { id: 'her' }, version: 2 },
    });
  });
});

describe('what an event does to a conversation', () => {
  it('adds a message once, whichever way it comes first', () => {
    const live = applyToMessages([], posted('a', 2), known).value;
    expect(applyToMessages(live, posted('a', 2), known).value).toHaveLength(1);
    expect(upsert(live, [message({ id: 'a', author: 'her', version: 2 })])).toHaveLength(1);
  });

  it('keeps the order in which things were said, not that in which they arrive', () => {
    const late = upsert([message({ id: 'c', version: 9 })], [message({ id: 'a', version: 2 }), message({ id: 'b', version: 5 })]);
    expect(late.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('edits and deletes in place', () => {
    const said = [message({ id: 'a', version: 2 }), message({ id: 'b', version: 3 })];
    const edited = applyToMessages(said, event('MessageEdited', 4, { message_id: 'a', content: 'new' }), known).value;
    expect(edited[0]).toMatchObject({ content: 'new', version: 2 });
    const deleted = applyToMessages(edited, event('MessageDeleted', 5, { message_id: 'b' }), known).value;
    expect(deleted[1]).toMatchObject({ content: null });
    expect(deleted[1]?.deleted_at).not.toBeNull();
  });

  it('asks the server for a message of somebody it has never seen', () => {
    expect(applyToMessages([], posted('a', 2, 'stranger'), known)).toEqual({ value: [], incomplete: true });
  });
});
