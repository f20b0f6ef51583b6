// Telegram's theme, size and safe areas as CSS variables; the style sheets do the rest.
import { BLACK, isDark, parse, readable, WHITE, write, type Rgb } from './contrast';

const root = (): CSSStyleDeclaration => document.documentElement.style;

export type Theme = Readonly<Record<string, string | undefined>>;

/** `bg_color` → `--tg-theme-bg-color`, all of them, whether they make a dark page, and our own made readable on it. */
export function wearTheme(theme: Theme): void {
  for (const [name, color] of Object.entries(theme)) {
    if (parse(color) !== null) root().setProperty(`--tg-theme-${name.replaceAll('_', '-')}`, color ?? '');
  }
  for (const [name, color] of Object.entries(readableColors(theme))) root().setProperty(name, color);
  document.documentElement.dataset['theme'] = isDark(parse(theme['bg_color'])) ? 'dark' : 'light';
}

/** Our own variables for the colours that carry words. */
export function readableColors(theme: Theme): Record<string, string> {
  const paper = parse(theme['section_bg_color']) ?? parse(theme['bg_color']);
  const text = parse(theme['text_color']);
  if (paper === null || text === null) return {};
  const beside = [paper, parse(theme['secondary_bg_color']) ?? paper];
  const found: Record<string, string> = {};
  const put = (name: string, color: Rgb | null): void => {
    if (color !== null) found[name] = write(readable(color, beside, text));
  };
  put('--hint-raw', parse(theme['subtitle_text_color']) ?? parse(theme['hint_color']));
  put('--accent-raw', parse(theme['accent_text_color']) ?? parse(theme['link_color']));
  put('--danger-raw', parse(theme['destructive_text_color']));
  const button = parse(theme['button_color']);
  const label = parse(theme['button_text_color']) ?? WHITE;
  if (button !== null) found['--button'] = write(readable(button, [label], isDark(label) ? WHITE : BLACK));
  return found;
}

interface Size {
  height: number;
  is_state_stable: boolean;
}

/** The stable height only moves when Telegram's own animation has ended: what is pinned to it does not tremble. */
export function wearViewport({ height, is_state_stable: stable }: Size): void {
  if (stable && height > 0) root().setProperty('--tg-viewport-stable-height', `${height}px`);
}

/** In a plain browser: what the on-screen keyboard leaves free (iOS does not resize the page for it). */
export function followKeyboard(): void {
  const seen = window.visualViewport;
  seen?.addEventListener('resize', () => {
    root().setProperty('--visible-height', `${seen.height}px`);
    window.scrollTo(0, 0);
  });
}

interface Insets {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export function wearInsets(name: 'safe-area' | 'content-safe-area', insets: Insets): void {
  for (const side of ['top', 'bottom', 'left', 'right'] as const) root().setProperty(`--tg-${name}-inset-${side}`, `${insets[side]}px`);
}
