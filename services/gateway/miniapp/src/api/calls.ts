import type { Answer, Client } from './client';
import type { EventPage, NotificationList, NotificationsReadBody } from './schema';
import type { Category, Counts, Details, HistoryItem, Language, Me, Member, Message, NewMessage, NewTicket, Page, Priority, Status, Ticket } from './types';

export type Segment = 'all' | 'mine' | 'unassigned';

export type Sort = '-updated_at' | '-priority' | 'waiting';

export interface TicketFilter {
  segment: Segment;
  status: Status | null;
  priority: Priority | null;
  categoryId: string | null;
  /** What one put aside, instead of all the rest. */
  snoozed: boolean;
  sort: Sort;
  q: string;
}

export const EVERYTHING: TicketFilter = { segment: 'all', status: null, priority: null, categoryId: null, snoozed: false, sort: '-updated_at', q: '' };

const ASSIGNED_TO: Record<Segment, string | null> = { all: null, mine: 'me', unassigned: 'none' };

export const HISTORY_PAGE = 100;

/** Every call the app makes, one line each. `key` is the Idempotency-Key of the wish. */
export class Calls {
  constructor(private readonly client: Client) {}

  me = (): Promise<Answer<Me>> => this.client.call('auth/me');
  chooseLanguage = (language: Language, key: string): Promise<Answer<Me>> =>
    this.client.call('auth/me', { method: 'PATCH', body: { language }, key });

  member = (id: string): Promise<Answer<Member>> => this.client.call(`members/${id}`);
  categories = (): Promise<Answer<Page<Category>>> => this.client.call('categories', { query: { size: 100 } });
  /** Of the queue: what one put aside is counted by itself. */
  counts = (): Promise<Answer<Counts>> => this.client.call('tickets/counts', { query: { snoozed: 'false' } });
  tickets = ({ segment, status, priority, categoryId, snoozed, sort, q }: TicketFilter, cursor: string | null): Promise<Answer<Page<Ticket>>> =>
    this.client.call('tickets', {
      query: {
        ...{ status, priority, category_id: categoryId, snoozed: String(snoozed), sort, q },
        ...{ assigned_to: ASSIGNED_TO[segment], cursor, size: cursor === null ? 30 : 100 },
      },
    });
  snooze = (id: string, until: string): Promise<Answer<Ticket>> =>
    this.client.call(`tickets/${id}/snooze`, { method: 'PUT', body: { until } });
  wake = (id: string): Promise<Answer<Ticket>> => this.client.call(`tickets/${id}/snooze`, { method: 'DELETE' });
  ticket = (ref: string): Promise<Answer<Ticket>> => this.client.call(`tickets/${encodeURIComponent(ref)}`);
  history = (id: string, cursor: string | null): Promise<Answer<Page<HistoryItem>>> =>
    this.client.call(`tickets/${id}/history`, { query: { cursor, size: HISTORY_PAGE } });
  /** A stretch of the conversation, oldest first: the newest, or the one `prev_cursor` leads to. */
  messages = (ref: string, cursor: string | null): Promise<Answer<Page<Message>>> =>
    this.client.call(`tickets/${encodeURIComponent(ref)}/messages`, { query: { cursor, size: cursor === null ? 50 : 100, latest: cursor === null ? 'true' : null } });

  notices = (cursor: string | null, size: number): Promise<Answer<NotificationList>> => this.client.call('notifications', { query: { cursor, size } });
  readNotices = (which: NotificationsReadBody): Promise<Answer<null>> => this.client.call('notifications/read', { method: 'POST', body: which });

  /** What happened after a position; `null` when that is what `etag` stands for. */
  events = (after: number, etag: string | undefined): Promise<Answer<EventPage | null>> =>
    this.client.call('events', { query: { after, limit: 200 }, etag, retries: 0 });

  open = (ticket: NewTicket, key: string): Promise<Answer<Ticket>> => this.client.call('tickets', { method: 'POST', body: ticket, key });
  post = (id: string, message: NewMessage, key: string): Promise<Answer<Message>> =>
    this.client.call(`tickets/${id}/messages`, { method: 'POST', body: message, key, retries: 1 });
  reword = (id: string, message: string, content: string, key: string): Promise<Answer<Message>> =>
    this.client.call(`tickets/${id}/messages/${message}`, { method: 'PATCH', body: { content }, key });
  takeBack = (id: string, message: string, key: string): Promise<Answer<null>> =>
    this.client.call(`tickets/${id}/messages/${message}`, { method: 'DELETE', key });
  /** Read up to and including this version of the ticket. */
  read = (id: string, version: number): Promise<Answer<unknown>> =>
    this.client.call(`tickets/${id}/read`, { method: 'POST', body: { version } });
  setStatus = (id: string, status: Status, key: string): Promise<Answer<Ticket>> =>
    this.client.call(`tickets/${id}/status`, { method: 'POST', body: { status }, key });
  assign = (id: string, assigneeId: string | null, key: string): Promise<Answer<Ticket>> =>
    this.client.call(`tickets/${id}/assign`, { method: 'POST', body: { assignee_id: assigneeId }, key });
  change = (id: string, details: Details, key: string): Promise<Answer<Ticket>> =>
    this.client.call(`tickets/${id}`, { method: 'PATCH', body: details, key });
  rate = (id: string, score: number, comment: string, key: string): Promise<Answer<Ticket>> =>
    this.client.call(`tickets/${id}/rate`, { method: 'POST', body: { score, ...(comment === '' ? {} : { comment }) }, key });
}
