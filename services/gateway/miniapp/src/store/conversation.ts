import { batch, signal } from '@preact/signals';
import { HISTORY_PAGE } from '../api/calls';
import { Problem } from '../api/problem';
import type { HistoryItem, LogEvent, Message, Page, Ticket } from '../api/types';
import { calls, me } from './core';
import { knowledge, rememberMessages, rememberTicket } from './known';
import { applyToMessages, applyToTicket, upsert, type Known } from './merge';
import { keptConversation } from './recall';
import { listing, markRead, putTicket, unmarkRead } from './tickets';

export interface Conversation {
  ref: string;
  ticket: Ticket | null;
  messages: Message[];
  /** Leads to older messages; `null` when all are here. */
  older: string | null;
  history: HistoryItem[];
  phase: 'loading' | 'ready' | 'failed' | 'missing';
  /** Events up to here are in `messages` already. */
  position: number;
  unreadFrom: string | null;
  /** Read from the server, not only kept from an earlier visit. */
  isFresh: boolean;
  /** Nothing is missing in the middle of `messages`. */
  isWhole: boolean;
}

const NOTHING = { older: null, position: 0, unreadFrom: null, isFresh: false, isWhole: true } as const;

export const conversation = signal<Conversation | null>(null);
/** Who writes on the open ticket, and until when we believe it. */
export const typing = signal<ReadonlyMap<string, number>>(new Map());
/** A message to be brought into sight. */
export const sought = signal<string | null>(null);
/** The newest message is in sight. */
export const atEnd = signal(true);

/** Events that came while the ticket was being read: what was read may be older than they are. */
const meanwhile: LogEvent[] = [];
let reading = 0;

export function isWatching(ticketId: string): boolean {
  return conversation.value?.ticket?.id === ticketId && atEnd.value && document.visibilityState === 'visible';
}

/** Open a ticket by number or id; what the list knows is shown at once. */
export async function open(ref: string): Promise<void> {
  if (conversation.value?.ref === ref && conversation.value.phase !== 'failed') return;
  const seen = listing.value.items.find((item) => String(item.number) === ref || item.id === ref) ?? null;
  batch(() => {
    atEnd.value = true;
    typing.value = new Map();
    conversation.value = { ref, ticket: seen, phase: 'loading', ...NOTHING, messages: [], history: [] };
  });
  void showKept(ref);
  await load(ref);
}

/** What an earlier visit left of it, until the server has answered. */
async function showKept(ref: string): Promise<void> {
  const kept = await keptConversation(ref);
  const now = conversation.value;
  if (kept === undefined || now?.ref !== ref || (now.phase !== 'loading' && now.phase !== 'failed')) return;
  rememberTicket(kept.ticket);
  rememberMessages(kept.messages);
  const { messages, older, history, position, isWhole } = kept;
  const ticket = now.ticket !== null && now.ticket.version >= kept.ticket.version ? now.ticket : kept.ticket;
  const isUpToDate = ticket.version === kept.ticket.version; // else nobody knows yet which ones are new
  const unreadFrom = isUpToDate ? firstUnread(messages, ticket.unread_count) : null;
  conversation.value = { ref, ticket, messages, older, history, phase: 'ready', position, unreadFrom, isFresh: false, isWhole };
}

/** The line is back: what is still only from an earlier visit, or failed, is read. */
export function catchUpWithServer(): void {
  const now = conversation.value;
  if (now !== null && !now.isFresh && now.phase !== 'missing' && reading === 0) void load(now.ref);
}

/** Leave a ticket; one that was opened since stays (the page of the next may be there before that of the last is gone). */
export function shut(ref: string): void {
  if (conversation.value?.ref === ref) conversation.value = null;
}

/** Read the open ticket again, because an event did not say enough or (`anew`) the feed starts anew. False when it failed. */
export async function reload(anew = false): Promise<boolean> {
  return conversation.value === null || (await load(conversation.value.ref, anew));
}

async function load(ref: string, anew = false): Promise<boolean> {
  reading += 1;
  try {
    await readAll(ref, anew);
    return true;
  } catch (error) {
    const now = conversation.value;
    if (now?.ref !== ref) return true;
    const missing = error instanceof Problem && error.status === 404;
    if (now.phase !== 'ready') conversation.value = { ...now, phase: missing ? 'missing' : 'failed' };
    return missing;
  } finally {
    reading -= 1;
    catchUp();
  }
}

function catchUp(): void {
  const known = knowledge(isWatching);
  if (known !== null) for (const event of meanwhile) merge(event, known);
  if (reading === 0) meanwhile.length = 0;
}

async function readAll(ref: string, anew: boolean): Promise<void> {
  const newest = calls.messages(ref, null); // at the same time: nobody waits for two answers in a row
  newest.catch(() => undefined); // it is waited for below
  const ticket = (await calls.ticket(ref)).body;
  rememberTicket(ticket);
  if (conversation.value?.ref === ref && conversation.value.ticket === null) conversation.value = { ...conversation.value, ticket };
  const isShort = ticket.version <= HISTORY_PAGE; // else nobody waits for it
  const past = readHistory(ticket.id);
  const [said, history] = await Promise.all([newest, isShort ? past : (conversation.value?.history ?? [])]);
  const now = conversation.value;
  if (now?.ref !== ref) return;
  rememberMessages(said.body.items);
  const newer = join(anew || !now.isWhole ? { messages: [], older: null } : now, said.body);
  const { messages, older } = now.isFresh ? newer : await reach(ref, newer, ticket.unread_count);
  const after = conversation.value;
  if (after?.ref !== ref) return;
  const unreadFrom = after.isFresh ? after.unreadFrom : firstUnread(messages, ticket.unread_count);
  const latest = after.ticket !== null && after.ticket.version > ticket.version ? after.ticket : ticket;
  const position = said.mark?.position ?? 0;
  batch(() => {
    conversation.value = { ref, ticket: latest, messages, older, history, phase: 'ready', position, unreadFrom, isFresh: true, isWhole: true };
    putTicket(latest);
  });
  if (!isShort) void past.then((whole) => putHistory(ticket.id, whole));
}

/** The newest page and what was there before it, as long as no gap lies between them. */
function join(before: Pick<Conversation, 'messages' | 'older'>, page: Page<Message>): Pick<Conversation, 'messages' | 'older'> {
  const last = before.messages.at(-1)?.version ?? 0;
  const touches = page.items.some((message) => message.version <= last);
  if (!touches) return { messages: upsert([], page.items), older: page.prev_cursor ?? null };
  const isLonger = (before.messages[0]?.version ?? 0) < (page.items[0]?.version ?? 0);
  return { messages: upsert(before.messages, page.items), older: isLonger ? before.older : (page.prev_cursor ?? null) };
}

/** Back to where the unread ones begin: the conversation opens there. */
async function reach(ref: string, from: Pick<Conversation, 'messages' | 'older'>, unread: number): Promise<typeof from> {
  let { messages, older } = from;
  const isThere = (): boolean => messages.filter(isOthers).length >= unread || messages.some(({ user }) => user?.id === me.value?.id);
  while (older !== null && !isThere()) {
    const { body } = await calls.messages(ref, older);
    rememberMessages(body.items);
    messages = upsert(body.items, messages);
    older = body.prev_cursor ?? null;
  }
  return { messages, older };
}

/** What can be new to one: said by somebody else, and not taken back. */
function isOthers({ user, deleted_at }: Message): boolean {
  return user?.id !== me.value?.id && deleted_at === null;
}

/** Whoever wrote since has read what was said before, wherever they did. */
function firstUnread(messages: Message[], unread: number): string | null {
  if (unread === 0) return null;
  const others = messages.filter(isOthers).slice(-unread);
  const last = messages.findLast(({ user }) => user?.id === me.value?.id)?.version ?? 0;
  return others.find(({ version }) => version > last)?.id ?? null;
}

/** All of it, page by page; what was known before when the server does not answer. */
async function readHistory(id: string): Promise<HistoryItem[]> {
  const items: HistoryItem[] = [];
  try {
    for (let cursor: string | null = null; ; ) {
      const page: Page<HistoryItem> = (await calls.history(id, cursor)).body;
      items.push(...page.items);
      cursor = page.next_cursor;
      if (cursor === null) return items;
    }
  } catch {
    return conversation.value?.ticket?.id === id ? conversation.value.history : [];
  }
}

function putHistory(ticketId: string, history: HistoryItem[]): void {
  const now = conversation.value;
  if (now?.ticket?.id === ticketId) conversation.value = { ...now, history };
}

let olderAsked: string | null = null;

export async function loadOlder(): Promise<void> {
  const now = conversation.value;
  if (now?.ticket == null || now.older === null || !now.isFresh || olderAsked === now.older) return;
  olderAsked = now.older;
  const page = await calls.messages(now.ticket.id, now.older).catch(() => null);
  olderAsked = null;
  const after = conversation.value;
  if (page === null || after?.ref !== now.ref || after.older !== now.older) return;
  rememberMessages(page.body.items);
  conversation.value = { ...after, messages: upsert(page.body.items, after.messages), older: page.body.prev_cursor ?? null };
}

/** Let an event into the open conversation; true when it has to be read from the server for it. */
export function hear(event: LogEvent, known: Known): boolean {
  if (reading > 0) meanwhile.push(event);
  return merge(event, known);
}

function merge(event: LogEvent, known: Known): boolean {
  const now = conversation.value;
  if (now?.ticket?.id !== event.subject || now.phase !== 'ready') return false;
  const ticket = applyToTicket(now.ticket, event, known);
  const fresh = event.position > now.position;
  const messages = fresh ? applyToMessages(now.messages, event, known) : { value: now.messages, incomplete: false };
  conversation.value = { ...now, ticket: ticket.value, messages: messages.value };
  stopTyping(event.actor);
  return ticket.incomplete || messages.incomplete;
}

/** A message of our own, as the server answered it. */
export function putMessage(ticketId: string, message: Message): void {
  const now = conversation.value;
  if (now?.ticket?.id === ticketId) conversation.value = { ...now, messages: upsert(now.messages, [message]) };
}

/** A ticket as a command's answer told it. */
export function putAnswer(ticket: Ticket): void {
  const now = conversation.value;
  if (now?.ticket?.id === ticket.id && now.ticket.version <= ticket.version) {
    const read_to = Math.max(now.ticket.read_to ?? 0, ticket.read_to); // an answer told again knows less of it
    conversation.value = { ...now, ticket: { ...ticket, read_to } };
  }
  putTicket(ticket);
}

export async function refreshHistory(): Promise<void> {
  const id = conversation.value?.ticket?.id;
  if (id !== undefined) putHistory(id, await readHistory(id));
}

/** The person looks at the newest message: if anything was new, it no longer is. */
export async function read(): Promise<void> {
  const now = conversation.value;
  if (now?.ticket == null || !now.isFresh || now.ticket.unread_count === 0 || !isWatching(now.ticket.id)) return;
  conversation.value = { ...now, ticket: { ...now.ticket, unread_count: 0 } };
  await sayRead();
}

/** Tell the server how far the open ticket was read. */
export async function sayRead(): Promise<void> {
  const now = conversation.value;
  if (now?.ticket == null || !now.isFresh || !isWatching(now.ticket.id)) return;
  await say(now.ticket.id, now.ticket.version);
}

async function say(ticketId: string, version: number): Promise<void> {
  clearTimeout(saying);
  markRead(ticketId, version);
  await calls.read(ticketId, version).then(
    () => tellRead(ticketId, version),
    () => unmarkRead(ticketId), // the next message tries again
  );
}

const SAY_MS = 400;
let saying: ReturnType<typeof setTimeout> | undefined;

/** The person has seen what was said up to a version, and not yet the newest: so much of it is no longer new. */
export function seen(version: number): void {
  const now = conversation.value;
  if (now?.ticket == null || !now.isFresh || document.visibilityState !== 'visible') return;
  const left = now.messages.filter((message) => isOthers(message) && message.version > version).length;
  if (left >= now.ticket.unread_count) return;
  const ticket = { ...now.ticket, unread_count: left };
  batch(() => {
    conversation.value = { ...now, ticket };
    putTicket(ticket);
  });
  clearTimeout(saying);
  saying = setTimeout(() => void say(ticket.id, version), SAY_MS); // once for all that passes while one scrolls
}

let tellRead: (ticketId: string, version: number) => void = () => undefined;

/** Who tells the other side, in passing, how far was read. */
export function onRead(tell: typeof tellRead): void {
  tellRead = tell;
}

/** Somebody has read the open ticket up to a version; it counts when it is the other side's somebody. */
export function hearRead(ticketId: string, memberId: string, version: number): void {
  const now = conversation.value;
  if (now?.ticket?.id !== ticketId || version <= (now.ticket.read_to ?? 0)) return;
  const isOther = now.ticket.user?.id === me.value?.id ? memberId !== me.value?.id : memberId === now.ticket.user?.id;
  if (isOther) conversation.value = { ...now, ticket: { ...now.ticket, read_to: version } };
}

const TYPING_MS = 6_000;

export function hearTyping(ticketId: string, memberId: string): void {
  if (conversation.value?.ticket?.id !== ticketId || memberId === me.value?.id) return;
  const until = Date.now() + TYPING_MS;
  typing.value = new Map(typing.value).set(memberId, until);
  setTimeout(() => {
    if (typing.value.get(memberId) === until) stopTyping(memberId);
  }, TYPING_MS);
}

function stopTyping(memberId: string): void {
  if (!typing.value.has(memberId)) return;
  const next = new Map(typing.value);
  next.delete(memberId);
  typing.value = next;
}
