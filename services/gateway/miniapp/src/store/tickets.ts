import { batch, signal } from '@preact/signals';
import { EVERYTHING, type TicketFilter } from '../api/calls';
import type { Counts, LogEvent, Ticket } from '../api/types';
import { calls, me } from './core';
import { rememberTicket } from './known';
import { append, EMPTY, listingOf, place, renew, type Listing } from './listing';
import { applyToTicket, type Known } from './merge';
import { paging } from './paging';
import { keptListing } from './recall';

export const filter = signal<TicketFilter>(EVERYTHING);
export const listing = signal<Listing>(EMPTY);
export const counts = signal<Counts | null>(null);
/** `stale`: what is shown is being read again. */
export const phase = signal<'loading' | 'stale' | 'ready' | 'failed'>('loading');

const earlier = new Map<string, Listing>();
let latest = 0;
/** Tickets that changed while the list was being read: what was read may be older than they are. */
const meanwhile = new Map<string, Ticket>();
let reading = 0;

export const filterName = ({ segment, status, priority, categoryId, snoozed, sort, q }: TicketFilter): string =>
  [segment, status, priority, categoryId, snoozed ? 'snoozed' : null, sort, q].join(' ');

let isFresh = false;

export async function choose(change: Partial<TicketFilter>): Promise<void> {
  const next = { ...filter.value, ...change };
  if (filterName(next) === filterName(filter.value)) return;
  batch(() => {
    filter.value = next;
    listing.value = earlier.get(filterName(next)) ?? EMPTY;
    phase.value = earlier.has(filterName(next)) ? 'stale' : 'loading';
  });
  await refresh();
}

/** Read the first page again; `keepsRest`: what was loaded below it stays where it is. Ends in a `phase`, never throws; false when it failed. */
export async function refresh(keepsRest = false): Promise<boolean> {
  const mine = ++latest;
  const asked = filter.value;
  isFresh = false;
  const kept = phase.value === 'loading' ? showKept(asked) : null;
  if (kept === null) phase.value = 'stale';
  void refreshCounts();
  reading += 1;
  try {
    const read = listingOf((await calls.tickets(asked, null)).body);
    if (mine !== latest) return true;
    read.items.forEach(rememberTicket);
    batch(() => {
      const page = { ...read, items: read.items.map(asRead) };
      keep(keepsRest ? renew(listing.value, page) : page);
      meanwhile.forEach(put);
      phase.value = 'ready';
      older.wasRead();
      isFresh = true;
    });
    return true;
  } catch {
    const isShown = kept === null || (await kept);
    if (mine === latest) phase.value = isShown ? 'ready' : 'failed';
    return false;
  } finally {
    reading -= 1;
    if (reading === 0) meanwhile.clear();
  }
}

/** The list an earlier visit left, until the server has answered; whether there was one. */
async function showKept(asked: TicketFilter): Promise<boolean> {
  const kept = await keptListing(filterName(asked));
  if (kept === undefined) return false;
  if (phase.value !== 'loading' || filter.value !== asked) return true;
  kept.items.forEach(rememberTicket);
  batch(() => {
    keep({ ...kept, items: kept.items.map(asRead) });
    phase.value = 'stale';
  });
  return true;
}

/** The line is back: a list that is only kept, or failed, is read. */
export function catchUpWithServer(): void {
  if (!isFresh && reading === 0) void refresh(true);
}

export const older = paging({
  next: () => (phase.value === 'ready' ? listing.value.nextCursor : null),
  version: () => latest,
  ask: async (cursor) => listingOf((await calls.tickets(filter.value, cursor)).body),
  add: (page) => {
    page.items.forEach(rememberTicket);
    keep(append(listing.value, page));
  },
});

let waking: ReturnType<typeof setTimeout> | undefined;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export async function refreshCounts(): Promise<void> {
  const told = await calls.counts().catch(() => null);
  if (told === null) return;
  counts.value = told.body;
  clearTimeout(waking);
  const { next_wake } = told.body;
  const ms = next_wake === null ? Infinity : Date.parse(next_wake) - Date.now() + 1_000;
  if (ms < LONGEST_TIMER_MS) waking = setTimeout(() => void refresh(true), Math.max(0, ms)); // its time comes: it is in the queue again
}

/** A ticket as somebody else just read it from the server. */
export function putTicket(ticket: Ticket): void {
  rememberTicket(ticket);
  put(ticket);
}

function put(told: Ticket): void {
  const ticket = asRead(told);
  if (reading > 0) meanwhile.set(ticket.id, ticket);
  const self = me.value;
  if (self !== null) keep(place(listing.value, ticket, filter.value, self.id));
}

/** Let an event into the list; true when the ticket has to be read from the server for it. */
export function hear(event: LogEvent, known: Known): boolean {
  const ticket = listing.value.items.find((item) => item.id === event.subject);
  if (ticket === undefined) return true;
  const { value, incomplete } = applyToTicket(ticket, event, known);
  if (value !== ticket) put(value);
  return incomplete;
}

/** How far tickets were read on this device: an answer that was on its way meanwhile may still count what no longer is new. */
const readTo = new Map<string, number>();

export function markRead(ticketId: string, version: number): void {
  readTo.set(ticketId, version);
  keep({ ...listing.value, items: listing.value.items.map(asRead) });
}

/** The server did not take it: what it counts is right. */
export function unmarkRead(ticketId: string): void {
  readTo.delete(ticketId);
}

function asRead(ticket: Ticket): Ticket {
  const isRead = ticket.unread_count > 0 && (readTo.get(ticket.id) ?? 0) >= ticket.version;
  return isRead ? { ...ticket, unread_count: 0 } : ticket;
}

function keep(next: Listing): void {
  listing.value = next;
  earlier.set(filterName(filter.value), next);
}
