// Pure: what was typed, as the server will take it.

const NOTHING = /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]*$/u;

/** Whether nothing of it shows: spaces, zero-width signs, fillers. */
export function isBlank(text: string): boolean {
  return NOTHING.test(text);
}

/** A file's name without what does not show or turns round what does (`exe.gpj` for `jpg.exe`), as the server keeps it. */
export function cleanName(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

/** How long it is in characters, of which an emoji's every part is one. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
