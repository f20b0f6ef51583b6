import type { JSX } from 'preact';
import type { Me, Message, Status, Ticket } from '../api/types';
import { t } from '../i18n';
import { picked } from '../store/aim';
import { conversation } from '../store/conversation';
import { me } from '../store/core';
import { moveTo, moveToNew } from '../store/moving';
import { sheet } from '../store/route';
import { Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Quote } from '../ui/quote';
import { Sheet } from '../ui/sheet';
import { Others } from './others';

const OPEN: Status[] = ['OPEN', 'IN_PROGRESS', 'WAITING_RESPONSE'];
const close = (): void => void (sheet.value = null);

/** Which of its requester's tickets a message belongs to. */
export function TargetSheet(): JSX.Element | null {
  const message = picked.value;
  const ticket = conversation.value?.ticket ?? null;
  const self = me.value;
  return message === null || ticket === null || self === null ? null : <TargetsOf ticket={ticket} message={message} self={self} />;
}

function TargetsOf({ ticket, message, self }: { ticket: Ticket; message: Message; self: Me }): JSX.Element {
  return (
    <Sheet title={t('message.move')} onClose={close}>
      <div class="sheet-quote">
        <Quote message={message} />
      </div>
      {ticket.user?.id === self.id ? (
        <Section>
          <Cell
            icon={<Icon name="pen" />}
            text={t('message.move.new')}
            hint={t('message.move.new.hint')}
            onPress={() => {
              close();
              void moveToNew(ticket, message);
            }}
          />
        </Section>
      ) : null}
      <Others
        ticket={ticket}
        statuses={OPEN}
        empty={t('message.move.none')}
        onChoose={(other) => {
          close();
          void moveTo(ticket, message, other);
        }}
      />
    </Sheet>
  );
}
