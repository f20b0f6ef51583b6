// What people can do to a ticket, and whether to offer it. The server decides; this only keeps doomed buttons away.
import { signal } from '@preact/signals';
import type { Answer } from '../api/client';
import { newKey } from '../api/client';
import { atLeast, isStaff, type Language, type Member, type NewTicket, type Priority, type Status, type Ticket } from '../api/types';
import { setLanguage } from '../i18n';
import { haptic } from '../telegram/env';
import { putAnswer, refreshHistory } from './conversation';
import { calls, me } from './core';
import { write } from './shelf';
import { complain } from './toast';

export type Move = 'take' | 'unassign' | 'start' | 'resolve' | 'close' | 'reopen';

const REOPEN_WINDOW_MS = 7 * 86_400_000;
/** A command is on its way: its buttons wait. */
export const acting = signal(false);

export function movesFor(ticket: Ticket, self: Member, now = Date.now()): Move[] {
  const { status } = ticket;
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

export function changePriority(ticket: Ticket, priority: Priority): void {
  const key = newKey();
  if (priority !== ticket.priority) void carryOut(() => calls.setPriority(ticket.id, priority, key));
}

async function carryOut(call: () => Promise<Answer<Ticket>>): Promise<void> {
  acting.value = true;
  try {
    putAnswer((await call()).body);
    haptic('success');
  } catch (error) {
    complain(error, () => void carryOut(call));
  } finally {
    acting.value = false;
  }
}

/** Ask for help; the key belongs to the draft, so pressing twice opens one ticket. Throws `Problem`. */
export async function openTicket(ticket: NewTicket, key: string): Promise<Ticket> {
  const opened = (await calls.open(ticket, key)).body;
  haptic('success');
  putAnswer(opened);
  return opened;
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
