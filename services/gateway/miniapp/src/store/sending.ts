// Pure: messages and new tickets on their way out, and how they join those that arrived without ever showing one twice.
import type { Attachment, Message, Ticket, TicketBrief } from '../api/types';

export interface Outgoing {
  key: string;
  /** Whose line it stands in. A ticket that is not open yet goes by the key it will be opened under. */
  ticketId: string;
  /** What it opens a ticket with, `content` being the description; what is written there meanwhile waits behind it. */
  opens?: TicketBrief;
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
  /** Ids of own messages (of one's tickets, when it opens one) that were there when its sending began: none of those can be this one. */
  before: string[];
  /** Its sending has begun. */
  begun?: boolean;
}

/** A ticket on its way out. */
export type Unsent = Outgoing & { opens: TicketBrief };

export function isUnsent(item: Outgoing): item is Unsent {
  return item.opens !== undefined;
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

/** The tickets still to be shown as on their way: not those the live feed brought before their own answer did. */
export function stillUnsent(outbox: Outgoing[], tickets: Ticket[], myId: string): Unsent[] {
  return outbox.filter(isUnsent).filter(({ opens, before }) => {
    const isIt = ({ id, title, user }: Ticket): boolean => user?.id === myId && title === opens.title && !before.includes(id);
    return !tickets.some(isIt);
  });
}

/** A ticket that is back in its form: with it what was written into it meanwhile, for none of that has a place yet. */
export function inOne(opening: Unsent, behind: Outgoing[]): { description: string; uploads: string[] } {
  const all = [opening, ...behind];
  return {
    description: all.map(({ content }) => content).filter((text) => text !== '').join('\n\n'),
    uploads: all.flatMap(({ uploads = [] }) => uploads),
  };
}
