// The app's one session and one client, and who is signed in. Everything else in this room builds on it.
import { signal } from '@preact/signals';
import { Calls } from '../api/calls';
import { Client, type Mark } from '../api/client';
import { Problem } from '../api/problem';
import { Session } from '../api/session';
import type { Me } from '../api/types';
import { language, setLanguage } from '../i18n';
import { insideTelegram, type Launch } from '../telegram/env';
import { alone } from './alone';
import { forget, inhabit } from './database';
import { fact } from './recall';
import { clear, read, write } from './shelf';

/** Where the person stands with us. `outside`: opened without Telegram and without a demo; `link`: by a desk link that is none. */
export type Stage = 'starting' | 'in' | 'outside' | 'link' | 'over' | 'blocked' | 'unreachable';
export type Persona = 'customer' | 'helper' | 'admin';

export const stage = signal<Stage>('starting');
export const me = signal<Me | null>(null);
/** Whom the demo plays, `null` in earnest. */
export const persona = signal<Persona | null>(null);
/** Signed in once before: then an end is an end (`over`), not a wrong door (`outside`). */
let known = false;
/** The server has said who this is; until then it is who was here last. */
let isConfirmed = false;
export const isKeptOnly = (): boolean => !isConfirmed;
let launched: Launch = { initData: null, userId: null, languageCode: undefined, letsWrite: true, startParam: undefined, deskCode: null };

/** Where the one is kept who came by a desk link. */
const BROWSER = 'browser';
/** Names the person on this device, before the server has told who they are. */
export const who = (): string => persona.value ?? launched.userId ?? BROWSER;
const shelfName = (of = who()): string => `refresh.${of}`;

const session = new Session({
  fetch: (input, init) => fetch(input, init),
  shelf: { read: () => read(shelfName()), write: (token) => write(shelfName(), token) },
  initData: proof,
  deskCode: () => {
    const { deskCode } = launched;
    launched = { ...launched, deskCode: null };
    return deskCode;
  },
  language: () => language.value,
  alone: (work) => alone(shelfName(), work),
});
export const client = new Client(session, () => language.value);
client.onRefused = (problem) => refused(problem);

export const calls = new Calls(client);
export const tokens = {
  token: (): Promise<string> =>
    session.token().catch((error: unknown) => {
      if (error instanceof Problem && !error.isUncertain) refused(error);
      throw error;
    }),
  drop: (token: string): void => session.drop(token),
  renewIn: (): number => session.renewIn,
};
/** Whether the bot may write to them, as Telegram told when the app was opened. */
export const letsWrite = (): boolean => launched.letsWrite;
/** Where in the log the first answer was read: who listens from there on misses nothing of what was read since. */
export const firstMark = new Promise<Mark>((resolve) => {
  client.onMark = resolve;
});

async function proof(): Promise<string | null> {
  if (insideTelegram.value || persona.value === null) return launched.initData;
  const response = await fetch(`/api/v1/demo/init-data?as=${persona.value}`).catch(() => null);
  if (response === null) throw new Problem('offline', 0, '');
  if (response.status >= 500) throw new Problem('unavailable', response.status, '');
  if (!response.ok) return null; // no demo here
  return ((await response.json()) as { init_data: string }).init_data;
}

/** Find out who this is. Ends in a `stage`, never throws. */
export async function signIn(from: Launch): Promise<void> {
  launched = from;
  if (!insideTelegram.value) persona.value = playedBy(new URLSearchParams(location.search).get('as'), from);
  known = read(shelfName()) !== null;
  stage.value = 'starting';
  inhabit(who());
  const kept = known && from.deskCode === null ? await fact('self') : undefined;
  if (kept !== undefined) welcome(kept); // what an earlier visit left can be read before, and without, an answer
  isConfirmed = false;
  await attempt();
}

async function attempt(): Promise<void> {
  try {
    const member = (await session.renew()) ?? (await calls.me()).body;
    known = true;
    const before = me.value ?? (await fact('self'));
    if (before !== undefined && before.id !== member.id) await forget(); // nothing of who was here before stays
    welcome(member);
  } catch (error) {
    refused(error instanceof Problem ? error : new Problem('internal', 500, ''));
  }
}

/** Try again from the beginning, as whoever we were. */
export function retrySignIn(): Promise<void> {
  return signIn(launched);
}

/** End the session of this browser. Throws `Problem`. */
export async function signOut(): Promise<void> {
  await client.call('auth/logout', { method: 'POST' });
  write(shelfName(), null);
  known = false;
  stage.value = 'outside';
  await leave();
}

/** Nothing of whoever was here stays: not on screen, nor on the device, nor what is just about to be put there. */
async function leave(): Promise<void> {
  const self = me.value;
  me.value = null;
  if (self !== null) clear('draft.', self.id);
  await forget();
}

export function welcome(member: Me): void {
  if (me.value !== null && me.value.id !== member.id) {
    stage.value = 'starting';
    return void leave().then(() => location.reload());
  }
  me.value = member;
  isConfirmed = true;
  if (member.language !== undefined) {
    void setLanguage(member.language);
    write('language', member.language);
  }
  stage.value = member.blocked === true ? 'blocked' : 'in';
}

const AGAIN_MS = 5_000;
let again: ReturnType<typeof setTimeout> | undefined;

function refused(problem: Problem): void {
  clearTimeout(again);
  if (problem.code === 'blocked') stage.value = 'blocked';
  else if (problem.code === 'desk_code_invalid') stage.value = 'link';
  else if (problem.isUncertain) stage.value = stage.value === 'in' ? 'in' : 'unreachable';
  else stage.value = known || insideTelegram.value ? 'over' : 'outside';
  if (stage.value === 'unreachable') again = setTimeout(() => void attempt(), AGAIN_MS); // nobody has to press a button for it
}

/** Outside Telegram: nobody for whoever came by a desk link, now or before; else whom the address names. */
function playedBy(name: string | null, { deskCode }: Launch): Persona | null {
  if (deskCode !== null || (name === null && read(shelfName(BROWSER)) !== null)) return null;
  return name === 'helper' || name === 'admin' ? name : 'customer';
}
