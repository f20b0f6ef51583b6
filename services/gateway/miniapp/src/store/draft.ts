// What was typed and not yet sent, kept on this device.
import { signal } from '@preact/signals';
import type { Priority } from '../api/types';
import { me } from './core';
import { read, readJson, write } from './shelf';

export interface TicketDraft {
  category_id: string | null;
  priority: Priority;
  title: string;
  description: string;
}

export const EMPTY_DRAFT: TicketDraft = { category_id: null, priority: 'NORMAL', title: '', description: '' };

const ticketShelf = (): string => `draft.new.${me.value?.id ?? ''}`;
const replyShelf = (ticketId: string): string => `draft.${me.value?.id ?? ''}.${ticketId}`;

export const draft = signal<TicketDraft>(EMPTY_DRAFT);

export function takeUpDraft(): void {
  draft.value = { ...EMPTY_DRAFT, ...readJson<Partial<TicketDraft>>(ticketShelf()) };
}

export function changeDraft(change: Partial<TicketDraft>): void {
  draft.value = { ...draft.value, ...change };
  write(ticketShelf(), isEmpty(draft.value) ? null : JSON.stringify(draft.value));
}

export function clearDraft(): void {
  draft.value = EMPTY_DRAFT;
  write(ticketShelf(), null);
}

export function isEmpty({ title, description, category_id: category }: TicketDraft): boolean {
  return title === '' && description === '' && category === null;
}

export const readReply = (ticketId: string): string => read(replyShelf(ticketId)) ?? '';
export const keepReply = (ticketId: string, text: string): void => write(replyShelf(ticketId), text);

/** What stood under a ticket's key stands under its id. */
export function moveReply(from: string, to: string): void {
  keepReply(to, readReply(from));
  keepReply(from, '');
}
