/**
 * The bench while nothing runs: held open, its sensors read once a second, its arm button seen. It arms nothing, sends no
 * heartbeat and writes no set point but the zeros with which drivers open. Owns opening it, opening it again when it is
 * lost, and giving it up for a run; judges no reading, and starts nothing.
 *
 * A run opens the bench anew, since its recipe names the reactor: `release` settles when all of it is closed.
 */
import { openBench, type OpenedBench, panelFor } from '../bench.js';
import { benchState } from '../control/bench-state.js';
import { Senses } from '../control/senses.js';
import type { Panel, PanelEvent } from '../device/panel.js';
import type { BoardIdentity } from '../device/ports.js';
import type { BenchState } from '../model/bench-state.js';
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import type { Reactor } from '../model/reactor.js';
import { RealClock } from '../model/real-clock.js';
import { CHANNELS, type ChannelName, type ChannelValues } from '../model/sample.js';
import { VirtualClock } from '../model/virtual-clock.js';

/** What is read of a bench that nothing drives. */
export interface IdleReading {
  readonly values: ChannelValues;
  /** Latched faults of the board, first-out first. */
  readonly faults: readonly string[];
  readonly state: BenchState;
}

export interface IdleBenchOptions {
  readonly board: Board;
  /** Which cell hangs on it, as far as that is known: it says whether there is a pump. */
  readonly reactor: Reactor;
  readonly seed: number;
  /** Real time, also of a simulated bench. */
  readonly wall: Clock;
  /** Opens it; the bench of the board by default. */
  readonly open?: typeof openBench;
  /** Seconds of a simulated bench a second; 1 by default. */
  readonly pace?: number;
  /** What happens at the panel. */
  readonly pressed: (event: PanelEvent) => void;
  /** Whether the panel shows a permit. */
  readonly permit: () => boolean;
  readonly opened: (identity: BoardIdentity) => void;
  /** Once a second; null when the bench is lost or given up. */
  readonly read: (reading: IdleReading | null) => void;
  /** What a person should know, one line each. */
  readonly report: (text: string) => void;
}

const READ_PERIOD_S = 1;
/** A start waits no longer than this for the bench to be given up, ms. */
const SLICE_MS = 100;
const SLICES = (READ_PERIOD_S * 1000) / SLICE_MS;
/** The galvanostat has not answered for so long: the bench is lost, s. */
const LOST_S = 5;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

/** Done with the bench between two readings; null: it is gone. */
type Job = (bench: OpenedBench | null) => Promise<void>;

export class IdleBench {
  private held: Promise<void> | null = null;
  private ending = false;
  private wakeRetry: (() => void) | null = null;
  private jobs: Job[] = [];
  private lostWhy: string | null = 'it is not open yet';

  constructor(private readonly options: IdleBenchOptions) {}

  /** Why there is no bench now; null while it is open. */
  get lost(): string | null {
    return this.lostWhy;
  }

  /** Opens it, and opens it again whenever it is lost, until `release`. */
  hold(): void {
    if (this.held !== null) return;
    this.ending = false;
    this.held = this.keep();
  }

  /** Settles when the bench is closed. */
  async release(): Promise<void> {
    this.ending = true;
    this.wakeRetry?.();
    await this.held;
    this.held = null;
  }

  /** Clears what the board has latched; says what is latched still, or why nothing could be done. */
  clear(): Promise<{ readonly faults: readonly string[] } | { readonly refused: string }> {
    if (this.lostWhy !== null || this.held === null || this.ending)
      return Promise.resolve({ refused: `the bench is not there: ${this.lostWhy ?? 'it is being given up'}` });
    return new Promise((resolve) => {
      this.jobs.push(async (bench) => {
        if (bench === null) return resolve({ refused: `the bench is gone: ${this.lostWhy ?? 'unknown'}` });
        try {
          await bench.galvanostat.clear();
          const poll = bench.galvanostat.poll();
          const reading = poll.decode(await bench.bus.batch(poll.transfers));
          resolve(reading?.ok ? { faults: reading.value.faults } : { refused: 'the board gives no reading' });
        } catch (error) {
          resolve({ refused: wordsOf(error) });
        }
      });
    });
  }

  private async keep(): Promise<void> {
    let retry_ms = FIRST_RETRY_MS;
    let told: string | null = null;
    while (!this.ending) {
      const why = await this.session(() => {
        if (told !== null) this.options.report('the bench is back');
        told = null;
        retry_ms = FIRST_RETRY_MS;
      });
      if (why === null) break;
      this.lose(why);
      if (told !== why) this.options.report(`no bench while idle: ${why}; it is tried again`);
      told = why;
      await this.pause(retry_ms);
      retry_ms = Math.min(LONGEST_RETRY_MS, 2 * retry_ms);
    }
    this.lose('it was given up for a run, or for the end');
  }

  private lose(why: string): void {
    this.lostWhy = why;
    this.options.read(null);
    for (const job of this.jobs.splice(0)) void job(null);
  }

  /** From opening to closing; why it was lost, or null when it was given up. */
  private async session(opened: () => void): Promise<string | null> {
    const { board, wall, pace = 1 } = this.options;
    try {
      if (board.bus.kind !== 'simulated') await this.watch(new RealClock(), opened);
      else {
        const clock = new VirtualClock({ epoch_ms: wall.wallTime_ms(), speed: pace });
        await clock.run(() => this.watch(clock, opened));
      }
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }

  private async watch(clock: Clock, opened: () => void): Promise<void> {
    const { board, reactor, seed, open = openBench, pressed } = this.options;
    const bench = await open({ board, reactor, clock, seed });
    let panel: Panel | null = null;
    try {
      panel = await panelFor({ board, lines: bench.lines, bus: bench.bus, clock, report: pressed });
      this.options.opened(bench.identity);
      this.lostWhy = null;
      opened();
      await this.readOn(bench, panel, clock);
    } finally {
      panel?.close();
      await bench.close();
    }
  }

  private async readOn(bench: OpenedBench, panel: Panel, clock: Clock): Promise<void> {
    const senses = new Senses(clock, bench, READ_PERIOD_S);
    senses.begin();
    const begun_ms = clock.now();
    for (let tick = 0; !this.ending; tick++) {
      await senses.read(tick);
      const seen = senses.observe({ setpoint_mA: 0, temperature_C: null });
      const silent_s = Math.min(seen.boardAge_s, (clock.now() - begun_ms) / 1000);
      if (!(silent_s <= LOST_S)) throw new Error(`the galvanostat has not answered for ${LOST_S} s`);
      const state = benchState({ senses, lines: bench.lines, seen, refused: null, beat: null });
      this.options.read({ values: valuesOf(seen), faults: senses.board?.faults ?? [], state });
      for (let slice = 0; slice < SLICES && !this.ending; slice++) {
        panel.show({ run: 'idle', alarms: [], asked: false, permit: this.options.permit() });
        for (const job of this.jobs.splice(0)) await job(bench);
        await clock.sleep(SLICE_MS);
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.ending) return;
    await new Promise<void>((resolve) => {
      const timer = this.options.wall.after(ms, resolve);
      this.wakeRetry = () => {
        timer.cancel();
        resolve();
      };
    });
    this.wakeRetry = null;
  }
}

function valuesOf(seen: ChannelValues): ChannelValues {
  return Object.fromEntries(CHANNELS.map((name): [ChannelName, number | null] => [name, seen[name]])) as Record<
    ChannelName,
    number | null
  >;
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
