// Messages said differently or taken back: shown as wished at once, undone when the server says no.
import { signal } from '@preact/signals';
import { newKey } from '../api/client';
import type { Message } from '../api/types';
import { t } from '../i18n';
import { haptic } from '../telegram/env';
import { aim } from './aim';
import { putMessage } from './conversation';
import { calls } from './core';
import { complain, show, TOAST_MS } from './toast';

type Wish = Partial<Pick<Message, 'content' | 'attachments' | 'edited_at' | 'deleted_at'>>;

/** What messages shall look like, by their id, until the server has said how they do. */
export const wishes = signal<ReadonlyMap<string, Wish>>(new Map());

/** Give one's message another text. When that fails, the text stands in the composer again. */
export async function reword(ticketId: string, message: Message, content: string): Promise<void> {
  if (content === message.content) return;
  wish(message.id, { content, edited_at: new Date().toISOString() });
  haptic('tap');
  try {
    putMessage(ticketId, (await calls.reword(ticketId, message.id, content, newKey())).body);
  } catch (error) {
    complain(error);
    aim.value ??= { kind: 'edit', message, text: content };
  }
  wish(message.id, null);
}

/** Deletions that may still be undone: what carries each of them out. */
const undoable = new Map<string, () => void>();

/** Take a message back: it is gone at once, for all once the moment to undo it has passed. */
export function takeBack(ticketId: string, message: Message): void {
  const { id } = message;
  const gone = { content: null, attachments: [], deleted_at: new Date().toISOString() };
  const key = newKey();
  const carryOut = async (): Promise<void> => {
    wish(id, gone);
    try {
      await calls.takeBack(ticketId, id, key);
      putMessage(ticketId, { ...message, ...gone });
    } catch (error) {
      complain(error, () => void carryOut());
    }
    wish(id, null);
  };
  const finish = (): void => {
    clearTimeout(timer);
    if (undoable.delete(id)) void carryOut();
  };
  const undo = (): void => {
    clearTimeout(timer);
    if (undoable.delete(id)) wish(id, null);
  };
  const timer = setTimeout(finish, TOAST_MS.action);
  undoable.set(id, finish);
  wish(id, gone);
  haptic('tap');
  show({ text: t('chat.deleted'), action: { text: t('undo'), run: undo } });
}

/** The page goes: what was taken back is not forgotten. */
export function finishAll(): void {
  for (const finish of [...undoable.values()]) finish();
}

function wish(messageId: string, look: Wish | null): void {
  const next = new Map(wishes.value);
  if (look === null) next.delete(messageId);
  else next.set(messageId, look);
  wishes.value = next;
}
