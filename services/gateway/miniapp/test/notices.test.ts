// What one was told, against a server that answers when the test says so.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { unread } from '../src/store/bell';
import { me, persona } from '../src/store/core';
import * as notices from '../src/store/notices';
import { route } from '../src/store/route';
import { self, told } from './given';

const page = (ids: string[], counted: number, cursor: string | null = null): unknown => ({ items: ids.map(told), unread: counted, size: 30, next_cursor: cursor });
const shown = (): string => notices.notices.value.items.map(({ id, read_at }) => (read_at === null ? id.toUpperCase() : id)).join('');

let asked: { path: string; reply: (body: unknown, status?: number) => void }[];

/** Answer the oldest question under this path. */
async function answer(path: string, body: unknown, status = 200): Promise<void> {
  await vi.waitFor(() => expect(asked.map((each) => each.path)).toContain(path));
  const [one] = asked.splice(asked.findIndex((each) => each.path === path), 1);
  one?.reply(body, status);
  await new Promise((resolve) => setTimeout(resolve));
}

beforeEach(() => {
  asked = [];
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  vi.stubGlobal('fetch', (input: string) => {
    const path = input.replace('/api/v1/', '');
    if (path.startsWith('demo/')) return Promise.resolve(new Response('{"init_data":"x"}'));
    if (path.startsWith('auth/')) return Promise.resolve(new Response('{"access_token":"a","expires_in":900,"refresh_token":"r"}'));
    return new Promise<Response>((resolve) =>
      asked.push({ path, reply: (body, status = 200) => resolve(new Response(status === 204 ? null : JSON.stringify(body), { status })) }),
    );
  });
  me.value = self('me');
  persona.value = 'customer';
  route.value = { page: 'list' };
  unread.value = 0;
  notices.notices.value = { items: [], nextCursor: null };
  notices.phase.value = 'loading';
});

describe('what one was told', () => {
  it('is only counted while nobody looks at the list', async () => {
    const done = notices.catchUp();
    await answer('notifications?size=1', page(['c'], 3, 'more'));
    await done;
    expect([unread.value, shown()]).toEqual([3, '']);
  });

  it('is read on screen at once, and an answer from before does not take it back', async () => {
    const opening = notices.refresh();
    await answer('notifications?size=30', page(['b', 'a'], 2));
    await opening;
    expect([unread.value, shown()]).toEqual([2, 'BA']);
    const late = notices.refresh();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    const marking = notices.mark({ ticket_id: 'b' });
    expect([unread.value, shown()]).toEqual([1, 'bA']);
    await answer('notifications?size=30', page(['b', 'a'], 2));
    await late;
    expect([unread.value, shown()]).toEqual([1, 'bA']);
    await answer('notifications/read', null, 204);
    await answer('notifications?size=30', page(['c', 'b', 'a'], 3)); // the truth, whatever that is
    await marking;
    expect([unread.value, shown()]).toEqual([3, 'CBA']);
  });

  it('can be asked for again when it did not come', async () => {
    const failing = notices.refresh();
    await answer('notifications?size=30', { code: 'forbidden', detail: '' }, 403);
    await failing;
    expect(notices.phase.value).toBe('failed');
    const again = notices.refresh();
    expect(notices.phase.value).toBe('loading');
    await answer('notifications?size=30', page(['a'], 1));
    await again;
    expect([notices.phase.value, shown()]).toEqual(['ready', 'A']);
  });
});
