import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { EVERYTHING, type Segment } from '../api/calls';
import { isStaff, STATUSES, type Count, type Status, type Ticket } from '../api/types';
import { counted, t } from '../i18n';
import { unread } from '../store/bell';
import { me, stage } from '../store/core';
import { outbox } from '../store/line';
import { go, sheet } from '../store/route';
import { isUnsent } from '../store/sending';
import { countIn } from '../store/listing';
import { choose, counts, filter, listing, older, phase, refresh } from '../store/tickets';
import { Badge, Button, Chips, IconButton, Segmented } from '../ui/controls';
import { Empty, Failed } from '../ui/empty';
import { Icon } from '../ui/icons';
import { StatusShape, statusWord } from '../ui/marks';
import { MoreWhenSeen } from '../ui/more';
import { SearchLine } from '../ui/search';
import { RowSkeletons } from '../ui/skeleton';
import { useWindowed } from '../ui/windowed';
import { page } from './later';
import { LiveLine, OfflineNote, PersonaSwitch } from './line';
import { PullToRefresh } from './pull';
import { TicketRow } from './row';

const UnsentRows = page(() => import('./unsent').then((room) => room.UnsentRows));

export function ListPage(): JSX.Element {
  const staff = me.value !== null && isStaff(me.value);
  const scroller = useRef<HTMLDivElement>(null);
  return (
    <div class="page">
      <div class="bar">
        <div class="bar-title">
          <h1>{t(staff ? 'list.title.staff' : 'list.title.customer')}</h1>
          <LiveLine />
        </div>
        {staff ? <IconButton icon="pen" label={t('list.new')} onPress={() => go({ page: 'new' })} /> : null}
        <Bell />
        <IconButton icon="gear" label={t('settings.title')} onPress={() => (sheet.value = 'settings')} />
      </div>
      <div class="scroll still" ref={scroller} tabIndex={-1}>
        <PullToRefresh scroller={scroller} onRefresh={() => refresh()} />
        <OfflineNote />
        <PersonaSwitch />
        <div class="filters">
          <div class="search-line">
            <SearchField />
            <FilterButton />
          </div>
          {staff ? <Segments /> : null}
          <StatusChips />
        </div>
        {outbox.value.some(isUnsent) ? <UnsentRows /> : null}
        <Tickets scroller={scroller} />
      </div>
      {staff || stage.value === 'starting' ? null : (
        <button type="button" class="fab" onClick={() => go({ page: 'new' })}>
          <Icon name="pen" />
          {t('list.new')}
        </button>
      )}
    </div>
  );
}

/** The way to what one was told, and how much of it is new. */
function Bell(): JSX.Element {
  const count = unread.value;
  return (
    <span class="bell">
      <IconButton icon="bell" label={count > 0 ? t('notices.unread', { count }) : t('notices.title')} onPress={() => go({ page: 'notices' })} />
      <Badge count={count} />
    </span>
  );
}

const SEARCH_PAUSE_MS = 300;

function SearchField(): JSX.Element {
  const text = useSignal(filter.value.q);
  useEffect(() => {
    const timer = setTimeout(() => void choose({ q: text.value.trim() }), SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  return <SearchLine label={t('list.search')} value={text.value} onInput={(typed) => (text.value = typed)} />;
}

/** What is shown is less than all, or in another order: the button says so. */
function FilterButton(): JSX.Element {
  const { priority, categoryId, snoozed, sort } = filter.value;
  const isOn = priority !== null || categoryId !== null || snoozed || sort !== EVERYTHING.sort;
  return <IconButton icon="filter" label={t('filter.title')} pressed={isOn} class="filter-button" onPress={() => (sheet.value = 'filter')} />;
}

function Segments(): JSX.Element {
  const known = counts.value;
  const options = [
    { value: 'mine' as const, text: t('list.mine'), count: known?.mine },
    { value: 'unassigned' as const, text: t('list.unassigned'), count: known?.unassigned },
    { value: 'all' as const, text: t('list.all'), count: known?.total },
  ];
  return (
    <Segmented<Segment> label={t('list.title.staff')} options={options} value={filter.value.segment} onChoose={(segment) => void choose({ segment })} />
  );
}

type Chip = Status | 'ALL' | 'SNOOZED';

function StatusChips(): JSX.Element {
  const known = counts.value;
  const { status, snoozed } = filter.value;
  const aside = known?.snoozed ?? 0;
  const isWhole = filter.value.segment === 'all'; // the counts are of everything one may see
  const options = [
    { value: 'ALL' as const, text: t('list.all'), count: isWhole ? known?.total : undefined },
    ...STATUSES.map((status) => ({
      value: status,
      text: statusWord(status),
      count: isWhole ? (known?.by_status[status] ?? (known === null ? undefined : 0)) : undefined,
      shape: <StatusShape status={status} />,
    })),
    ...(aside > 0 || snoozed ? [{ value: 'SNOOZED' as const, text: t('filter.snoozed'), count: aside, shape: <Icon name="moon" size={16} /> }] : []),
  ];
  return (
    <Chips<Chip>
      label={t('list.filter')}
      options={options}
      value={snoozed ? 'SNOOZED' : (status ?? 'ALL')}
      onChoose={(chosen) =>
        void choose(chosen === 'SNOOZED' ? { snoozed: true, status: null, segment: 'all' } : { snoozed: false, status: chosen === 'ALL' ? null : chosen })
      }
    />
  );
}

function Tickets({ scroller }: { scroller: RefObject<HTMLElement | null> }): JSX.Element {
  const { items, nextCursor } = listing.value;
  const all = countIn(listing.value);
  if (phase.value === 'loading') return <RowSkeletons />;
  if (phase.value === 'failed') return <Failed again={() => void refresh()} />;
  if (items.length === 0) return outbox.value.some(isUnsent) ? <></> : <NoTickets />;
  return (
    <>
      <TicketRows scroller={scroller} items={items} all={all} isAll={nextCursor === null} />
      {nextCursor === null ? <p class="list-end">{counted('list.count', all)}</p> : <MoreWhenSeen paging={older} />}
    </>
  );
}

interface Rows {
  scroller: RefObject<HTMLElement | null>;
  items: Ticket[];
  all: Count;
  isAll: boolean;
}

const GUESS_PX = 84;

/** Of how many a row is one, for whoever hears the list; -1: nobody knows. */
function setSize({ items, all, isAll }: Rows): number {
  if (isAll) return items.length;
  return all.isOver ? -1 : Math.max(all.count, items.length);
}

function TicketRows(rows: Rows): JSX.Element {
  const { scroller, items, all } = rows;
  const holder = useRef<HTMLUListElement>(null);
  const keys = items.map(({ id }) => id);
  const view = useWindowed({ box: scroller, holder, keys, guess: GUESS_PX });
  const { onScroll } = view;
  useEffect(() => {
    const area = scroller.current;
    area?.addEventListener('scroll', onScroll, { passive: true });
    return () => area?.removeEventListener('scroll', onScroll);
  }, [onScroll]);
  const room = { paddingTop: `${view.before}px`, paddingBottom: `${view.after}px` };
  return (
    <ul class="ticket-list" ref={holder} style={room} aria-label={counted('list.count', all)}>
      {items.slice(view.first, view.end).map((ticket, index) => (
        <TicketRow key={ticket.id} ticket={ticket} position={view.first + index + 1} of={setSize(rows)} />
      ))}
    </ul>
  );
}

function NoTickets(): JSX.Element {
  const { status, segment, q, priority, categoryId, snoozed } = filter.value;
  if (status !== null || q !== '' || priority !== null || categoryId !== null || snoozed) {
    return (
      <Empty drawing="search" title={t('list.empty.filter.title')} text={t('list.empty.filter.text')}>
        {q === '' ? (
          <Button kind="tinted" onPress={() => void choose({ ...EVERYTHING, segment })}>
            {t('list.empty.filter.reset')}
          </Button>
        ) : null}
      </Empty>
    );
  }
  const staff = me.value !== null && isStaff(me.value);
  const drawing = staff || segment !== 'all' ? 'done' : 'calm';
  const who = staff ? 'staff' : 'customer';
  return <Empty drawing={drawing} title={t(`list.empty.${who}.title`)} text={t(`list.empty.${who}.text`)} />;
}
