// Pure: a conversation as rows to draw.
import type { HistoryItem, Member, Message, Ticket } from '../api/types';
import type { Outgoing } from './sending';

export interface Bubble {
  kind: 'bubble';
  id: string;
  at: string;
  /** `null` once the person was forgotten. */
  author: Member | null;
  own: boolean;
  message: Message | null;
  outgoing: Outgoing | null;
  /** What it answers; `older` while that is not loaded. */
  quoted: Message | 'older' | null;
  isNote: boolean;
  /** First and last of a run by one author: who it is, and where the tail goes. */
  first: boolean;
  last: boolean;
}

export type Row =
  | { kind: 'day'; id: string; at: string }
  | { kind: 'unread'; id: string }
  | { kind: 'service'; id: string; text: string; at: string }
  | Bubble;

const RUN_MS = 5 * 60_000;
/** What is worth a line in the conversation; the rest stands in the history. */
const TOLD = new Set([
  'TicketAssigned',
  'TicketUnassigned',
  'TicketResolved',
  'TicketClosed',
  'TicketReopened',
  'PriorityChanged',
  'CategoryChanged',
  'TitleChanged',
  'TicketMerged',
  'TicketUnmerged',
  'MessageMoved',
]);

interface Sources {
  ticket: Ticket;
  messages: Message[];
  outgoing: Outgoing[];
  history: HistoryItem[];
  me: Member;
  /** Messages of others from here on are new; `null` when none are. */
  unreadFrom: string | null;
  /** False while older messages are still to be loaded: then the question does not head the page yet. */
  complete: boolean;
}

/** What is written into a ticket that is not open yet. */
export function waitingRows(outgoing: Outgoing[], me: Member): Bubble[] {
  return outgoing.map((one) => ({ ...bubble(one.key, one.at, me, me.id, one.isInternal), outgoing: one }));
}

export function timeline(from: Sources): Row[] {
  const items = [...opening(from), ...said(from), ...told(from)].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const byId = new Map(from.messages.map((message) => [message.id, message]));
  const waiting = waitingRows(from.outgoing, from.me).map((row) => ({ ...row, quoted: quotedBy(row.outgoing?.replyTo, byId) }));
  return runs(withBreaks([...items, ...waiting], from.unreadFrom));
}

function bubble(id: string, at: string, author: Member | null, myId: string, isNote: boolean): Bubble {
  return { kind: 'bubble', id, at, author, own: author?.id === myId, message: null, outgoing: null, quoted: null, isNote, first: true, last: true };
}

function opening({ ticket, me, complete, messages }: Sources): Bubble[] {
  const attachments = ticket.attachments ?? [];
  if (!complete || ticket.description === null || (ticket.description === '' && attachments.length === 0)) return [];
  const repeated = attachments.length === 0 && messages[0]?.content === ticket.description && messages[0]?.user?.id === ticket.user?.id;
  if (repeated) return [];
  const message: Message = {
    id: ticket.id,
    ticket_id: ticket.id,
    content: ticket.description,
    user: ticket.user,
    attachments,
    is_internal: false,
    reply_to: null,
    created_at: ticket.created_at,
    edited_at: null,
    deleted_at: null,
    version: 1,
  };
  return [{ ...bubble(ticket.id, ticket.created_at, ticket.user, me.id, false), message }];
}

function said({ messages, me }: Sources): Bubble[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  return messages.map((message) => ({
    ...bubble(message.id, message.created_at, message.user, me.id, message.is_internal),
    message,
    quoted: message.deleted_at === null ? quotedBy(message.reply_to, byId) : null,
  }));
}

function quotedBy(replyTo: string | null | undefined, byId: ReadonlyMap<string, Message>): Bubble['quoted'] {
  return replyTo == null ? null : (byId.get(replyTo) ?? 'older');
}

function told({ history, messages, complete }: Sources): (Row & { kind: 'service' })[] {
  const since = complete ? 0 : Date.parse(messages[0]?.created_at ?? '') || 0;
  return history
    .filter((item) => TOLD.has(item.type) && Date.parse(item.at) >= since)
    .map((item) => ({ kind: 'service', id: `h${item.version}`, text: item.text, at: item.at }));
}

function withBreaks(items: (Bubble | (Row & { kind: 'service' }))[], unreadFrom: string | null): Row[] {
  const rows: Row[] = [];
  let day = '';
  for (const item of items) {
    const today = new Date(item.at).toDateString();
    if (today !== day) rows.push({ kind: 'day', id: `d${today}`, at: item.at });
    day = today;
    if (item.id === unreadFrom) rows.push({ kind: 'unread', id: 'unread' });
    rows.push(item);
  }
  return rows;
}

function runs(rows: Row[]): Row[] {
  const together = (a: Row | undefined, b: Row | undefined): boolean =>
    a?.kind === 'bubble' &&
    b?.kind === 'bubble' &&
    a.author?.id === b.author?.id &&
    a.isNote === b.isNote &&
    Date.parse(b.at) - Date.parse(a.at) < RUN_MS;
  return rows.map((row, index) =>
    row.kind === 'bubble' ? { ...row, first: !together(rows[index - 1], row), last: !together(row, rows[index + 1]) } : row,
  );
}
