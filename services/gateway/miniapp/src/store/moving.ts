// Messages that were said on the wrong ticket, brought to the right one.
import { newKey } from '../api/client';
import { moveMessage } from '../api/moving';
import { isStaff, type Member, type Message, type Ticket } from '../api/types';
import { t } from '../i18n';
import { haptic } from '../telegram/env';
import { conversation, putAnswer, putMessage } from './conversation';
import { calls } from './core';
import { go } from './route';
import { complain, show } from './toast';

/** Only what its requester said: an answer or a note means the ticket it stands on. */
export function mayMove(message: Message, { id, user }: Ticket, self: Member): boolean {
  const isTheirs = user !== null && message.user?.id === user.id && !message.is_internal;
  const isThere = message.id !== id && message.deleted_at === null && message.content !== null;
  return isTheirs && isThere && (isStaff(self) || self.id === user.id);
}

const TITLE_MAX = 80;

/** What a ticket that begins with a text is called: its first sentence. Nothing but files: the first one's name. */
export function titleOf({ content, attachments }: Message): string {
  const text = (content ?? '').trim();
  const sentence = /^.*?[.!?…](?=\s|$)/su.exec(text)?.[0] ?? text;
  const line = (sentence.split('\n')[0] ?? '').trim();
  const signs = [...line];
  if (line === '') return attachments[0]?.filename ?? t('list.new');
  return signs.length <= TITLE_MAX ? line : `${signs.slice(0, TITLE_MAX - 1).join('')}…`;
}

export function moveTo(from: Ticket, message: Message, to: Ticket): Promise<void> {
  return carryOut(from, message, () => Promise.resolve(to));
}

/** One's own message begins a ticket of its own. */
export function moveToNew(from: Ticket, message: Message): Promise<void> {
  const title = titleOf(message);
  const category_id = from.category?.id ?? '';
  const words = { title, description: message.content?.trim() || title, category_id, priority: 'NORMAL' } as const;
  const key = newKey();
  return carryOut(from, message, async () => (await calls.open(words, key)).body);
}

async function carryOut(from: Ticket, message: Message, goal: () => Promise<Ticket>, key = newKey()): Promise<void> {
  try {
    const to = await goal();
    const { body } = await moveMessage(from.id, message.id, to.id, key);
    haptic('success');
    putAnswer(to);
    putMessage(to.id, body);
    const gone = { content: null, attachments: [], deleted_at: new Date().toISOString() };
    const before = conversation.value?.messages.find(({ id }) => id === message.id);
    if (before !== undefined) putMessage(from.id, { ...before, ...gone });
    const open = (): void => go({ page: 'ticket', ref: String(to.number) });
    show({ text: t('message.moved', { number: String(to.number) }), action: { text: t('open'), run: open } });
  } catch (error) {
    complain(error, () => void carryOut(from, message, goal, key));
  }
}
