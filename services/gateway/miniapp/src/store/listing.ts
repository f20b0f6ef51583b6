// Pure: a list of tickets that stays what the server would answer while events pass.
import type { TicketFilter } from '../api/calls';
import type { Ticket } from '../api/types';

export interface Listing {
  items: Ticket[];
  total: number;
  nextCursor: string | null;
}

export const EMPTY: Listing = { items: [], total: 0, nextCursor: null };

/** Whether a ticket belongs under a filter; `null` when only the server can tell (a search). */
export function matches(ticket: Ticket, filter: TicketFilter, myId: string): boolean | null {
  if (filter.status !== null && ticket.status !== filter.status) return false;
  if (filter.segment === 'mine' && ticket.assigned_to?.id !== myId) return false;
  if (filter.segment === 'unassigned' && ticket.assigned_to !== null) return false;
  return filter.q === '' ? true : null;
}

/** Among the others, which stay as the server put them: it tells apart what changed within one millisecond. */
function insert(items: readonly Ticket[], ticket: Ticket): Ticket[] {
  const at = Date.parse(ticket.updated_at);
  const older = items.findIndex((item) => Date.parse(item.updated_at) <= at);
  return older < 0 ? [...items, ticket] : [...items.slice(0, older), ticket, ...items.slice(older)];
}

/** Put a ticket where it belongs now: in, out, or at another place. An older version never replaces a newer one. */
export function place(listing: Listing, ticket: Ticket, filter: TicketFilter, myId: string): Listing {
  const old = listing.items.find((item) => item.id === ticket.id);
  if (old !== undefined && old.version > ticket.version) return listing;
  const rest = listing.items.filter((item) => item.id !== ticket.id);
  const belongs = matches(ticket, filter, myId) ?? old !== undefined;
  if (!belongs) return old === undefined ? listing : { ...listing, items: rest, total: Math.max(0, listing.total - 1) };
  const items = insert(rest, ticket);
  const isBeyond = old === undefined && listing.nextCursor !== null && items.at(-1)?.id === ticket.id; // it comes with its page
  if (isBeyond) return listing;
  return { ...listing, items, total: old === undefined ? listing.total + 1 : listing.total };
}

/** Put a new first page in front of what was loaded below the old one, if the two meet; else only the page is sure. */
export function renew(listing: Listing, page: Listing): Listing {
  const meets = listing.items.findIndex((item) => item.id === page.items.at(-1)?.id);
  if (meets < 0 || meets === listing.items.length - 1) return page;
  const rest = { items: listing.items.slice(meets + 1), total: page.total, nextCursor: listing.nextCursor };
  return append(page, rest);
}

/** Add the next page; what moved up while scrolling is not shown twice. */
export function append(listing: Listing, page: Listing): Listing {
  const have = new Set(listing.items.map((item) => item.id));
  return { ...page, items: [...listing.items, ...page.items.filter((item) => !have.has(item.id))] };
}
