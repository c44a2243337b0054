/**
 * What every rig shares: readable lines as it goes, checks that count, and at the end one line of JSON with all figures.
 * The exit code is 1 when a check failed or none was made. Knows no bench.
 */
import type { Timer } from '../../src/model/clock.js';
import { RealClock } from '../../src/model/real-clock.js';
import { endPrograms, removeFolders } from '../support/process.js';

export const clock = new RealClock();

export type Figures = Readonly<Record<string, unknown>>;

export class Rig {
  private passed = 0;
  private failed = 0;

  constructor(readonly name: string) {}

  note(text: string): void {
    process.stdout.write(`${(clock.now() / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
  }

  /** `seen` is what was measured, in words, whether it holds or not. */
  check(what: string, holds: boolean, seen = ''): void {
    if (holds) this.passed++;
    else this.failed++;
    this.note(`${holds ? 'ok  ' : 'FAIL'}  ${what}${seen === '' ? '' : `: ${seen}`}`);
  }

  /** Runs the rig's body; what it returns are its figures. An error counts as a failed check. */
  async run(body: () => Promise<Figures>): Promise<void> {
    let figures: Figures = {};
    try {
      figures = await body();
    } catch (error) {
      this.check('the rig comes to its end', false, error instanceof Error ? error.message : String(error));
    } finally {
      await endPrograms();
      removeFolders();
    }
    if (this.passed === 0) this.failed++;
    const { name: rig, passed, failed } = this;
    process.stdout.write(
      `${JSON.stringify({ rig, passed, failed, seconds: Math.round(clock.now() / 1000), ...figures })}\n`,
    );
    process.exitCode = failed === 0 ? 0 : 1;
  }
}

export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** Order statistics, rounded to a thousandth; NaN throughout where nothing was measured. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return value === undefined ? NaN : Math.round(1000 * value) / 1000;
  };
  return { count: sorted.length, min: at(0), median: at(0.5), p99: at(0.99), max: at(1) };
}

export function spreadText({ min, median, max }: Spread, unit: string): string {
  return `${min.toFixed(1)} to ${max.toFixed(1)} ${unit}, median ${median.toFixed(1)} ${unit}`;
}

/** Works on all of `items`, so many at a time; settles with the results in their order. */
export async function inLanes<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [i, item] of waiting) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/**
 * What the machine does to a process that only waits: how late its timer was at the worst, ms. A rig in real time needs it
 * to tell a fault of the program from a machine that stood still.
 */
export class MachineWitness {
  latest_ms = 0;
  private timer = this.next();

  end(): void {
    this.timer.cancel();
  }

  private next(): Timer {
    const due_ms = clock.now() + WITNESS_MS;
    return clock.at(due_ms, () => {
      this.latest_ms = Math.max(this.latest_ms, clock.now() - due_ms);
      this.timer = this.next();
    });
  }
}

const WITNESS_MS = 5;

/** Asks every `every_ms` until the answer is not undefined. Rejects after `limit_s` with `what` in words. */
export async function until<T>(
  what: string,
  limit_s: number,
  ask: () => Promise<T | undefined> | T | undefined,
  every_ms = 20,
): Promise<T> {
  for (const end = clock.now() + 1000 * limit_s; clock.now() < end; await clock.sleep(every_ms)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${what}: not within ${limit_s} s`);
}
