/**
 * The guard at work in one run: carries the memory of the interlocks, the alarms, and the times that interlocks ask for.
 * Judging itself is pure and lives in guard/.
 */
import type { Alarm } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import type { Plan } from '../model/plan.js';
import { afterVerdict, returnedToNormal } from './alarms.js';
import { judge, type GuardContext, type GuardMemory, type Verdict } from './guard/interlock.js';
import { INTERLOCKS } from './guard/interlocks.js';

export type Situation = Omit<GuardContext, 'plan' | 'energised_s' | 'flowSteady_s' | 'warmed_K'>;

/** A verdict with its alarm as it is afterwards. */
export type Announced = Verdict & { readonly alarm: Alarm };

const NOTHING_CHANGED: readonly Announced[] = [];

export class Watch {
  readonly alarms = new Map<string, Alarm>();
  private memory: GuardMemory = new Map();
  private energised_s = 0;
  private flowSteady_s = 0;
  private flowTarget_mL_min = 0;
  private temperatureTarget_C: number | null = null;
  private coldest_C = NaN;

  constructor(private readonly plan: Plan) {}

  /** What changed in this cycle, each with its alarm as it is now. */
  judge(seen: Observation, dt_s: number, situation: Situation): readonly Announced[] {
    this.count(seen, dt_s, situation);
    // Written out: a spread in every cycle cost a tenth of a preview.
    const context: GuardContext = {
      run: situation.run,
      armed: situation.armed,
      energised: situation.energised,
      temperatureTarget_C: situation.temperatureTarget_C,
      flowTarget_mL_min: situation.flowTarget_mL_min,
      chargeDifference_C: situation.chargeDifference_C,
      recordFailure: situation.recordFailure,
      plan: this.plan,
      energised_s: this.energised_s,
      flowSteady_s: this.flowSteady_s,
      warmed_K: this.warmed_K(seen),
    };
    const judged = judge(INTERLOCKS, this.memory, seen, context, dt_s);
    this.memory = judged.memory;
    if (judged.verdicts.length === 0) return NOTHING_CHANGED;
    return judged.verdicts.map((verdict) => {
      const alarm = afterVerdict(this.alarms, verdict, seen.now_s);
      this.alarms.set(alarm.id, alarm);
      return { ...verdict, alarm };
    });
  }

  /**
   * Forgets the latched interlocks whose cause has gone, and gives their alarms as they are then. `standing` are those
   * that still keep the run from going on.
   */
  reset(): { readonly standing: readonly string[]; readonly cleared: readonly Alarm[] } {
    const standing: string[] = [];
    const cleared: Alarm[] = [];
    const memory = new Map(this.memory);
    for (const interlock of INTERLOCKS) {
      const remembered = memory.get(interlock.id);
      if (remembered === undefined || !remembered.active) continue;
      if (remembered.violated_s > 0) {
        if (interlock.reaction !== 'warn') standing.push(interlock.id);
        continue;
      }
      memory.delete(interlock.id);
      const alarm = returnedToNormal(this.alarms, interlock.id);
      if (alarm !== null) cleared.push(alarm);
    }
    this.memory = memory;
    return { standing, cleared };
  }

  /** Above the coldest since the target was set, or above the ramped set point if the cell had undershot it. */
  private warmed_K(seen: Observation): number {
    if (Number.isNaN(this.coldest_C)) return 0;
    return (seen.temperature_C ?? NaN) - Math.max(this.coldest_C, seen.temperature_setpoint_C ?? -Infinity);
  }

  private count(seen: Observation, dt_s: number, situation: Situation): void {
    this.energised_s = situation.energised ? this.energised_s + dt_s : 0;
    const sameFlow = situation.flowTarget_mL_min === this.flowTarget_mL_min;
    this.flowSteady_s = sameFlow ? this.flowSteady_s + dt_s : 0;
    this.flowTarget_mL_min = situation.flowTarget_mL_min;
    const sameTarget =
      situation.temperatureTarget_C !== null && situation.temperatureTarget_C === this.temperatureTarget_C;
    this.temperatureTarget_C = situation.temperatureTarget_C;
    if (!sameTarget) this.coldest_C = NaN;
    else if (seen.temperature_C !== null && !(seen.temperature_C >= this.coldest_C))
      this.coldest_C = seen.temperature_C;
  }
}
