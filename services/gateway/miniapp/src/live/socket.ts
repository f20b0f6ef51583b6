import type { LogEvent } from '../api/types';
import { backoff } from './backoff';
import { receive, type Aside, type Cursor, type Frame, type Saying } from './feed';
import type { Stretch } from './poll';

export type LiveState = 'connecting' | 'connected' | 'offline';

/** The part of a browser's WebSocket that is used; tests bring their own. */
export interface SocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((message: never) => void) | null;
  onclose: ((close: never) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface LiveParts {
  open: () => SocketLike;
  token: () => Promise<string>;
  dropToken: (token: string) => void;
  /** Milliseconds until the token should be renewed on the open socket. */
  renewIn: () => number;
  onState: (state: LiveState) => void;
  onEvent: (event: LogEvent) => void;
  onAside: (aside: Aside) => void;
  /** One was told something. */
  onNotice: () => void;
  /** The feed starts elsewhere than what is on screen: fetch afresh. */
  onRefetch: (before: Cursor | null, now: Cursor) => void;
  random?: () => number;
}

const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 8_000;
const READY_WITHIN_MS = 12_000;
/** Failed attempts after which people are told that there is no connection. */
const OFFLINE_AFTER = 2;
/** Further behind than this it is quicker to read what is on screen afresh; the socket's server thinks so too. */
const FAR_BEHIND = 5_000;
/** The token is no longer good, or its owner is shut out: only a new sign-in can tell. */
const TURNED_DOWN = new Set([4401, 4403]);

/** One live feed over as many sockets as it takes: every event once, in order, across cuts. */
export class Live {
  private cursor: Cursor | null = null;
  private socket: SocketLike | null = null;
  private attempt = 0;
  private opening = true;
  /** The server was told where to go on from: the cursor is its to move. */
  private asked = false;
  private token = '';
  private stopped = true;
  private timers = new Map<'retry' | 'ping' | 'deadline' | 'renew', ReturnType<typeof setTimeout>>();

  constructor(private readonly parts: LiveParts) {}

  /** How far the log was heard. */
  get heard(): Cursor | null {
    return this.cursor;
  }

  /** Listen from `cursor` on: the place of the oldest answer on screen. */
  start(cursor: Cursor | null): void {
    this.cursor = cursor;
    this.stopped = false;
    void this.connect();
  }

  /** Listen again where it was stopped. */
  resume(): void {
    if (!this.stopped) return;
    this.stopped = false;
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.hangUp();
  }

  /** The page came back to the front or the network did: find out now whether the line still works. */
  wake(): void {
    if (this.stopped) return;
    if (this.socket === null) void this.connect();
    else if (!this.opening) this.ping(PONG_WITHIN_MS / 2);
  }

  /** The network went away: do not wait for time-outs. */
  lost(): void {
    if (!this.stopped) this.again();
  }

  /** Let in what was asked for after `from` while there was no socket; when a socket was faster, it is not needed. */
  absorb(from: Cursor, { epoch, position, head, items }: Stretch): void {
    const here = this.cursor;
    if (this.asked || here === null || here.epoch !== from.epoch || here.position !== from.position) return;
    if (epoch !== here.epoch || head - position > FAR_BEHIND) {
      this.cursor = { epoch, position: head };
      this.parts.onRefetch(here, this.cursor);
      return;
    }
    for (const event of items) {
      this.cursor = { epoch, position: event.position };
      this.parts.onEvent(event);
    }
    this.cursor = { epoch, position };
  }

  /** Tell the others on a ticket in passing; nobody is told while there is no line. */
  say(aside: Saying): void {
    if (this.socket !== null && !this.opening) this.socket.send(JSON.stringify(aside));
  }

  private async connect(): Promise<void> {
    this.hangUp();
    this.parts.onState(this.attempt >= OFFLINE_AFTER ? 'offline' : 'connecting');
    this.after('deadline', READY_WITHIN_MS, () => this.again());
    const deadline = this.timers.get('deadline');
    try {
      this.token = await this.parts.token();
    } catch {
      if (this.timers.get('deadline') === deadline) this.again();
      return;
    }
    if (this.stopped || this.timers.get('deadline') !== deadline) return; // another attempt took over
    const socket = this.parts.open();
    this.socket = socket;
    this.opening = true;
    socket.onopen = () => this.authenticate(socket, true);
    socket.onmessage = (message: { data: unknown }) => {
      if (socket === this.socket) this.hear(socket, message.data);
    };
    socket.onclose = ({ code }: { code: number }) => {
      if (socket !== this.socket) return;
      if (TURNED_DOWN.has(code)) this.parts.dropToken(this.token);
      this.again();
    };
  }

  private authenticate(socket: SocketLike, first: boolean): void {
    this.asked = true;
    const resume = this.cursor === null || !first ? {} : { resume: this.cursor };
    socket.send(JSON.stringify({ type: 'authenticate', token: this.token, ...resume }));
  }

  private hear(socket: SocketLike, data: unknown): void {
    const frame = JSON.parse(String(data)) as Frame;
    this.clear('deadline');
    if (frame.type === 'typing' || frame.type === 'read' || frame.type === 'looking') this.parts.onAside(frame);
    if (frame.type === 'notification') this.parts.onNotice();
    const before = this.cursor;
    const { cursor, step } = receive(before, frame, this.opening);
    this.cursor = cursor;
    if (frame.type === 'ready' && step.do !== 'gap') this.settle(socket);
    if (step.do === 'apply') this.parts.onEvent(step.event);
    else if (step.do === 'refetch' && cursor !== null) this.parts.onRefetch(before, cursor);
    else if (step.do === 'gap') this.again();
    else if (this.opening) this.after('deadline', READY_WITHIN_MS, () => this.again());
  }

  private settle(socket: SocketLike): void {
    this.opening = false;
    this.attempt = 0;
    this.parts.onState('connected');
    this.after('ping', PING_EVERY_MS, () => this.ping(PONG_WITHIN_MS));
    this.after('renew', Math.max(1_000, this.parts.renewIn()), () => void this.renew(socket));
  }

  private async renew(socket: SocketLike): Promise<void> {
    try {
      this.token = await this.parts.token();
    } catch {
      return; // the server closes with 4401 when it must; then the usual way back is taken
    }
    if (socket !== this.socket) return;
    this.authenticate(socket, false);
    this.after('renew', Math.max(1_000, this.parts.renewIn()), () => void this.renew(socket));
  }

  private ping(within: number): void {
    this.socket?.send(JSON.stringify({ type: 'ping' }));
    this.after('deadline', within, () => this.again());
    this.after('ping', PING_EVERY_MS, () => this.ping(PONG_WITHIN_MS));
  }

  private again(): void {
    this.hangUp();
    if (this.stopped) return;
    this.attempt += 1;
    this.parts.onState(this.attempt >= OFFLINE_AFTER ? 'offline' : 'connecting');
    this.after('retry', backoff(this.attempt, this.parts.random), () => void this.connect());
  }

  private hangUp(): void {
    for (const name of [...this.timers.keys()]) this.clear(name);
    const socket = this.socket;
    this.socket = null;
    this.opening = true;
    this.asked = false;
    socket?.close();
  }

  private after(name: 'retry' | 'ping' | 'deadline' | 'renew', ms: number, work: () => void): void {
    this.clear(name);
    this.timers.set(name, setTimeout(work, ms));
  }

  private clear(name: 'retry' | 'ping' | 'deadline' | 'renew'): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}
