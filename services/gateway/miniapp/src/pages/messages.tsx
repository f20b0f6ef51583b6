import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { dayName } from '../i18n/time';
import { atEnd, conversation, loadOlder, read, seen, sought } from '../store/conversation';
import { rows } from '../store/rows';
import type { Row } from '../store/timeline';
import { Bubble } from '../ui/bubble';
import { Badge } from '../ui/controls';
import { Icon } from '../ui/icons';
import { BubbleSkeletons } from '../ui/skeleton';
import { useWindowed } from '../ui/windowed';

const END_PX = 48;
/** A bubble of one line and half. */
const GUESS_PX = 64;
/** So long the day stands above what is read once nobody scrolls. */
const DAY_MS = 1_200;
/** Where in the view the unread ones begin when it opens: what they answer is in sight above. */
const UNREAD_PART = 0.2;

/**
 * The outer box is turned round, so that the newest stays in sight when the keyboard comes and nothing jumps when older ones load.
 * Rows are read out when they are news; those that come and go while one scrolls are not.
 */
export function Messages(): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const all = rows.value;
  const now = conversation.value;
  const keys = all.map(({ id }) => id);
  const view = useWindowed({ box: area, holder, keys, guess: GUESS_PX, isTurned: true });
  const last = all.at(-1);
  const lastSeen = useRef(last?.id);
  const placed = useRef<string | null>(null);
  const unreadFrom = now?.unreadFrom ?? null;
  useLayoutEffect(() => {
    if (unreadFrom !== null && unreadFrom !== placed.current && atEnd.value && all.length > 0) {
      placed.current = unreadFrom;
      view.seek('unread', UNREAD_PART);
      atEnd.value = isAtEnd(area.current);
    } else if (unreadFrom === null && placed.current !== null) {
      placed.current = null; // what an earlier visit took for new is not
      toEnd(area.current);
    }
    const isOwnNew = lastSeen.current !== undefined && lastSeen.current !== last?.id && last?.kind === 'bubble' && last.own;
    if (isOwnNew && area.current !== null) area.current.scrollTop = 0;
    lastSeen.current = last?.id;
    void read();
  }, [all]);
  useEffect(() => {
    const id = sought.value;
    if (id === null) return;
    sought.value = null;
    view.seek(id, id === 'unread' ? UNREAD_PART : 0.4);
    if (id !== 'unread') requestAnimationFrame(() => requestAnimationFrame(() => point(id)));
  }, [sought.value]);
  const day = useSignal<string | null>(null);
  const still = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const see = (): void => {
    const version = view.isSeeking() ? undefined : versionAt(all, view.bottom());
    if (version !== undefined) seen(version);
  };
  useEffect(() => {
    const look = (): void => (atEnd.value ? void read() : see());
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  });
  const scrolled = (): void => {
    if (area.current === null) return;
    view.onScroll();
    const { scrollTop, scrollHeight, clientHeight } = area.current;
    day.value = dayAt(all, view.top());
    clearTimeout(still.current);
    still.current = setTimeout(() => (day.value = null), DAY_MS);
    atEnd.value = isAtEnd(area.current);
    if (atEnd.value) void read();
    else see();
    if (scrollHeight + scrollTop - clientHeight < clientHeight) void loadOlder();
  };
  const unreadAt = all.findIndex(({ kind }) => kind === 'unread');
  const articles = all.reduce((count, { kind }) => count + Number(kind === 'bubble'), 0);
  let position = all.slice(0, view.first).reduce((count, { kind }) => count + Number(kind === 'bubble'), 0);
  return (
    <div class="messages-place">
      {day.value === null ? null : (
        <p class="service day held" aria-hidden="true">
          {dayName(day.value)}
        </p>
      )}
      <div class="messages" ref={area} onScroll={scrolled} tabIndex={0} role="group" aria-label={t('chat.messages')}>
        <div class="messages-inner" role="log" aria-live={atEnd.value ? 'polite' : 'off'}>
          {now?.phase === 'loading' || now === null ? <BubbleSkeletons /> : null}
          {now?.older == null ? null : (
            <button type="button" class="chip older" onClick={() => void loadOlder()}>
              {t('chat.older')}
            </button>
          )}
          <div class="rows" ref={holder} style={{ paddingTop: `${view.before}px`, paddingBottom: `${view.after}px` }}>
            {all.slice(view.first, view.end).map((row) => {
              if (row.kind === 'bubble') position += 1;
              return (
                <div class="row" key={row.id}>
                  <RowView row={row} position={position} of={now?.older === null ? articles : -1} />
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {unreadAt >= 0 && unreadAt < view.first ? <ToUnread /> : null}
      {atEnd.value ? null : <ToEnd onPress={() => toEnd(area.current)} />}
    </div>
  );
}

function isAtEnd(area: HTMLElement | null): boolean {
  return Math.abs(area?.scrollTop ?? 0) < END_PX;
}

/** How far the conversation was seen when this is the lowest row in sight. */
function versionAt(all: readonly Row[], key: string | undefined): number | undefined {
  const at = all.findIndex(({ id }) => id === key);
  for (let index = at; index >= 0; index--) {
    const row = all[index];
    if (row?.kind === 'bubble' && row.message !== null) return row.message.version;
  }
  return undefined;
}

/** Which day the row at the top is of; `null` where its own line says so. */
function dayAt(all: readonly Row[], key: string | undefined): string | null {
  const row = all.find(({ id }) => id === key);
  return row === undefined || row.kind === 'day' || row.kind === 'unread' ? null : row.at;
}

/** Gliding where it is near; farther away are rows that nobody has measured, and measuring them would end the glide. */
function toEnd(area: HTMLElement | null): void {
  const isFar = area !== null && -area.scrollTop > area.clientHeight;
  area?.scrollTo({ top: 0, behavior: isFar ? 'instant' : 'smooth' });
}

/** Show which one was looked for. */
function point(id: string): void {
  const there = document.getElementById(`m-${id}`);
  there?.scrollIntoView({ block: 'center' });
  there?.animate?.([{}, { background: 'color-mix(in srgb, var(--accent) 22%, transparent)' }, {}], { duration: 1_600, delay: 150 });
}

/** What is new begins above what is in sight. */
function ToUnread(): JSX.Element {
  return (
    <button type="button" class="chip to-unread" onClick={() => (sought.value = 'unread')}>
      <Icon name="up" size={18} />
      {t('chat.toUnread')}
    </button>
  );
}

function ToEnd({ onPress }: { onPress: () => void }): JSX.Element {
  const count = conversation.value?.ticket?.unread_count ?? 0;
  return (
    <button type="button" class="to-end" onClick={onPress}>
      <Icon name="down" />
      <span class="hidden">{t('chat.toEnd')}</span>
      <Badge count={count} label={t('list.unread', { count })} />
    </button>
  );
}

function RowView({ row, position, of }: { row: Row; position: number; of: number }): JSX.Element {
  switch (row.kind) {
    case 'day':
      return <p class="service day">{dayName(row.at)}</p>;
    case 'unread':
      return <p class="unread-line">{t('chat.unread')}</p>;
    case 'service':
      return <p class="service">{row.text}</p>;
    case 'bubble':
      return <Bubble row={row} showAuthor position={position} of={of} />;
  }
}
