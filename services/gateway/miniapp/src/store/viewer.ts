import { signal } from '@preact/signals';
import type { Attachment } from '../api/types';

/** The pictures of one message, and which of them is looked at large. */
export const shown = signal<{ files: readonly Attachment[]; at: number } | null>(null);

/** To the next picture or the one before; it ends at the ends. */
export function turn(by: 1 | -1): void {
  const now = shown.value;
  if (now?.files[now.at + by] !== undefined) shown.value = { ...now, at: now.at + by };
}
