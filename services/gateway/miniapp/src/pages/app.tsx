import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Problem } from '../api/problem';
import { t } from '../i18n';
import { stage } from '../store/core';
import { draft, isEmpty } from '../store/draft';
import { back, route, sheet } from '../store/route';
import { complain } from '../store/toast';
import { phase } from '../store/tickets';
import { guardGestures, onBack, onSettings } from '../telegram/env';
import { Empty } from '../ui/empty';
import { ToastLine } from '../ui/toast';
import { lazy } from '../ui/lazy';
import { Gate } from './gate';
import { ListPage } from './list';

const kept = (): void => complain(new Problem('offline', 0, ''));
const OpenConversation = lazy(() => import('./conversation').then((room) => room.OpenConversation), kept);
const NewPage = lazy(() => import('./new').then((room) => room.NewPage), kept);
const SettingsSheet = lazy(() => import('./settings').then((room) => room.SettingsSheet), kept);
const ActionsSheet = lazy(() => import('./actions').then((room) => room.ActionsSheet), kept);
const DeskPage = lazy(() => import('./desk').then((room) => room.DeskPage), kept);
const CategorySheet = lazy(() => import('./category').then((room) => room.CategorySheet), kept);
const AssignSheet = lazy(() => import('./assign').then((room) => room.AssignSheet), kept);
const DetailsSheet = lazy(() => import('./details').then((room) => room.DetailsSheet), kept);
const PersonSheet = lazy(() => import('./person').then((room) => room.PersonSheet), kept);
const RateSheet = lazy(() => import('./rate').then((room) => room.RateSheet), kept);
const PictureView = lazy(() => import('./picture').then((room) => room.PictureView), kept);
const MessageSheet = lazy(() => import('./message').then((room) => room.MessageSheet), kept);
const HistorySheet = lazy(() => import('./actions').then((room) => room.HistorySheet), kept);

/** Fetched when the first screen stands, so that no tap waits. */
function preload(): void {
  for (const page of [OpenConversation, NewPage, SettingsSheet, ActionsSheet, MessageSheet, HistorySheet]) page.preload();
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
    <div class={`shell page-${page}`}>
      <div class="pane list-pane" role={page === 'list' ? 'main' : 'complementary'} aria-label={t('list.pane')}>
        <ListPage />
      </div>
      <div ref={detail} tabIndex={-1} class="pane detail-pane" role={page === 'list' ? 'complementary' : 'main'} aria-label={t('chat.messages')}>
        <Detail />
      </div>
    </div>
  );
}

function Detail(): JSX.Element {
  const now = route.value;
  if (stage.value === 'starting') return <></>;
  if (now.page === 'new') return <NewPage />;
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
    case 'details':
      return <DetailsSheet />;
    case 'person':
      return <PersonSheet />;
    case 'category':
      return <CategorySheet />;
    case 'rate':
      return <RateSheet />;
    case 'picture':
      return <PictureView />;
    case 'message':
      return <MessageSheet />;
    case 'actions':
      return <ActionsSheet />;
    case null:
      return null;
  }
}
