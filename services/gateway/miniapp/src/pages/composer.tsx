import { useSignal } from '@preact/signals';
import type { AriaAttributes, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { BOUNDS, isStaff, type Ticket } from '../api/types';
import { t } from '../i18n';
import { aim, calling, mayReword, type Aim } from '../store/aim';
import { isMerged } from '../store/actions';
import { conversation } from '../store/conversation';
import { me } from '../store/core';
import { keepReply, readReply } from '../store/draft';
import { sayTyping } from '../store/live';
import { noneFailed, pass, pickedFor } from '../store/uploads';
import { send } from '../store/outbox';
import { reword } from '../store/wording';
import { isBlank, lengthOf } from '../store/writing';
import { haptic } from '../telegram/env';
import { IconButton } from '../ui/controls';
import { useGrowing } from '../ui/field';
import { Icon } from '../ui/icons';
import { AttachButton, DropZone, Tray } from '../ui/picking';
import { Quote } from '../ui/quote';
import { staffPage } from './later';
import type { SuggestionsProps } from './suggestions';

const TYPING_EVERY_MS = 3_000;
const Suggestions = staffPage<SuggestionsProps>(() => import('./suggestions').then((room) => room.Suggestions));

/** Where one writes: an answer, or (staff) a note, and never in doubt which. */
export function Composer({ ticket }: { ticket: Pick<Ticket, 'id' | 'status' | 'user' | 'merged_into'> }): JSX.Element {
  const staff = me.value !== null && isStaff(me.value);
  const draft = useSignal(readReply(ticket.id));
  const wording = useSignal('');
  const aimed = aim.value;
  const editing = aimed?.kind === 'edit' ? aimed : null;
  const text = editing === null ? draft : wording; // what was begun waits while one's earlier words are changed
  const wantsNote = useSignal(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const slash = useSlash(staff && editing === null ? text.value : '');
  const said = useRef(0);
  useGrowing(area, text.value);
  useEffect(() => keepReply(ticket.id, draft.value), [ticket.id, draft.value]);
  useEffect(() => {
    if (editing !== null) wording.value = editing.text;
    if (aimed !== null) area.current?.focus();
  }, [aimed]);
  useEffect(() => () => void (aim.value = null), []);
  const called = calling.value;
  useEffect(() => {
    if (called === null) return;
    calling.value = null;
    wantsNote.value = called === 'note';
    area.current?.focus();
  }, [called]);
  const isOwn = ticket.user?.id === me.value?.id;
  const onlyNotes = staff && !isOwn && ticket.status === 'CLOSED';
  const isAboutNote = aimed?.message.is_internal === true; // what is said to a note is a note
  const isNote = staff && (editing === null ? wantsNote.value || onlyNotes || isAboutNote : isAboutNote);
  const content = isBlank(text.value) ? '' : text.value.trim();
  const over = lengthOf(content) - BOUNDS.content;
  const carries = editing === null && pickedFor(ticket.id).length > 0;
  const ready = over <= 0 && (content !== '' || carries) && (!carries || noneFailed(ticket.id));
  const submit = (): void => {
    if (!ready) return;
    aim.value = null;
    if (editing !== null) void reword(ticket.id, editing.message, content);
    else {
      send(ticket.id, { content, isInternal: isNote, ...pass(ticket.id), ...(aimed === null ? {} : { replyTo: aimed.message.id }) });
      draft.value = '';
    }
    area.current?.focus();
  };
  const typed = (next: string): void => {
    text.value = next;
    if (isNote || editing !== null || next === '' || Date.now() - said.current < TYPING_EVERY_MS) return; // a note is nobody's business
    said.current = Date.now();
    if (conversation.value?.ticket?.id === ticket.id) sayTyping(ticket.id);
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
          {t(onlyNotes && !isMerged(ticket) ? 'chat.closed.staff' : 'chat.noteMode')}
        </p>
      ) : null}
      {isMerged(ticket) && !isNote && editing === null ? (
        <p class="composer-hint">
          <Icon name="link" size={14} />
          {t('merge.customer')}
        </p>
      ) : null}
      {over > 0 ? (
        <p class="field-problem" role="alert">
          {t('new.over', { count: over })}
        </p>
      ) : null}
      {aimed === null ? null : <AimLine aim={aimed} />}
      {slash.query === null ? null : (
        <Suggestions
          query={slash.query}
          keys={slash.keys}
          onPoint={slash.point}
          onChoose={(words) => {
            text.value = words;
            area.current?.focus();
          }}
        />
      )}
      {editing === null ? (
        <DropZone place={ticket.id}>
          <Tray place={ticket.id} />
        </DropZone>
      ) : null}
      <div class="composer-line">
        {editing === null ? <AttachButton place={ticket.id} /> : null}
        {staff && !onlyNotes && !isAboutNote && editing === null ? (
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
          {...slash.says}
          onKeyDown={(event) => {
            if (slash.takes(event)) return event.preventDefault();
            if (event.key === 'Escape' && aimed !== null) aim.value = null;
            if (event.key === 'ArrowUp' && text.value === '' && aimed === null) aim.value = lastWords();
            if (!sends(event)) return;
            event.preventDefault();
            submit();
          }}
        />
        <button type="submit" class="send" aria-label={t(editing === null ? 'chat.send' : 'message.save')} disabled={!ready} onPointerDown={(event) => event.preventDefault()}>
          <Icon name={editing === null ? 'send' : 'check'} />
        </button>
      </div>
    </form>
  );
}

interface Slash {
  /** What is looked for among the templates; `null` while nothing is. */
  query: string | null;
  keys: SuggestionsProps['keys'];
  point: SuggestionsProps['onPoint'];
  /** Whether a key was for the list. */
  takes: (event: KeyboardEvent) => boolean;
  /** What the text says of its list to screen readers. */
  says: AriaAttributes;
}

/** A text that begins with `/` looks for a template, until it is sent away with Escape. */
function useSlash(text: string): Slash {
  const sentAway = useSignal(false);
  const at = useSignal<string | null>(null);
  const keys = useRef<SuggestionsProps['keys']['current']>(() => false);
  const isSlash = /^\/[^\n/]*$/.test(text);
  useEffect(() => {
    if (!isSlash) sentAway.value = false;
  }, [isSlash]);
  const isOpen = isSlash && !sentAway.value;
  return {
    query: isOpen ? text.slice(1) : null,
    keys,
    point: (id) => (at.value = id),
    takes: (event) => {
      if (!isOpen) return false;
      if (event.key !== 'Escape') return keys.current(event);
      return (sentAway.value = true);
    },
    says: isOpen && at.value !== null ? { 'aria-controls': 'suggestions', 'aria-activedescendant': at.value, 'aria-autocomplete': 'list' } : {},
  };
}

/** Which message is answered or changed. */
function AimLine({ aim: { kind, message } }: { aim: Aim }): JSX.Element {
  return (
    <div class="aim" role="status">
      <Icon name={kind === 'reply' ? 'reply' : 'pen'} />
      <span class="hidden">{t(kind === 'reply' ? 'message.answers' : 'message.editing')}</span>
      <Quote message={message} />
      <IconButton icon="clear" label={t('message.aim.cancel')} onPress={() => (aim.value = null)} />
    </div>
  );
}

/** The newest message of one's own, to be changed; as in other chats, by the up arrow. */
function lastWords(): Aim | null {
  const self = me.value;
  const message = self === null ? undefined : conversation.value?.messages.findLast((said) => mayReword(said, self));
  return message?.content == null ? null : { kind: 'edit', message, text: message.content };
}

/** Enter sends where there is a real keyboard, Ctrl+Enter everywhere; Shift+Enter and a phone's Enter break the line. */
function sends(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.isComposing || event.shiftKey) return false;
  return event.ctrlKey || event.metaKey || matchMedia('(hover: hover) and (pointer: fine)').matches;
}
