/**
 * The operator's terminal during a run: lines that stay, above one line that is rewritten. Without a terminal the line is
 * printed now and then instead, so that a log shows progress too. Owns the look; knows no run.
 */
import type { Clock } from '../model/clock.js';
import { fit } from '../model/words.js';

/** How often the live line is rewritten, ms of wall time; and, into a file, how often it is printed. */
const LIVE_MS = 200;
const LOG_MS = 15_000;

export class Screen {
  private live = '';
  private shown_ms = -Infinity;
  private readonly terminal: boolean;
  private heard: ((why: string) => void) | null = null;
  /** Why nobody sees it any more; null while somebody may. */
  lost: string | null = null;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly wall: Clock,
  ) {
    this.terminal = out.isTTY;
    // Without a listener, a write to a terminal that is gone would end the program, and with it the run.
    out.on('error', (error: NodeJS.ErrnoException) => this.lose(error.code ?? error.message));
    process.stderr.on('error', () => undefined); // what it would say of that goes nowhere; stdout's loss is told
  }

  /** The session at the terminal ended. A file or a pipe takes what is told all the same. */
  hangUp(signal: string): void {
    if (this.terminal) this.lose(signal);
    else this.heard?.(signal);
  }

  /** Nobody sees it any more: what is told from now on is dropped. */
  private lose(why: string): void {
    if (this.lost !== null) return;
    this.lost = why;
    this.heard?.(why);
  }

  /** Told once when it is lost, at once when it already is; null to hear no more. */
  whenLost(heard: ((why: string) => void) | null): void {
    this.heard = heard;
    if (this.lost !== null) heard?.(this.lost);
  }

  get columns(): number {
    return this.out.columns || 100;
  }

  /** A line that stays. */
  line(text = ''): void {
    if (this.lost !== null) return;
    if (!this.terminal) {
      this.out.write(`${text}\n`);
      return;
    }
    this.out.write(`\r\u001b[K${text}\n${this.live}`);
  }

  /** The live line, asked for only when it is due. */
  status(text: () => string): void {
    if (this.lost !== null) return;
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
    if (this.terminal && this.live !== '' && this.lost === null) this.out.write('\r\u001b[K');
    this.live = '';
  }
}
