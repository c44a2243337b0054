/** The truth of a simulated bench, which no real one can tell. */
import type { OpenedBench } from '../bench.js';

export interface Truth {
  readonly charge_C: number;
  readonly hydrogenMade_umol: number;
}

type BenchTruth = Awaited<ReturnType<NonNullable<OpenedBench['simulation']>['truth']>>;

/** Since the bench was switched on; null on a real bench. */
export async function truthOf(bench: OpenedBench): Promise<BenchTruth | null> {
  return bench.simulation === null ? null : bench.simulation.truth();
}

/** The truth now, its counts since `begin`: a live bench may have had a run before this one. */
export function truthSince<T extends Truth>(begin: T | null, now: T | null): T | null {
  if (begin === null || now === null) return null;
  return {
    ...now,
    charge_C: now.charge_C - begin.charge_C,
    hydrogenMade_umol: now.hydrogenMade_umol - begin.hydrogenMade_umol,
  };
}
