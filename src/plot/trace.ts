/**
 * The course of a run, thinned while it is taken: at most so many points whatever its length, each the mean of its bin.
 * Owns how samples become points; knows no picture.
 */
import { countedCharge_C } from '../model/counted-charge.js';
import type { Plan } from '../model/plan.js';
import type { Sample } from '../model/sample.js';

/** What a plot and the sparklines show. Values are means of the bin; the charge is where it ended. */
export interface TracePoint {
  /** Middle of the bin, run time. */
  readonly t_s: number;
  /** Step of the plan when the bin began. */
  readonly step: number;
  readonly current_mA: number | null;
  /** While a current is asked for; null otherwise. */
  readonly voltage_V: number | null;
  readonly temperature_C: number | null;
  readonly temperature_setpoint_C: number | null;
  readonly vent_hydrogen_vol_percent: number | null;
  readonly charge_C: number;
}

const MEANS = [
  'current_mA',
  'voltage_V',
  'temperature_C',
  'temperature_setpoint_C',
  'vent_hydrogen_vol_percent',
] as const;
type Mean = (typeof MEANS)[number];

/** Twice the points that a picture of 800 pixels can show. */
const MOST_POINTS = 1600;
const FIRST_BIN_S = 1;

export class Trace {
  private kept: TracePoint[] = [];
  private bin_s = FIRST_BIN_S;
  private until_s = FIRST_BIN_S;
  private begun: Pick<Sample, 'elapsed_s' | 'step'> | null = null;
  private last: Sample | null = null;
  private readonly sums: Record<Mean, number> = { ...NOTHING };
  private readonly counts: Record<Mean, number> = { ...NOTHING };

  /** The plan says which charge counts towards it: where directions alternate, both together. */
  constructor(private readonly plan: Pick<Plan, 'steps'>) {}

  add(sample: Sample): void {
    while (sample.elapsed_s >= this.until_s) this.close();
    this.begun ??= { elapsed_s: sample.elapsed_s, step: sample.step };
    this.last = sample;
    for (const name of MEANS) {
      const value = sample[name];
      if (value === null || (name === 'voltage_V' && sample.setpoint_mA === 0)) continue;
      this.sums[name] += value;
      this.counts[name] += 1;
    }
  }

  /** In the order of time, the bin that is still open included. */
  get points(): readonly TracePoint[] {
    const open = this.point();
    return open === null ? this.kept : [...this.kept, open];
  }

  private close(): void {
    const point = this.point();
    if (point !== null) this.kept.push(point);
    this.begun = this.last = null;
    for (const name of MEANS) this.sums[name] = this.counts[name] = 0;
    if (this.kept.length >= MOST_POINTS) {
      this.bin_s *= 2;
      this.kept = halved(this.kept);
    }
    this.until_s += this.bin_s;
  }

  private point(): TracePoint | null {
    const { begun, last } = this;
    if (begun === null || last === null) return null;
    const mean = (name: Mean): number | null => (this.counts[name] === 0 ? null : this.sums[name] / this.counts[name]);
    return {
      t_s: (begun.elapsed_s + last.elapsed_s) / 2,
      step: begun.step,
      current_mA: mean('current_mA'),
      voltage_V: mean('voltage_V'),
      temperature_C: mean('temperature_C'),
      temperature_setpoint_C: mean('temperature_setpoint_C'),
      vent_hydrogen_vol_percent: mean('vent_hydrogen_vol_percent'),
      charge_C: countedCharge_C(this.plan, last.charge_C, last.absolute_charge_C),
    };
  }
}

const NOTHING: Readonly<Record<Mean, number>> = {
  current_mA: 0,
  voltage_V: 0,
  temperature_C: 0,
  temperature_setpoint_C: 0,
  vent_hydrogen_vol_percent: 0,
};

/** Two bins of the same length become one. */
function halved(points: readonly TracePoint[]): TracePoint[] {
  return points.flatMap((a, place) => {
    if (place % 2 === 1) return [];
    const b = points[place + 1] ?? a;
    return [
      {
        t_s: (a.t_s + b.t_s) / 2,
        step: a.step,
        current_mA: between(a.current_mA, b.current_mA),
        voltage_V: between(a.voltage_V, b.voltage_V),
        temperature_C: between(a.temperature_C, b.temperature_C),
        temperature_setpoint_C: between(a.temperature_setpoint_C, b.temperature_setpoint_C),
        vent_hydrogen_vol_percent: between(a.vent_hydrogen_vol_percent, b.vent_hydrogen_vol_percent),
        charge_C: b.charge_C,
      },
    ];
  });
}

function between(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : (a + b) / 2;
}
