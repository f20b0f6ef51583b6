import { signal } from '@preact/signals';
import type { Attachment } from '../api/types';

/** The picture that is looked at large. */
export const shown = signal<Attachment | null>(null);
