import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Notice } from '../api/types';
import { t } from '../i18n';
import { ago, dayName, fullTime } from '../i18n/time';
import { unread } from '../store/bell';
import { byDay } from '../store/noticing';
import { follow, mark, notices, older, phase, refresh } from '../store/notices';
import { back } from '../store/route';
import { insideTelegram } from '../telegram/env';
import { IconButton } from '../ui/controls';
import { Empty, Failed } from '../ui/empty';
import { Icon, type IconName } from '../ui/icons';
import { MoreWhenSeen } from '../ui/more';
import { RowSkeletons } from '../ui/skeleton';
import { PullToRefresh } from './pull';

/** What one was told, newest first. */
export function NoticesPage(): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => void refresh(), []);
  return (
    <div class="page">
      <div class="bar">
        {insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} />}
        <div class="bar-title">
          <h1>{t('notices.title')}</h1>
        </div>
        {unread.value > 0 ? <IconButton icon="checks" label={t('notices.readAll')} onPress={() => void mark({})} /> : null}
      </div>
      <div class="scroll" ref={scroller} tabIndex={-1}>
        <PullToRefresh scroller={scroller} onRefresh={refresh} />
        <Notices />
      </div>
    </div>
  );
}

const TICK_MS = 30_000;

function Notices(): JSX.Element {
  const { items, nextCursor } = notices.value;
  const now = useSignal(new Date());
  useEffect(() => {
    const timer = setInterval(() => (now.value = new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (phase.value === 'loading') return <RowSkeletons />;
  if (phase.value === 'failed') return <Failed again={() => void refresh()} />;
  if (items.length === 0) return <Empty drawing="calm" title={t('notices.empty.title')} text={t('notices.empty.text')} />;
  const current = new Date(Math.max(now.value.getTime(), Date.now()));
  return (
    <>
      {byDay(items).map((day) => (
        <section key={new Date(day.at).toDateString()} class="notice-day">
          <h2 class="section-title">{dayName(day.at, current)}</h2>
          <ul class="ticket-list">
            {day.items.map((item) => (
              <li key={item.id}>
                <Line notice={item} now={current} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {nextCursor === null ? null : <MoreWhenSeen paging={older} />}
    </>
  );
}

const ICONS: Readonly<Record<string, IconName>> = {
  NEW_TICKET: 'horn',
  TICKET_ASSIGNED: 'person',
  TICKET_STATUS_CHANGED: 'check',
  NEW_MESSAGE: 'talk',
  TICKET_CLOSED: 'lock',
  SYSTEM: 'alert',
};

function Line({ notice, now }: { notice: Notice; now: Date }): JSX.Element {
  const { kind, text, ticket_number: number, ticket_title: title, created_at: at } = notice;
  const isNew = notice.read_at === null;
  return (
    <button type="button" class={`ticket-row notice pressable ${isNew ? 'unread' : ''}`} onClick={() => follow(notice)}>
      <span class={`avatar notice-kind kind-${kind}`}>
        <Icon name={ICONS[kind] ?? 'bell'} size={20} />
      </span>
      <span class="ticket-text">
        <span class="ticket-top">
          <span class="notice-text">{text}</span>
          {isNew ? (
            <span class="notice-dot">
              <span class="hidden">{t('notices.new')}</span>
            </span>
          ) : null}
        </span>
        <span class="ticket-about">
          {number === null || text.includes(`#${number}`) ? null : <span class="ticket-number">#{number}</span>}
          <span class="ticket-who" dir="auto">
            {title}
          </span>
          <time dateTime={at} title={fullTime(at)}>
            {ago(at, now)}
          </time>
        </span>
      </span>
    </button>
  );
}
