import { Problem, problemOf } from './problem';
import type { Session } from './session';

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | string[] | null | undefined>;
  body?: unknown;
  /** Idempotency-Key: one per wish of a person, the same for every attempt at it. */
  key?: string;
  /** Of the answer one has: when it would be the same again, the body is `null`. */
  etag?: string | undefined;
  /** How often to try again by itself when the answer stays away (default 2). */
  retries?: number;
}

/** The place in the log an answer was read at, or wrote. */
export interface Mark {
  epoch: string;
  position: number;
}

export interface Answer<T> {
  body: T;
  mark: Mark | null;
  etag: string | null;
}

const TIMEOUT_MS = 20_000;
const LONGEST_WAIT_S = 5;
const NOT_MODIFIED = 304;

/** HTTP with the session's token, quiet retries that never double, and problems as exceptions. */
export class Client {
  /** Called with the place in the log that an answer was read at. */
  onMark: (mark: Mark) => void = () => undefined;
  /** Called when the server says that this person may not (or no longer) be here. */
  onRefused: (problem: Problem) => void = () => undefined;

  constructor(
    private readonly session: Session,
    private readonly language: () => string,
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
    private readonly pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  async call<T>(path: string, call: Call = {}): Promise<Answer<T>> {
    const repeatable = (call.method ?? 'GET') === 'GET' || call.key !== undefined;
    const retries = repeatable ? (call.retries ?? 2) : 0;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.attempt<T>(path, call);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code === 'blocked' || error.code === 'session_over') this.onRefused(error);
        const wait = error.retryAfter ?? 0.3 * 2 ** attempt * (0.5 + Math.random());
        if (!error.isUncertain || attempt >= retries || wait > LONGEST_WAIT_S) throw error;
        await this.pause(wait * 1000);
      }
    }
  }

  private async attempt<T>(path: string, call: Call): Promise<Answer<T>> {
    for (let again = false; ; again = true) {
      const token = await this.session.token();
      const response = await this.send(path, call, token);
      if (response.status === 401 && !again) {
        this.session.drop(token);
        continue;
      }
      if (!response.ok && response.status !== NOT_MODIFIED) throw await problemOf(response);
      const mark = markOf(response);
      if (mark !== null && (call.method ?? 'GET') === 'GET') this.onMark(mark); // a command's mark lies beyond what was read
      const text = await response.text().catch(() => Promise.reject(new Problem('offline', 0, '')));
      return { body: (text === '' ? null : JSON.parse(text)) as T, mark, etag: response.headers.get('ETag') };
    }
  }

  private async send(path: string, call: Call, token: string): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${token}`, 'Accept-Language': this.language() };
    if (call.body !== undefined) headers['Content-Type'] = 'application/json';
    if (call.etag !== undefined) headers['If-None-Match'] = call.etag;
    if (call.key !== undefined) headers['Idempotency-Key'] = call.key;
    try {
      return await this.fetcher(`/api/v1/${path}${queryOf(call.query)}`, {
        method: call.method ?? 'GET',
        headers,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        keepalive: call.method === 'DELETE', // it may be the last thing before the page goes
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new Problem('offline', 0, '');
    }
  }
}

function queryOf(query: Call['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, String(one)]));
  const given = pairs.filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function markOf(response: Response): Mark | null {
  const epoch = response.headers.get('Tikethet-Epoch');
  const position = response.headers.get('Tikethet-Position');
  return epoch === null || position === null ? null : { epoch, position: Number(position) };
}

/** A fresh Idempotency-Key. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''); // plain http
}
