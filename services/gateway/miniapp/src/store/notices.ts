import { batch, signal } from '@preact/signals';
import type { Notice } from '../api/types';
import { unread } from './bell';
import { calls } from './core';
import { append, renew, type Paged } from './listing';
import { read, readBy, type Which } from './noticing';
import { paging } from './paging';
import { fact } from './recall';
import { go, route } from './route';
import { complain } from './toast';

export const notices = signal<Paged<Notice>>({ items: [], nextCursor: null });
export const phase = signal<'loading' | 'ready' | 'failed'>('loading');

const FIRST = 30;
const FURTHER = 100;
/** The last reading or marking: what was asked for before it is older than what is on screen. */
let latest = 0;
/** What is shown was left by an earlier visit: who knows what of it was read since. */
let isKeptOnly = false;

/** Read the first page again, what was loaded below it stays. Ends in a `phase`, never throws; false when it failed. */
export async function refresh(): Promise<boolean> {
  const mine = ++latest;
  if (phase.value === 'failed') phase.value = 'loading';
  const kept = phase.value === 'loading' ? showKept() : null;
  try {
    const { body } = await calls.notices(null, FIRST);
    if (mine !== latest) return true;
    batch(() => {
      const page = { items: body.items, nextCursor: body.next_cursor };
      notices.value = isKeptOnly ? page : renew(notices.value, page);
      isKeptOnly = false;
      unread.value = body.unread;
      phase.value = 'ready';
      older.wasRead();
    });
    return true;
  } catch {
    await kept;
    if (mine === latest && phase.value === 'loading') phase.value = 'failed';
    return false;
  }
}

/** What an earlier visit left, until the server has answered. */
async function showKept(): Promise<void> {
  const kept = await fact('notices');
  if (kept === undefined || phase.value !== 'loading') return;
  batch(() => {
    notices.value = kept;
    isKeptOnly = true;
    phase.value = 'ready';
  });
}

/** Something was told, or read, perhaps elsewhere: the page if it is open, else only how many there are. Never throws. */
export async function catchUp(): Promise<void> {
  if (route.value.page === 'notices') return void (await refresh());
  const mine = ++latest;
  const told = await calls.notices(null, 1).catch(() => null);
  if (told !== null && mine === latest) unread.value = told.body.unread;
}

export const older = paging({
  next: () => (phase.value === 'ready' ? notices.value.nextCursor : null),
  version: () => latest,
  ask: async (cursor) => (await calls.notices(cursor, FURTHER)).body,
  add: ({ items, next_cursor: nextCursor }) => (notices.value = append(notices.value, { items, nextCursor })),
});

/** Go where a notification leads; so it is read. */
export function follow(notice: Notice): void {
  if (notice.read_at === null) void mark(readBy(notice));
  if (notice.ticket_number !== null) go({ page: 'ticket', ref: String(notice.ticket_number) });
}

export async function mark(which: Which): Promise<void> {
  latest += 1;
  const { items, fresh } = read(notices.value.items, which, new Date().toISOString());
  batch(() => {
    notices.value = { ...notices.value, items };
    unread.value = Object.keys(which).length === 0 ? 0 : Math.max(0, unread.value - fresh);
  });
  try {
    await calls.readNotices(which);
  } catch (error) {
    complain(error, () => void mark(which));
  }
  await refresh(); // the server knows of more than is on screen, and what it did not take is unread again
}
