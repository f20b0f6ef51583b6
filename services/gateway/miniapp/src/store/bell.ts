import { signal } from '@preact/signals';

/** How many notifications nobody read yet. */
export const unread = signal(0);
