import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { isStaff } from '../api/types';
import { t } from '../i18n';
import { dayName } from '../i18n/time';
import { atEnd, conversation, loadOlder, open, read, reload, shut } from '../store/conversation';
import { me } from '../store/core';
import { liveState } from '../store/line';
import { sayLooking } from '../store/live';
import { look } from '../store/lookers';
import { back, route } from '../store/route';
import { rows } from '../store/rows';
import type { Row } from '../store/timeline';
import { insideTelegram } from '../telegram/env';
import { Bubble } from '../ui/bubble';
import { Badge, Button, IconButton } from '../ui/controls';
import { Empty } from '../ui/empty';
import { Icon } from '../ui/icons';
import { BubbleSkeletons } from '../ui/skeleton';
import { Composer } from './composer';
import { Head, QuickMoves } from './head';

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
  useLooking(now?.ticket?.id);
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

/** Staff tell each other what they have before them. */
function useLooking(ticketId: string | undefined): void {
  const isTold = ticketId !== undefined && me.value !== null && isStaff(me.value) && liveState.value === 'connected';
  useEffect(() => (isTold ? look((gone) => sayLooking(ticketId, gone)) : undefined), [ticketId, isTold]);
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
