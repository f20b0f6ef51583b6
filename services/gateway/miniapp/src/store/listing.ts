// Pure: lists that come in pages, and one of tickets that stays what the server would answer while events pass.
import type { Sort, TicketFilter } from '../api/calls';
import { PRIORITIES, type Count, type Page, type Ticket } from '../api/types';

/** What was loaded of a list so far, and where it goes on. */
export interface Paged<Item extends { id: string }> {
  items: Item[];
  nextCursor: string | null;
}

export interface Listing extends Paged<Ticket> {
  total: number;
  /** `total` is a lower bound: the server did not count to the end. */
  isOpen?: boolean;
}

export function listingOf({ items, total, total_is_exact: isExact, next_cursor: nextCursor }: Page<Ticket>): Listing {
  return { items, total, isOpen: !isExact, nextCursor };
}

export const EMPTY: Listing = { items: [], total: 0, nextCursor: null };

/** How many the list has in all, as far as can be told; what is loaded to its end is counted. */
export function countIn({ items, total, isOpen = false, nextCursor }: Listing): Count {
  if (!isOpen) return { count: total, isOver: false };
  return nextCursor === null ? { count: items.length, isOver: false } : { count: Math.max(total - 1, items.length), isOver: true };
}

/** Whether a ticket belongs under a filter; `null` when only the server can tell (a search). */
export function matches(ticket: Ticket, filter: TicketFilter, myId: string, now = Date.now()): boolean | null {
  if (filter.status !== null && ticket.status !== filter.status) return false;
  if (filter.priority !== null && ticket.priority !== filter.priority) return false;
  if (filter.categoryId !== null && ticket.category?.id !== filter.categoryId) return false;
  if (isAsleep(ticket, now) !== filter.snoozed) return false;
  if (filter.segment === 'mine' && ticket.assigned_to?.id !== myId) return false;
  if (filter.segment === 'unassigned' && ticket.assigned_to !== null) return false;
  return filter.q === '' ? true : null;
}

/** Put aside by whoever looks, and not yet back. */
export function isAsleep({ snoozed_until: until }: Ticket, now = Date.now()): boolean {
  return until != null && Date.parse(until) > now;
}

/** Which of two comes first; the server alone tells apart those that are alike. */
const ORDERS: Record<Sort, (a: Ticket, b: Ticket) => number> = {
  '-updated_at': (a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at),
  '-priority': (a, b) => PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority),
  waiting: (a, b) => waitsSince(a) - waitsSince(b),
};

/** Who waits for nothing comes last. */
function waitsSince({ waiting_since: since }: Ticket): number {
  return since == null ? Number.MAX_SAFE_INTEGER : Date.parse(since);
}

/** Among the others, which stay as the server put them. */
function insert(items: readonly Ticket[], ticket: Ticket, sort: Sort): Ticket[] {
  const later = items.findIndex((item) => ORDERS[sort](ticket, item) <= 0);
  return later < 0 ? [...items, ticket] : [...items.slice(0, later), ticket, ...items.slice(later)];
}

/** Put a ticket where it belongs now: in, out, or at another place. An older version never replaces a newer one. */
export function place(listing: Listing, ticket: Ticket, filter: TicketFilter, myId: string): Listing {
  const old = listing.items.find((item) => item.id === ticket.id);
  if (old !== undefined && old.version > ticket.version) return listing;
  const rest = listing.items.filter((item) => item.id !== ticket.id);
  const belongs = matches(ticket, filter, myId) ?? old !== undefined;
  if (!belongs) return old === undefined ? listing : { ...listing, items: rest, total: Math.max(0, listing.total - 1) };
  const items = insert(rest, ticket, filter.sort);
  const isBeyond = old === undefined && listing.nextCursor !== null && items.at(-1)?.id === ticket.id; // it comes with its page
  if (isBeyond) return listing;
  return { ...listing, items, total: old === undefined ? listing.total + 1 : listing.total };
}

/** Put a new first page in front of what was loaded below the old one, if the two meet; else only the page is sure. */
export function renew<List extends Paged<{ id: string }>>(listing: Paged<List['items'][number]>, page: List): List {
  const meets = listing.items.findIndex((item) => item.id === page.items.at(-1)?.id);
  if (meets < 0 || meets === listing.items.length - 1) return page;
  return append(page, { ...page, items: listing.items.slice(meets + 1), nextCursor: listing.nextCursor });
}

/** Add the next page; what moved up while scrolling is not shown twice. */
export function append<List extends Paged<{ id: string }>>(listing: Paged<List['items'][number]>, page: List): List {
  const have = new Set(listing.items.map((item) => item.id));
  return { ...page, items: [...listing.items, ...page.items.filter((item) => !have.has(item.id))] };
}
