// Outside Telegram the person chooses between light and dark; inside, Telegram's theme counts.
import { signal } from '@preact/signals';
import { insideTelegram } from '../telegram/env';
import { read, write } from './shelf';

export type Theme = 'auto' | 'light' | 'dark';

export const theme = signal<Theme>('auto');

export function startTheme(): void {
  const kept = read('theme');
  if (!insideTelegram.value) wear(kept === 'light' || kept === 'dark' ? kept : 'auto');
}

export function chooseTheme(chosen: Theme): void {
  write('theme', chosen === 'auto' ? null : chosen);
  wear(chosen);
}

function wear(chosen: Theme): void {
  theme.value = chosen;
  if (chosen === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}
