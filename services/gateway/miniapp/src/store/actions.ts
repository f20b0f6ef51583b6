// What people can do to a ticket, and whether to offer it. The server decides; this only keeps doomed buttons away.
import { signal } from '@preact/signals';
import type { Answer } from '../api/client';
import { newKey } from '../api/client';
import { atLeast, isStaff, type Details, type HistoryItem, type Language, type Member, type Priority, type Status, type Ticket } from '../api/types';
import { setLanguage, t } from '../i18n';
import { comingTime } from '../i18n/time';
import { haptic } from '../telegram/env';
import { putAnswer, refreshHistory } from './conversation';
import { calls, me } from './core';
import { write } from './shelf';
import { refreshCounts } from './tickets';
import { complain, show } from './toast';

export type Move = 'take' | 'unassign' | 'start' | 'resolve' | 'close' | 'reopen';

const REOPEN_WINDOW_MS = 7 * 86_400_000;
/** A command is on its way: its buttons wait. */
export const acting = signal(false);

export function movesFor(ticket: Ticket, self: Member, now = Date.now()): Move[] {
  const { status } = ticket;
  if (isMerged(ticket)) return [];
  const done = status === 'RESOLVED' || status === 'CLOSED';
  const moves: Move[] = [];
  if (isStaff(self) && status !== 'CLOSED') {
    if (mayTake(ticket, self)) moves.push('take');
    if (status === 'OPEN') moves.push('start');
    if (!done) moves.push('resolve');
    if (status === 'WAITING_RESPONSE') moves.push('start');
  } else if (!done) {
    moves.push('resolve');
  }
  const longClosed = status === 'CLOSED' && ticket.closed_at !== null && now - Date.parse(ticket.closed_at) >= REOPEN_WINDOW_MS;
  if (done && (isStaff(self) || !longClosed)) moves.push('reopen');
  if (isStaff(self) && status !== 'CLOSED' && mayUnassign(ticket, self)) moves.push('unassign');
  if (status !== 'CLOSED') moves.push('close');
  return moves;
}

/** It goes on in another one. */
export function isMerged<T extends Pick<Ticket, 'merged_into'>>(ticket: T): ticket is T & { merged_into: string } {
  return ticket.merged_into != null; // what an earlier release kept does not say
}

/** Nobody's ticket is anybody's; taking one away from a colleague is for moderators. */
function mayTake({ assigned_to: assignee }: Ticket, self: Member): boolean {
  return assignee === null || (assignee.id !== self.id && atLeast(self, 'MODERATOR'));
}

function mayUnassign({ assigned_to: assignee }: Ticket, self: Member): boolean {
  return assignee !== null && (assignee.id === self.id || atLeast(self, 'MODERATOR'));
}

const STATUS_OF: Partial<Record<Move, Status>> = { start: 'IN_PROGRESS', resolve: 'RESOLVED', close: 'CLOSED', reopen: 'OPEN' };

export function perform(ticket: Ticket, move: Move): void {
  const self = me.value;
  if (self === null) return;
  const key = newKey();
  const status = STATUS_OF[move];
  const call =
    status !== undefined
      ? () => calls.setStatus(ticket.id, status, key)
      : () => calls.assign(ticket.id, move === 'take' ? self.id : null, key);
  void carryOut(call);
}

/** Who may be given somebody else's ticket: anybody's while it is nobody's; one's own to pass on; all for moderators. */
export function mayAssign(ticket: Ticket, self: Member): boolean {
  return isStaff(self) && ticket.status !== 'CLOSED' && (ticket.assigned_to === null || mayUnassign(ticket, self));
}

export function assignTo(ticket: Ticket, memberId: string): void {
  const key = newKey();
  if (memberId !== ticket.assigned_to?.id) void carryOut(() => calls.assign(ticket.id, memberId, key));
}

export function changePriority(ticket: Ticket, priority: Priority): void {
  if (priority !== ticket.priority) void changeDetails(ticket, { priority });
}

/** Whether it went through; what failed was said. */
export function changeDetails(ticket: Ticket, details: Details): Promise<boolean> {
  const key = newKey();
  return carryOut(() => calls.change(ticket.id, details, key));
}

/** Out of one's own queue until then, or (`null`) back into it. */
export async function putAside(ticket: Ticket, until: Date | null): Promise<void> {
  const at = until?.toISOString();
  const done = await carryOut(() => (at === undefined ? calls.wake(ticket.id) : calls.snooze(ticket.id, at)));
  if (done) void refreshCounts();
  if (!done || at === undefined) return;
  show({ text: t('snooze.done', { time: t('snooze.until', { time: comingTime(at) }) }) });
}

/** Say how well the question was answered, 1 to 5. */
export async function rate(ticket: Ticket, score: number, comment: string): Promise<boolean> {
  const key = newKey();
  const done = await carryOut(() => calls.rate(ticket.id, score, comment, key));
  if (done) await refreshHistory(); // it tells that this resolution has been rated
  return done;
}

/** Whoever asked may rate, once for each time it was resolved. */
export function mayRate(ticket: Ticket, history: HistoryItem[], self: Member): boolean {
  const isDone = ticket.status === 'RESOLVED' || ticket.status === 'CLOSED';
  if (!isDone || ticket.user?.id !== self.id || ticket.resolved_at == null) return false;
  const last = history.findLast(({ type }) => type === 'TicketResolved' || type === 'TicketRated');
  return last === undefined ? ticket.rating === null : last.type === 'TicketResolved';
}

/** Whether it went through; what failed was said. */
export async function carryOut(call: () => Promise<Answer<Ticket>>): Promise<boolean> {
  acting.value = true;
  try {
    putAnswer((await call()).body);
    haptic('success');
    return true;
  } catch (error) {
    complain(error, () => void carryOut(call));
    return false;
  } finally {
    acting.value = false;
  }
}

export function chooseLanguage(language: Language): void {
  const before = me.value?.language;
  const key = newKey();
  void setLanguage(language);
  write('language', language);
  haptic('select');
  const attempt = (): Promise<void> =>
    calls.chooseLanguage(language, key).then(
      ({ body }) => {
        me.value = body;
        void refreshHistory(); // its lines come in the language they were asked for in
      },
      (error: unknown) => {
        if (before !== undefined) void setLanguage(before);
        complain(error, () => void attempt());
      },
    );
  void attempt();
}
