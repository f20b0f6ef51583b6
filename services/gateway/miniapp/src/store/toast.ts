import { signal } from '@preact/signals';
import { Problem } from '../api/problem';
import { t } from '../i18n';
import { haptic } from '../telegram/env';

export interface Toast {
  text: string;
  action?: { text: string; run: () => unknown };
}

/** How long one stands, in milliseconds: just told, or with something to press. */
export const TOAST_MS = { told: 4_000, action: 8_000 } as const;

export const toast = signal<Toast | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

export function show(next: Toast): void {
  clearTimeout(timer);
  toast.value = next;
  timer = setTimeout(() => (toast.value = null), next.action === undefined ? TOAST_MS.told : TOAST_MS.action);
}

export function dismiss(): void {
  clearTimeout(timer);
  toast.value = null;
}

/** What went wrong, in words that help. */
export function explain(error: unknown): string {
  if (!(error instanceof Problem)) return t('problem.internal');
  if (error.status === 0) return t('problem.offline');
  return error.detail !== '' ? error.detail : t('problem.internal');
}

/** Say that a wish was not carried out; `again` repeats it with the same key. */
export function complain(error: unknown, again?: () => void): void {
  haptic('error');
  const uncertain = error instanceof Problem && error.isUncertain;
  show({ text: explain(error), ...(again === undefined || !uncertain ? {} : { action: { text: t('retry'), run: again } }) });
}
