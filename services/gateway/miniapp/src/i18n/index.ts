import { computed, signal } from '@preact/signals';
import type en from '@messages/en/app.json';
import type enStaff from '@messages/en/staff.json';
import type ru from '@messages/ru/app.json';
import type ruStaff from '@messages/ru/staff.json';
import type { Count, Language } from '../api/types';
import { say, type Facts, type Text } from './plural';

export type Key = keyof (typeof ru & typeof ruStaff) & keyof (typeof en & typeof enStaff);
type Texts = Readonly<Partial<Record<Key, Text>>>;
type File = () => Promise<{ default: Texts }>;

/** A language is fetched when it is spoken first, the words of the staff's pages with the first of those. */
const FILES = {
  app: { ru: () => import('@messages/ru/app.json'), en: () => import('@messages/en/app.json') },
  staff: { ru: () => import('@messages/ru/staff.json'), en: () => import('@messages/en/staff.json') },
} satisfies Record<string, Record<Language, File>>;
type Part = keyof typeof FILES;

const known = new Set<Part>(['app']);

/** The language on screen and its texts, always together; no texts before the first language is here. */
const spoken = signal<{ language: Language; texts: Texts | null }>({ language: 'ru', texts: null });
export const language = computed(() => spoken.value.language);

/** Where Russian is read more readily than English. */
const NEAR_RUSSIAN = new Set(['ru', 'uk', 'be', 'kk', 'ky', 'uz', 'tg', 'hy', 'az', 'ka', 'tt']);

/** A text for people in the current language. */
export function t(key: Key, facts?: Facts): string {
  const { language: now, texts } = spoken.value;
  const text = texts?.[key];
  return text === undefined ? '' : say(text, now, facts);
}

/** How many there are, or that there are more. */
export function counted(key: 'list.count' | 'members.more', { count, isOver }: Count): string {
  return t(isOver ? `${key}.over` : key, { count });
}

let wanted: Language | null = null;

/** Speak another language once its texts are here; without a network the one spoken stays. The last wish counts. */
export async function setLanguage(chosen: Language): Promise<void> {
  wanted = chosen;
  if (spoken.value.texts !== null && spoken.value.language === chosen) return;
  const texts = await textsIn(chosen).catch(() => null);
  if (texts === null || (wanted !== chosen && spoken.value.texts !== null)) return; // but the first to come is better than none
  spoken.value = { language: chosen, texts };
  document.documentElement.lang = chosen;
}

/** Also know the words of another part, in whatever language is spoken. Throws when the network keeps them back. */
export async function learn(part: Part): Promise<void> {
  if (known.has(part)) return;
  const now = wanted ?? language.value;
  const { default: words } = await FILES[part][now]();
  known.add(part);
  const { language: spokenNow, texts } = spoken.value;
  if (spokenNow === now) spoken.value = { language: now, texts: { ...texts, ...words } };
  else spoken.value = { language: spokenNow, texts: await textsIn(spokenNow) }; // somebody chose another meanwhile
}

async function textsIn(chosen: Language): Promise<Texts> {
  const files = await Promise.all([...known].map((part) => FILES[part][chosen]()));
  return Object.assign({}, ...files.map((file) => file.default)) as Texts;
}

/** The language to greet in, from what Telegram or the browser says (`pt-BR`). */
export function guessLanguage(code: string | undefined): Language {
  return NEAR_RUSSIAN.has((code ?? '').toLowerCase().split('-')[0] ?? '') ? 'ru' : 'en';
}
