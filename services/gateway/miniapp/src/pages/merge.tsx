// Tickets that ask the same, for staff: one ends in the other, and is taken out of it again.
import type { JSX } from 'preact';
import type { Status, Ticket } from '../api/types';
import { t } from '../i18n';
import { acting, isMerged } from '../store/actions';
import { conversation } from '../store/conversation';
import { mayMerge, mergeInto, takeApart } from '../store/merging';
import { sheet } from '../store/route';
import { Cell } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Sheet } from '../ui/sheet';
import { Others } from './others';

export interface MergingProps {
  ticket: Ticket;
}

const GOES_ON: Status[] = ['OPEN', 'IN_PROGRESS', 'WAITING_RESPONSE', 'RESOLVED'];
const close = (): void => void (sheet.value = null);

/** In which of its requester's tickets this one goes on. */
export function MergeSheet(): JSX.Element | null {
  const ticket = conversation.value?.ticket ?? null;
  if (ticket === null) return null;
  return (
    <Sheet title={t('merge.title')} onClose={close}>
      <Others
        ticket={ticket}
        statuses={GOES_ON}
        empty={t('merge.none')}
        hint={t('merge.hint')}
        onChoose={(other) => {
          close();
          void mergeInto(ticket, other);
        }}
      />
    </Sheet>
  );
}

/** Among the actions: into another one, or out of it again. */
export function MergeCell({ ticket }: MergingProps): JSX.Element | null {
  if (mayMerge(ticket)) return <Cell icon={<Icon name="link" />} text={t('move.merge')} onPress={() => (sheet.value = 'merge')} />;
  if (!isMerged(ticket)) return null;
  return (
    <Cell
      icon={<Icon name="door" />}
      text={t('move.apart')}
      disabled={acting.value}
      onPress={() => {
        close();
        takeApart(ticket);
      }}
    />
  );
}

/** Out of the other one, one tap away. */
export function ApartChip({ ticket }: MergingProps): JSX.Element {
  return (
    <button type="button" class="chip" disabled={acting.value} onClick={() => takeApart(ticket)}>
      <Icon name="door" size={18} />
      {t('move.apart')}
    </button>
  );
}
