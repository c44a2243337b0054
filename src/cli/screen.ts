/**
 * The operator's terminal during a run: lines that stay, above one line that is rewritten. Without a terminal the line is
 * printed now and then instead, so that a log shows progress too. Owns the look; knows no run.
 */
import type { Clock } from '../model/clock.js';
import { fit } from './words.js';

/** How often the live line is rewritten, ms of wall time; and, into a file, how often it is printed. */
const LIVE_MS = 200;
const LOG_MS = 15_000;

export class Screen {
  private live = '';
  private shown_ms = -Infinity;
  private readonly terminal: boolean;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly wall: Clock,
  ) {
    this.terminal = out.isTTY;
  }

  get columns(): number {
    return this.out.columns || 100;
  }

  /** A line that stays. */
  line(text = ''): void {
    if (!this.terminal) {
      this.out.write(`${text}\n`);
      return;
    }
    this.out.write(`\r\u001b[K${text}\n${this.live}`);
  }

  /** The live line, asked for only when it is due. */
  status(text: () => string): void {
    const now_ms = this.wall.now();
    if (now_ms - this.shown_ms < (this.terminal ? LIVE_MS : LOG_MS)) return;
    this.shown_ms = now_ms;
    if (!this.terminal) {
      this.out.write(`${text()}\n`);
      return;
    }
    this.live = fit(text(), this.columns - 1);
    this.out.write(`\r\u001b[K${this.live}`);
  }

  /** Takes the live line away: what follows is the end. */
  end(): void {
    if (this.terminal && this.live !== '') this.out.write('\r\u001b[K');
    this.live = '';
  }
}
