/**
 * The life of the network process: started, started again when it dies, ended. Owns the waits between starts and the
 * hello, and that a process that has gone mad is ended; it must not know what is told to the process, nor hold any of it.
 */
import type { Clock, Timer } from '../model/clock.js';
import { printable } from '../model/printable.js';
import { Allowance } from './allowance.js';
import type { NetworkChannel, StartNetwork } from './child.js';
import { toControl, type Hello, type Reply, type Told, type ToControl } from './wire.js';

/** First wait before a dead network process is started again, ms; doubled each time up to the longest. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** A process that was ready for this long was a good one: the next wait is the first again. */
const GOOD_LIFE_MS = 30_000;
/** Closing: for the last messages to get out, and for the process to end by itself. */
const FLUSH_MS = 1000;
const END_MS = 3000;

/**
 * What it may say beside acknowledgements, at once and a second. It says 50 a second at most while strangers flood it (20
 * commands, 10 stops, refusals and notices): one that says more has been taken over, or broken, and takes the time of the
 * control loop.
 */
const WORDS = 1000;
const WORDS_Hz = 200;

/** Ports on which the network process is heard (null: switched off), or why there is none. */
export type Readiness =
  | { readonly httpPort: number | null; readonly mqttPort: number | null }
  | { readonly failed: string };

export interface LifelineOptions {
  readonly hello: Hello;
  readonly wall: Clock;
  readonly start: StartNetwork;
  /** What a person should know, one line each. */
  readonly report: (text: string) => void;
}

/** What the link itself has to hear. */
export type Heard = Extract<ToControl, { kind: 'ack' | 'command' | 'asked' | 'turned-away' | 'doors' }>;

export interface LifelineEvents {
  /** A process that knows nothing yet is ready to be told. */
  opened(): void;
  heard(message: Heard): void;
}

export class Lifeline {
  /** How the first start went. Never rejects. */
  readonly ready: Promise<Readiness>;
  private resolveReady: (readiness: Readiness) => void = () => undefined;
  private readonly waiting = new Set<() => void>();
  private hello: Hello;
  private channel: NetworkChannel | undefined;
  /** Since when the present process is ready, monotonic ms; undefined while it is not. */
  private readySince_ms: number | undefined;
  private wasReady = false;
  private givenUp = false;
  private retry_ms = FIRST_RETRY_MS;
  private retryTimer: Timer | undefined;
  private ending: Promise<void> | undefined;
  private words: Allowance;
  /** Told and not acknowledged. */
  private owed = 0;
  private mad = false;

  constructor(
    private readonly options: LifelineOptions,
    private readonly events: LifelineEvents,
  ) {
    this.hello = options.hello;
    this.words = new Allowance(WORDS, WORDS_Hz, options.wall.now());
    this.ready = new Promise((resolve) => {
      this.resolveReady = resolve;
    });
    this.start();
  }

  get pid(): number | undefined {
    return this.channel?.pid;
  }

  get open(): boolean {
    return this.channel !== undefined && this.readySince_ms !== undefined;
  }

  /** To be called while open; never blocks, never throws. */
  send(message: Told | Reply): void {
    if (message.kind !== 'reply') this.owed += 1;
    this.channel?.send(message);
  }

  /** Waits until `told` (or nobody listens any more) for a second at most, then ends the process, whatever it does. */
  close(told: () => boolean): Promise<void> {
    this.ending ??= this.end(told);
    return this.ending;
  }

  private start(): void {
    this.words = new Allowance(WORDS, WORDS_Hz, this.options.wall.now());
    [this.owed, this.mad] = [0, false];
    this.channel = this.options.start({ message: (raw) => this.hear(raw), ended: (reason) => this.ended(reason) });
    this.channel.send(this.hello);
  }

  private hear(raw: unknown): void {
    if (this.mad) return;
    const heard = toControl.safeParse(raw);
    if (!this.admits(heard.success && heard.data.kind === 'ack')) return;
    if (heard.success) this.obey(heard.data);
    else this.options.report('the network process said something that is not in the protocol; it was ignored');
    this.look();
  }

  private admits(ack: boolean): boolean {
    if (ack && this.owed > 0) {
      this.owed -= 1;
      return true;
    }
    if (this.words.has(this.options.wall.now())) {
      this.words.take();
      return true;
    }
    this.mad = true;
    this.options.report(`the network process says more than ${WORDS_Hz} things a second; it is ended`);
    this.channel?.kill();
    return false;
  }

  private obey(message: ToControl): void {
    switch (message.kind) {
      case 'ready':
        return this.becameReady(message.httpPort, message.mqttPort);
      case 'failed':
        return this.couldNotOpen(message.reason);
      case 'notice':
        return this.options.report(printable(message.text, 2000));
      case 'ack':
      case 'command':
      case 'asked':
      case 'turned-away':
      case 'doors':
        return this.events.heard(message);
    }
  }

  private becameReady(httpPort: number | null, mqttPort: number | null): void {
    if (this.wasReady) this.options.report('the network process is back');
    this.wasReady = true;
    // A later process takes the same ports, also where the first was given any free ones.
    this.hello = { ...this.hello, httpPort, mqttPort };
    this.readySince_ms = this.options.wall.now();
    this.resolveReady({ httpPort, mqttPort });
    this.events.opened();
  }

  /** At the first start that is a matter for the operator and final; a port that was ours before comes back by waiting. */
  private couldNotOpen(reason: string): void {
    this.givenUp = !this.wasReady;
    this.resolveReady({ failed: reason });
    if (this.wasReady) this.options.report(reason);
  }

  private ended(reason: string): void {
    const lived_ms = this.readySince_ms === undefined ? 0 : this.options.wall.now() - this.readySince_ms;
    this.channel = undefined;
    this.readySince_ms = undefined;
    this.resolveReady({ failed: `the network process ended (${reason})` });
    if (this.ending === undefined && !this.givenUp) this.startAgain(lived_ms, reason);
    this.look();
  }

  private startAgain(lived_ms: number, reason: string): void {
    if (lived_ms >= GOOD_LIFE_MS) this.retry_ms = FIRST_RETRY_MS;
    const wait_ms = this.retry_ms;
    this.retry_ms = Math.min(LONGEST_RETRY_MS, 2 * wait_ms);
    this.options.report(
      `the network process ended (${printable(reason)}); the run goes on, next start in ${wait_ms / 1000} s`,
    );
    this.retryTimer = this.options.wall.after(wait_ms, () => this.start());
  }

  private async end(told: () => boolean): Promise<void> {
    this.retryTimer?.cancel();
    const gone = (): boolean => this.channel === undefined;
    await this.until(() => !this.open || told(), FLUSH_MS);
    this.channel?.end();
    await this.until(gone, END_MS);
    this.channel?.kill();
    await this.until(gone, FLUSH_MS);
  }

  /** Waits for `condition`, looked at whenever the process says something or ends, but no longer than `limit_ms`. */
  private until(condition: () => boolean, limit_ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        this.waiting.delete(check);
        resolve();
      };
      const check = (): void => {
        if (condition()) done();
      };
      const timer = this.options.wall.after(limit_ms, done);
      this.waiting.add(check);
      check();
    });
  }

  private look(): void {
    for (const check of this.waiting) check();
  }
}
