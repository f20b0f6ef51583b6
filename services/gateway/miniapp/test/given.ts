// Things to test with: as short to say as the test is about.
import type { Attachment, HistoryItem, LogEvent, Me, Member, Message, Notice, Status, Ticket } from '../src/api/types';

export function member(id: string, role: Member['role'] = 'USER'): Member {
  return { id, first_name: id, last_name: null, username: null, role, language: 'ru', blocked: false, reachable: true };
}

/** Whoever is signed in. */
export function self(id: string, role: Member['role'] = 'USER'): Me {
  return { ...member(id, role), telegram_id: null, preferences: {} };
}

interface TicketFacts {
  number: number;
  minute?: number;
  version?: number;
  status?: Status;
  assignee?: string;
}

const time = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();

export function ticket({ number, minute = 0, version = 1, status = 'OPEN', assignee }: TicketFacts): Ticket {
  return {
    id: `t${number}`,
    number,
    title: `title ${number}`,
    description: 'it broke',
    status,
    priority: 'NORMAL',
    category: null,
    user: member('me'),
    assigned_to: assignee === undefined ? null : member(assignee, 'HELPER'),
    tags: [],
    rating: null,
    messages_count: 0,
    unread_count: 0,
    read_to: 0,
    snoozed_until: null,
    last_message_at: null,
    waiting_since: null,
    linked_to: null,
    merged_into: null,
    attachments: [],
    created_at: time(0),
    updated_at: time(minute),
    resolved_at: null,
    closed_at: null,
    version,
  };
}

interface MessageFacts {
  id: string;
  author?: string;
  content?: string;
  version: number;
  minute?: number;
  note?: boolean;
}

export function message({ id, author = 'me', content = id, version, minute = version, note = false }: MessageFacts): Message {
  const when = { created_at: time(minute), edited_at: null, deleted_at: null, reply_to: null };
  return { id, ticket_id: 't1', content, user: member(author), attachments: [], is_internal: note, version, ...when };
}

export function attachment(id: string, filename = `${id}.png`, type = 'image/png'): Attachment {
  return { id, filename, size: 1, content_type: type, url: `/api/v1/files/${id}`, preview_url: null };
}

/** A notification nobody has read. */
export function told(id: string): Notice {
  const about = { ticket_id: id, ticket_number: 1, ticket_title: id, actor_id: null };
  return { id, kind: 'NEW_MESSAGE', text: id, ...about, created_at: '2026-03-02T12:00:00Z', read_at: null };
}

export function happened(type: string, version: number, more: Partial<HistoryItem> = {}): HistoryItem {
  return { version, position: version, type, at: '', actor: null, channel: 'app', changes: {}, text: '', ...more };
}

export function event(name: string, version: number, data: Record<string, unknown> = {}, actor = 'her'): LogEvent {
  return {
    id: `event ${version}`,
    type: `tikethet.${name}`,
    subject: 't1',
    time: time(version),
    position: 100 + version,
    streamversion: version,
    actor,
    data,
  };
}

export const posted = (id: string, version: number, author = 'her', content = id): LogEvent =>
  event('MessagePosted', version, { message_id: id, author_id: author, content, attachments: [] }, author);
