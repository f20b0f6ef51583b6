import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogEvent } from '../src/api/types';
import { Live, type LiveState, type SocketLike } from '../src/live/socket';

/** A server with a log: it answers authenticate as DESIGN §7 says and can be cut at any place. */
class Server {
  sockets: FakeSocket[] = [];
  log: number[] = [];
  cursors = new Map<FakeSocket, number>();
  resumable = true;
  away = false;
  tokens: string[] = [];

  open = (): SocketLike => {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    return socket;
  };

  hear(socket: FakeSocket, text: string): void {
    const frame = JSON.parse(text) as { type: string; token?: string; resume?: { position: number } };
    if (frame.type === 'ping') socket.say({ type: 'pong' });
    if (frame.type !== 'authenticate') return;
    this.tokens.push(frame.token ?? '');
    const before = this.cursors.get(socket);
    const from = before ?? (this.resumable ? frame.resume?.position : undefined) ?? this.log.at(-1) ?? 0;
    this.cursors.set(socket, from);
    socket.say({ type: 'ready', epoch: 'e', position: from, resumed: from === frame.resume?.position });
    for (const position of this.log.filter((one) => one > from)) this.send(socket, position);
  }

  append(position: number): void {
    this.log.push(position);
    for (const socket of this.cursors.keys()) this.send(socket, position);
  }

  send(socket: FakeSocket, position: number): void {
    if (!socket.alive) return;
    socket.say({ type: 'event', position, prev: this.cursors.get(socket), event: { position } });
    this.cursors.set(socket, position);
  }

  cut(code = 1006): void {
    const socket = this.sockets.at(-1);
    if (socket?.alive === true) socket.end(code);
  }
}

class FakeSocket implements SocketLike {
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  alive = true;
  deaf = false;

  constructor(private readonly server: Server) {
    setTimeout(() => {
      if (server.away) this.end(1006);
      else if (this.alive) (this.onopen as (() => void) | null)?.();
    }, 5);
  }

  send(text: string): void {
    if (!this.deaf) this.server.hear(this, text);
  }

  say(frame: unknown): void {
    if (this.alive) (this.onmessage as ((message: unknown) => void) | null)?.({ data: JSON.stringify(frame) });
  }

  end(code: number): void {
    this.alive = false;
    (this.onclose as ((close: unknown) => void) | null)?.({ code });
  }

  close(): void {
    this.alive = false;
  }
}

let server: Server;
let heard: number[];
let states: LiveState[];
let refetched: number;
let dropped: string[];
let renewIn: number;
let live: Live;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  heard = [];
  states = [];
  refetched = 0;
  dropped = [];
  renewIn = 600_000;
  let tokens = 0;
  live = new Live({
    open: server.open,
    token: () => Promise.resolve(`token ${++tokens}`),
    dropToken: (token) => dropped.push(token),
    renewIn: () => renewIn,
    onState: (state) => states.push(state),
    onEvent: (event: LogEvent) => heard.push(event.position),
    onAside: () => undefined,
    onNotice: () => undefined,
    onRefetch: () => (refetched += 1),
    random: () => 0.5,
  });
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('one feed over many sockets', () => {
  it('hears every event once and in order, wherever it is cut', async () => {
    live.start({ epoch: 'e', position: 0 });
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 16_807) % 2_147_483_647) % below;
    for (let position = 1; position <= 200; position++) {
      server.append(position);
      if (random(5) === 0) server.cut();
      if (random(3) === 0) await pass(random(900));
    }
    await pass(60_000);
    expect(heard).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(refetched).toBe(0);
    expect(server.sockets.length).toBeGreaterThan(5);
  });

  it('resumes when an event is lost on the way', async () => {
    live.start({ epoch: 'e', position: 0 });
    await pass(100);
    server.append(1);
    const socket = server.sockets[0] as FakeSocket;
    server.log.push(2);
    server.cursors.set(socket, 2); // sent, but never arrived
    server.append(3);
    await pass(5_000);
    expect(heard).toEqual([1, 2, 3]);
  });

  it('fetches afresh when the server cannot resume', async () => {
    live.start({ epoch: 'e', position: 0 });
    await pass(100);
    server.resumable = false;
    server.cut();
    server.log.push(9_000);
    await pass(5_000);
    expect(refetched).toBe(1);
    server.append(9_001);
    expect(heard).toEqual([9_001]);
  });

  it('says how the line stands', async () => {
    live.start(null);
    await pass(100);
    expect(states.at(-1)).toBe('connected');
    server.away = true;
    server.cut();
    expect(states.at(-1)).toBe('connecting');
    await pass(10_000);
    expect(states.at(-1)).toBe('offline');
    server.away = false;
    await pass(60_000);
    expect(states.at(-1)).toBe('connected');
  });

  it('gets another token when its own is turned down', async () => {
    live.start(null);
    await pass(100);
    server.cut(4401);
    await pass(5_000);
    expect(dropped).toEqual(['token 1']);
    expect(server.tokens).toEqual(['token 1', 'token 2']);
  });

  it('renews its token on the open socket without losing its place', async () => {
    renewIn = 10_000;
    live.start({ epoch: 'e', position: 0 });
    await pass(100);
    server.append(1);
    await pass(10_000);
    server.append(2);
    expect(server.tokens.slice(0, 2)).toEqual(['token 1', 'token 2']);
    expect([heard, server.sockets.length, refetched]).toEqual([[1, 2], 1, 0]);
  });

  it('notices a socket that died without a word', async () => {
    live.start({ epoch: 'e', position: 0 });
    await pass(100);
    (server.sockets[0] as FakeSocket).deaf = true;
    await pass(60_000);
    expect(server.sockets.length).toBe(2);
    expect(states.at(-1)).toBe('connected');
  });
});
