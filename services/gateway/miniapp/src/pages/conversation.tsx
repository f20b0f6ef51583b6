import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isStaff } from '../api/types';
import { t } from '../i18n';
import { conversation, open, reload, shut } from '../store/conversation';
import { me } from '../store/core';
import { liveState, outbox } from '../store/line';
import { sayLooking } from '../store/live';
import { look } from '../store/lookers';
import { openedAs } from '../store/recall';
import { back, go, route } from '../store/route';
import { isUnsent } from '../store/sending';
import { insideTelegram } from '../telegram/env';
import { IconButton } from '../ui/controls';
import { Empty, Failed } from '../ui/empty';
import { Composer } from './composer';
import { Head, QuickMoves } from './head';
import { Messages } from './messages';
import { UnsentPage } from './unsent';

/** The conversation the address names. */
export function OpenConversation(): JSX.Element | null {
  const now = route.value;
  if (now.page !== 'ticket') return null;
  const unsent = outbox.value.filter(isUnsent).find(({ key }) => key === now.ref);
  return unsent === undefined ? <ConversationPage key={now.ref} reference={now.ref} /> : <UnsentPage key={now.ref} item={unsent} />;
}

function ConversationPage({ reference }: { reference: string }): JSX.Element {
  useEffect(() => {
    void open(reference);
    return () => shut(reference);
  }, [reference]);
  const now = conversation.value;
  useEffect(() => {
    if (now?.phase === 'missing') void goOn(reference);
  }, [now?.phase]);
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

/** It was open under a key until it had a number: another tab, or an earlier visit, sent it. */
async function goOn(key: string): Promise<void> {
  const found = await openedAs(key);
  const now = route.value;
  if (found !== undefined && now.page === 'ticket' && now.ref === key) go({ page: 'ticket', ref: String(found.number) });
}

/** Staff tell each other what they have before them. */
function useLooking(ticketId: string | undefined): void {
  const isTold = ticketId !== undefined && me.value !== null && isStaff(me.value) && liveState.value === 'connected';
  useEffect(() => (isTold ? look((gone) => sayLooking(ticketId, gone)) : undefined), [ticketId, isTold]);
}

function Trouble({ missing }: { missing: boolean }): JSX.Element {
  return (
    <div class="page">
      <div class="bar">{insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} />}</div>
      <div class="centre">
        {missing ? <Empty isPage drawing="search" title={t('chat.missing.title')} text={t('chat.missing.text')} /> : <Failed isPage again={() => void reload()} />}
      </div>
    </div>
  );
}
