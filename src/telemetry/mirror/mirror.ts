/**
 * Tells at the built-in broker what other reactors tell at an outside one, under their own names, for the fleet page. Owns
 * when it is told, and that a broker which floods is not read for a while. What is taken and within which bounds is the
 * roll's; it must not know a client library.
 */
import type { Clock, Timer } from '../../model/clock.js';
import { Allowance } from '../allowance.js';
import type { BrokerConnection } from '../brokers/connection.js';
import type { Publication } from '../publication.js';
import { MIRRORED, Roll } from './roll.js';

/** Told now and then, ms; and how much at most, so that the broker has time for others. */
const TURN_MS = 100;
const MOST_IN_A_TURN = 200;
/** Words told in a row after silence: a thousand reactors with an alarm each have four thousand; and then so many a second. */
const BURST = 5000;
const RATE_Hz = 250;
/** What is read: what a thousand reactors say at once, then in a second four times what they say in one. */
const READ_BURST = 20_000;
const READ_RATE_Hz = 4000;
const READ_BURST_BYTES = 32e6;
const READ_RATE_BYTES_s = 8e6;
/** How long a broker that floods is not read. */
const PAUSE_MS = 60_000;
/** Within this time of a new link the broker has told what it keeps. */
const SETTLE_MS = 10_000;
/** A reason for which something is left out is told so often at most. */
const REASON_MS = 3_600_000;

export interface MirrorOptions {
  readonly connection: BrokerConnection;
  /** Name of the reactor of this program. */
  readonly own: string;
  /** To the built-in broker; settles when it is out. */
  readonly publish: (publication: Publication) => Promise<void>;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
}

class Mirror {
  private readonly roll: Roll;
  private readonly words: Allowance;
  private readonly reads: Allowance;
  private readonly bytes: Allowance;
  private readonly reasons = new Map<string, number>();
  private turn: Timer | undefined;
  private settling: Timer | undefined;
  private paused = false;

  constructor(private readonly options: MirrorOptions) {
    const { connection, own, clock } = options;
    this.roll = new Roll(own);
    const now_ms = clock.now();
    this.words = new Allowance(BURST, RATE_Hz, now_ms);
    this.reads = new Allowance(READ_BURST, READ_RATE_Hz, now_ms);
    this.bytes = new Allowance(READ_BURST_BYTES, READ_RATE_BYTES_s, now_ms);
    connection.subscribe(MIRRORED);
    connection.onConnected(() => this.linked());
    connection.onGone(() => this.deafened());
    connection.onMessage(({ topic, payload }) => this.heard(topic, payload));
  }

  private linked(): void {
    this.settling?.cancel();
    this.settling = this.options.clock.after(SETTLE_MS, () => {
      if (this.paused) return;
      this.roll.forgetUnheard();
      this.soon();
    });
  }

  private deafened(): void {
    this.settling?.cancel();
    this.roll.deafen();
    this.soon();
  }

  private heard(topic: string, payload: Uint8Array): void {
    if (this.paused || !isAsked(topic)) return;
    const now_ms = this.options.clock.now();
    if (!this.reads.has(now_ms) || !this.bytes.has(now_ms, payload.length)) return this.pause();
    this.reads.take();
    this.bytes.take(payload.length);
    const heard = this.roll.hear(topic, payload);
    if (heard === 'taken') this.soon();
    else this.complain(heard.refused, now_ms);
  }

  private pause(): void {
    const { connection, clock, notice } = this.options;
    this.paused = true;
    connection.unsubscribe(MIRRORED);
    this.deafened();
    notice(`broker ${connection.name} floods the fleet page; other reactors are not read for ${PAUSE_MS / 1000} s`);
    clock.after(PAUSE_MS, () => {
      this.paused = false;
      connection.subscribe(MIRRORED);
      this.linked();
    });
  }

  private complain(reason: string, now_ms: number): void {
    if (!(now_ms - (this.reasons.get(reason) ?? -Infinity) >= REASON_MS)) return;
    this.reasons.set(reason, now_ms);
    this.options.notice(`fleet at ${this.options.connection.name}: something is left out: ${reason}`);
  }

  private soon(): void {
    this.turn ??= this.options.clock.after(TURN_MS, () => void this.tell());
  }

  /** The next turn comes when all of this one is out: the broker is never given more than it takes. */
  private async tell(): Promise<void> {
    const { clock, publish } = this.options;
    const now_ms = clock.now();
    const out: Promise<void>[] = [];
    for (const { topic, payload, retain } of this.roll.due(now_ms, this.most(now_ms))) {
      this.words.take();
      out.push(publish({ topic, payload, retain, qos: retain ? 1 : 0 }));
    }
    await Promise.all(out);
    this.turn = undefined;
    if (this.roll.waits) this.soon();
  }

  private most(now_ms: number): number {
    for (let most = MOST_IN_A_TURN; most > 0; most = Math.floor(most / 2))
      if (this.words.has(now_ms, most)) return most;
    return 0;
  }
}

const KINDS: ReadonlySet<string> = new Set(['availability', 'about', 'state', 'sample', 'alarm']);

/** The connection delivers to everybody what anybody of this process has asked for. */
const isAsked = (topic: string): boolean => KINDS.has(topic.split('/', 3)[2] ?? '');

/** Goes on for as long as the connection does. */
export function mirrorFleet(options: MirrorOptions): void {
  void new Mirror(options);
}
