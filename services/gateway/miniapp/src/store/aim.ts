import { signal } from '@preact/signals';
import { atLeast, type Member, type Message } from '../api/types';

/** What the next words are for: to answer one message, or to say one's own differently. */
export type Aim = { kind: 'reply'; message: Message } | { kind: 'edit'; message: Message; text: string };

export const aim = signal<Aim | null>(null);
/** The message whose menu is open. */
export const picked = signal<Message | null>(null);

export function mayReword(message: Message, self: Member): boolean {
  return message.deleted_at === null && message.content !== null && message.user?.id === self.id;
}

/** One's own; moderators also others'. */
export function mayTakeBack(message: Message, self: Member): boolean {
  return message.deleted_at === null && (message.user?.id === self.id || atLeast(self, 'MODERATOR'));
}

/** The keyboard calls for the composer: to answer, or to write a note. */
export const calling = signal<'answer' | 'note' | null>(null);
