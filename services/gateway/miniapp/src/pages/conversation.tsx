import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { isStaff, type Member, type Ticket } from '../api/types';
import { t } from '../i18n';
import { dayName } from '../i18n/time';
import { acting, mayRate, movesFor, perform } from '../store/actions';
import { atEnd, conversation, loadOlder, open, read, reload, shut, typing } from '../store/conversation';
import { me } from '../store/core';
import { knowledge } from '../store/known';
import { back, openPerson, route, sheet } from '../store/route';
import { rows } from '../store/rows';
import type { Row } from '../store/timeline';
import { insideTelegram } from '../telegram/env';
import { CategoryIcon, fullName } from '../ui/avatar';
import { Bubble } from '../ui/bubble';
import { Badge, Button, IconButton } from '../ui/controls';
import { Empty } from '../ui/empty';
import { Icon } from '../ui/icons';
import { PriorityMark, StatusMark } from '../ui/marks';
import { Star, Stars } from '../ui/stars';
import { BubbleSkeletons } from '../ui/skeleton';
import { Composer } from './composer';
import { LiveLine } from './line';
import { MOVE_ICON, moveWord } from './moves';

/** The conversation the address names. */
export function OpenConversation(): JSX.Element | null {
  const now = route.value;
  return now.page === 'ticket' ? <ConversationPage key={now.ref} reference={now.ref} /> : null;
}

function ConversationPage({ reference }: { reference: string }): JSX.Element {
  useEffect(() => {
    void open(reference);
    return shut;
  }, [reference]);
  const now = conversation.value;
  if (now?.phase === 'missing' || (now?.phase === 'failed' && now.ticket === null)) return <Trouble missing={now.phase === 'missing'} />;
  const ticket = now?.ticket ?? null;
  return (
    <div class="page chat-page">
      <Head ticket={ticket} />
      {ticket === null || me.value === null ? null : <QuickMoves ticket={ticket} self={me.value} />}
      <Messages />
      {ticket === null || now?.phase === 'loading' ? <div class="composer" /> : <Composer ticket={ticket} />}
    </div>
  );
}

function Trouble({ missing }: { missing: boolean }): JSX.Element {
  const kind = missing ? 'chat.missing' : 'list.failed';
  return (
    <div class="page">
      <div class="bar">{insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} />}</div>
      <div class="centre">
        <Empty isPage drawing={missing ? 'search' : 'broken'} title={t(`${kind}.title`)} text={t(`${kind}.text`)}>
          {missing ? null : (
            <Button kind="tinted" onPress={() => void reload()}>
              {t('retry')}
            </Button>
          )}
        </Empty>
      </div>
    </div>
  );
}

function Head({ ticket }: { ticket: Ticket | null }): JSX.Element {
  return (
    <div class="bar chat-bar">
      {insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} class="back" />}
      {ticket === null ? <span class="avatar ghost" /> : <CategoryIcon category={ticket.category} />}
      <div class="bar-title">
        <h1 dir="auto">{ticket === null ? `#${conversation.value?.ref ?? ''}` : (ticket.title ?? t('chat.erased'))}</h1>
        <Under ticket={ticket} />
      </div>
      <IconButton icon="more" label={t('chat.actions')} onPress={() => (sheet.value = 'actions')} />
    </div>
  );
}

/** Under the title: who types, else how the line stands when it does not, else where the ticket stands. */
function Under({ ticket }: { ticket: Ticket | null }): JSX.Element {
  const typists = [...typing.value.keys()];
  const known = knowledge(() => false);
  const somebody = typists.length === 1 ? known?.member(typists[0] ?? '') : undefined;
  if (typists.length > 0) {
    const who = somebody === undefined ? t('chat.typing.somebody') : t('chat.typing', { name: somebody.first_name ?? fullName(somebody) });
    return (
      <p class="under typing" role="status">
        {who}
        <span class="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      </p>
    );
  }
  return (
    <div class="under">
      {ticket === null ? null : (
        <>
          <span>#{ticket.number}</span>
          <StatusMark status={ticket.status} />
          {ticket.priority === 'NORMAL' ? null : <PriorityMark priority={ticket.priority} />}
        </>
      )}
      <LiveLine />
    </div>
  );
}

/** What is most likely wanted next, one tap away; the rest stands under ⋯. */
function QuickMoves({ ticket, self }: { ticket: Ticket; self: Member }): JSX.Element | null {
  const staff = isStaff(self);
  if (!staff) {
    if (ticket.status !== 'RESOLVED' && ticket.status !== 'CLOSED') return null;
    const long = ticket.status === 'CLOSED' && !movesFor(ticket, self).includes('reopen');
    const said = long ? 'chat.closed.long' : ticket.status === 'CLOSED' ? 'chat.closed.customer' : 'chat.resolved.customer';
    return (
      <div class="banner">
        <p>{t(said)}</p>
        {mayRate(ticket, conversation.value?.history ?? [], self) ? (
          <button type="button" class="chip" onClick={() => (sheet.value = 'rate')}>
            {[1, 2, 3, 4, 5].map((each) => (
              <Star key={each} full={false} />
            ))}
            {t('rate.title')}
          </button>
        ) : ticket.rating === null ? null : (
          <Stars score={ticket.rating} />
        )}
      </div>
    );
  }
  const assignee = ticket.assigned_to;
  const mine = assignee?.id === self.id;
  const who = assignee === null ? t('chat.unassigned') : mine ? t('chat.assigned.you') : t('chat.assigned', { name: fullName(assignee) });
  return (
    <div class="quick">
      <p class="quick-who">
        <button type="button" class="quick-name" disabled={ticket.user === null} onClick={() => ticket.user !== null && openPerson(ticket.user.id)}>
          <span dir="auto">{fullName(ticket.user)}</span>
        </button>
        <span>{who}</span>
      </p>
      <div class="chips">
        {movesFor(ticket, self)
          .filter((move) => move !== 'unassign')
          .slice(0, 3)
          .map((move) => (
            <button key={move} type="button" class="chip" disabled={acting.value} onClick={() => perform(ticket, move)}>
              <Icon name={MOVE_ICON[move]} size={18} />
              {moveWord(move, true)}
            </button>
          ))}
      </div>
    </div>
  );
}

const END_PX = 48;

/** The outer box is turned round, so that the newest stays in sight when the keyboard comes and nothing jumps when older ones load. */
function Messages(): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  const drawn = rows.value;
  const now = conversation.value;
  const lastId = drawn.at(-1)?.id;
  const lastSeen = useRef(lastId);
  useLayoutEffect(() => {
    const grown = (inner.current?.scrollHeight ?? 0) - height.current;
    const isNewer = lastSeen.current !== lastId;
    const last = drawn.at(-1);
    const isOwn = last?.kind === 'bubble' && last.own;
    if (area.current !== null && isNewer && lastSeen.current !== undefined) {
      if (isOwn) area.current.scrollTop = 0;
      else if (!atEnd.value && grown > 0) area.current.scrollTop -= grown; // what is being read stays where it is
    }
    height.current = inner.current?.scrollHeight ?? 0;
    lastSeen.current = lastId;
    void read();
  }, [drawn]);
  useEffect(() => {
    const look = (): void => void read();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  const scrolled = (): void => {
    if (area.current === null) return;
    const { scrollTop, scrollHeight, clientHeight } = area.current;
    atEnd.value = Math.abs(scrollTop) < END_PX;
    if (atEnd.value) void read();
    if (scrollHeight + scrollTop - clientHeight < clientHeight) void loadOlder();
  };
  return (
    <div class="messages-place">
      <div class="messages" ref={area} onScroll={scrolled} tabIndex={0} aria-label={t('chat.messages')}>
        <div class="messages-inner" ref={inner} role="log" aria-live="polite">
          {now?.phase === 'loading' || now === null ? <BubbleSkeletons /> : null}
          {now?.older == null ? null : (
            <button type="button" class="chip older" onClick={() => void loadOlder()}>
              {t('chat.older')}
            </button>
          )}
          {drawn.map((row) => (
            <RowView key={row.id} row={row} />
          ))}
        </div>
      </div>
      {atEnd.value ? null : <ToEnd onPress={() => area.current?.scrollTo({ top: 0, behavior: 'smooth' })} />}
    </div>
  );
}

function ToEnd({ onPress }: { onPress: () => void }): JSX.Element {
  const count = conversation.value?.ticket?.unread_count ?? 0;
  return (
    <button type="button" class="to-end" aria-label={t('chat.toEnd')} onClick={onPress}>
      <Icon name="down" />
      <Badge count={count} label={t('list.unread', { count })} />
    </button>
  );
}

function RowView({ row }: { row: Row }): JSX.Element {
  switch (row.kind) {
    case 'day':
      return <p class="service day">{dayName(row.at)}</p>;
    case 'unread':
      return <p class="unread-line">{t('chat.unread')}</p>;
    case 'service':
      return <p class="service">{row.text}</p>;
    case 'bubble':
      return <Bubble row={row} showAuthor />;
  }
}
