// What the app calls the shapes of the API. They are generated (schema.ts); here stand the names, orders and bounds around them.
import type * as api from './schema';

export type {
  Activity,
  Attachment,
  Category,
  CategoryBrief,
  Counts,
  Dashboard,
  Desk,
  Duty,
  HistoryItem,
  ListedNotification as Notice,
  Me,
  Member,
  Message,
  Priority,
  Role,
  Spread,
  Status,
  Ticket,
  TicketStatistics,
} from './schema';
export type { MessageBody as NewMessage, SessionShape as SignedIn } from './schema';

export type Language = api.Member['language'];
export const LANGUAGES: readonly Language[] = ['ru', 'en'];

export const STATUSES: readonly api.Status[] = ['OPEN', 'IN_PROGRESS', 'WAITING_RESPONSE', 'RESOLVED', 'CLOSED'];
export const PRIORITIES: readonly api.Priority[] = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'];

/** Which notices are wanted; what is not named is. */
export type Preference = keyof NonNullable<api.MePatch['preferences']>;

export type NewTicket = Required<Omit<api.TicketBody, 'attachments' | 'telegram_id'>> & Pick<api.TicketBody, 'attachments'>;

/** What a new ticket is about, apart from its text and its files. */
export type TicketBrief = Pick<NewTicket, 'title' | 'category_id' | 'priority'>;

/** What staff may change on a ticket; what is left out stays. */
export type Details = Partial<{ [Field in keyof api.TicketPatch]-?: NonNullable<api.TicketPatch[Field]> }>;

/** The part of a page that the app goes by. */
export interface Page<T> {
  items: T[];
  total: number;
  /** Else there are `total` at least. */
  total_is_exact: boolean;
  next_cursor: string | null;
  /** Back to older messages; only conversations have it. */
  prev_cursor?: string | null;
}

/** How many there are; `isOver`: more than so many, where the server stopped counting. */
export interface Count {
  count: number;
  isOver: boolean;
}

export function countOf({ total, total_is_exact: isExact }: Pick<Page<unknown>, 'total' | 'total_is_exact'>): Count {
  return isExact ? { count: total, isOver: false } : { count: total - 1, isOver: true };
}

export interface SignIn extends Omit<api.Tokens, 'token_type'> {
  /** Whoever signed in; a renewed session does not tell. */
  user?: api.Me;
}

/** One event of the log as the socket sends it: a CloudEvent in one JSON object. */
export type LogEvent = Required<Pick<api.CloudEvent, 'id' | 'type' | 'subject' | 'time' | 'position' | 'streamversion' | 'actor' | 'data'>>;

export const BOUNDS = { title: 200, description: 4096, content: 4096, search: 100, tag: 32, tags: 10, reason: 500, name: 64, greeting: 1000 } as const;

/** What is written in several languages. */
export type Texts = Partial<Record<Language, string>>;

/** Without the languages that nothing was written in. */
export function filled(texts: Texts): Texts {
  return Object.fromEntries(LANGUAGES.map((each) => [each, (texts[each] ?? '').trim()]).filter(([, text]) => text !== ''));
}

const RANK: Record<api.Role, number> = { USER: 0, HELPER: 1, MODERATOR: 2, ADMIN: 3, DEVELOPER: 4 };

type Ranked = Pick<api.Member, 'role'>;

export function atLeast(member: Ranked, role: api.Role): boolean {
  return RANK[member.role] >= RANK[role];
}

export function isBelow(member: Ranked, other: Ranked): boolean {
  return RANK[member.role] < RANK[other.role];
}

export function isStaff(member: Ranked): boolean {
  return member.role !== 'USER';
}
