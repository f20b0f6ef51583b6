import { Problem, problemOf } from './problem';
import type { Me, SignIn } from './types';

/** Where a refresh token is kept between visits; `key` tells the people of one device apart. */
export interface TokenShelf {
  read(): string | null;
  write(token: string | null): void;
}

export interface SessionParts {
  fetch: typeof fetch;
  shelf: TokenShelf;
  /** Signed proof of who this is; `null` when there is none (any more). */
  initData: () => Promise<string | null>;
  /** The code of a link that lets staff in outside Telegram, handed out once; `null` when there is none (any more). */
  deskCode?: () => string | null;
  language: () => string;
  now?: () => number;
  /** Runs one at a time across the tabs of this browser. */
  alone?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Tokens are renewed this long before they end, so that no call starts with a dying one. */
const EARLY_MS = 45_000;
const TIMEOUT_MS = 20_000;

/** Who is signed in here: tries a desk code first, then the kept refresh token, then init data; renews once for all who wait. */
export class Session {
  private access: { token: string; until: number } | null = null;
  private renewal: Promise<Me | null> | null = null;
  private readonly now: () => number;

  constructor(private readonly parts: SessionParts) {
    this.now = parts.now ?? Date.now;
  }

  /** A token good for at least some seconds. Throws `Problem` (`session_over` when nothing is left to try). */
  async token(): Promise<string> {
    if (this.access === null || this.access.until - EARLY_MS <= this.now()) await this.renew();
    if (this.access === null) throw new Problem('session_over', 401, '');
    return this.access.token;
  }

  /** Milliseconds until the token should be renewed. */
  get renewIn(): number {
    return this.access === null ? 0 : Math.max(0, this.access.until - EARLY_MS - this.now());
  }

  /** Forget a token that was turned down, unless somebody renewed it meanwhile. */
  drop(token: string): void {
    if (this.access?.token === token) this.access = null;
  }

  /** A new access token; the member when the server told. Many may ask at once, one call goes out. */
  renew(): Promise<Me | null> {
    this.renewal ??= this.signIn().finally(() => {
      this.renewal = null;
    });
    return this.renewal;
  }

  private signIn(): Promise<Me | null> {
    const alone = this.parts.alone ?? (<T>(work: () => Promise<T>): Promise<T> => work());
    return alone(async () => {
      const code = this.parts.deskCode?.() ?? null;
      if (code !== null) {
        try {
          return this.accept(await this.post('desk', { code }));
        } catch (error) {
          if (this.parts.shelf.read() === null) throw error; // else who came before may go on
        }
      }
      const kept = this.parts.shelf.read(); // read inside: another tab may just have turned it
      if (kept !== null) {
        try {
          return this.accept(await this.post('refresh', { refresh_token: kept }));
        } catch (error) {
          if (!(error instanceof Problem) || error.isUncertain || error.code === 'blocked') throw error;
          this.parts.shelf.write(null);
        }
      }
      const proof = await this.parts.initData();
      if (proof === null) throw new Problem('session_over', 401, '');
      return this.accept(await this.post('telegram', { init_data: proof }));
    });
  }

  private accept(answer: SignIn): Me | null {
    this.access = { token: answer.access_token, until: this.now() + answer.expires_in * 1000 };
    this.parts.shelf.write(answer.refresh_token);
    return answer.user ?? null;
  }

  private async post(call: string, body: unknown): Promise<SignIn> {
    let response: Response;
    try {
      response = await this.parts.fetch(`/api/v1/auth/${call}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Accept-Language': this.parts.language() },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new Problem('offline', 0, '');
    }
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as SignIn;
  }
}
