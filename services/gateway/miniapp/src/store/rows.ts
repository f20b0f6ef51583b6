// The open conversation as rows to draw: what was said, what is on its way, what happened.
import { computed } from '@preact/signals';
import { conversation } from './conversation';
import { me } from './core';
import { outbox } from './outbox';
import { stillShown } from './sending';
import { timeline, type Row } from './timeline';

export const rows = computed<Row[]>(() => {
  const open = conversation.value;
  const self = me.value;
  if (open?.ticket == null || self === null) return [];
  const { ticket, messages, history, unreadFrom, older, phase } = open;
  if (phase === 'loading') return [];
  const outgoing = stillShown(outbox.value, messages, ticket.id, self.id);
  return timeline({ ticket, messages, history, unreadFrom, me: self, outgoing, complete: older === null });
});
