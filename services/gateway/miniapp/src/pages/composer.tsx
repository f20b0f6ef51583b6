import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { BOUNDS, isStaff, type Ticket } from '../api/types';
import { t } from '../i18n';
import { me } from '../store/core';
import { keepReply, readReply } from '../store/draft';
import { sayTyping } from '../store/live';
import { send } from '../store/outbox';
import { haptic } from '../telegram/env';
import { IconButton } from '../ui/controls';
import { useGrowing } from '../ui/field';
import { Icon } from '../ui/icons';

const TYPING_EVERY_MS = 3_000;

/** Where one writes: an answer, or (staff) a note, and never in doubt which. */
export function Composer({ ticket }: { ticket: Ticket }): JSX.Element {
  const staff = me.value !== null && isStaff(me.value);
  const text = useSignal(readReply(ticket.id));
  const wantsNote = useSignal(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const said = useRef(0);
  useGrowing(area, text.value);
  useEffect(() => keepReply(ticket.id, text.value), [ticket.id, text.value]);
  const isOwn = ticket.user?.id === me.value?.id;
  const onlyNotes = staff && !isOwn && ticket.status === 'CLOSED';
  const isNote = staff && (wantsNote.value || onlyNotes);
  const content = text.value.trim();
  const over = content.length - BOUNDS.content;
  const submit = (): void => {
    if (content === '' || over > 0) return;
    send(ticket.id, content, isNote);
    text.value = '';
    area.current?.focus();
  };
  const typed = (next: string): void => {
    text.value = next;
    if (isNote || next === '' || Date.now() - said.current < TYPING_EVERY_MS) return; // a note is nobody's business
    said.current = Date.now();
    sayTyping(ticket.id);
  };
  return (
    <form
      class={`composer ${isNote ? 'note' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {isNote ? (
        <p class="composer-note">
          <Icon name="lock" size={14} />
          {t(onlyNotes ? 'chat.closed.staff' : 'chat.noteMode')}
        </p>
      ) : null}
      {over > 0 ? (
        <p class="field-problem" role="alert">
          {t('new.over', { count: over })}
        </p>
      ) : null}
      <div class="composer-line">
        {staff && !onlyNotes ? (
          <IconButton
            icon="lock"
            label={t(isNote ? 'chat.note.off' : 'chat.note.on')}
            pressed={isNote}
            onPress={() => {
              haptic('select');
              wantsNote.value = !isNote;
            }}
          />
        ) : null}
        <textarea
          ref={area}
          rows={1}
          dir="auto"
          value={text.value}
          placeholder={t(isNote ? 'chat.placeholder.note' : 'chat.placeholder')}
          aria-label={t(isNote ? 'chat.placeholder.note' : 'chat.placeholder')}
          onInput={(event) => typed(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (!sends(event)) return;
            event.preventDefault();
            submit();
          }}
        />
        <button type="submit" class="send" aria-label={t('chat.send')} disabled={content === '' || over > 0} onPointerDown={(event) => event.preventDefault()}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** Enter sends where there is a real keyboard, Ctrl+Enter everywhere; Shift+Enter and a phone's Enter break the line. */
function sends(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.isComposing || event.shiftKey) return false;
  return event.ctrlKey || event.metaKey || matchMedia('(hover: hover) and (pointer: fine)').matches;
}
