// What the status line shows. It stands on the first screen; what fills it comes after.
import { signal } from '@preact/signals';
import type { LiveState } from '../live/socket';
import type { Outgoing } from './sending';

/** `delayed`: no socket, but asking again and again works. */
export const liveState = signal<LiveState | 'delayed'>('connecting');

/** Messages on their way, in the order they were written. */
export const outbox = signal<Outgoing[]>([]);
