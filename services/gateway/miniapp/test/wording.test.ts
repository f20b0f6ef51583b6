// Messages said differently and taken back: at once on screen, undone when the server says no or the person does.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aim, mayReword, mayTakeBack } from '../src/store/aim';
import { me, persona } from '../src/store/core';
import { toast } from '../src/store/toast';
import { finishAll, reword, takeBack, wishes } from '../src/store/wording';
import { member, message, self } from './given';

let asked: string[];
let refusal: number | null;

beforeEach(() => {
  asked = [];
  refusal = null;
  aim.value = null;
  toast.value = null;
  me.value = self('me');
  persona.value = 'customer';
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  vi.stubGlobal('fetch', (input: string, init?: RequestInit) => {
    if (input.includes('demo/')) return Promise.resolve(new Response('{"init_data":"x"}'));
    if (input.includes('auth/')) return Promise.resolve(new Response('{"access_token":"a","expires_in":900,"refresh_token":"r"}'));
    asked.push(`${init?.method ?? 'GET'} ${input}`);
    if (refusal !== null) return Promise.resolve(new Response('{"code":"forbidden","detail":"no"}', { status: refusal }));
    return Promise.resolve(init?.method === 'DELETE' ? new Response(null, { status: 204 }) : new Response(JSON.stringify(message({ id: 'm', version: 2 }))));
  });
});

const said = message({ id: 'm', version: 2, content: 'helo' });
const undo = (): unknown => toast.value?.action?.run();

describe('saying it differently', () => {
  it('shows the new words at once and asks the server', async () => {
    const done = reword('t1', said, 'hello');
    expect(wishes.value.get('m')).toMatchObject({ content: 'hello' });
    await done;
    expect(asked).toEqual(['PATCH /api/v1/tickets/t1/messages/m']);
    expect(wishes.value.size).toBe(0);
  });

  it('keeps what was typed when the server says no', async () => {
    refusal = 403;
    await reword('t1', said, 'hello');
    expect(wishes.value.size).toBe(0);
    expect(aim.value).toMatchObject({ kind: 'edit', text: 'hello' });
  });

  it('asks nothing when nothing changed', async () => {
    await reword('t1', said, 'helo');
    expect(asked).toEqual([]);
  });
});

describe('taking it back', () => {
  it('is undone without the server having heard of it', () => {
    takeBack('t1', said);
    expect(wishes.value.get('m')).toMatchObject({ content: null });
    undo();
    finishAll();
    expect(wishes.value.size).toBe(0);
    expect(asked).toEqual([]);
  });

  it('reaches the server once, at the latest when the page goes', async () => {
    takeBack('t1', said);
    finishAll();
    finishAll();
    undo();
    await vi.waitFor(() => expect(wishes.value.size).toBe(0));
    expect(asked).toEqual(['DELETE /api/v1/tickets/t1/messages/m']);
  });

  it('shows the message again when the server says no', async () => {
    refusal = 403;
    takeBack('t1', said);
    finishAll();
    await vi.waitFor(() => expect(wishes.value.size).toBe(0));
    expect(toast.value?.text).toBe('no');
  });
});

describe('whose messages', () => {
  it('one words anew only one’s own; moderators also take back those of others', () => {
    const hers = message({ id: 'h', author: 'her', version: 3 });
    expect([mayReword(said, member('me')), mayReword(hers, member('me', 'ADMIN'))]).toEqual([true, false]);
    expect([mayTakeBack(hers, member('me', 'HELPER')), mayTakeBack(hers, member('me', 'MODERATOR'))]).toEqual([false, true]);
    expect(mayReword({ ...said, deleted_at: 'then' }, member('me'))).toBe(false);
  });
});
