/** The truth of a simulated bench, which no real one can tell. */
import type { OpenedBench } from '../bench.js';

export interface Truth {
  readonly charge_C: number;
  readonly hydrogenMade_umol: number;
}

/** null on a real bench. */
export async function truthOf(bench: OpenedBench): Promise<Truth | null> {
  return bench.simulation === null ? null : bench.simulation.truth();
}
