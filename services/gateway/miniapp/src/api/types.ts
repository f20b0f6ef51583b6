// The shapes of DESIGN §6. More fields may come, none goes.

export type Language = 'ru' | 'en';
export const LANGUAGES: readonly Language[] = ['ru', 'en'];
export type Role = 'USER' | 'HELPER' | 'MODERATOR' | 'ADMIN' | 'DEVELOPER';
export type Status = 'OPEN' | 'IN_PROGRESS' | 'WAITING_RESPONSE' | 'RESOLVED' | 'CLOSED';
export type Priority = 'LOW' | 'NORMAL' | 'HIGH' | 'CRITICAL';

export const STATUSES: readonly Status[] = ['OPEN', 'IN_PROGRESS', 'WAITING_RESPONSE', 'RESOLVED', 'CLOSED'];
export const PRIORITIES: readonly Priority[] = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'];

export interface Member {
  id: string;
  first_name: string | null;
  last_name: string | null;
  username: string | null;
  role: Role;
  language?: Language;
  blocked?: boolean;
  reachable?: boolean;
  telegram_id?: number | null;
  /** Only of oneself: which notices are wanted; what is not named is. */
  preferences?: Partial<Record<Preference, boolean>>;
}

export type Preference = 'answers' | 'status' | 'assigned' | 'new_tickets';

/** Somewhere one is signed in. */
export interface SignedIn {
  id: string;
  client: string;
  current: boolean;
  created_at: string;
  used_at: string;
}

/** One's own duty, and everybody who is on duty. */
export interface Duty {
  on_duty: boolean;
  staff: Member[];
}

/** How long something took, in whole seconds; `null` where there was nothing. */
export interface Spread {
  count: number;
  median_s: number | null;
  p90_s: number | null;
}

export interface Satisfaction {
  count: number;
  average: number | null;
}

export interface Activity {
  opened: number;
  resolved: number;
  first_response: Spread;
  resolution: Spread;
  satisfaction: Satisfaction;
}

/** The desk at a glance; `week` is today and the six days before. */
export interface Dashboard {
  today: Activity;
  week: Activity;
  backlog: { total: number; unassigned: number; older_than_day: number };
  helpers: { member: Member; open: number; waiting_for_us: number; resolved_this_week: number }[];
}

/** The tickets opened in a stretch of time, as they are now. */
export interface TicketStatistics {
  total: { tickets: number; resolved: number; first_response: Spread; resolution: Spread; satisfaction: Satisfaction };
  by_category: { category: Category | null; tickets: number }[];
  by_day: Record<string, number>;
}

/** How the desk works; numbers of 0 mean: not at all. */
export interface Desk {
  names: Partial<Record<Language, string>>;
  greetings: Partial<Record<Language, string>>;
  time_zone: string;
  auto_close_days?: number;
  reminder_hours?: number;
}

export interface Category {
  id: string;
  name: string;
  names: Partial<Record<Language, string>>;
  description?: string | null;
  descriptions?: Partial<Record<Language, string>>;
  icon: string;
  color: string;
  order?: number;
  active?: boolean;
}

export interface Ticket {
  id: string;
  number: number;
  title: string | null;
  description: string | null;
  status: Status;
  priority: Priority;
  category: Category | null;
  user: Member | null;
  assigned_to: Member | null;
  tags: string[];
  rating: number | null;
  messages_count: number;
  unread_count: number;
  last_message_at: string | null;
  linked_to?: string | null;
  /** Of the first message. */
  attachments?: Attachment[];
  created_at: string;
  updated_at: string;
  resolved_at?: string | null;
  closed_at: string | null;
  version: number;
}

export interface Attachment {
  id: string;
  filename: string;
  size: number;
  content_type: string;
  url?: string;
  preview_url?: string | null;
}

export interface Message {
  id: string;
  /** A message to a long closed ticket opens a new one: then this is another ticket. */
  ticket_id?: string;
  content: string | null;
  user: Member | null;
  attachments: Attachment[];
  is_internal: boolean;
  created_at: string;
  edited_at: string | null;
  deleted_at: string | null;
  /** The message this one answers. */
  reply_to?: string | null;
  /** The ticket's version it was said at: the order of a conversation. */
  version: number;
}

export interface HistoryItem {
  version: number;
  position: number;
  type: string;
  at: string;
  actor: Member | null;
  channel: string;
  changes?: unknown;
  text: string;
}

export interface Counts {
  total: number;
  by_status: Partial<Record<Status, number>>;
  by_priority: Partial<Record<Priority, number>>;
  mine: number;
  unassigned: number;
}

export interface Page<T> {
  items: T[];
  total: number;
  next_cursor: string | null;
  /** Back to older messages; only conversations have it. */
  prev_cursor?: string | null;
}

export interface SignIn {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  user?: Member;
}

export interface NewMessage {
  content: string;
  is_internal: boolean;
  reply_to?: string;
  /** Ids of files that were sent before. */
  attachments?: string[];
}

/** What staff may change on a ticket; what is left out stays. */
export interface Details {
  title?: string;
  category_id?: string;
  priority?: Priority;
  tags?: string[];
}

export interface NewTicket {
  title: string;
  description: string;
  category_id: string;
  priority: Priority;
  attachments?: string[];
}

/** One event of the log as the socket sends it: a CloudEvent in one JSON object. */
export interface LogEvent {
  id: string;
  type: string;
  subject: string;
  time: string;
  position: number;
  streamversion: number;
  actor: string;
  data: Record<string, unknown>;
}

export const BOUNDS = { title: 200, description: 4096, content: 4096, search: 100, tag: 32, tags: 10, reason: 500, name: 64, greeting: 1000 } as const;

const RANK: Record<Role, number> = { USER: 0, HELPER: 1, MODERATOR: 2, ADMIN: 3, DEVELOPER: 4 };

export function atLeast(member: Member, role: Role): boolean {
  return RANK[member.role] >= RANK[role];
}

export function isBelow(member: Member, other: Member): boolean {
  return RANK[member.role] < RANK[other.role];
}

export function isStaff(member: Member): boolean {
  return member.role !== 'USER';
}
