import { signal } from '@preact/signals';
import { newKey } from '../api/client';
import { Problem } from '../api/problem';
import type { NewMessage } from '../api/types';
import { backoff } from '../live/backoff';
import { haptic } from '../telegram/env';
import { conversation, putMessage } from './conversation';
import { calls, me } from './core';
import { go } from './route';
import { nextUp, type Outgoing } from './sending';
import { readJson, write } from './shelf';
import { explain } from './toast';

/** Messages on their way, kept on the device until the server has them. */
export const outbox = signal<Outgoing[]>([]);

const busy = new Set<string>();
let attempt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

const shelfName = (): string => `outbox.${me.value?.id ?? ''}`;

/** Take up what an earlier visit left unsent. */
export function openOutbox(): void {
  outbox.value = readJson<Outgoing[]>(shelfName()) ?? [];
  flush();
}

export function send(ticketId: string, message: Pick<Outgoing, 'content' | 'isInternal' | 'replyTo' | 'attachments'>): void {
  const item: Outgoing = { ...message, key: newKey(), ticketId, at: new Date().toISOString(), state: 'sending', before: [] };
  keep([...outbox.value, item]);
  haptic('tap');
  flush();
}

/** Try a failed one again, under the same key: if it got through after all, nothing doubles. */
export function resend(key: string): void {
  keep(outbox.value.map((item) => (item.key === key ? { ...item, state: 'sending' } : item)));
  flush();
}

export function discard(key: string): void {
  keep(outbox.value.filter((item) => item.key !== key));
  flush();
}

/** Send what waits; called again whenever the line comes back. */
export function flush(): void {
  clearTimeout(timer);
  for (const item of nextUp(outbox.value, busy)) void deliver(item);
}

async function deliver(item: Outgoing): Promise<void> {
  busy.add(item.ticketId);
  const before = item.before.length > 0 ? item.before : ownMessages(item.ticketId);
  keep(outbox.value.map((other) => (other.key === item.key ? { ...other, before } : other)));
  try {
    const message = (await calls.post(item.ticketId, bodyOf(item), item.key)).body;
    attempt = 0;
    arrived(item, message.ticket_id ?? item.ticketId);
    putMessage(message.ticket_id ?? item.ticketId, message);
    keep(outbox.value.filter((other) => other.key !== item.key));
  } catch (error) {
    busy.delete(item.ticketId);
    undelivered(item, error);
    return;
  }
  busy.delete(item.ticketId);
  flush();
}

function bodyOf({ content, isInternal, replyTo, attachments = [] }: Outgoing): NewMessage {
  return {
    content,
    is_internal: isInternal,
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...(attachments.length === 0 ? {} : { attachments: attachments.map((file) => file.id) }),
  };
}

function arrived(item: Outgoing, ticketId: string): void {
  const isOpen = conversation.value?.ticket?.id === item.ticketId;
  if (ticketId !== item.ticketId && isOpen) go({ page: 'ticket', ref: ticketId }); // it came too late: a new ticket goes on
}

function undelivered(item: Outgoing, error: unknown): void {
  if (error instanceof Problem && error.isUncertain) {
    attempt += 1;
    clearTimeout(timer);
    timer = setTimeout(flush, 1_000 + backoff(attempt));
    return;
  }
  haptic('error');
  keep(outbox.value.map((other) => (other.key === item.key ? { ...other, state: 'failed', reason: explain(error) } : other)));
  flush();
}

function ownMessages(ticketId: string): string[] {
  const now = conversation.value;
  if (now?.ticket?.id !== ticketId) return [];
  return now.messages.filter((message) => message.user?.id === me.value?.id).map((message) => message.id);
}

function keep(next: Outgoing[]): void {
  outbox.value = next;
  write(shelfName(), next.length === 0 ? null : JSON.stringify(next));
}
