// The open conversation as rows to draw: what was said, what is on its way, what happened.
import { computed } from '@preact/signals';
import { conversation } from './conversation';
import { me } from './core';
import { outbox } from './line';
import { stillShown } from './sending';
import { wishes } from './wording';
import { timeline, type Row } from './timeline';

export const rows = computed<Row[]>(() => {
  const open = conversation.value;
  const self = me.value;
  if (open?.ticket == null || self === null) return [];
  const { ticket, history, unreadFrom, older, phase } = open;
  if (phase === 'loading') return [];
  const messages = open.messages.map((message) => ({ ...message, ...wishes.value.get(message.id) }));
  const outgoing = stillShown(outbox.value, messages, ticket.id, self.id);
  return timeline({ ticket, messages, history, unreadFrom, me: self, outgoing, complete: older === null });
});
