import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { renderTemplate, templates } from '../api/desk';
import type { Template } from '../api/schema';
import { t } from '../i18n';
import { useAsked } from '../store/asked';
import { conversation } from '../store/conversation';
import { found } from '../store/finding';
import { inOrder } from '../store/ordering';
import { complain } from '../store/toast';

export interface SuggestionsProps {
  /** What is typed behind the `/`. */
  query: string;
  /** The chosen words, filled in for the ticket, to stand in its place. */
  onChoose: (text: string) => void;
  /** Filled with what the list does about the text's own keys; true when one was for it. */
  keys: { current: (event: KeyboardEvent) => boolean };
  /** Hears the id of the line that the arrow keys are at. */
  onPoint: (id: string | null) => void;
}

/** Reply templates above the composer, while what is typed begins with `/`. The focus stays in the text. */
export function Suggestions({ query, onChoose, keys, onPoint }: SuggestionsProps): JSX.Element | null {
  const category = conversation.value?.ticket?.category?.id ?? null;
  const asked = useAsked(() => templates(category), [category]);
  const at = useSignal(0);
  const busy = useSignal(false);
  const list = useRef<HTMLUListElement>(null);
  const shown = found(inOrder(asked.value?.items ?? []), query);
  const chosen = Math.min(at.value, shown.length - 1);
  const put = async (template: Template | undefined): Promise<void> => {
    const ticket = conversation.value?.ticket;
    if (template === undefined || ticket == null || busy.value) return;
    busy.value = true;
    await renderTemplate(template.id, ticket.id).then(({ body }) => onChoose(body.content), complain);
    busy.value = false;
  };
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  useEffect(
    () => () => {
      keys.current = () => false;
      onPoint(null);
    },
    [],
  );
  useLayoutEffect(() => {
    keys.current = (event) => {
      if (shown.length === 0) return false;
      const now = Math.min(at.value, shown.length - 1); // a second key may come before the first is drawn
      if (event.key === 'ArrowDown') at.value = (now + 1) % shown.length;
      else if (event.key === 'ArrowUp') at.value = (now + shown.length - 1) % shown.length;
      else if (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey && !event.isComposing)) void put(shown[now]);
      else return false;
      return true;
    };
    onPoint(shown.length === 0 ? null : `suggestion-${chosen}`);
  });
  if (asked.value === null) return null;
  return (
    <>
      <p class="hidden" role="status">
        {shown.length === 0 ? t('list.empty.filter.title') : t('suggestions.count', { count: shown.length })}
      </p>
      {shown.length === 0 ? (
        <p class="suggestions-none">{t(asked.value.items.length === 0 ? 'suggestions.none' : 'list.empty.filter.title')}</p>
      ) : (
        <ul ref={list} id="suggestions" class="suggestions" role="listbox" aria-label={t('desk.templates')}>
          {shown.map((template, index) => (
            <li
              key={template.id}
              id={`suggestion-${index}`}
              class="suggestion pressable"
              role="option"
              aria-selected={index === chosen}
              onPointerDown={(event) => event.preventDefault() /* the text keeps the keyboard */}
              onClick={() => void put(template)}
            >
              <span class="suggestion-name" dir="auto">
                {template.name}
              </span>
              <span class="suggestion-text" dir="auto">
                {template.text}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
