import type { JSX } from 'preact';
import type { Category } from '../api/types';
import { t } from '../i18n';
import { clock } from '../i18n/time';
import { me } from '../store/core';
import { categories } from '../store/known';
import { outbox } from '../store/line';
import { back, go, route } from '../store/route';
import { stillUnsent, type Unsent } from '../store/sending';
import { listing } from '../store/tickets';
import { waitingRows } from '../store/timeline';
import { insideTelegram } from '../telegram/env';
import { CategoryIcon } from '../ui/avatar';
import { Bubble } from '../ui/bubble';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Composer } from './composer';
import { LiveLine } from './line';

const categoryOf = ({ opens }: Unsent): Category | null => categories.value?.find(({ id }) => id === opens.category_id) ?? null;

/** A ticket that is still on its way, and what is written into it meanwhile. */
export function UnsentPage({ item }: { item: Unsent }): JSX.Element | null {
  const self = me.value;
  if (self === null) return null;
  const rows = waitingRows(outbox.value.filter(({ ticketId }) => ticketId === item.key), self);
  return (
    <div class="page chat-page">
      <div class="bar chat-bar">
        {insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} class="back" />}
        <CategoryIcon category={categoryOf(item)} />
        <div class="bar-title">
          <h1 dir="auto">{item.opens.title}</h1>
          <div class="under">
            <UnsentMark item={item} />
            <LiveLine />
          </div>
        </div>
      </div>
      <div class="messages-place">
        <div class="messages" tabIndex={0} role="group" aria-label={t('chat.messages')}>
          <div class="messages-inner" role="log">
            <div class="rows">
              {rows.map((row, index) => (
                <div class="row" key={row.id}>
                  <Bubble row={row} showAuthor={false} position={index + 1} of={rows.length} />
                </div>
              ))}
            </div>
          </div>
        </div>
      </div>
      <Composer ticket={{ id: item.key, status: 'OPEN', user: self, merged_into: null }} />
    </div>
  );
}

/** Above the list: what of one's own is not there yet. */
export function UnsentRows(): JSX.Element | null {
  const self = me.value;
  const items = self === null ? [] : stillUnsent(outbox.value, listing.value.items, self.id);
  if (items.length === 0) return null;
  const now = route.value;
  return (
    <ul class="ticket-list unsent" aria-label={t('unsent.title')}>
      {items.map((item) => (
        <li key={item.key}>
          <button
            type="button"
            class="ticket-row pressable"
            aria-current={now.page === 'ticket' && now.ref === item.key ? 'page' : undefined}
            onClick={() => go({ page: 'ticket', ref: item.key })}
          >
            <CategoryIcon category={categoryOf(item)} size="l" />
            <span class="ticket-text">
              <span class="ticket-top">
                <span class="ticket-title" dir="auto">
                  {item.opens.title}
                </span>
                <time dateTime={item.at}>{clock(item.at)}</time>
              </span>
              <span class="ticket-about">
                <span class="ticket-who" dir="auto">
                  {item.content}
                </span>
              </span>
              <span class="marks">
                <UnsentMark item={item} />
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function UnsentMark({ item: { state } }: { item: Unsent }): JSX.Element {
  return (
    <span class={`mark unsent ${state}`}>
      <Icon name={state === 'failed' ? 'alert' : 'clock'} size={14} />
      {t(state === 'failed' ? 'chat.failed' : 'unsent.waits')}
    </span>
  );
}
