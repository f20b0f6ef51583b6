import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../src/api/types';
import { receive, type Cursor, type Frame } from '../src/live/feed';

const at = (position: number, epoch = 'e1'): Cursor => ({ epoch, position });
const event = (position: number, prev: number): Frame => ({ type: 'event', position, prev, event: { position } as LogEvent });

describe('the cursor of the feed', () => {
  it('moves with every event that follows on the one before', () => {
    const first = receive(at(10), event(12, 10), false);
    expect(first.step.do).toBe('apply');
    expect(receive(first.cursor, event(13, 12), false).cursor).toEqual(at(13));
  });

  it('sees a hole and stays before it', () => {
    expect(receive(at(10), event(14, 12), false)).toEqual({ cursor: at(10), step: { do: 'gap' } });
  });

  it('does not hear an event twice', () => {
    expect(receive(at(12), event(12, 10), false).step.do).toBe('nothing');
  });

  it('takes progress as heard, so that the next event fits', () => {
    const moved = receive(at(10), { type: 'progress', position: 90 }, false);
    expect(receive(moved.cursor, event(91, 90), false).step.do).toBe('apply');
  });

  it('goes on where the server resumes it', () => {
    const ready = { type: 'ready', epoch: 'e1', position: 10, resumed: true } as const;
    expect(receive(at(10), ready, true)).toEqual({ cursor: at(10), step: { do: 'live' } });
  });

  it('asks for everything afresh when the server could not resume, or in another epoch', () => {
    const head = { type: 'ready', epoch: 'e1', position: 9_000, resumed: false } as const;
    expect(receive(at(10), head, true)).toEqual({ cursor: at(9_000), step: { do: 'refetch' } });
    const anew = { type: 'ready', epoch: 'e2', position: 10, resumed: false } as const;
    expect(receive(at(10), anew, true)).toEqual({ cursor: at(10, 'e2'), step: { do: 'refetch' } });
  });
});
