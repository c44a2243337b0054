/**
 * Previews, each in a thread of its own: one at a time for each user, of whom a new one ends the one before, and few in all.
 * Owns who may have one and what is told of it; runs nothing itself.
 */
import type { Course, Previewed } from '../console/api/recipes.js';
import { refuse, type Answer } from '../console/api/exchange.js';
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';

/** A point of the course, as the trace of a run gives it. */
export interface CoursePoint {
  readonly t_s: number;
  readonly step: number;
  readonly current_mA: number | null;
  readonly voltage_V: number | null;
  readonly temperature_C: number | null;
  readonly temperature_setpoint_C: number | null;
  readonly vent_hydrogen_vol_percent: number | null;
  readonly charge_C: number;
}

/** What came of a preview. */
export interface RanPreview {
  readonly outcome: string;
  readonly reason: string;
  readonly charge_C: number;
  readonly numbers: {
    readonly run_s: number;
    readonly wall_s: number;
    readonly voltage_max_V: number | null;
    readonly temperature_min_C: number | null;
    readonly temperature_max_C: number | null;
    readonly hydrogen_made_umol: number;
    readonly faradaic_efficiency: number | null;
  };
  readonly course: readonly CoursePoint[];
}

/** Ends at once when `gone` is aborted, and rejects then. */
export type RunPreview = (
  toRun: { readonly plan: Plan; readonly board: Board; readonly seed: number },
  gone: AbortSignal,
) => Promise<RanPreview>;

/** At once, on a machine of two cores beside a control process. */
const MOST = 2;
/** Points that are told of a run. */
const POINTS = 400;
/** The same recipe gives the same preview. */
const SEED = 1;

export class Previews {
  private readonly running = new Map<string, AbortController>();

  constructor(private readonly run: RunPreview) {}

  /** @param user null: nobody is signed in; all of them are one. */
  async of(plan: Plan, board: Board, user: string | null, gone: AbortSignal): Promise<Previewed | Answer> {
    const key = user ?? '';
    this.running.get(key)?.abort();
    this.running.delete(key);
    if (this.running.size >= MOST) return refuse(429, `${MOST} previews are under way`, 'in a moment once more');
    const own = new AbortController();
    this.running.set(key, own);
    try {
      return told(plan, await this.run({ plan, board, seed: SEED }, AbortSignal.any([own.signal, gone])));
    } catch (error) {
      if (own.signal.aborted) return refuse(409, 'a newer preview took the place of this one');
      if (gone.aborted) return refuse(499, 'nobody waits for it any more');
      throw error;
    } finally {
      if (this.running.get(key) === own) this.running.delete(key);
    }
  }
}

function told(plan: Plan, { outcome, reason, charge_C, numbers, course }: RanPreview): Previewed {
  const { run_s, wall_s, voltage_max_V, temperature_min_C, temperature_max_C, hydrogen_made_umol } = numbers;
  const figures = { voltage_max_V, temperature_min_C, temperature_max_C, hydrogen_made_umol };
  const { faradaic_efficiency } = numbers;
  return {
    outcome,
    reason,
    run_s,
    charge_C,
    ...figures,
    faradaic_efficiency,
    wall_s,
    steps: stepsOf(plan, course),
    course: columnsOf(course),
  };
}

/** When each step that took any time began. */
function stepsOf(plan: Plan, course: readonly CoursePoint[]): Previewed['steps'] {
  return course.flatMap(({ step, t_s }, index) => {
    const title = plan.steps[step]?.title;
    const before = course[index - 1];
    return title === undefined || before?.step === step ? [] : [{ title, from_s: before === undefined ? 0 : t_s }];
  });
}

/** Every so many points one, the mean of its bin; the charge is where the bin ends. */
export function columnsOf(course: readonly CoursePoint[], most = POINTS): Course {
  const each = Math.max(1, Math.ceil(course.length / most));
  const bins = Array.from({ length: Math.ceil(course.length / each) }, (_, index) =>
    course.slice(index * each, (index + 1) * each),
  );
  const mean = (name: Exclude<keyof Course, 't_s' | 'charge_C'>): (number | null)[] =>
    bins.map((bin) => {
      const values = bin.flatMap((point) => point[name] ?? []);
      return values.length === 0 ? null : tidy(values.reduce((sum, value) => sum + value, 0) / values.length);
    });
  return {
    t_s: bins.map((bin) => tidy(bin.reduce((sum, { t_s }) => sum + t_s, 0) / bin.length)),
    current_mA: mean('current_mA'),
    voltage_V: mean('voltage_V'),
    temperature_C: mean('temperature_C'),
    temperature_setpoint_C: mean('temperature_setpoint_C'),
    vent_hydrogen_vol_percent: mean('vent_hydrogen_vol_percent'),
    charge_C: bins.map((bin) => tidy(bin.at(-1)?.charge_C ?? 0)),
  };
}

/** Six digits are more than a plot shows, and a third of the bytes. */
function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
