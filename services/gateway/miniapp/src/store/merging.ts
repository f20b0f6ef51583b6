// Tickets of one customer that ask the same: merged into one, and taken apart again.
import { newKey } from '../api/client';
import { mergeTicket, unmergeTicket } from '../api/merging';
import type { Ticket } from '../api/types';
import { t } from '../i18n';
import { carryOut, isMerged } from './actions';
import { show } from './toast';

/** Not what goes on elsewhere already, nor what nobody can be asked about any more. */
export function mayMerge(ticket: Ticket): boolean {
  return !isMerged(ticket) && ticket.user !== null;
}

/** End a ticket that goes on in another one. */
export async function mergeInto(ticket: Ticket, into: Ticket): Promise<void> {
  const key = newKey();
  if (!(await carryOut(() => mergeTicket(ticket.id, into.id, key)))) return;
  show({ text: t('merge.done', { number: String(into.number) }), action: { text: t('undo'), run: () => takeApart(ticket) } });
}

export function takeApart({ id }: Ticket): void {
  const key = newKey();
  void carryOut(() => unmergeTicket(id, key));
}
