import type { JSX } from 'preact';
import { BOUNDS } from '../api/types';
import { t } from '../i18n';
import { IconButton } from './controls';
import { Icon } from './icons';

/** The line to search with. */
export function SearchLine(props: { label: string; value: string; onInput: (text: string) => void }): JSX.Element {
  return (
    <label class="search">
      <Icon name="search" size={20} />
      <span class="hidden">{props.label}</span>
      <input
        type="search"
        enterkeyhint="search"
        placeholder={props.label}
        maxLength={BOUNDS.search}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      {props.value === '' ? null : <IconButton icon="clear" label={t('list.search.clear')} onPress={() => props.onInput('')} />}
    </label>
  );
}
