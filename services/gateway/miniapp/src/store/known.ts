// People and categories seen so far: what events name by id only.
import { computed, signal } from '@preact/signals';
import type { Category, Member, Message, Ticket } from '../api/types';
import { calls, me } from './core';
import type { Known } from './merge';
import { fact } from './recall';

const members = new Map<string, Member>();
export const categories = signal<Category[] | null>(null);
export const offered = computed(() => categories.value?.filter((category) => category.active !== false) ?? null);

export function rememberTicket(ticket: Ticket): void {
  for (const member of [ticket.user, ticket.assigned_to]) if (member !== null) members.set(member.id, member);
}

export function rememberMessages(messages: Message[]): void {
  for (const { user } of messages) if (user !== null) members.set(user.id, user);
}

/** What is kept at once, then what the server says. Throws `Problem`. */
export async function loadCategories(): Promise<void> {
  if (categories.value === null) void fact('categories').then((kept) => (categories.value ??= kept ?? null));
  const found = (await calls.categories()).body.items;
  categories.value = [...found].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
}

/** What merging events needs to know; only while somebody is signed in. */
export function knowledge(isWatching: (ticketId: string) => boolean): Known | null {
  const self = me.value;
  if (self === null) return null;
  return {
    me: self,
    member: (id) => (id === self.id ? self : members.get(id)),
    category: (id) => categories.value?.find((category) => category.id === id),
    isWatching,
  };
}
