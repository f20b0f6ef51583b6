// What is kept for the next visit and for when there is no network, in a real IndexedDB (of memory).
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cursor } from '../src/live/feed';
import * as conversation from '../src/store/conversation';
import { me, persona, signOut } from '../src/store/core';
import * as database from '../src/store/database';
import { keepEvent, keepGap, startKeeping } from '../src/store/keeping';
import { rememberTicket } from '../src/store/known';
import * as notices from '../src/store/notices';
import { fact, keptConversation, keptListing, type KeptConversation } from '../src/store/recall';
import * as tickets from '../src/store/tickets';
import { member, message, posted, self, ticket, told } from './given';

let cursor: Cursor | null = null;
let answers: Map<string, unknown>;
let visits = 0;
const write = vi.fn<() => void>();

vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: (_: string, heard: () => void) => write.mockImplementation(heard) });
vi.stubGlobal('addEventListener', () => undefined);
startKeeping(() => cursor);

beforeEach(() => {
  database.inhabit(`test ${(visits += 1)}`);
  cursor = { epoch: 'e', position: 10 };
  answers = new Map();
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  vi.stubGlobal('fetch', (input: string) => {
    const path = input.replace('/api/v1/', '').split('?')[0] ?? '';
    if (path.startsWith('demo/')) return Promise.resolve(new Response('{"init_data":"x"}'));
    if (path.startsWith('auth/')) return Promise.resolve(new Response('{"access_token":"a","expires_in":900,"refresh_token":"r"}'));
    const body = answers.get(path);
    if (body === undefined) return Promise.reject(new TypeError('no network'));
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Tikethet-Epoch': 'e', 'Tikethet-Position': '10' } }));
  });
  me.value = self('me');
  persona.value = 'customer';
  conversation.conversation.value = null;
  tickets.listing.value = { items: [], total: 0, nextCursor: null };
});

afterEach(() => void vi.useRealTimers());

const page = (items: unknown[]): unknown => ({ items, total: items.length, total_is_exact: true, next_cursor: null, prev_cursor: null });

function serve(messages: unknown[]): void {
  answers.set('tickets/1', ticket({ number: 1 }));
  answers.set('tickets/1/messages', page(messages));
  answers.set('tickets/t1/history', page([]));
}

/** Put away what waits, as when the page is hidden. */
async function putAway(): Promise<void> {
  vi.stubGlobal('document', { ...document, visibilityState: 'hidden' });
  write();
  vi.stubGlobal('document', { ...document, visibilityState: 'visible' });
  await database.get('facts', 'self'); // comes after it
}

const shown = (): (string | null)[] => conversation.conversation.value?.messages.map(({ content }) => content) ?? [];
const kept = async (): Promise<KeptConversation> => (await keptConversation('1')) as KeptConversation;

async function looked(messages: unknown[]): Promise<void> {
  serve(messages);
  await conversation.open('1');
  await putAway();
  conversation.shut('1');
}

async function toldOf(ids: string[]): Promise<void> {
  answers.set('notifications', { items: ids.map(told), unread: ids.length, size: 30, next_cursor: null });
  await notices.refresh();
  await putAway();
}

describe('what was read', () => {
  it('is there on the next visit, with how far the log was heard', async () => {
    answers.set('tickets', page([ticket({ number: 1 })]));
    await tickets.refresh();
    await looked([message({ id: 'a', version: 2 })]);
    expect((await keptListing(tickets.filterName(tickets.filter.value)))?.items.map(({ number }) => number)).toEqual([1]);
    expect((await kept()).messages.map(({ id }) => id)).toEqual(['a']);
    expect(await fact('cursor')).toEqual(cursor);
    expect((await fact('self'))?.id).toBe('me');
  });

  it('is found by number and by id', async () => {
    await looked([message({ id: 'a', version: 2 })]);
    expect((await keptConversation('t1'))?.ticket.number).toBe(1);
    expect(await keptConversation('2')).toBeUndefined();
  });

  it('can be read without a network, and is read anew when the line is back', async () => {
    await looked([message({ id: 'a', version: 2 })]);
    answers.clear();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const opening = conversation.open('1');
    await vi.waitFor(() => expect(shown()).toEqual(['a']));
    await vi.runAllTimersAsync();
    await opening;
    expect(conversation.conversation.value).toMatchObject({ phase: 'ready', isFresh: false });
    vi.useRealTimers();
    serve([message({ id: 'a', version: 2 }), message({ id: 'b', version: 3 })]);
    conversation.catchUpWithServer();
    await vi.waitFor(() => expect(shown()).toEqual(['a', 'b']));
  });

  it('hears what happens to it while it is closed, in one transaction with the cursor', async () => {
    rememberTicket({ ...ticket({ number: 1 }), assigned_to: member('her', 'HELPER') });
    await looked([message({ id: 'a', version: 2 })]);
    cursor = { epoch: 'e', position: 105 };
    keepEvent(posted('live', 5));
    await putAway();
    expect((await kept()).messages.map(({ id }) => id)).toEqual(['a', 'live']);
    expect(await fact('cursor')).toEqual(cursor);
  });

  it('stays as it was, and so does the cursor, when it cannot be written', async () => {
    await looked([message({ id: 'a', version: 2 })]);
    cursor = { epoch: 'e', position: 105 };
    me.value = { ...self('me'), preferences: { broken: (() => true) as unknown as boolean } }; // nothing that can be kept
    await putAway();
    expect(await fact('cursor')).toEqual({ epoch: 'e', position: 10 });
  });

  it('is not taken for whole once the feed began anew, and is void in another history', async () => {
    await looked([message({ id: 'a', version: 2 })]);
    expect((await kept()).isWhole).toBe(true);
    cursor = { epoch: 'e', position: 5_000 };
    await keepGap(cursor, false);
    await putAway();
    expect((await kept()).isWhole).toBe(false);
    await keepGap({ epoch: 'other', position: 3 }, true);
    expect(await keptConversation('1')).toBeUndefined();
  });

  it('goes when its person is forgotten', async () => {
    await looked([message({ id: 'a', version: 2, author: 'gone' })]);
    keepEvent({ ...posted('x', 9), type: 'tikethet.MemberErased', subject: 'gone', position: 200 });
    await putAway();
    expect(await keptConversation('1')).toBeUndefined();
  });

  it('is also what one was told; once there is a line, the server says which of it is left', async () => {
    const ids = (): string[] => notices.notices.value.items.map(({ id }) => id);
    await toldOf(['b', 'a']);
    notices.phase.value = 'loading'; // another visit
    notices.notices.value = { items: [], nextCursor: null };
    answers.clear();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const opening = notices.refresh();
    await vi.waitFor(() => expect(ids()).toEqual(['b', 'a']));
    await vi.runAllTimersAsync();
    expect([await opening, notices.phase.value]).toEqual([false, 'ready']);
    vi.useRealTimers();
    await toldOf(['b']);
    expect(ids()).toEqual(['b']);
  });

  it('tells nothing any more of who was forgotten', async () => {
    await toldOf(['a']);
    expect((await fact('notices'))?.items).toHaveLength(1);
    keepEvent({ ...posted('x', 9), type: 'tikethet.MemberErased', subject: 'gone', position: 200 });
    await putAway();
    expect(await fact('notices')).toBeUndefined();
  });

  it('is not put there any more once its person has signed out', async () => {
    await looked([message({ id: 'a', version: 2 })]);
    answers.set('auth/logout', {});
    tickets.listing.value = { items: [ticket({ number: 2 })], total: 1, nextCursor: null }; // about to be put away
    await signOut();
    await putAway();
    expect(await database.all('conversations')).toEqual([]);
    expect(await database.all('facts')).toEqual([]);
    expect(await database.all('lists')).toEqual([]);
  });

  it('is nobody else’s: what another read here is gone, what they wrote waits for them', async () => {
    await looked([message({ id: 'a', version: 2 })]);
    await database.put('outbox', 'k', { key: 'k' });
    database.inhabit('somebody else');
    await database.forgetOthers();
    database.inhabit(`test ${visits}`);
    expect(await keptConversation('1')).toBeUndefined();
    expect(await database.all('outbox')).toHaveLength(1);
    await database.forget();
    expect(await database.all('outbox')).toEqual([]);
  });
});
