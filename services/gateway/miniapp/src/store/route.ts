import { signal } from '@preact/signals';
import type { Role } from '../api/types';

/** Where the desk itself is looked after, and who may. */
export const ROOMS = ['statistics', 'members', 'templates', 'broadcasts', 'categories', 'programs', 'rules'] as const;
export type Room = (typeof ROOMS)[number];
export const LEAST_ROLE = {
  statistics: 'HELPER',
  members: 'HELPER',
  templates: 'MODERATOR',
  broadcasts: 'ADMIN',
  categories: 'ADMIN',
  programs: 'ADMIN',
  rules: 'ADMIN',
} as const satisfies Record<Room, Role>;
export type Route = { page: 'list' } | { page: 'new' } | { page: 'notices' } | { page: 'ticket'; ref: string } | { page: 'desk'; room: Room };
export type SheetName =
  | ('settings' | 'history' | 'actions' | 'message' | 'target' | 'picture' | 'rate' | 'filter' | 'snooze' | 'keys')
  | ('assign' | 'details' | 'merge' | 'person' | 'block' | 'category' | 'template' | 'invite' | 'broadcast');

export const route = signal<Route>({ page: 'list' });
/** What lies over the page, at most one. */
export const sheet = signal<SheetName | null>(null);
/** The category being changed; `null` for a new one. */
export const categoryId = signal<string | null>(null);
/** The template being changed; `null` for a new one. */
export const templateId = signal<string | null>(null);
/** The broadcast looked at; `null` for a new one. */
export const broadcastId = signal<string | null>(null);
/** Whose card is open. */
export const personId = signal<string | null>(null);

export function openPerson(id: string): void {
  personId.value = id;
  sheet.value = 'person';
}

function parse(hash: string): Route | null {
  if (hash === '#/new') return { page: 'new' };
  if (hash === '#/notices') return { page: 'notices' };
  const ref = /^#\/t\/([\w-]{1,40})$/.exec(hash)?.[1];
  if (ref !== undefined) return { page: 'ticket', ref };
  const room = ROOMS.find((name) => hash === `#/desk/${name}`);
  if (room !== undefined) return { page: 'desk', room };
  return hash === '#/' ? { page: 'list' } : null;
}

function address(to: Route): string {
  switch (to.page) {
    case 'ticket':
      return `#/t/${to.ref}`;
    case 'desk':
      return `#/desk/${to.room}`;
    case 'new':
      return '#/new';
    case 'notices':
      return '#/notices';
    case 'list':
      return '#/';
  }
}

const depth = (): number => (history.state as { depth?: number } | null)?.depth ?? 0;

function put(to: Route, how: 'push' | 'replace'): void {
  const state = { depth: how === 'push' ? depth() + 1 : depth() };
  if (how === 'push') history.pushState(state, '', address(to));
  else history.replaceState(state, '', address(to));
  route.value = to;
}

/** Begin at the address (a reload), or at what a `startapp` link names, with the list beneath it. */
export function startRouting(startParam: string | undefined): void {
  const kept = parse(location.hash);
  const linked = /^ticket_(\d{1,12})$/.exec(startParam ?? '')?.[1];
  if (kept !== null) route.value = kept;
  else {
    put({ page: 'list' }, 'replace');
    if (linked !== undefined) put({ page: 'ticket', ref: linked }, 'push');
  }
  addEventListener('popstate', () => {
    sheet.value = null;
    route.value = parse(location.hash) ?? { page: 'list' };
  });
}

export function go(to: Route): void {
  sheet.value = null;
  const from = route.value;
  if (address(from) === address(to)) return;
  const isList = from.page === 'list' || (from.page === 'notices' && to.page === 'ticket');
  put(to, isList ? 'push' : 'replace'); // one step back always leads to the list something was chosen from
}

/** One step back: closes what lies on top, else returns to the list. */
export function back(): void {
  if (sheet.value !== null) sheet.value = null;
  else if (depth() > 0) history.back();
  else put({ page: 'list' }, 'replace');
}
