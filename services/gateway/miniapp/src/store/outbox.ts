// Messages and new tickets on their way, kept on the device until the server has them. All tabs of a browser share them: whichever
// holds a ticket's lock sends the next of its messages. The key makes a repeat harmless where there are no locks.
import { batch } from '@preact/signals';
import { newKey } from '../api/client';
import { desk } from '../api/desk';
import { Problem } from '../api/problem';
import type { Attachment, Message, NewMessage, Ticket, TicketBrief } from '../api/types';
import { backoff } from '../live/backoff';
import { haptic } from '../telegram/env';
import { alone } from './alone';
import { conversation, putAnswer, putMessage } from './conversation';
import { calls, me, who } from './core';
import * as database from './database';
import { moveReply } from './draft';
import { forgetFiles, sendKept } from './files';
import { outbox } from './line';
import { openedAs, type Opened } from './recall';
import { go, route } from './route';
import { inOrder, isUnsent, nextUp, timeAfter, type Outgoing, type Unsent } from './sending';
import { listing } from './tickets';
import { explain, show } from './toast';
import { movePicked } from './uploads';

/** So many tickets opened of late are known by their keys: somebody may still be where one was waiting. */
const OPENED_MOST = 50;

/** What the device had no room for: this page alone knows it. */
const onlyHere = new Set<string>();
const busy = new Set<string>();
let attempt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let channel: BroadcastChannel | null = null;
/** Writes go one after the other, and a reading waits for them: what it brings is never older than what is on screen. */
let written: Promise<void> = Promise.resolve();

/** Take up what an earlier visit left unsent, and hear what other tabs do. */
export async function openOutbox(): Promise<void> {
  channel?.close();
  channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`tikethet.outbox.${who()}`) : null;
  if (channel !== null) channel.onmessage = () => void takeUp().then(flush);
  await takeUp();
  flush();
}

export function send(ticketId: string, message: Pick<Outgoing, 'content' | 'isInternal' | 'replyTo' | 'attachments' | 'uploads'>): void {
  const at = timeAfter(outbox.value);
  keep({ ...message, key: newKey(), ticketId, at, state: 'sending', before: ownMessages(ticketId) });
  haptic('tap');
  flush();
}

/** Open a ticket; the key it goes by until it is open. */
export function sendTicket(opens: TicketBrief, description: string, files: Pick<Outgoing, 'attachments' | 'uploads'>): string {
  const key = newKey();
  const said = { content: description, isInternal: false, ...files };
  keep({ ...said, key, ticketId: key, opens, at: timeAfter(outbox.value), state: 'sending', before: ownTickets() });
  haptic('tap');
  flush();
  return key;
}

/** Try a failed one again, under the same key: if it got through after all, nothing doubles. */
export function resend(key: string): void {
  const item = outbox.value.find((each) => each.key === key);
  if (item !== undefined) keep({ ...item, state: 'sending' });
  flush();
}

export function discard(key: string): void {
  const item = outbox.value.find((each) => each.key === key);
  if (item !== undefined) [...behind(item), item].forEach(drop);
  flush();
}

/** What is written into a ticket that is not open yet; nothing, of a message. */
export function behind(item: Outgoing): Outgoing[] {
  return isUnsent(item) ? outbox.value.filter(({ ticketId, key }) => ticketId === item.key && key !== item.key) : [];
}

/** Out of the outbox and into other hands: its files are not forgotten. */
export function takeOut(item: Outgoing): void {
  for (const each of [...behind(item), item]) drop({ ...each, uploads: [] });
}

/** Send what waits; called again whenever the line comes back. */
export function flush(): void {
  clearTimeout(timer);
  for (const { ticketId } of nextUp(outbox.value, busy)) void deliver(ticketId);
}

/** Send the next message of a ticket, unless another tab has done so meanwhile. */
async function deliver(ticketId: string): Promise<void> {
  busy.add(ticketId);
  let isThrough = true;
  await alone(`outbox.${who()}.${ticketId}`, async () => {
    await takeUp();
    const item = nextUp(outbox.value, new Set()).find((each) => each.ticketId === ticketId);
    if (item !== undefined) isThrough = await post(item);
  });
  busy.delete(ticketId);
  if (isThrough) flush();
}

/** False when nobody knows whether it arrived: then it is tried again later. */
async function post(item: Outgoing): Promise<boolean> {
  if (item.begun !== true) keep({ ...item, begun: true, before: isUnsent(item) ? ownTickets() : ownMessages(item.ticketId) });
  await written; // a message that is on its way is on the device as well
  try {
    const files = await Promise.all((item.uploads ?? []).map((key) => sendKept(key)));
    if (isUnsent(item)) await open(item, files);
    else await say(item, files);
    attempt = 0;
    return true;
  } catch (error) {
    return undelivered(item, error);
  } finally {
    await written; // before another tab looks
  }
}

async function say(item: Outgoing, files: readonly Attachment[]): Promise<void> {
  const ticketId = (await openedAs(item.ticketId))?.id ?? item.ticketId;
  const message: Message = (await calls.post(ticketId, bodyOf(item, files), item.key)).body;
  if (message.ticket_id !== ticketId) movedOn(ticketId, message.ticket_id);
  putMessage(message.ticket_id, message);
  drop(item);
}

async function open(item: Unsent, files: readonly Attachment[]): Promise<void> {
  const words = { ...item.opens, description: item.content };
  const ticket: Ticket = (await calls.open(files.length === 0 ? words : { ...words, attachments: idsOf(files) }, item.key)).body;
  haptic('success');
  putAnswer(ticket);
  isOpen(item, ticket);
}

/** It has a number now: what waited behind it stands in its line. */
function isOpen(item: Unsent, { id, number }: Ticket): void {
  const { key } = item;
  const isBehind = (each: Outgoing): boolean => each.ticketId === key && each.key !== key;
  const now = route.value;
  write(() =>
    database.transact(['outbox', 'facts'], 'readwrite', async (at) => {
      const kept = await database.asked<Outgoing[]>(at('outbox').getAll());
      const before = await database.asked<Opened[] | undefined>(at('facts').get('opened'));
      for (const each of kept.filter(isBehind)) at('outbox').put({ ...each, ticketId: id }, each.key);
      at('facts').put([...(before ?? []), { key, id, number }].slice(-OPENED_MOST), 'opened');
    }),
  );
  batch(() => {
    outbox.value = outbox.value.map((each) => (isBehind(each) ? { ...each, ticketId: id } : each));
    drop(item);
  });
  moveReply(key, id);
  void movePicked(key, id);
  if (now.page === 'ticket' && now.ref === key) go({ page: 'ticket', ref: String(number) });
  void desk().then(
    ({ body }) => show({ text: body.expectation }), // when an answer may be expected
    () => undefined,
  );
}

function bodyOf({ content, isInternal, replyTo }: Outgoing, files: readonly Attachment[]): NewMessage {
  return {
    content,
    is_internal: isInternal,
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...(files.length === 0 ? {} : { attachments: idsOf(files) }),
  };
}

const idsOf = (files: readonly Attachment[]): string[] => files.map(({ id }) => id);

/** It came too late for its ticket: a new one goes on. */
function movedOn(from: string, ticketId: string): void {
  if (conversation.value?.ticket?.id === from) go({ page: 'ticket', ref: ticketId });
}

function undelivered(item: Outgoing, error: unknown): boolean {
  if (error instanceof Problem && (error.isUncertain || error.code === 'session_over')) {
    attempt += 1;
    clearTimeout(timer);
    timer = setTimeout(flush, 1_000 + backoff(attempt));
    return false;
  }
  haptic('error');
  keep({ ...item, state: 'failed', reason: explain(error) });
  return true;
}

function ownMessages(ticketId: string): string[] {
  const now = conversation.value;
  if (now?.ticket?.id !== ticketId) return [];
  return now.messages.filter((message) => message.user?.id === me.value?.id).map((message) => message.id);
}

function ownTickets(): string[] {
  return listing.value.items.filter(({ user }) => user?.id === me.value?.id).map(({ id }) => id);
}

function keep(item: Outgoing): void {
  outbox.value = inOrder([...outbox.value.filter(({ key }) => key !== item.key), item]);
  write(async () => {
    const isKept = await database.put('outbox', item.key, item);
    if (isKept) onlyHere.delete(item.key);
    else onlyHere.add(item.key);
  });
}

function drop({ key, uploads = [] }: Outgoing): void {
  forgetFiles(uploads);
  onlyHere.delete(key);
  outbox.value = outbox.value.filter((item) => item.key !== key);
  write(() => database.remove('outbox', key));
}

function write(change: () => Promise<unknown>): void {
  written = written.then(change).then(() => channel?.postMessage(null));
}

/** What the device keeps; where it keeps nothing, what this page knows. */
async function takeUp(): Promise<void> {
  for (let before = null; before !== written; ) {
    before = written;
    await before;
    const kept = await database.all<Outgoing>('outbox');
    if (kept === undefined) return;
    if (before === written) outbox.value = inOrder([...kept.filter(({ key }) => !onlyHere.has(key)), ...outbox.value.filter(({ key }) => onlyHere.has(key))]);
  }
}
