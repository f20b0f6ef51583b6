import type { JSX } from 'preact';
import type { Message } from '../api/types';
import { t } from '../i18n';
import { fullName, hueOf } from './avatar';

/** A message in two lines: who, and how it began. */
export function Quote({ message }: { message: Message | 'older' }): JSX.Element {
  if (message === 'older') return <span class="quote quote-text">{t('message.older')}</span>;
  return (
    <span class={`quote hue-${hueOf(message.user?.id ?? '')}`}>
      <span class={`quote-name hue-text-${hueOf(message.user?.id ?? '')}`}>{fullName(message.user)}</span>
      <span class="quote-text" dir="auto">
        {beginning(message)}
      </span>
    </span>
  );
}

function beginning(message: Message): string {
  if (message.deleted_at !== null) return t('chat.deleted');
  if (message.content === null) return t('chat.erased');
  return message.content !== '' ? message.content : (message.attachments[0]?.filename ?? '');
}
