// Messages on their way, kept on the device until the server has them. All tabs of a browser share them: whichever holds a
// ticket's lock sends the next of its messages. The key makes a repeat harmless where there are no locks.
import { newKey } from '../api/client';
import { Problem } from '../api/problem';
import type { Attachment, NewMessage } from '../api/types';
import { backoff } from '../live/backoff';
import { haptic } from '../telegram/env';
import { alone } from './alone';
import { conversation, putMessage } from './conversation';
import { calls, me, who } from './core';
import * as database from './database';
import { forgetFiles, sendKept } from './files';
import { outbox } from './line';
import { go } from './route';
import { inOrder, nextUp, timeAfter, type Outgoing } from './sending';
import { explain } from './toast';

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
  keep({ ...message, key: newKey(), ticketId, at, state: 'sending', before: [] });
  haptic('tap');
  flush();
}

/** Try a failed one again, under the same key: if it got through after all, nothing doubles. */
export function resend(key: string): void {
  const item = outbox.value.find((each) => each.key === key);
  if (item !== undefined) keep({ ...item, state: 'sending' });
  flush();
}

export function discard(key: string): void {
  const item = outbox.value.find((each) => each.key === key);
  if (item !== undefined) drop(item);
  flush();
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
  if (item.before.length === 0) keep({ ...item, before: ownMessages(item.ticketId) });
  await written; // a message that is on its way is on the device as well
  try {
    const files = await Promise.all((item.uploads ?? []).map((key) => sendKept(key)));
    const message = (await calls.post(item.ticketId, bodyOf(item, files), item.key)).body;
    attempt = 0;
    if (message.ticket_id !== item.ticketId) movedOn(item, message.ticket_id);
    putMessage(message.ticket_id, message);
    drop(item);
    return true;
  } catch (error) {
    return undelivered(item, error);
  } finally {
    await written; // before another tab looks
  }
}

function bodyOf({ content, isInternal, replyTo }: Outgoing, files: readonly Attachment[]): NewMessage {
  return {
    content,
    is_internal: isInternal,
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...(files.length === 0 ? {} : { attachments: files.map((file) => file.id) }),
  };
}

/** It came too late for its ticket: a new one goes on. */
function movedOn(item: Outgoing, ticketId: string): void {
  if (conversation.value?.ticket?.id === item.ticketId) go({ page: 'ticket', ref: ticketId });
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
