import type { JSX } from 'preact';
import { openTicketsOf } from '../api/moving';
import type { Me, Message, Ticket } from '../api/types';
import { t } from '../i18n';
import { shortTime } from '../i18n/time';
import { picked } from '../store/aim';
import { useAsked } from '../store/asked';
import { conversation } from '../store/conversation';
import { me } from '../store/core';
import { moveTo, moveToNew } from '../store/moving';
import { sheet } from '../store/route';
import { CategoryIcon } from '../ui/avatar';
import { Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { StatusMark } from '../ui/marks';
import { Quote } from '../ui/quote';
import { Sheet } from '../ui/sheet';
import { Waiting } from '../ui/waiting';

const close = (): void => void (sheet.value = null);

/** Which of its requester's tickets a message belongs to. */
export function TargetSheet(): JSX.Element | null {
  const message = picked.value;
  const ticket = conversation.value?.ticket ?? null;
  const self = me.value;
  return message === null || ticket === null || self === null ? null : <TargetsOf ticket={ticket} message={message} self={self} />;
}

function TargetsOf({ ticket, message, self }: { ticket: Ticket; message: Message; self: Me }): JSX.Element {
  const { user } = ticket;
  const asked = useAsked(() => openTicketsOf(user?.id ?? 'me'), [ticket.id]);
  const others = asked.value?.items.filter(({ id }) => id !== ticket.id) ?? [];
  return (
    <Sheet title={t('message.move')} onClose={close}>
      <div class="sheet-quote">
        <Quote message={message} />
      </div>
      {user?.id === self.id ? (
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
      <Waiting asked={asked} isEmpty={others.length === 0} empty={t('message.move.none')}>
        <Section>
          {others.map((each) => (
            <Cell
              key={each.id}
              icon={<CategoryIcon category={each.category} />}
              text={<span dir="auto">{each.title ?? t('chat.erased')}</span>}
              hint={`#${each.number} · ${shortTime(each.updated_at)}`}
              after={<StatusMark status={each.status} />}
              onPress={() => {
                close();
                void moveTo(ticket, message, each);
              }}
            />
          ))}
        </Section>
      </Waiting>
    </Sheet>
  );
}
