import type { LogEvent } from '../api/types';

/** How far the log was heard: the same `(epoch, position)` that REST answers carry. */
export interface Cursor {
  epoch: string;
  position: number;
}

/** Said in passing and never kept: who types, who has read how far, who of the staff looks at a ticket. */
export type Aside =
  | { type: 'typing'; ticket_id: string; member_id: string }
  | { type: 'read'; ticket_id: string; member_id: string; version: number }
  | { type: 'looking'; ticket_id: string; member_id: string; gone: boolean };
/** The same as it is said: whose word it is the server knows. */
export type Saying = Aside extends infer Each ? (Each extends Aside ? Omit<Each, 'member_id'> : never) : never;

export type Frame =
  | { type: 'ready'; epoch: string; position: number; resumed?: boolean }
  | { type: 'event'; position: number; prev: number; event: LogEvent }
  | { type: 'progress'; position: number; prev?: number }
  | Aside
  | { type: 'notification' }
  | { type: 'pong' }
  | { type: 'error'; code: string; detail?: string };

/** What to do about a frame. `gap`: something was lost on the way, resume from the cursor on a new socket. */
export type Step =
  | { do: 'nothing' }
  | { do: 'live' }
  | { do: 'refetch' }
  | { do: 'gap' }
  | { do: 'apply'; event: LogEvent };

/** Pure: the cursor after a frame, and what to do. `opening`: this `ready` answers the socket's first authenticate. */
export function receive(cursor: Cursor | null, frame: Frame, opening: boolean): { cursor: Cursor | null; step: Step } {
  switch (frame.type) {
    case 'ready':
      return ready(cursor, frame, opening);
    case 'event':
      if (cursor === null) return { cursor, step: { do: 'gap' } };
      if (frame.position <= cursor.position) return { cursor, step: { do: 'nothing' } };
      if (frame.prev !== cursor.position) return { cursor, step: { do: 'gap' } };
      return { cursor: { ...cursor, position: frame.position }, step: { do: 'apply', event: frame.event } };
    case 'progress':
      if (cursor === null || frame.position <= cursor.position) return { cursor, step: { do: 'nothing' } };
      return { cursor: { ...cursor, position: frame.position }, step: { do: 'nothing' } };
    default:
      return { cursor, step: { do: 'nothing' } };
  }
}

function ready(cursor: Cursor | null, frame: Frame & { type: 'ready' }, opening: boolean): { cursor: Cursor; step: Step } {
  const here = { epoch: frame.epoch, position: frame.position };
  const same = cursor !== null && cursor.epoch === here.epoch && cursor.position === here.position;
  if (same) return { cursor: here, step: { do: 'live' } };
  if (!opening) {
    // The answer to a renewal: it must not move us; if it does, hear again from where we were.
    return { cursor: cursor ?? here, step: { do: 'gap' } };
  }
  return { cursor: here, step: { do: 'refetch' } };
}
