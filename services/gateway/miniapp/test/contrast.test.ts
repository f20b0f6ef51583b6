import { describe, expect, it } from 'vitest';
import { contrast, isDark, parse, type Rgb } from '../src/telegram/contrast';
import { readableColors } from '../src/telegram/look';

/** Themes as Telegram's apps send them: iOS by day, Android by night, desktop's own dark, and one nobody can read. */
const THEMES = [
  { bg_color: '#ffffff', secondary_bg_color: '#efeff4', text_color: '#000000', hint_color: '#8e8e93', link_color: '#007aff', button_color: '#007aff', button_text_color: '#ffffff', destructive_text_color: '#ff3b30' },
  { bg_color: '#1d2733', secondary_bg_color: '#151e27', section_bg_color: '#1d2733', text_color: '#ffffff', hint_color: '#7d8b99', accent_text_color: '#64b5ef', button_color: '#50a8eb', button_text_color: '#ffffff', destructive_text_color: '#ee686f' },
  { bg_color: '#17212b', secondary_bg_color: '#232e3c', text_color: '#f5f5f5', hint_color: '#708499', link_color: '#6ab3f3', button_color: '#5288c1', button_text_color: '#ffffff' },
  { bg_color: '#ffffcc', secondary_bg_color: '#ffeeaa', text_color: '#333300', hint_color: '#eeeebb', link_color: '#ffff00', button_color: '#ffff00', button_text_color: '#ffffff' },
];
const rgb = (color: string | undefined): Rgb => parse(color) ?? [0, 0, 0];

describe('words in any theme', () => {
  it.each(THEMES)('can be read on $bg_color', (theme) => {
    const { '--button': button, ...words } = readableColors(theme);
    for (const color of Object.values(words)) {
      for (const paper of [theme.bg_color, theme.secondary_bg_color]) expect(contrast(rgb(color), rgb(paper))).toBeGreaterThanOrEqual(4.45);
    }
    expect(contrast(rgb(button), rgb(theme.button_text_color))).toBeGreaterThanOrEqual(4.45);
  });

  it('keep a colour that can be read already', () => {
    expect(readableColors({ bg_color: '#ffffff', text_color: '#000000', link_color: '#0033aa' })['--accent-raw']).toBe('#0033aa');
  });

  it('know dark from light', () => {
    expect([isDark(parse('#17212b')), isDark(parse('#ffffff')), isDark(null)]).toEqual([true, false, false]);
  });
});
