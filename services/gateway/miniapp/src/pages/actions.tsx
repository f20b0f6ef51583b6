import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isStaff, PRIORITIES, type Me, type Ticket } from '../api/types';
import { language, t } from '../i18n';
import { comingTime, fullTime } from '../i18n/time';
import { acting, changePriority, mayAssign, mayRate, movesFor, perform } from '../store/actions';
import { conversation, refreshHistory } from '../store/conversation';
import { me } from '../store/core';
import { isAsleep } from '../store/listing';
import { openPerson, sheet } from '../store/route';
import { Avatar, categoryName, CategoryIcon, fullName, Nobody } from '../ui/avatar';
import { Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { PriorityShape, StatusMark } from '../ui/marks';
import { Sheet } from '../ui/sheet';
import { Star, Stars } from '../ui/stars';
import { staffPage } from './later';
import type { MergingProps } from './merge';
import { MOVE_ICON, moveWord } from './moves';

const MergeCell = staffPage<MergingProps>(() => import('./merge').then((room) => room.MergeCell));

const close = (): void => {
  sheet.value = null;
};

export function ActionsSheet(): JSX.Element | null {
  const ticket = conversation.value?.ticket ?? null;
  const self = me.value;
  if (ticket === null || self === null) return null;
  return (
    <Sheet title={`#${ticket.number}`} onClose={close}>
      <About ticket={ticket} self={self} />
      <Moves ticket={ticket} self={self} />
    </Sheet>
  );
}

/** Everything that can be done to a ticket. */
export function Moves({ ticket, self }: { ticket: Ticket; self: Me }): JSX.Element {
  const staff = isStaff(self);
  const isOpen = ticket.status !== 'CLOSED';
  return (
    <>
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
        {mayRate(ticket, conversation.value?.history ?? [], self) ? (
          <Cell icon={<Star full={false} size={24} />} text={t('rate.title')} onPress={() => (sheet.value = 'rate')} />
        ) : null}
        {staff && isOpen ? <Cell icon={<Icon name="pen" />} text={t('details.title')} onPress={() => (sheet.value = 'details')} /> : null}
        {staff && isOpen ? <SnoozeCell ticket={ticket} /> : null}
        {staff ? <MergeCell ticket={ticket} /> : null}
        <Cell icon={<Icon name="clock" />} text={t('chat.history')} onPress={() => (sheet.value = 'history')} />
      </Section>
      {staff && isOpen ? <Priorities ticket={ticket} /> : null}
    </>
  );
}

function SnoozeCell({ ticket }: { ticket: Ticket }): JSX.Element {
  const until = isAsleep(ticket) ? { hint: t('snooze.until', { time: comingTime(ticket.snoozed_until ?? '') }) } : {};
  return <Cell icon={<Icon name="moon" />} text={t('move.snooze')} {...until} onPress={() => (sheet.value = 'snooze')} />;
}

/** What a ticket is about, whose it is, who answers. */
export function About({ ticket, self }: { ticket: Ticket; self: Me }): JSX.Element {
  const { user } = ticket;
  const about = [categoryName(ticket.category, language.value), ...ticket.tags.map((tag) => `#${tag}`)].join(' · ');
  const rating = ticket.rating === null ? {} : { after: <Stars score={ticket.rating} /> };
  return (
    <Section>
      <Cell
        icon={<CategoryIcon category={ticket.category} />}
        text={<span dir="auto">{ticket.title ?? t('chat.erased')}</span>}
        hint={about}
        {...rating}
      />
      <Cell
        icon={<Avatar member={user} />}
        text={<span dir="auto">{fullName(user)}</span>}
        hint={fullTime(ticket.created_at)}
        {...(isStaff(self) && user !== null ? { onPress: () => openPerson(user.id) } : {})}
      />
      <Cell
        icon={ticket.assigned_to === null ? <Nobody /> : <Avatar member={ticket.assigned_to} />}
        text={ticket.assigned_to === null ? t('chat.unassigned') : fullName(ticket.assigned_to)}
        after={<StatusMark status={ticket.status} />}
        {...(mayAssign(ticket, self) ? { hint: t('assign.title'), onPress: () => (sheet.value = 'assign') } : {})}
      />
    </Section>
  );
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
