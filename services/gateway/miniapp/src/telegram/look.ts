// Telegram's theme, size and safe areas as CSS variables; the style sheets do the rest.

const root = (): CSSStyleDeclaration => document.documentElement.style;

/** `bg_color` → `--tg-theme-bg-color`, all of them, and whether they make a dark page. */
export function wearTheme(theme: Readonly<Record<string, string | undefined>>): void {
  for (const [name, color] of Object.entries(theme)) {
    if (color !== undefined && /^#[0-9a-f]{3,8}$/i.test(color)) root().setProperty(`--tg-theme-${name.replaceAll('_', '-')}`, color);
  }
  document.documentElement.dataset['theme'] = isDark(theme['bg_color']) ? 'dark' : 'light';
}

/** Darker than half, as the eye weighs the colours. */
export function isDark(color: string | undefined): boolean {
  const digits = /^#([0-9a-f]{6})/i.exec(color ?? '')?.[1];
  if (digits === undefined) return false;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
  return (red * 299 + green * 587 + blue * 114) / 1000 < 128;
}

interface Size {
  height: number;
  is_state_stable: boolean;
}

/** The stable height only moves when Telegram's own animation has ended: what is pinned to it does not tremble. */
export function wearViewport({ height, is_state_stable: stable }: Size): void {
  if (stable && height > 0) root().setProperty('--tg-viewport-stable-height', `${height}px`);
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
