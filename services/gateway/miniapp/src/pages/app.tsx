import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { isStaff } from '../api/types';
import { me, stage } from '../store/core';
import { draft, isEmpty } from '../store/draft';
import { back, route, sheet } from '../store/route';
import { phase } from '../store/tickets';
import { isBeside } from '../store/wide';
import { guardGestures, onBack, onSettings } from '../telegram/env';
import { Empty } from '../ui/empty';
import { ToastLine } from '../ui/toast';
import { Gate } from './gate';
import { ListPage } from './list';
import { page, staffPage } from './later';

const OpenConversation = page(() => import('./conversation').then((room) => room.OpenConversation));
const NewPage = page(() => import('./new').then((room) => room.NewPage));
const NoticesPage = page(() => import('./notices').then((room) => room.NoticesPage));
const SettingsSheet = page(() => import('./settings').then((room) => room.SettingsSheet));
const ActionsSheet = page(() => import('./actions').then((room) => room.ActionsSheet));
const DeskPage = staffPage(() => import('./desk').then((room) => room.DeskPage));
const CategorySheet = staffPage(() => import('./category').then((room) => room.CategorySheet));
const AssignSheet = staffPage(() => import('./assign').then((room) => room.AssignSheet));
const MergeSheet = staffPage(() => import('./merge').then((room) => room.MergeSheet));
const DetailsSheet = staffPage(() => import('./details').then((room) => room.DetailsSheet));
const PersonSheet = staffPage(() => import('./person').then((room) => room.PersonSheet));
const TemplateSheet = staffPage(() => import('./template').then((room) => room.TemplateSheet));
const BroadcastSheet = staffPage(() => import('./broadcast').then((room) => room.BroadcastSheet));
const InviteSheet = staffPage(() => import('./invites').then((room) => room.InviteSheet));
const BlockSheet = staffPage(() => import('./block').then((room) => room.BlockSheet));
const AsidePane = staffPage(() => import('./aside').then((room) => room.AsidePane));
const Shortcuts = staffPage(() => import('./shortcuts').then((room) => room.Shortcuts));
const KeysSheet = staffPage(() => import('./shortcuts').then((room) => room.KeysSheet));
const SnoozeSheet = staffPage(() => import('./snooze').then((room) => room.SnoozeSheet));
const FilterSheet = page(() => import('./filter').then((room) => room.FilterSheet));
const RateSheet = page(() => import('./rate').then((room) => room.RateSheet));
const PictureView = page(() => import('./picture').then((room) => room.PictureView));
const MessageSheet = page(() => import('./message').then((room) => room.MessageSheet));
const TargetSheet = page(() => import('./target').then((room) => room.TargetSheet));
const HistorySheet = page(() => import('./actions').then((room) => room.HistorySheet));

/** Fetched when the first screen stands, so that no tap waits. */
function preload(): void {
  for (const one of [OpenConversation, NewPage, SettingsSheet, ActionsSheet, MessageSheet, HistorySheet]) one.preload();
}

export function App(): JSX.Element {
  useEffect(() => onSettings(() => (sheet.value = 'settings')), []);
  useEffect(() => {
    if (phase.value === 'ready') preload();
  }, [phase.value]);
  if (stage.value !== 'in' && stage.value !== 'starting') return <Gate />;
  return (
    <>
      <Shell />
      <Sheets />
      <ToastLine />
    </>
  );
}

/** The list and, over it on a phone or beside it on a wide screen, what was chosen from it. */
function Shell(): JSX.Element {
  const { page } = route.value;
  const detail = useRef<HTMLDivElement>(null);
  const canGoBack = page !== 'list' || sheet.value !== null;
  useEffect(() => onBack(canGoBack ? back : null), [canGoBack]);
  useEffect(() => {
    if (page !== 'list') detail.current?.focus({ preventScroll: true }); // a screen reader goes on where the eye does
  }, [page]);
  const isDirty = page === 'new' && !isEmpty(draft.value);
  useEffect(() => guardGestures(page === 'ticket', isDirty), [page, isDirty]);
  return (
    <div class={`shell page-${page} ${isBeside.value ? 'three' : ''}`}>
      <div class="pane list-pane" role={page === 'list' ? 'main' : 'complementary'} aria-label={t('list.pane')}>
        <ListPage />
      </div>
      <div ref={detail} tabIndex={-1} class="pane detail-pane" role={page === 'list' ? 'complementary' : 'main'} aria-label={t('chat.messages')}>
        <Detail />
      </div>
      {isBeside.value ? (
        <div class="pane aside-pane" role="complementary" aria-label={t('chat.actions')}>
          <AsidePane />
        </div>
      ) : null}
      {me.value !== null && isStaff(me.value) ? <Shortcuts /> : null}
    </div>
  );
}

function Detail(): JSX.Element {
  const now = route.value;
  if (stage.value === 'starting') return <></>;
  if (now.page === 'new') return <NewPage />;
  if (now.page === 'notices') return <NoticesPage />;
  if (now.page === 'desk') return <DeskPage />;
  if (now.page === 'ticket') return <OpenConversation />;
  return (
    <div class="centre">
      <Empty drawing="plane" title={t('chat.pick.title')} text={t('chat.pick.text')} />
    </div>
  );
}

function Sheets(): JSX.Element | null {
  switch (sheet.value) {
    case 'settings':
      return <SettingsSheet />;
    case 'history':
      return <HistorySheet />;
    case 'assign':
      return <AssignSheet />;
    case 'merge':
      return <MergeSheet />;
    case 'details':
      return <DetailsSheet />;
    case 'person':
      return <PersonSheet />;
    case 'category':
      return <CategorySheet />;
    case 'template':
      return <TemplateSheet />;
    case 'broadcast':
      return <BroadcastSheet />;
    case 'invite':
      return <InviteSheet />;
    case 'block':
      return <BlockSheet />;
    case 'filter':
      return <FilterSheet />;
    case 'snooze':
      return <SnoozeSheet />;
    case 'keys':
      return <KeysSheet />;
    case 'rate':
      return <RateSheet />;
    case 'picture':
      return <PictureView />;
    case 'message':
      return <MessageSheet />;
    case 'target':
      return <TargetSheet />;
    case 'actions':
      return <ActionsSheet />;
    case null:
      return null;
  }
}
