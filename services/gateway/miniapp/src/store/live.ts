// The live feed into the stores: one event, everything on screen that it touches.
import type { LogEvent } from '../api/types';
import { Problem } from '../api/problem';
import { backoff } from '../live/backoff';
import type { Cursor } from '../live/feed';
import { Poll, type Stretch } from '../live/poll';
import { Live, type LiveState } from '../live/socket';
import { unread } from './bell';
import * as conversation from './conversation';
import { calls, firstMark, isKeptOnly, me, stage, tokens, welcome } from './core';
import { keepEvent, keepGap, startKeeping } from './keeping';
import { knowledge, loadCategories } from './known';
import { hear as hearLooking } from './lookers';
import { isAboutTicket, nameOf } from './merge';
import { liveState } from './line';
import * as notices from './notices';
import { flush, openOutbox } from './outbox';
import { fact } from './recall';
import * as tickets from './tickets';
import { sendWaiting, takeUpFiles } from './uploads';
import { finishAll } from './wording';

let socketState: LiveState = 'connecting';

const COUNTED = /^(TicketOpened|TicketAssigned|TicketUnassigned|WorkStarted|ReplyAwaited|TicketResolved|TicketClosed|TicketReopened|TicketMerged|TicketUnmerged|PriorityChanged)$/;
const SAID = /^(MessagePosted|NoteAdded|MessageEdited|MessageDeleted)$/;

const live = new Live({
  open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws`),
  token: tokens.token,
  dropToken: tokens.drop,
  renewIn: tokens.renewIn,
  onState: (state) => {
    socketState = state;
    if (state !== 'connected') poll.start();
    else poll.stop();
    if (liveState.value !== 'delayed' || state === 'connected') liveState.value = state;
    if (state === 'connected') caughtUp();
  },
  onEvent: (event) => {
    hear(event);
    keepEvent(event);
  },
  onAside: (aside) => {
    if (aside.type === 'typing') conversation.hearTyping(aside.ticket_id, aside.member_id);
    else if (aside.type === 'read') conversation.hearRead(aside.ticket_id, aside.member_id, aside.version);
    else hearLooking(aside.ticket_id, aside.member_id, aside.gone);
  },
  onNotice: () => later('notices', 300, notices.catchUp),
  onRefetch: (before, now) => {
    if (before !== null) void keepGap(now, before.epoch !== now.epoch);
    void refetch();
  },
});

/** The ETag of what was answered last to the question for what happened after a position. */
let answered: { after: number; etag: string | undefined } = { after: -1, etag: undefined };

const poll = new Poll({
  cursor: () => live.heard,
  ask: async ({ position }) => {
    const { body, etag } = await calls.events(position, answered.after === position ? answered.etag : undefined);
    answered = { after: position, etag: etag ?? undefined };
    return body as Stretch | null;
  },
  onStretch: (from, stretch) => live.absorb(from, stretch),
  onState: (works) => {
    const isNews = works && liveState.value !== 'delayed';
    liveState.value = works ? 'delayed' : socketState;
    if (isNews) caughtUp();
  },
  isWanted: () => document.visibilityState === 'visible' && stage.value === 'in',
});

conversation.onRead((ticketId, version) => {
  live.say({ type: 'read', ticket_id: ticketId, version });
  if (unread.value > 0) later('notices', 300, notices.catchUp); // what was told about the ticket is read with it
});

let started = false;

function begin(cursor: Cursor): void {
  started = true;
  live.start(cursor);
}

/** Listen from where an earlier visit stopped, else from the first answer's place in the log: what is read later is newer, and merging knows. */
export function startLive(): void {
  startKeeping(() => live.heard);
  void openOutbox();
  void takeUpFiles();
  void fact('cursor').then(async (kept) => begin(kept ?? (await firstMark)));
  const wake = (): void => {
    if (document.visibilityState !== 'visible') return;
    live.wake();
    later('notices', 300, notices.catchUp); // perhaps they were read on another device
  };
  document.addEventListener('visibilitychange', wake);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && finishAll());
  addEventListener('pageshow', wake);
  addEventListener('online', wake);
  addEventListener('offline', () => live.lost());
  stage.subscribe((now) => {
    if (now === 'in' && started) live.resume();
    else if (now !== 'in' && now !== 'starting') {
      live.stop();
      poll.stop();
    }
  });
}

/** The line is back: what waits goes out, and what is on screen from an earlier visit or failed is read. */
function caughtUp(): void {
  if (isKeptOnly()) later('me', 0, refreshMe);
  flush();
  sendWaiting();
  later('notices', 300, notices.catchUp);
  tickets.catchUpWithServer();
  conversation.catchUpWithServer();
}

export const sayTyping = (ticketId: string): void => live.say({ type: 'typing', ticket_id: ticketId });
export const sayLooking = (ticketId: string, gone: boolean): void => live.say({ type: 'looking', ticket_id: ticketId, gone });

let refetching = false;

/** The feed starts anew: read everything that is on screen afresh, however often that takes; what was missed comes no other way. */
export async function refetch(): Promise<void> {
  if (refetching) return;
  refetching = true;
  void notices.catchUp();
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
  if (socketState !== 'connected') later('notices', 1_000, notices.catchUp); // only a socket says what one is told
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
  void notices.catchUp(); // in another language, perhaps
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
  const wakes = name === 'MessagePosted' && (tickets.counts.value?.snoozed ?? 0) > 0;
  if (wakes || COUNTED.test(name)) later('counts', 400, () => tickets.refreshCounts());
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
