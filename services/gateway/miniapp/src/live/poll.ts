// Without a socket (a proxy in the way, a notify that is away) the log is asked for again and again: slower, but nothing is missed.
import type { LogEvent } from '../api/types';
import type { Cursor } from './feed';

/** A stretch of the log after a cursor; there is more while `position` is not `head`. */
export interface Stretch {
  epoch: string;
  head: number;
  position: number;
  items: LogEvent[];
}

export interface PollParts {
  cursor: () => Cursor | null;
  /** What happened after the cursor; `null` when that is what was answered last (the same ETag). Throws when there is no answer. */
  ask: (cursor: Cursor) => Promise<Stretch | null>;
  onStretch: (from: Cursor, stretch: Stretch) => void;
  /** Whether asking works. */
  onState: (works: boolean) => void;
  isWanted: () => boolean;
}

/** So long nobody minds that there is no socket. */
export const PATIENCE_MS = 10_000;
const EVERY_MS = 5_000;
const SLOWEST_MS = 30_000;

export class Poll {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private round = 0;

  constructor(private readonly parts: PollParts) {}

  /** Begin to ask once there has been no socket for a while; again has no effect. */
  start(): void {
    if (this.timer === null) this.after(PATIENCE_MS);
  }

  stop(): void {
    this.round += 1;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.failures = 0;
  }

  private after(ms: number): void {
    const { round } = this;
    this.timer = setTimeout(() => void this.ask(round), ms);
  }

  private async ask(round: number): Promise<void> {
    const from = this.parts.isWanted() ? this.parts.cursor() : null;
    const pause = from === null ? EVERY_MS : await this.once(from, round);
    if (round === this.round) this.after(pause);
  }

  /** How long to wait for the next time. */
  private async once(from: Cursor, round: number): Promise<number> {
    try {
      const stretch = await this.parts.ask(from);
      if (round !== this.round) return 0;
      this.failures = 0;
      this.parts.onState(true);
      if (stretch === null) return EVERY_MS;
      this.parts.onStretch(from, stretch);
      return stretch.position < stretch.head ? 0 : EVERY_MS;
    } catch {
      if (round !== this.round) return 0;
      this.failures += 1;
      this.parts.onState(false);
      return Math.min(SLOWEST_MS, EVERY_MS * 2 ** (this.failures - 1));
    }
  }
}
