import type { DOMAttributes, JSX } from 'preact';
import type { Message } from '../api/types';
import { t } from '../i18n';
import { clock } from '../i18n/time';
import { picked } from '../store/aim';
import { conversation, sought } from '../store/conversation';
import { discard, resend } from '../store/outbox';
import { backToForm } from '../store/form';
import { sheet } from '../store/route';
import { isUnsent } from '../store/sending';
import type { Bubble as BubbleRow } from '../store/timeline';
import { haptic } from '../telegram/env';
import { Attachments } from './attachments';
import { Avatar, fullName, hueOf } from './avatar';
import { IconButton } from './controls';
import { Icon } from './icons';
import { Quote } from './quote';
import { RichText } from './text';

/** One message: whose it is stands at its side, when and how far it came at its foot. */
export function Bubble({ row, showAuthor, position, of }: { row: BubbleRow; showAuthor: boolean; position: number; of: number }): JSX.Element {
  const side = row.own ? 'own' : 'other';
  const shape = `${row.first ? 'first' : ''} ${row.last ? 'last' : ''} ${row.isNote ? 'note' : ''}`;
  return (
    <div class={`bubble-line ${side} ${row.last ? 'last' : ''}`} id={`m-${row.id}`}>
      {row.own || !showAuthor ? null : row.last ? <Avatar member={row.author} size="s" /> : <span class="avatar-space" />}
      <article class={`bubble ${side} ${shape}`} aria-posinset={position} aria-setsize={of} aria-label={row.own ? t('chat.you') : fullName(row.author)} {...menuOf(row)}>
        {row.isNote && row.first ? (
          <p class="note-head">
            <Icon name="lock" size={14} />
            {t('chat.note')}
          </p>
        ) : null}
        {!row.own && showAuthor && row.first ? <p class={`author hue-text-${hueOf(row.author?.id ?? '')}`}>{fullName(row.author)}</p> : null}
        {row.quoted === null ? null : <Answered quoted={row.quoted} />}
        <Body row={row} />
        {hasMenu(row) ? <IconButton icon="more" label={t('message.menu')} class="bubble-menu" onPress={() => pick(row)} /> : null}
      </article>
      <Failure row={row} />
    </div>
  );
}

function hasMenu({ message }: BubbleRow): boolean {
  return message !== null && message.deleted_at === null;
}

function pick({ message }: BubbleRow): void {
  haptic('tap');
  picked.value = message;
  sheet.value = 'message';
}

const LONG_PRESS_MS = 450;
let pressing: ReturnType<typeof setTimeout> | undefined;
const release = (): void => clearTimeout(pressing);

/** The menu on a right click, and on a long press (which iPhones do not tell by themselves). Links keep the browser's own. */
function menuOf(row: BubbleRow): DOMAttributes<HTMLElement> {
  if (!hasMenu(row)) return {};
  const open = (): void => {
    release();
    if (sheet.value !== 'message') pick(row);
  };
  return {
    onContextMenu: (event) => {
      if ((event.target as Element).closest('a') !== null || String(getSelection()) !== '') return;
      event.preventDefault();
      open();
    },
    onTouchStart: (event) => {
      release();
      if ((event.target as Element).closest('a, button') === null) pressing = setTimeout(open, LONG_PRESS_MS);
    },
    onTouchMove: release,
    onTouchEnd: release,
    onTouchCancel: release,
  };
}

/** The message this one answers; pressing it goes there. */
function Answered({ quoted }: { quoted: Message | 'older' }): JSX.Element {
  const go = (): void => {
    if (quoted !== 'older') sought.value = quoted.id;
  };
  return (
    <button type="button" class="answered" onClick={go}>
      <span class="hidden">{t('message.answers')}</span>
      <Quote message={quoted} />
    </button>
  );
}

function Body({ row }: { row: BubbleRow }): JSX.Element {
  const { message, outgoing } = row;
  if (message?.deleted_at != null) {
    return (
      <p class="body gone">
        {t('chat.deleted')}
        <Foot row={row} />
      </p>
    );
  }
  const content = outgoing?.content ?? message?.content;
  return (
    <>
      <Attachments files={outgoing?.attachments ?? message?.attachments ?? []} />
      <div class={`body ${content == null ? 'gone' : ''}`}>
        {content == null ? t('chat.erased') : <RichText text={content} />}
        <Foot row={row} />
      </div>
    </>
  );
}

function Foot({ row }: { row: BubbleRow }): JSX.Element {
  const edited = row.message?.edited_at != null && row.message.deleted_at === null;
  return (
    <span class="foot">
      {edited ? <span>{t('chat.edited')}</span> : null}
      <time dateTime={row.at}>{clock(row.at)}</time>
      {row.own ? <SendState row={row} /> : null}
    </span>
  );
}

const STATE_ICON = { sending: 'clock', failed: 'alert', sent: 'check', read: 'checks' } as const;

function SendState({ row }: { row: BubbleRow }): JSX.Element {
  const isRead = (row.message?.version ?? Infinity) <= (conversation.value?.ticket?.read_to ?? 0) && !row.isNote;
  const state = row.outgoing?.state ?? (isRead ? 'read' : 'sent');
  return (
    <span class={`send-state ${state}`}>
      <Icon name={STATE_ICON[state]} size={state === 'read' ? 16 : 14} />
      <span class="hidden">{t(state === 'failed' ? 'chat.failed' : `chat.${state}`)}</span>
    </span>
  );
}

function Failure({ row }: { row: BubbleRow }): JSX.Element | null {
  const { outgoing } = row;
  if (outgoing?.state !== 'failed') return null;
  return (
    <div class="failure" role="alert">
      <span>
        {t('chat.failed')}
        {outgoing.reason === undefined ? '' : `: ${outgoing.reason}`}
      </span>
      <button type="button" class="link" onClick={() => resend(outgoing.key)}>
        {t('chat.failed.retry')}
      </button>
      {isUnsent(outgoing) ? (
        <button type="button" class="link" onClick={() => void backToForm(outgoing)}>
          {t('message.edit')}
        </button>
      ) : null}
      <button type="button" class="link danger" onClick={() => discard(outgoing.key)}>
        {t('chat.failed.discard')}
      </button>
    </div>
  );
}
