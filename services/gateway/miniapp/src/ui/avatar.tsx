import type { JSX } from 'preact';
import type { CategoryBrief, Member } from '../api/types';
import { language, t } from '../i18n';
import { Icon } from './icons';

const HUES = 7;

export function fullName(member: Member | null): string {
  const name = [member?.first_name, member?.last_name].filter((part) => part != null && part !== '').join(' ');
  return name !== '' ? name : (member?.username ?? t('chat.forgotten'));
}

/** A person's first letters on a colour of their own. */
export function Avatar({ member, size = 'm' }: { member: Member | null; size?: 's' | 'm' | 'l' }): JSX.Element {
  const letters = fullName(member)
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('');
  return (
    <span class={`avatar avatar-${size} hue-${hueOf(member?.id ?? '')}`} aria-hidden="true">
      {letters.toUpperCase()}
    </span>
  );
}

/** Where nobody is yet. */
export function Nobody(): JSX.Element {
  return (
    <span class="avatar nobody" aria-hidden="true">
      <Icon name="person" />
    </span>
  );
}

export function hueOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum % HUES;
}

export function CategoryIcon({ category, size = 'm' }: { category: CategoryBrief | null; size?: 's' | 'm' | 'l' }): JSX.Element {
  const color = /^#[0-9a-f]{6}$/i.test(category?.color ?? '') ? category?.color : undefined;
  return (
    <span class={`avatar category avatar-${size}`} style={color === undefined ? {} : { '--tint': color }} aria-hidden="true">
      {category?.icon ?? '❓'}
    </span>
  );
}

export function categoryName(category: CategoryBrief | null, language: 'ru' | 'en'): string {
  return category === null ? '' : (category.names[language] ?? category.name);
}

/** What is written in several languages, in the one on screen where it is. */
export function textOf(texts: Partial<Record<string, string>>): string {
  return texts[language.value] ?? Object.values(texts)[0] ?? '';
}
