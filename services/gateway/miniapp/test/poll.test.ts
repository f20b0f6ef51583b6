import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogEvent } from '../src/api/types';
import type { Cursor } from '../src/live/feed';
import { PATIENCE_MS, Poll, type Stretch } from '../src/live/poll';
import { Live } from '../src/live/socket';

const event = (position: number): LogEvent => ({ position }) as LogEvent;
const stretch = (items: number[], head = items.at(-1) ?? 10, epoch = 'e'): Stretch => ({ epoch, head, position: items.at(-1) ?? head, items: items.map(event) });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('asking while there is no socket', () => {
  function polling(answers: (Stretch | null | Error)[]): { poll: Poll; asked: number[]; works: boolean[] } {
    const asked: number[] = [];
    const works: boolean[] = [];
    let cursor: Cursor = { epoch: 'e', position: 10 };
    const poll = new Poll({
      cursor: () => cursor,
      ask: ({ position }) => {
        asked.push(position);
        const answer = answers.shift() ?? null;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      onStretch: (_, { position }) => (cursor = { ...cursor, position }),
      onState: (now) => works.push(now),
      isWanted: () => true,
    });
    return { poll, asked, works };
  }

  it('begins only after ten seconds, and ends when the socket is back', async () => {
    const { poll, asked } = polling([]);
    poll.start();
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    poll.start();
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual([10]);
    poll.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([10]);
  });

  it('goes on at once while there is more, then every few seconds', async () => {
    const { poll, asked } = polling([stretch([11, 12], 14), stretch([13, 14])]);
    poll.start();
    await vi.advanceTimersByTimeAsync(PATIENCE_MS + 1);
    expect(asked).toEqual([10, 12]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual([10, 12, 14]);
  });

  it('asks more rarely while nobody answers', async () => {
    const { poll, works } = polling([new Error(), new Error(), new Error(), null]);
    poll.start();
    await vi.advanceTimersByTimeAsync(PATIENCE_MS + 5_000 + 10_000 + 20_000);
    expect(works).toEqual([false, false, false, true]);
  });
});

describe('what was asked for', () => {
  async function live(): Promise<{ live: Live; heard: number[]; refetched: (Cursor | null)[] }> {
    const heard: number[] = [];
    const refetched: (Cursor | null)[] = [];
    const feed = new Live({
      open: () => ({ onopen: null, onmessage: null, onclose: null, send: () => undefined, close: () => undefined }),
      token: () => Promise.resolve('t'),
      dropToken: () => undefined,
      renewIn: () => 1e6,
      onState: () => undefined,
      onEvent: ({ position }) => heard.push(position),
      onAside: () => undefined,
      onNotice: () => undefined,
      onRefetch: (_, now) => refetched.push(now),
    });
    feed.start({ epoch: 'e', position: 10 });
    await vi.advanceTimersByTimeAsync(1);
    return { live: feed, heard, refetched };
  }

  it('is let in once, in order, and moves the cursor', async () => {
    const { live: feed, heard } = await live();
    const from = { epoch: 'e', position: 10 };
    feed.absorb(from, stretch([12, 15], 15));
    feed.absorb(from, stretch([12, 15], 15));
    expect([heard, feed.heard]).toEqual([[12, 15], { epoch: 'e', position: 15 }]);
  });

  it('is read afresh in another history, or when it is too much', async () => {
    const { live: feed, heard, refetched } = await live();
    feed.absorb({ epoch: 'e', position: 10 }, stretch([3], 7, 'other'));
    feed.absorb({ epoch: 'other', position: 7 }, stretch([8], 9_000, 'other'));
    expect(heard).toEqual([]);
    expect(refetched).toEqual([
      { epoch: 'other', position: 7 },
      { epoch: 'other', position: 9_000 },
    ]);
    feed.stop();
  });
});
