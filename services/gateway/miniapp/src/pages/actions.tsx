import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isStaff, PRIORITIES, type Member, type Ticket } from '../api/types';
import { language, t } from '../i18n';
import { fullTime } from '../i18n/time';
import { acting, changePriority, movesFor, perform } from '../store/actions';
import { conversation, refreshHistory } from '../store/conversation';
import { me } from '../store/core';
import { sheet } from '../store/route';
import { Avatar, categoryName, CategoryIcon, fullName } from '../ui/avatar';
import { Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { PriorityShape, StatusMark } from '../ui/marks';
import { Sheet } from '../ui/sheet';
import { MOVE_ICON, moveWord } from './moves';

const close = (): void => {
  sheet.value = null;
};

export function ActionsSheet(): JSX.Element | null {
  const ticket = conversation.value?.ticket ?? null;
  const self = me.value;
  if (ticket === null || self === null) return null;
  return (
    <Sheet title={`#${ticket.number}`} onClose={close}>
      <About ticket={ticket} />
      <Section>
        {movesFor(ticket, self).map((move) => (
          <Cell
            key={move}
            icon={<Icon name={MOVE_ICON[move]} />}
            text={moveWord(move)}
            danger={move === 'close'}
            disabled={acting.value}
            onPress={() => {
              close();
              perform(ticket, move);
            }}
          />
        ))}
        <Cell icon={<Icon name="clock" />} text={t('chat.history')} onPress={() => (sheet.value = 'history')} />
      </Section>
      {isStaff(self) && ticket.status !== 'CLOSED' ? <Priorities ticket={ticket} /> : null}
    </Sheet>
  );
}

function About({ ticket }: { ticket: Ticket }): JSX.Element {
  return (
    <Section>
      <Cell
        icon={<CategoryIcon category={ticket.category} />}
        text={<span dir="auto">{ticket.title ?? t('chat.erased')}</span>}
        hint={categoryName(ticket.category, language.value)}
      />
      <Person member={ticket.user} hint={fullTime(ticket.created_at)} />
      <Cell
        icon={ticket.assigned_to === null ? <Icon name="person" /> : <Avatar member={ticket.assigned_to} />}
        text={ticket.assigned_to === null ? t('chat.unassigned') : fullName(ticket.assigned_to)}
        after={<StatusMark status={ticket.status} />}
      />
    </Section>
  );
}

function Person({ member, hint }: { member: Member | null; hint: string }): JSX.Element {
  return <Cell icon={<Avatar member={member} />} text={<span dir="auto">{fullName(member)}</span>} hint={hint} />;
}

function Priorities({ ticket }: { ticket: Ticket }): JSX.Element {
  return (
    <Section title={t('priority.title')}>
      {[...PRIORITIES].reverse().map((priority) => (
        <Cell
          key={priority}
          icon={<PriorityShape priority={priority} />}
          text={t(`priority.${priority}`)}
          checked={ticket.priority === priority}
          disabled={acting.value}
          onPress={() => {
            close();
            changePriority(ticket, priority);
          }}
        />
      ))}
    </Section>
  );
}

export function HistorySheet(): JSX.Element {
  const now = conversation.value;
  const id = now?.ticket?.id;
  useEffect(() => {
    void refreshHistory();
  }, [id]);
  const items = now?.history ?? [];
  return (
    <Sheet title={t('history.title')} onClose={close}>
      {items.length === 0 ? <p class="section-hint">{t('history.failed')}</p> : null}
      <ol class="history">
        {[...items].reverse().map((item) => (
          <li key={item.version}>
            <span class="history-text" dir="auto">
              {item.text}
            </span>
            <time dateTime={item.at}>{fullTime(item.at)}</time>
          </li>
        ))}
      </ol>
    </Sheet>
  );
}
