// The live feed into the stores: one event, everything on screen that it touches.
import { signal } from '@preact/signals';
import type { LogEvent } from '../api/types';
import { Problem } from '../api/problem';
import { backoff } from '../live/backoff';
import type { Cursor } from '../live/feed';
import { Live, type LiveState } from '../live/socket';
import * as conversation from './conversation';
import { calls, me, onMark, stage, tokens, welcome } from './core';
import { knowledge, loadCategories } from './known';
import { isAboutTicket, nameOf } from './merge';
import { flush } from './outbox';
import { fact } from './recall';
import * as tickets from './tickets';

export const liveState = signal<LiveState>('connecting');

const COUNTED = /^(TicketOpened|TicketAssigned|TicketUnassigned|WorkStarted|ReplyAwaited|TicketResolved|TicketClosed|TicketReopened|PriorityChanged)$/;
const SAID = /^(MessagePosted|NoteAdded|MessageEdited|MessageDeleted)$/;

const live = new Live({
  open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws`),
  token: tokens.token,
  dropToken: tokens.drop,
  renewIn: tokens.renewIn,
  onState: (state) => {
    liveState.value = state;
    if (state === 'connected') caughtUp();
  },
  onEvent: (event) => {
    hear(event);
    void keeping.then((room) => room.keepEvent(event));
  },
  onTyping: conversation.hearTyping,
  onRefetch: (before, now) => {
    if (before !== null) void keeping.then((room) => room.keepGap(now, before.epoch !== now.epoch));
    void refetch();
  },
});

let started = false;
/** Comes after the first screen; until then events wait for it in their order. */
const keeping = import('./keeping');

function begin(cursor: Cursor): void {
  if (started) return;
  started = true;
  live.start(cursor);
}

/** Listen from where an earlier visit stopped, else from the first answer's place in the log: what is read later is newer, and merging knows. */
export function startLive(): void {
  onMark((epoch, position) => begin({ epoch, position }));
  const wake = (): void => {
    if (document.visibilityState === 'visible') live.wake();
  };
  document.addEventListener('visibilitychange', wake);
  addEventListener('pageshow', wake);
  addEventListener('online', wake);
  addEventListener('offline', () => live.lost());
  stage.subscribe((now) => {
    if (now === 'in') {
      void keeping.then((room) => room.startKeeping(() => live.heard));
      if (started) live.resume();
      else void fact('cursor').then((kept) => kept !== undefined && begin(kept));
    } else if (now !== 'starting') live.stop();
  });
}

/** The line is back: what waits goes out, and what is on screen from an earlier visit or failed is read. */
function caughtUp(): void {
  flush();
  tickets.catchUpWithServer();
  conversation.catchUpWithServer();
}

export const sayTyping = (ticketId: string): void => live.typing(ticketId);

let refetching = false;

/** The feed starts anew: read everything that is on screen afresh, however often that takes; what was missed comes no other way. */
export async function refetch(): Promise<void> {
  if (refetching) return;
  refetching = true;
  for (let attempt = 0; ; attempt++) {
    const done = await Promise.all([tickets.refresh(), conversation.reload(true)]);
    if (done.every(Boolean) || stage.value !== 'in') break;
    await new Promise((resolve) => setTimeout(resolve, 1_000 + backoff(attempt)));
  }
  refetching = false;
}

function hear(event: LogEvent): void {
  const known = knowledge(conversation.isWatching);
  if (known === null) return;
  const name = nameOf(event);
  if (event.subject === 'desk') {
    if (name.startsWith('Category')) void loadCategories().catch(() => undefined);
  } else if (event.subject === known.me.id) {
    later('me', 0, refreshMe);
  } else if (isAboutTicket(event)) {
    hearTicket(event, name);
  }
}

/** A new role sees other things: then all of it is read again. */
async function refreshMe(): Promise<void> {
  const { body } = await calls.me();
  const isOther = body.role !== me.value?.role;
  welcome(body);
  if (isOther) void refetch();
}

function hearTicket(event: LogEvent, name: string): void {
  const known = knowledge(conversation.isWatching);
  if (known === null) return;
  const id = event.subject;
  if (tickets.hear(event, known)) {
    unseen.add(id);
    later('tickets', 200, readUnseen);
  }
  if (conversation.hear(event, known)) later(`conversation ${id}`, 100, () => conversation.reload());
  if (SAID.test(name) && conversation.isWatching(id)) later(`read ${id}`, 300, () => conversation.sayRead());
  if (COUNTED.test(name)) later('counts', 400, () => tickets.refreshCounts());
  if (!SAID.test(name) && conversation.conversation.value?.ticket?.id === id) later(`history ${id}`, 300, () => conversation.refreshHistory());
}

/** Tickets that events told too little about. */
const unseen = new Set<string>();
/** After a long absence there may be hundreds: more than so many are not asked for one by one. */
const FEW = 5;

async function readUnseen(): Promise<void> {
  const ids = [...unseen];
  unseen.clear();
  if (ids.length > FEW) await tickets.refresh(true);
  else await Promise.all(ids.map(async (id) => tickets.putTicket((await calls.ticket(id)).body)));
}

const waiting = new Map<string, ReturnType<typeof setTimeout>>();

/** Once for a burst of events. When the network keeps the answer back, everything is read again once it is there. */
function later(name: string, ms: number, work: () => Promise<unknown>): void {
  if (waiting.has(name)) return;
  waiting.set(
    name,
    setTimeout(() => {
      waiting.delete(name);
      work().catch((error: unknown) => {
        if (error instanceof Problem && error.isUncertain) void refetch();
      });
    }, ms),
  );
}
