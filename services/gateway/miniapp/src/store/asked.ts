import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Answer } from '../api/client';

export interface Asked<T> {
  /** What was answered last; `null` before that. */
  value: T | null;
  failed: boolean;
  again: () => void;
  put: (value: T) => void;
}

/** Ask the server when a page opens and whenever what it asks for (`on`) changes; a late answer to an old question is not shown. */
export function useAsked<T>(ask: () => Promise<Answer<T>>, on: readonly unknown[], pauseMs = 0): Asked<T> {
  const value = useSignal<T | null>(null);
  const failed = useSignal(false);
  const round = useSignal(0);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(
      () =>
        void ask().then(
          ({ body }) => {
            if (!isCurrent) return;
            value.value = body;
            failed.value = false;
          },
          () => void (failed.value = isCurrent || failed.value),
        ),
      value.value === null ? 0 : pauseMs,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [...on, round.value]);
  return { value: value.value, failed: failed.value, again: () => (round.value += 1), put: (told) => (value.value = told) };
}
