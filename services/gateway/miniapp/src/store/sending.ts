// Pure: messages on their way out, and how they join those that arrived without ever showing one twice.
import type { Attachment, Message } from '../api/types';

export interface Outgoing {
  key: string;
  ticketId: string;
  content: string;
  isInternal: boolean;
  /** Files as they look, and the keys they are sent under; the message waits for them. */
  attachments?: Attachment[];
  uploads?: string[];
  /** The message it answers. */
  replyTo?: string;
  at: string;
  state: 'sending' | 'failed';
  /** Why it failed, for people. */
  reason?: string;
  /** Ids of own messages that were there when its sending began: none of those can be this one. */
  before: string[];
}

export function inOrder(outbox: Outgoing[]): Outgoing[] {
  return [...outbox].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Now, but later than everything that waits: the order in which things were written, whatever the clock does. */
export function timeAfter(outbox: Outgoing[], now = Date.now()): string {
  const last = Date.parse(outbox.at(-1)?.at ?? '') || 0;
  return new Date(Math.max(now, last + 1)).toISOString();
}

/** The next one to send on a ticket: first in, first out; a failed one holds the line until it is tried again or taken out. */
export function nextUp(outbox: Outgoing[], busy: ReadonlySet<string>): Outgoing[] {
  const heads = new Map<string, Outgoing>();
  for (const item of outbox) if (!heads.has(item.ticketId)) heads.set(item.ticketId, item);
  return [...heads.values()].filter((item) => item.state === 'sending' && !busy.has(item.ticketId));
}

/** What of the outbox is still to be shown below `messages`: not what already came back over the live feed. */
export function stillShown(outbox: Outgoing[], messages: Message[], ticketId: string, myId: string): Outgoing[] {
  const claimed = new Set<string>();
  return outbox.filter((item) => {
    if (item.ticketId !== ticketId) return false;
    const arrived = messages.find(
      (message) =>
        message.user?.id === myId &&
        message.content === item.content &&
        message.is_internal === item.isInternal &&
        message.attachments.length === (item.attachments?.length ?? 0) &&
        !item.before.includes(message.id) &&
        !claimed.has(message.id),
    );
    if (arrived !== undefined) claimed.add(arrived.id);
    return arrived === undefined;
  });
}
