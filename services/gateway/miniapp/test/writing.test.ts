import { describe, expect, it } from 'vitest';
import { cleanName, isBlank, lengthOf } from '../src/store/writing';

describe('what was typed', () => {
  it('is nothing when nothing of it shows', () => {
    for (const text of ['', ' \n\t', '\u200b\u200d\ufeff', '\u202e\u2066', '\u3164\u2800', '\ufe0f\u00ad']) expect([text, isBlank(text)]).toEqual([text, true]);
    for (const text of ['.', '👨\u200d👩\u200d👧', '\u200bа', '❤\ufe0f', 'ـ']) expect([text, isBlank(text)]).toEqual([text, false]);
  });

  it('calls files what they are', () => {
    expect(cleanName('фото\u202egnp.exe\u200b')).toBe('фотоgnp.exe');
  });

  it('is as long as the server counts it', () => {
    expect(['', 'ё', '🦊', '👨\u200d👩', 'abc'].map(lengthOf)).toEqual([0, 1, 1, 3, 3]);
  });
});
