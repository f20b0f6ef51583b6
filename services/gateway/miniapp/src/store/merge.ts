// Pure: what an event of the log does to the tickets and messages on screen. Live must equal a fresh fetch; where an event
// does not say enough (a member or category never seen here), `incomplete` asks for that fetch.
import type { CategoryBrief, LogEvent, Member, Message, Priority, Status, Ticket } from '../api/types';

export interface Known {
  me: Member;
  member: (id: string) => Member | undefined;
  category: (id: string) => CategoryBrief | undefined;
  /** Whether the person is looking at this ticket's newest messages right now. */
  isWatching: (ticketId: string) => boolean;
}

export interface Merged<T> {
  value: T;
  incomplete: boolean;
}

/** The event's bare name, `TicketOpened`. */
export function nameOf(event: LogEvent): string {
  return event.type.replace(/^tikethet\./, '');
}

/** Whether the event is about a ticket; words of later releases are known by how they begin. */
export function isAboutTicket(event: LogEvent): boolean {
  return /^(Ticket|Message|Note|Work|Reply|Priority|Category|Title|Tags|Response|Resolution)/.test(nameOf(event)) && event.subject !== 'desk';
}

/** What is said in `TicketOpened` starts the life of a ticket; everything else changes one. */
export function applyToTicket(ticket: Ticket, event: LogEvent, known: Known): Merged<Ticket> {
  if (event.subject !== ticket.id || event.streamversion <= ticket.version) return { value: ticket, incomplete: false };
  const base: Ticket = { ...ticket, version: event.streamversion, updated_at: event.time };
  const { data } = event;
  switch (nameOf(event)) {
    case 'MessagePosted':
    case 'NoteAdded': {
      const isNew = data['author_id'] !== known.me.id && !known.isWatching(ticket.id);
      const unread_count = base.unread_count + (isNew ? 1 : 0);
      if (nameOf(event) === 'NoteAdded') return { value: { ...base, unread_count }, incomplete: false };
      const asks = data['author_id'] === ticket.user?.id && !isDone(ticket.status);
      const waiting_since = asks ? (base.waiting_since ?? event.time) : null;
      const said = { messages_count: base.messages_count + 1, last_message_at: event.time, waiting_since, snoozed_until: null };
      return { value: { ...base, ...said, unread_count }, incomplete: false };
    }
    case 'TicketAssigned': {
      const assignee = known.member(String(data['assignee_id']));
      return { value: { ...base, assigned_to: assignee ?? base.assigned_to }, incomplete: assignee === undefined };
    }
    case 'TicketUnassigned':
      return { value: { ...base, assigned_to: null }, incomplete: false };
    case 'WorkStarted':
      return { value: moved(base, 'IN_PROGRESS', event.time), incomplete: false };
    case 'ReplyAwaited':
      return { value: { ...moved(base, 'WAITING_RESPONSE', event.time), waiting_since: null }, incomplete: false };
    case 'TicketResolved':
      return { value: moved(base, 'RESOLVED', event.time), incomplete: false };
    case 'TicketClosed':
      return { value: moved(base, 'CLOSED', event.time), incomplete: false };
    case 'TicketReopened':
      return { value: moved(base, data['status'] as Status, event.time), incomplete: false };
    case 'TicketMerged':
      return { value: isOwn(event) ? { ...moved(base, 'CLOSED', event.time), merged_into: String(data['into_id']) } : base, incomplete: false };
    case 'TicketUnmerged':
      return { value: isOwn(event) ? { ...moved(base, data['status'] as Status, event.time), merged_into: null } : base, incomplete: false };
    case 'PriorityChanged':
      return { value: { ...base, priority: data['priority'] as Priority }, incomplete: false };
    case 'CategoryChanged': {
      const category = known.category(String(data['category_id']));
      return { value: { ...base, category: category ?? base.category }, incomplete: category === undefined };
    }
    case 'TitleChanged':
      return { value: { ...base, title: data['title'] as string | null }, incomplete: false };
    case 'TagsChanged':
      return { value: { ...base, tags: data['tags'] as string[] }, incomplete: false };
    case 'TicketRated':
      return { value: { ...base, rating: Number(data['score']) }, incomplete: false };
    case 'MessageDeleted':
      return { value: { ...base, messages_count: base.messages_count - (data['is_internal'] === true ? 0 : 1) }, incomplete: false };
    case 'MessageEdited':
    case 'TicketLinked':
      return { value: base, incomplete: false };
    default:
      return { value: base, incomplete: true }; // a word this release does not know
  }
}

/** Both tickets hear that they were merged or taken apart; it changes the one that ended in the other. */
function isOwn({ subject, data }: LogEvent): boolean {
  return data['from_id'] === subject;
}

function isDone(status: Status): boolean {
  return status === 'RESOLVED' || status === 'CLOSED';
}

/** What a move means for the clocks: done stops the waiting, coming back starts it again. */
function moved(ticket: Ticket, status: Status, at: string): Ticket {
  if (!isDone(status)) {
    const waiting = isDone(ticket.status) ? at : ticket.waiting_since;
    return { ...ticket, status, waiting_since: waiting, resolved_at: null, closed_at: null };
  }
  const resolved = status === 'RESOLVED' ? at : ticket.resolved_at;
  return { ...ticket, status, waiting_since: null, resolved_at: resolved, closed_at: status === 'CLOSED' ? at : null };
}

/** Messages in the order they were said. */
export function inOrder(messages: Message[]): Message[] {
  return [...messages].sort((a, b) => a.version - b.version);
}

/** Put messages in (or in place of what was there under the same id). */
export function upsert(messages: Message[], fresh: Message[]): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const message of fresh) byId.set(message.id, message);
  return inOrder([...byId.values()]);
}

export function applyToMessages(messages: Message[], event: LogEvent, known: Known): Merged<Message[]> {
  const { data } = event;
  const id = String(data['message_id']);
  switch (nameOf(event)) {
    case 'MessagePosted':
    case 'NoteAdded': {
      if (messages.some((message) => message.id === id)) return { value: messages, incomplete: false };
      const user = known.member(String(data['author_id']));
      if (user === undefined) return { value: messages, incomplete: true };
      const attachments = (data['attachments'] ?? []) as Message['attachments'];
      const said = { content: data['content'] as string | null, is_internal: nameOf(event) === 'NoteAdded', attachments };
      const replyTo = (data['reply_to'] ?? null) as string | null;
      const when = { created_at: event.time, edited_at: null, deleted_at: null, reply_to: replyTo, version: event.streamversion };
      return { value: upsert(messages, [{ id, ticket_id: event.subject, user, ...said, ...when }]), incomplete: attachments.length > 0 };
    }
    case 'MessageEdited':
      return { value: change(messages, id, { content: data['content'] as string | null, edited_at: event.time }), incomplete: false };
    case 'MessageDeleted':
      return { value: change(messages, id, { content: null, attachments: [], deleted_at: event.time }), incomplete: false };
    default:
      return { value: messages, incomplete: false };
  }
}

function change(messages: Message[], id: string, patch: Partial<Message>): Message[] {
  return messages.map((message) => (message.id === id ? { ...message, ...patch } : message));
}
