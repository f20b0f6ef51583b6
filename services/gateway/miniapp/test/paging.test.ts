// Reading on in a list while it is read again: what waits at its end looks anew, and only then.
import { effect, signal, untracked } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { paging, type Paging } from '../src/store/paging';

interface Page {
  items: string;
  next: string | null;
}

interface Played {
  older: Paging;
  shown: () => string;
  /** What was asked for and not yet answered. */
  asked: { cursor: string; answer: (page: Page) => Promise<void>; fail: () => Promise<void> }[];
  /** The list is being read again, until `read`. */
  reading: () => void;
  read: (page: Page) => void;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A list whose end is in sight, as `MoreWhenSeen` stands there. */
function played(first: Page): Played {
  const list = signal(first);
  const asked: Played['asked'] = [];
  let latest = 0;
  let isReady = true;
  const older = paging<Page>({
    next: () => (isReady ? list.value.next : null),
    version: () => latest,
    ask: (cursor) =>
      new Promise((resolve, reject) => {
        const take = (settle: () => void) => (): Promise<void> => {
          asked.splice(asked.indexOf(one), 1);
          settle();
          return settled();
        };
        const one = { cursor, answer: (page: Page) => take(() => resolve(page))(), fail: take(() => reject(new Error('offline'))) };
        asked.push(one);
      }),
    add: ({ items, next }) => (list.value = { items: list.value.items + items, next }),
  });
  effect(() => {
    older.readings.value;
    untracked(() => void older.more());
  });
  const reading = (): void => {
    latest += 1;
    isReady = false;
  };
  const read = (page: Page): void => {
    isReady = true;
    list.value = page;
    older.wasRead();
  };
  return { older, shown: () => list.value.items, asked, reading, read };
}

describe('the end of a list', () => {
  it('reads on until there is no more', async () => {
    const { shown, asked } = played({ items: 'a', next: '1' });
    await asked[0]?.answer({ items: 'b', next: '2' });
    await asked[0]?.answer({ items: 'c', next: null });
    expect([shown(), asked]).toEqual(['abc', []]);
  });

  it('is looked at anew once the list was read again, also where it goes on as before', async () => {
    const { shown, asked, reading, read } = played({ items: 'a', next: '1' });
    reading();
    await asked[0]?.answer({ items: 'old', next: '2' });
    expect([shown(), asked]).toEqual(['a', []]); // not asked for while nobody knows where it goes on
    read({ items: 'A', next: '1' });
    expect(asked.map(({ cursor }) => cursor)).toEqual(['1']);
    await asked[0]?.answer({ items: 'b', next: null });
    expect(shown()).toBe('Ab');
  });

  it('asks once more for what became old while the list stayed as it was', async () => {
    const { shown, asked, reading, read, older } = played({ items: 'a', next: '1' });
    reading();
    read({ items: 'A', next: '1' });
    expect(asked).toHaveLength(1);
    await asked[0]?.answer({ items: 'old', next: '2' });
    expect([shown(), older.isLoading.value, asked.length]).toEqual(['A', true, 1]);
    await asked[0]?.answer({ items: 'b', next: null });
    expect([shown(), older.isLoading.value]).toEqual(['Ab', false]);
  });

  it('does not put a page behind another than it follows', async () => {
    const { shown, asked, read } = played({ items: 'a', next: '1' });
    read({ items: 'z', next: '0' }); // asked for before the page was, and answered after
    await asked[0]?.answer({ items: 'b', next: null });
    expect([shown(), asked.map(({ cursor }) => cursor)]).toEqual(['z', ['0']]);
  });

  it('waits for the next scroll when a page failed', async () => {
    const { older, asked } = played({ items: 'a', next: '1' });
    await asked[0]?.fail();
    expect([asked, older.isLoading.value]).toEqual([[], false]);
    void older.more();
    expect(asked).toHaveLength(1);
  });
});
