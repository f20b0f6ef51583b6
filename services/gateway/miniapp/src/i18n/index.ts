import { computed, signal } from '@preact/signals';
import type en from '@messages/en/app.json';
import type ru from '@messages/ru/app.json';
import type { Language } from '../api/types';
import { say, type Facts, type Text } from './plural';

export type Key = keyof typeof ru & keyof typeof en;
type Texts = Readonly<Record<Key, Text>>;

/** A language is fetched when it is spoken first. */
const FILES: Record<Language, () => Promise<{ default: Texts }>> = {
  ru: () => import('@messages/ru/app.json'),
  en: () => import('@messages/en/app.json'),
};

/** The language on screen and its texts, always together; no texts before the first language is here. */
const spoken = signal<{ language: Language; texts: Texts | null }>({ language: 'ru', texts: null });
export const language = computed(() => spoken.value.language);

/** Where Russian is read more readily than English. */
const NEAR_RUSSIAN = new Set(['ru', 'uk', 'be', 'kk', 'ky', 'uz', 'tg', 'hy', 'az', 'ka', 'tt']);

/** A text for people in the current language. */
export function t(key: Key, facts?: Facts): string {
  const { language: now, texts } = spoken.value;
  return texts === null ? '' : say(texts[key], now, facts);
}

let wanted: Language | null = null;

/** Speak another language once its texts are here; without a network the one spoken stays. The last wish counts. */
export async function setLanguage(chosen: Language): Promise<void> {
  wanted = chosen;
  if (spoken.value.texts !== null && spoken.value.language === chosen) return;
  const texts = (await FILES[chosen]().catch(() => null))?.default;
  if (texts === undefined || (wanted !== chosen && spoken.value.texts !== null)) return; // but the first to come is better than none
  spoken.value = { language: chosen, texts };
  document.documentElement.lang = chosen;
}

/** The language to greet in, from what Telegram or the browser says (`pt-BR`). */
export function guessLanguage(code: string | undefined): Language {
  return NEAR_RUSSIAN.has((code ?? '').toLowerCase().split('-')[0] ?? '') ? 'ru' : 'en';
}
