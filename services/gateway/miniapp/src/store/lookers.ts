// Who else of the staff has the open ticket before them, so that two do not answer at once. Believed for a while, never kept.
import { signal } from '@preact/signals';
import type { Member } from '../api/types';
import { calls, me } from './core';
import { conversation } from './conversation';
import { knowledge } from './known';

export interface Looker {
  id: string;
  /** `null` until it is known who that is. */
  member: Member | null;
  until: number;
}

export const lookers = signal<readonly Looker[]>([]);
/** How often those who look say so, and how long one is believed. */
export const EVERY_MS = 10_000;
const BELIEVED_MS = 25_000;

/** Answers a newcomer, who has not heard of us yet. */
let greet: () => void = () => undefined;

/** The ticket is open here: `say` tells the others now and again. Returns what ends it. */
export function look(say: (gone: boolean) => void): () => void {
  const tell = (): void => {
    forget((looker) => looker.until <= Date.now());
    if (document.visibilityState === 'visible') say(false);
  };
  const turn = (): void => (document.visibilityState === 'visible' ? tell() : say(true));
  const timer = setInterval(tell, EVERY_MS);
  lookers.value = [];
  greet = tell;
  document.addEventListener('visibilitychange', turn);
  tell();
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', turn);
    greet = () => undefined;
    lookers.value = [];
    say(true);
  };
}

export function hear(ticketId: string, memberId: string, gone: boolean): void {
  if (conversation.value?.ticket?.id !== ticketId || memberId === me.value?.id) return;
  const known = lookers.value.find(({ id }) => id === memberId);
  forget(({ id }) => id === memberId);
  if (gone) return;
  const member = known?.member ?? knowledge(() => false)?.member(memberId) ?? null;
  lookers.value = [...lookers.value, { id: memberId, member, until: Date.now() + BELIEVED_MS }];
  if (known === undefined) greet();
  if (member === null) void learn(memberId);
}

async function learn(memberId: string): Promise<void> {
  const found = await calls.member(memberId).catch(() => null);
  if (found !== null) lookers.value = lookers.value.map((looker) => (looker.id === memberId ? { ...looker, member: found.body } : looker));
}

function forget(which: (looker: Looker) => boolean): void {
  if (lookers.value.some(which)) lookers.value = lookers.value.filter((looker) => !which(looker));
}
