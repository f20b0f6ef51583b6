// Keeps what is on screen, and how far the log was heard with it, for the next visit and for when there is no network. The
// cursor and everything it speaks for change in one transaction: what is kept is never older than its cursor says.
import { effect } from '@preact/signals';
import type { LogEvent } from '../api/types';
import type { Cursor } from '../live/feed';
import { insideTelegram } from '../telegram/env';
import { conversation, isWatching } from './conversation';
import { me } from './core';
import { asked, forget, forgetOthers, READ, transact, type Place } from './database';
import { categories, knowledge } from './known';
import type { Paged } from './listing';
import { applyToMessages, applyToTicket, isAboutTicket, nameOf } from './merge';
import * as notices from './notices';
import { CUT, type KeptConversation } from './recall';
import { filter, filterName, listing, phase } from './tickets';

const PAUSE_MS = 400;
/** What one device keeps at most: newest messages of a conversation, conversations looked at last, the beginnings of lists. */
const MOST = { messages: 300, conversations: 100, tickets: 200, notices: 100 } as const;

type Write = (at: (place: Place) => IDBObjectStore) => unknown;

/** Work for the next transaction; a later one under the same name replaces an earlier one. */
const waiting = new Map<string, Write>();
let heard: LogEvent[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let cursorOf: () => Cursor | null = () => null;

/** Begin to keep; `cursor` tells how far the log was heard by what is on screen. */
export function startKeeping(cursor: () => Cursor | null): void {
  cursorOf = cursor;
  if (insideTelegram.value) void forgetOthers(); // several accounts may share the app's storage
  effect(() => {
    const self = me.value;
    if (self !== null) later('self', (at) => at('facts').put(self, 'self'));
  });
  effect(() => {
    const known = categories.value;
    if (known !== null) later('categories', (at) => at('facts').put(known, 'categories'));
  });
  effect(() => {
    if (phase.value !== 'ready' || filter.value.q !== '') return;
    const name = filterName(filter.value);
    const kept = beginning(listing.value, MOST.tickets);
    later(`list ${name}`, (at) => at('lists').put(kept, name));
  });
  effect(() => {
    if (notices.phase.value !== 'ready') return;
    const kept = beginning(notices.notices.value, MOST.notices);
    later('notices', (at) => at('facts').put(kept, 'notices'));
  });
  effect(() => {
    const now = conversation.value;
    if (now?.ticket == null || now.phase !== 'ready' || !now.isFresh) return;
    const { ticket, messages, older, history, position } = now;
    const isCut = messages.length > MOST.messages;
    const part = isCut ? messages.slice(-MOST.messages) : messages;
    later(`conversation ${ticket.id}`, (at) => {
      const upTo = Math.max(position, cursorOf()?.position ?? 0);
      const end = isCut ? CUT : older;
      const kept: KeptConversation = { ticket, messages: part, older: end, history, position: upTo, isWhole: !isCut, at: Date.now() };
      at('conversations').put(kept, ticket.id);
    });
  });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && void write());
  addEventListener('pagehide', () => void write());
}

function beginning<List extends Paged<{ id: string }>>(list: List, most: number): List {
  return list.items.length <= most ? list : { ...list, items: list.items.slice(0, most), nextCursor: null };
}

/** Let an event into what is kept but not on screen. */
export function keepEvent(event: LogEvent): void {
  const now = conversation.value;
  const isOnScreen = now?.isFresh === true && now.ticket?.id === event.subject;
  if (isErasure(event)) later('notices', (at) => at('facts').delete('notices')); // they name tickets; the server tells which are left
  if (nameOf(event) === 'MemberErased' || (isAboutTicket(event) && !isOnScreen)) heard.push(event);
  schedule();
}

/** The feed began anew at `cursor`: what is kept and not on screen may have missed something; in another history all of it is void. */
export async function keepGap(cursor: Cursor, isOther: boolean): Promise<void> {
  heard = [];
  if (isOther) await forget(READ);
  later('floor', (at) => at('facts').put(cursor, 'floor'));
}

function later(name: string, change: Write): void {
  waiting.set(name, change);
  schedule();
}

function schedule(): void {
  timer ??= setTimeout(() => void write(), PAUSE_MS);
}

/** Everything that waits, and the cursor, in one transaction. */
async function write(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const changes = [...waiting.values()];
  const events = heard;
  const cursor = cursorOf();
  waiting.clear();
  heard = [];
  if (me.value === null) return; // nobody is here any more
  await transact(READ, 'readwrite', async (at) => {
    for (const change of changes) change(at);
    if (cursor !== null) at('facts').put(cursor, 'cursor');
    const floor = events.length === 0 ? undefined : await asked<Cursor | undefined>(at('facts').get('floor'));
    for (const event of events) await applyToKept(at('conversations'), event, floor?.position ?? 0);
    await tidy(at('conversations'));
  });
}

const isErasure = (event: LogEvent): boolean => /^(Member|Ticket)Erased$/.test(nameOf(event));

async function applyToKept(store: IDBObjectStore, event: LogEvent, floor: number): Promise<void> {
  const known = knowledge(isWatching);
  if (nameOf(event) === 'MemberErased') return forgetMember(store, event.subject);
  if (nameOf(event) === 'TicketErased') store.delete(event.subject);
  const kept = await asked<KeptConversation | undefined>(store.get(event.subject));
  if (known === null || kept === undefined || kept.position >= event.position || kept.position < floor) return;
  const ticket = applyToTicket(kept.ticket, event, known);
  const messages = applyToMessages(kept.messages, event, known);
  const isWhole = kept.isWhole && !ticket.incomplete && !messages.incomplete;
  store.put({ ...kept, ticket: ticket.value, messages: messages.value, isWhole, position: event.position }, event.subject);
}

/** Who is forgotten everywhere is forgotten here: their conversations, and all in which they may have spoken. */
async function forgetMember(store: IDBObjectStore, memberId: string): Promise<void> {
  const kept = await asked<KeptConversation[]>(store.getAll());
  const theirs = ({ ticket, messages }: KeptConversation): boolean => [ticket, ...messages].some(({ user }) => user?.id === memberId);
  for (const one of kept.filter(theirs)) store.delete(one.ticket.id);
}

async function tidy(store: IDBObjectStore): Promise<void> {
  if ((await asked(store.count())) <= MOST.conversations) return;
  const kept = await asked<KeptConversation[]>(store.getAll());
  const oldest = kept.sort((a, b) => a.at - b.at).slice(0, kept.length - MOST.conversations);
  for (const { ticket } of oldest) store.delete(ticket.id);
}
