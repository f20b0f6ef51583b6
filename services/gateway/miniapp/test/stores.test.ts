// The stores against a server that answers when the test says so: whatever comes first, nothing is lost and nothing goes back.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message, Ticket } from '../src/api/types';
import * as conversation from '../src/store/conversation';
import { me, persona } from '../src/store/core';
import { knowledge } from '../src/store/known';
import * as tickets from '../src/store/tickets';
import { event, member, message, posted, self, ticket } from './given';

type Waiting = (body: unknown, position?: number) => void;

let waiting: Map<string, Waiting>;

/** Answer the call that waits under this path. */
async function answer(path: string, body: unknown, position = 100): Promise<void> {
  await vi.waitFor(() => expect([...waiting.keys()]).toContain(path));
  const reply = waiting.get(path);
  waiting.delete(path);
  reply?.(body, position);
  await new Promise((resolve) => setTimeout(resolve));
}

const page = (items: unknown[], prev: string | null = null): unknown => ({ items, total: items.length, total_is_exact: true, next_cursor: null, prev_cursor: prev });

beforeEach(() => {
  waiting = new Map();
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  vi.stubGlobal('fetch', (input: string) => {
    const path = input.replace('/api/v1/', '').split('?')[0] ?? '';
    if (path.startsWith('demo/')) return Promise.resolve(new Response('{"init_data":"x"}'));
    if (path.startsWith('auth/')) return Promise.resolve(new Response('{"access_token":"a","expires_in":900,"refresh_token":"r"}'));
    return new Promise((resolve) =>
      waiting.set(path, (body, position) =>
        resolve(new Response(JSON.stringify(body), { headers: { 'Tikethet-Epoch': 'e', 'Tikethet-Position': String(position) } })),
      ),
    );
  });
  conversation.conversation.value = null;
  tickets.listing.value = { items: [], total: 0, nextCursor: null };
  me.value = self('me');
  persona.value = 'customer';
});

function hear(...events: ReturnType<typeof event>[]): void {
  const known = knowledge(() => false);
  if (known === null) throw new Error('nobody is signed in');
  for (const one of events) {
    conversation.hear(one, known);
    tickets.hear(one, known);
  }
}

async function opened(given: Ticket, messages: Message[]): Promise<void> {
  const opening = conversation.open('1');
  await answer('tickets/1', given);
  await answer('tickets/1/messages', page(messages));
  await answer('tickets/t1/history', page([]));
  await opening;
}

const shown = (): (string | null)[] => conversation.conversation.value?.messages.map(({ content }) => content) ?? [];

describe('reading a conversation while events pass', () => {
  it('keeps what came live between question and answer', async () => {
    const opening = conversation.open('1');
    await answer('tickets/1', { ...ticket({ number: 1 }), assigned_to: member('her', 'HELPER') });
    hear(posted('live', 5), event('TicketResolved', 6));
    await answer('tickets/1/messages', page([message({ id: 'a', version: 2 })]), 102);
    await answer('tickets/t1/history', page([]));
    await opening;
    expect(shown()).toEqual(['a', 'live']);
    expect(conversation.conversation.value?.ticket).toMatchObject({ status: 'RESOLVED', version: 6 });
  });

  it('leaves the one that was opened since when the page of the last one goes late', async () => {
    await opened(ticket({ number: 1 }), [message({ id: 'a', version: 2 })]);
    conversation.shut('2');
    expect(shown()).toEqual(['a']);
    conversation.shut('1');
    expect(conversation.conversation.value).toBeNull();
  });

  it('does not go back to an older ticket that was asked for earlier', async () => {
    await opened(ticket({ number: 1 }), []);
    const again = conversation.reload();
    conversation.putAnswer(ticket({ number: 1, version: 9, status: 'CLOSED' }));
    await answer('tickets/1', ticket({ number: 1, version: 3 }));
    await answer('tickets/1/messages', page([]));
    await answer('tickets/t1/history', page([]));
    await again;
    expect(conversation.conversation.value?.ticket?.status).toBe('CLOSED');
  });

  it('keeps older pages and own messages when it is read again', async () => {
    await opened(ticket({ number: 1 }), [message({ id: 'a', version: 2 }), message({ id: 'b', version: 3 })]);
    conversation.putMessage('t1', message({ id: 'own', version: 7 }));
    const again = conversation.reload();
    await answer('tickets/1', ticket({ number: 1, version: 6 }));
    await answer('tickets/1/messages', page([message({ id: 'b', version: 3, content: 'edited' })], 'older'));
    await answer('tickets/t1/history', page([]));
    await again;
    expect(shown()).toEqual(['a', 'edited', 'own']);
    expect(conversation.conversation.value?.older).toBeNull();
  });

  it('shows only what the server has once the feed starts anew', async () => {
    await opened(ticket({ number: 1 }), [message({ id: 'a', version: 2 })]);
    const again = conversation.reload(true);
    await answer('tickets/1', ticket({ number: 1, version: 2 }));
    await answer('tickets/1/messages', page([message({ id: 'other', version: 2 })]));
    await answer('tickets/t1/history', page([]));
    await again;
    expect(shown()).toEqual(['other']);
  });
});

describe('reading the list while events pass', () => {
  it('keeps what changed between question and answer', async () => {
    tickets.putTicket(ticket({ number: 1 }));
    const reading = tickets.refresh();
    hear(event('TicketResolved', 6));
    tickets.putTicket(ticket({ number: 2, minute: 30 }));
    await answer('tickets', page([ticket({ number: 1, version: 2 })]));
    await reading;
    expect(tickets.listing.value.items.map(({ number, status }) => [number, status])).toEqual([
      [2, 'OPEN'],
      [1, 'RESOLVED'],
    ]);
  });

  it('does not count as new what was read while the answer was on its way', async () => {
    tickets.putTicket({ ...ticket({ number: 1, version: 4 }), unread_count: 1 });
    const reading = tickets.refresh();
    tickets.markRead('t1', 4);
    await answer('tickets', page([{ ...ticket({ number: 1, version: 4 }), unread_count: 1 }]));
    await reading;
    expect(tickets.listing.value.items[0]?.unread_count).toBe(0);
    tickets.putTicket({ ...ticket({ number: 1, version: 5 }), unread_count: 1 });
    expect(tickets.listing.value.items[0]?.unread_count).toBe(1);
  });
});
