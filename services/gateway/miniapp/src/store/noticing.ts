// Pure: what one was told, in the days it was told on, and as read as it is on this device.
import type { Notice } from '../api/types';

/** Which of them: all, those about one ticket, or one. */
export type Which = { ids: [string] } | { ticket_id: string } | Record<string, never>;

export interface Day {
  /** When the newest of the day was told. */
  at: string;
  items: Notice[];
}

/** In the order they came, cut where a day of this device ends. */
export function byDay(items: readonly Notice[]): Day[] {
  const days: Day[] = [];
  let last = '';
  for (const item of items) {
    const day = new Date(item.created_at).toDateString();
    if (day === last) days.at(-1)?.items.push(item);
    else days.push({ at: item.created_at, items: [item] });
    last = day;
  }
  return days;
}

export function isAmong(item: Notice, which: Which): boolean {
  if ('ids' in which) return which.ids[0] === item.id;
  return 'ticket_id' in which ? item.ticket_id === which.ticket_id : true;
}

/** What opening one of them reads: everything about its ticket, which is seen there. */
export function readBy(item: Notice): Which {
  return item.ticket_id === null ? { ids: [item.id] } : { ticket_id: item.ticket_id };
}

/** Read at a time; those that were already keep theirs. */
export function read(items: readonly Notice[], which: Which, at: string): { items: Notice[]; fresh: number } {
  const fresh = items.filter((item) => item.read_at === null && isAmong(item, which)).length;
  return { items: items.map((item) => (item.read_at === null && isAmong(item, which) ? { ...item, read_at: at } : item)), fresh };
}
