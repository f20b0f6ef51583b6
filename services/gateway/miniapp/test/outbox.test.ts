// Messages and new tickets on their way, against a real IndexedDB (of memory) and a server that answers when the test says so.
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../src/api/types';
import * as database from '../src/store/database';
import type { Outgoing } from '../src/store/sending';
import { message, self, ticket } from './given';

interface Posted {
  path: string;
  key: string | null;
  content: string;
  answer: (status: number, body?: unknown) => void;
  cut: () => void;
}

let posted: Posted[];
let visits = 0;
/** Another one in every test: what one leaves unanswered holds its ticket's lock. */
const ticketId = (): string => `t${visits}`;

afterEach(() => vi.unstubAllGlobals());

beforeEach(() => {
  posted = [];
  database.inhabit(`test ${(visits += 1)}`);
  vi.stubGlobal('document', { visibilityState: 'visible' });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  vi.stubGlobal('fetch', (input: string, init: RequestInit = {}) => {
    if (input.includes('demo/')) return Promise.resolve(new Response('{"init_data":"x"}'));
    if (input.includes('auth/')) return Promise.resolve(new Response('{"access_token":"a","expires_in":900,"refresh_token":"r"}'));
    if (input.endsWith('/desk')) return Promise.resolve(new Response('{"expectation":"soon"}'));
    const { content, title } = JSON.parse(String(init.body)) as { content?: string; title?: string };
    return new Promise((resolve, reject) =>
      posted.push({
        key: new Headers(init.headers).get('Idempotency-Key'),
        path: input.replace('/api/v1/', ''),
        content: content ?? title ?? '',
        answer: (status, body) => resolve(new Response(JSON.stringify(body ?? {}), { status })),
        cut: () => reject(new TypeError('the line is cut')),
      }),
    );
  });
});

type Visit = typeof import('../src/store/outbox') & Pick<typeof import('../src/store/line'), 'outbox'>;

/** The outbox as a page that was just opened has it: nothing is left but what the device keeps. */
async function visit(): Promise<Visit> {
  vi.resetModules();
  const core = await import('../src/store/core');
  core.me.value = self('me');
  core.persona.value = 'customer';
  (await import('../src/store/database')).inhabit(`test ${visits}`);
  const { outbox } = await import('../src/store/line');
  return { ...(await import('../src/store/outbox')), outbox };
}

const next = async (count: number): Promise<Posted> => {
  await vi.waitFor(() => expect(posted).toHaveLength(count));
  return posted[count - 1] as Posted;
};
const mine = (facts: Parameters<typeof message>[0]): Message => ({ ...message(facts), ticket_id: ticketId() });
const words = (content: string): Pick<Outgoing, 'content' | 'isInternal'> => ({ content, isInternal: false });
const kept = async (): Promise<string[]> => ((await database.all<Outgoing>('outbox')) ?? []).map(({ content, state }) => `${content} ${state}`);

describe('messages on their way', () => {
  it('are on the device before they are sent, and gone from it once they are there', async () => {
    const { outbox, send } = await visit();
    send(ticketId(), words('hello'));
    const first = await next(1);
    expect(await kept()).toEqual(['hello sending']);
    first.answer(201, mine({ id: 'm', version: 2, content: 'hello' }));
    await vi.waitFor(() => expect(outbox.value).toEqual([]));
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
  });

  it('go on after a reload under the same key, in the order they were written', async () => {
    vi.stubGlobal('navigator', {}); // the page before is gone, and its lock with it
    const before = await visit();
    before.send(ticketId(), words('one'));
    before.send(ticketId(), words('two'));
    const cut = await next(1);
    await vi.waitFor(async () => expect(await kept()).toHaveLength(2));
    const after = await visit();
    await after.openOutbox();
    const again = await next(2);
    expect([again.content, again.key]).toEqual(['one', cut.key]);
    again.answer(201, mine({ id: 'm1', version: 2 }));
    (await next(3)).answer(201, mine({ id: 'm2', version: 3 }));
    await vi.waitFor(() => expect(after.outbox.value).toEqual([]));
    expect(posted.map(({ content }) => content)).toEqual(['one', 'one', 'two']);
  });

  it('are not sent again by a tab that had not heard that another sent them', async () => {
    const one = await visit();
    const other = await visit();
    one.send(ticketId(), words('hello'));
    const first = await next(1);
    const opening = other.openOutbox(); // its turn comes after the first tab's
    await vi.waitFor(() => expect(other.outbox.value).toHaveLength(1));
    first.answer(201, mine({ id: 'm', version: 2 }));
    await opening;
    await vi.waitFor(() => expect(other.outbox.value).toEqual([]));
    expect(posted).toHaveLength(1);
  });

  it('wait for the person when they are refused, and hold back what was written after them', async () => {
    const { outbox, send, resend, discard } = await visit();
    send(ticketId(), words('one'));
    send(ticketId(), words('two'));
    (await next(1)).answer(409, { code: 'ticket_closed', detail: 'closed' });
    await vi.waitFor(() => expect(outbox.value.map(({ state }) => state)).toEqual(['failed', 'sending']));
    expect(outbox.value[0]?.reason).toBe('closed');
    resend(outbox.value[0]?.key ?? '');
    const again = await next(2);
    expect(again.key).toBe(posted[0]?.key);
    again.answer(409, { code: 'ticket_closed', detail: 'closed' });
    await vi.waitFor(() => expect(outbox.value[0]?.state).toBe('failed'));
    discard(outbox.value[0]?.key ?? '');
    expect((await next(3)).content).toBe('two');
  });

  it('are kept by the page alone where the browser keeps nothing', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const { outbox, send } = await visit();
    send(ticketId(), words('hello'));
    (await next(1)).answer(201, mine({ id: 'm', version: 2 }));
    await vi.waitFor(() => expect(outbox.value).toEqual([]));
  });

  it('are all shown while they wait, also those that say what was said before', async () => {
    vi.stubGlobal('navigator', {});
    const { outbox, send } = await visit();
    const { conversation } = await import('../src/store/conversation');
    const said = [mine({ id: 'm', version: 2, content: 'yes' })];
    const open = { ref: '1', older: null, phase: 'ready', position: 0, unreadFrom: null, isFresh: true, isWhole: true } as const;
    conversation.value = { ...open, history: [], ticket: { ...ticket({ number: 1 }), id: ticketId() }, messages: said };
    send(ticketId(), words('one'));
    send(ticketId(), words('yes'));
    const { stillShown } = await import('../src/store/sending');
    expect(stillShown(outbox.value, said, ticketId(), 'me').map(({ content }) => content)).toEqual(['one', 'yes']);
    await next(1);
  });
});

describe('a new ticket on its way', () => {
  const about = { title: 'It broke', category_id: 'c', priority: 'NORMAL' } as const;
  const open = (): unknown => ({ ...ticket({ number: 7 }), id: ticketId(), title: about.title });

  beforeEach(() => {
    vi.stubGlobal('history', { state: null, pushState: () => undefined, replaceState: () => undefined });
    vi.stubGlobal('location', { hash: '' });
  });

  it('is sent once, also after a reload, and what was written into it follows it', async () => {
    vi.stubGlobal('navigator', {}); // the page before is gone, and its lock with it
    const before = await visit();
    const key = before.sendTicket(about, 'Since Monday', {});
    before.send(key, words('and today'));
    const first = await next(1);
    await vi.waitFor(async () => expect((await kept()).sort()).toEqual(['Since Monday sending', 'and today sending']));
    const after = await visit();
    await after.openOutbox();
    const again = await next(2);
    expect([first.path, again.path, again.key]).toEqual(['tickets', 'tickets', key]);
    expect(first.key).toBe(key);
    again.answer(201, open());
    const said = await next(3);
    expect([said.path, said.content]).toEqual([`tickets/${ticketId()}/messages`, 'and today']);
    said.answer(201, mine({ id: 'm', version: 2, content: 'and today' }));
    await vi.waitFor(() => expect(after.outbox.value).toEqual([]));
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect(posted).toHaveLength(3);
  });

  it('is found under its number by whoever knew it by its key', async () => {
    const { outbox, send, sendTicket } = await visit();
    const { openedAs } = await import('../src/store/recall');
    const key = sendTicket(about, 'Since Monday', {});
    (await next(1)).answer(201, open());
    await vi.waitFor(() => expect(outbox.value).toEqual([]));
    await vi.waitFor(async () => expect(await openedAs(key)).toEqual({ key, id: ticketId(), number: 7 }));
    send(key, words('late')); // by another tab, which has not heard of it yet
    expect((await next(2)).path).toBe(`tickets/${ticketId()}/messages`);
  });

  it('waits for the person when it is refused; taken out, it takes along what waits behind it', async () => {
    const { outbox, send, sendTicket, resend, discard } = await visit();
    const key = sendTicket(about, 'Since Monday', {});
    send(key, words('and today'));
    (await next(1)).answer(409, { code: 'category_archived', detail: 'no longer' });
    await vi.waitFor(() => expect(outbox.value.map(({ state }) => state)).toEqual(['failed', 'sending']));
    resend(key);
    const again = await next(2);
    expect([again.path, again.key]).toEqual(['tickets', key]);
    again.answer(409, { code: 'category_archived', detail: 'no longer' });
    await vi.waitFor(() => expect(outbox.value[0]?.state).toBe('failed'));
    discard(key);
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect([outbox.value, posted.length]).toEqual([[], 2]);
  });

  it('goes back into its form with all that was written into it', async () => {
    const { outbox, send, sendTicket } = await visit();
    const { backToForm } = await import('../src/store/form');
    const { draft } = await import('../src/store/draft');
    const { isUnsent } = await import('../src/store/sending');
    const key = sendTicket(about, 'Since Monday', {});
    send(key, words('and today'));
    (await next(1)).answer(422, { code: 'invalid', detail: 'too long' });
    await vi.waitFor(() => expect(outbox.value[0]?.state).toBe('failed'));
    const [item] = outbox.value.filter(isUnsent);
    if (item !== undefined) await backToForm(item);
    expect(draft.value).toEqual({ ...about, description: 'Since Monday\n\nand today' });
    expect(outbox.value).toEqual([]);
  });

  it('is shown once when the live feed is quicker than its answer', async () => {
    const { stillUnsent } = await import('../src/store/sending');
    const { outbox, sendTicket } = await visit();
    sendTicket(about, 'Since Monday', {});
    const same = { ...ticket({ number: 7 }), title: about.title };
    expect(stillUnsent(outbox.value, [], 'me')).toHaveLength(1);
    expect(stillUnsent(outbox.value, [same], 'me')).toHaveLength(0);
    expect(stillUnsent(outbox.value.map((item) => ({ ...item, before: [same.id] })), [same], 'me')).toHaveLength(1);
  });
});
