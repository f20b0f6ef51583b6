import type { JSX } from 'preact';
import { ticketsOf } from '../api/moving';
import type { Status, Ticket } from '../api/types';
import { t } from '../i18n';
import { shortTime } from '../i18n/time';
import { useAsked } from '../store/asked';
import { CategoryIcon } from '../ui/avatar';
import { Cell, Section } from '../ui/controls';
import { StatusMark } from '../ui/marks';
import { Waiting } from '../ui/waiting';

interface OthersProps {
  ticket: Ticket;
  statuses: Status[];
  /** Said when there is none. */
  empty: string;
  hint?: string;
  onChoose: (other: Ticket) => void;
}

/** What else the requester of a ticket has asked, to choose one of it. */
export function Others({ ticket, statuses, empty, hint, onChoose }: OthersProps): JSX.Element {
  const asked = useAsked(() => ticketsOf(ticket.user?.id ?? 'me', statuses), [ticket.id]);
  const others = asked.value?.items.filter(({ id }) => id !== ticket.id) ?? [];
  return (
    <Waiting asked={asked} isEmpty={others.length === 0} empty={empty}>
      <Section {...(hint === undefined ? {} : { hint })}>
        {others.map((each) => (
          <Cell
            key={each.id}
            icon={<CategoryIcon category={each.category} />}
            text={<span dir="auto">{each.title ?? t('chat.erased')}</span>}
            hint={`#${each.number} · ${shortTime(each.updated_at)}`}
            after={<StatusMark status={each.status} />}
            onPress={() => onChoose(each)}
          />
        ))}
      </Section>
    </Waiting>
  );
}
