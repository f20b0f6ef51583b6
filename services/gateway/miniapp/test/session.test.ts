import { describe, expect, it } from 'vitest';
import { Client } from '../src/api/client';
import { Problem } from '../src/api/problem';
import { Session } from '../src/api/session';

interface Asked {
  path: string;
  key: string | null;
  token: string | null;
  body: unknown;
}

/** A gateway that answers what `answer` says and remembers what it was asked. */
function gateway(answer: (asked: Asked, times: number) => Response): { fetch: typeof fetch; asked: Asked[] } {
  const asked: Asked[] = [];
  const fake = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    const path = String(input).replace('/api/v1/', '');
    const body: unknown = init?.body === undefined ? null : JSON.parse(String(init.body));
    const one = { path, key: headers.get('Idempotency-Key'), token: headers.get('Authorization'), body };
    asked.push(one);
    await Promise.resolve();
    return answer(one, asked.filter((other) => other.path === path).length);
  };
  return { fetch: fake as typeof fetch, asked };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });
const signedIn = (name: string): Response => json({ access_token: name, expires_in: 900, refresh_token: `r-${name}` });

function shelf(start: string | null): { read: () => string | null; write: (token: string | null) => void; kept: () => string | null } {
  let kept = start;
  return { read: () => kept, write: (token) => (kept = token), kept: () => kept };
}

function sessionOf(fetcher: typeof fetch, kept: string | null, proof: string | null = 'proof'): { session: Session; kept: () => string | null } {
  const place = shelf(kept);
  const session = new Session({ fetch: fetcher, shelf: place, initData: () => Promise.resolve(proof), language: () => 'ru' });
  return { session, kept: place.kept };
}

describe('signing in', () => {
  it('tries the kept refresh token first', async () => {
    const { fetch, asked } = gateway(() => signedIn('a'));
    const { session, kept } = sessionOf(fetch, 'old');
    expect(await session.token()).toBe('a');
    expect(asked.map(({ path }) => path)).toEqual(['auth/refresh']);
    expect(kept()).toBe('r-a');
  });

  it('falls back on init data when the refresh token is no longer good', async () => {
    const { fetch, asked } = gateway(({ path }) => (path === 'auth/refresh' ? json({ code: 'unauthorized' }, 401) : signedIn('b')));
    const { session } = sessionOf(fetch, 'old');
    expect(await session.token()).toBe('b');
    expect(asked.map(({ path }) => path)).toEqual(['auth/refresh', 'auth/telegram']);
  });

  it('lets staff in by a desk code before anything else, once', async () => {
    const { fetch, asked } = gateway(({ path }) => signedIn(path));
    const place = shelf('who-was-here');
    const codes = ['c0de'];
    const deskCode = (): string | null => codes.pop() ?? null;
    const session = new Session({ fetch, shelf: place, initData: () => Promise.resolve(null), deskCode, language: () => 'ru' });
    expect(await session.token()).toBe('auth/desk');
    expect(place.kept()).toBe('r-auth/desk');
    session.drop('auth/desk');
    expect(await session.token()).toBe('auth/refresh');
    expect(asked.map(({ path, body }) => [path, body])).toEqual([
      ['auth/desk', { code: 'c0de' }],
      ['auth/refresh', { refresh_token: 'r-auth/desk' }],
    ]);
  });

  it('says that a desk code is no good, unless somebody was here before', async () => {
    const { fetch } = gateway(({ path }) => (path === 'auth/desk' ? json({ code: 'desk_code_invalid' }, 401) : signedIn('old')));
    const by = (kept: string | null): Session =>
      new Session({ fetch, shelf: shelf(kept), initData: () => Promise.resolve(null), deskCode: () => 'used', language: () => 'ru' });
    await expect(by(null).token()).rejects.toMatchObject({ code: 'desk_code_invalid' });
    expect(await by('kept').token()).toBe('old');
  });

  it('keeps the refresh token when the server is only away', async () => {
    const { fetch } = gateway(() => json({ code: 'unavailable' }, 503));
    const { session, kept } = sessionOf(fetch, 'old');
    await expect(session.token()).rejects.toMatchObject({ code: 'unavailable' });
    expect(kept()).toBe('old');
  });

  it('is over when nothing is left to try', async () => {
    const { fetch } = gateway(() => json({ code: 'unauthorized' }, 401));
    await expect(sessionOf(fetch, 'old', null).session.token()).rejects.toMatchObject({ code: 'session_over' });
  });

  it('renews once for all who wait', async () => {
    const { fetch, asked } = gateway(() => signedIn('a'));
    const { session } = sessionOf(fetch, null);
    await Promise.all([session.token(), session.token(), session.token()]);
    expect(asked).toHaveLength(1);
  });
});

describe('calls', () => {
  const quick = (): Promise<void> => Promise.resolve();

  it('renew a token that ran out and go on as if nothing had been', async () => {
    const { fetch, asked } = gateway(({ path, token }, times) =>
      path.startsWith('auth/') ? signedIn(`t${times}-${path}`) : token?.includes('refresh') === true ? json({ ok: 1 }) : json({ code: 'token_expired' }, 401),
    );
    const client = new Client(sessionOf(fetch, null).session, () => 'ru', fetch, quick);
    expect((await client.call('tickets')).body).toEqual({ ok: 1 });
    expect(asked.map(({ path }) => path)).toEqual(['auth/telegram', 'tickets', 'auth/refresh', 'tickets']);
  });

  it('repeat a command under the same key when its answer stays away', async () => {
    const { fetch, asked } = gateway(({ path }, times) => {
      if (path.startsWith('auth/')) return signedIn('a');
      if (times < 3) throw new TypeError('the line is cut');
      return json({ id: 1 }, 201);
    });
    const client = new Client(sessionOf(fetch, null).session, () => 'ru', fetch, quick);
    await client.call('tickets', { method: 'POST', body: {}, key: 'k' });
    expect(asked.filter(({ path }) => path === 'tickets').map(({ key }) => key)).toEqual(['k', 'k', 'k']);
  });

  it('do not repeat what was refused, nor a command without a key', async () => {
    const { fetch, asked } = gateway(({ path }) => (path.startsWith('auth/') ? signedIn('a') : json({ code: 'bad_transition', detail: 'Нельзя' }, 409)));
    const client = new Client(sessionOf(fetch, null).session, () => 'ru', fetch, quick);
    await expect(client.call('x', { method: 'POST', key: 'k' })).rejects.toEqual(new Problem('bad_transition', 409, 'Нельзя'));
    const away = gateway(({ path }) => (path.startsWith('auth/') ? signedIn('a') : json({}, 503)));
    const other = new Client(sessionOf(away.fetch, null).session, () => 'ru', away.fetch, quick);
    await expect(other.call('y', { method: 'POST' })).rejects.toMatchObject({ status: 503 });
    expect([asked.length, away.asked.length]).toEqual([2, 2]);
  });

  it('tell where in the log a reading was done, and nothing for a command', async () => {
    const place = { 'Tikethet-Epoch': 'e', 'Tikethet-Position': '42' };
    const { fetch } = gateway(({ path }) => (path.startsWith('auth/') ? signedIn('a') : json({}, 200, place)));
    const client = new Client(sessionOf(fetch, null).session, () => 'ru', fetch, quick);
    const marks: number[] = [];
    client.onMark = ({ position }) => marks.push(position);
    await client.call('tickets', { method: 'POST', key: 'k' });
    await client.call('tickets');
    expect(marks).toEqual([42]);
  });
});
