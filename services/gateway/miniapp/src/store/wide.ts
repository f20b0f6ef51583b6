import { computed, signal } from '@preact/signals';
import { isStaff } from '../api/types';
import { me } from './core';
import { route } from './route';

const THREE_COLUMNS = '(min-width: 1024px)';

/** Room for three columns. */
export const isWide = signal(false);

export function watchWidth(): void {
  const query = matchMedia(THREE_COLUMNS);
  isWide.value = query.matches;
  query.addEventListener('change', () => (isWide.value = query.matches));
}

/** The open ticket's card stands beside its conversation: for staff, where there is room. */
export const isBeside = computed(() => isWide.value && route.value.page === 'ticket' && me.value !== null && isStaff(me.value));
