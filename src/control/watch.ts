/**
 * The guard at work in one run: carries the memory of the interlocks, the alarms, and what interlocks must remember of
 * the plant. Judging itself is pure and lives in guard/; so is the life of an alarm, in alarms.ts.
 */
import type { Alarm } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import type { Plan } from '../model/plan.js';
import {
  acknowledged,
  afterVerdict,
  NO_ALARMS,
  passed,
  returnedToNormal,
  shelved,
  unshelved,
  type Told,
} from './alarms.js';
import { type Expected, ResidualTracker } from './expectation.js';
import { FLOW_SETTLES_S } from './guard/gas.js';
import { judge, type GuardContext, type GuardMemory, type Interlock, type Verdict } from './guard/interlock.js';
import { INTERLOCKS } from './guard/interlocks.js';
import {
  CoolingTracker,
  FlowTracker,
  FollowTracker,
  ShuntTracker,
  SteadyTracker,
  StillnessTracker,
  VoltageTracker,
} from './guard/trackers.js';

/** What the watch works out by itself. */
type Remembered =
  | 'plan'
  | 'energised_s'
  | 'flowSteady_s'
  | 'warmed_K'
  | 'peltierSteady_s'
  | 'coolingDebt_K_s'
  | 'temperatureStill_s'
  | 'hydrogenStill_s'
  | 'shuntDifference_mA'
  | 'strays_mA'
  | 'flowDiffers_mL_min'
  | 'voltageNoise'
  | 'voltageTrend_V_min'
  | 'residuals';

export type Situation = Omit<GuardContext, Remembered>;

/** A verdict with its alarm as it is afterwards. */
export type Announced = Verdict & { readonly alarm: Alarm };

/** What one cycle brought: verdicts for the journal and the reactions, alarms to tell. */
export interface Watched {
  readonly verdicts: readonly Announced[];
  readonly told: readonly Alarm[];
}

const NOTHING_CHANGED: Watched = { verdicts: [], told: [] };
/** A step of the Peltier's demand that its meter must follow, A. */
const PELTIER_STEP_A = 0.2;
/** The error of the temperature that owes nothing, K; the recipe's own band where that is wider (faults, H16). */
const COOLING_BAND_K = 1;

export class Watch {
  private book = NO_ALARMS;
  private memory: GuardMemory = new Map();
  private now_s = 0;
  private energised_s = 0;
  private flowSteady_s = 0;
  private flowTarget_mL_min = 0;
  private temperatureTarget_C: number | null = null;
  private coldest_C = NaN;
  private readonly peltier = new SteadyTracker(PELTIER_STEP_A);
  private readonly cooling = new CoolingTracker();
  private readonly thermometer = new StillnessTracker();
  private readonly hydrogen = new StillnessTracker();
  private readonly shunts = new ShuntTracker();
  private readonly following = new FollowTracker();
  private readonly pump = new FlowTracker();
  private readonly voltage = new VoltageTracker();
  private readonly residual = new ResidualTracker();

  constructor(
    private readonly plan: Plan,
    private readonly interlocks: readonly Interlock[] = INTERLOCKS,
  ) {}

  get alarms(): ReadonlyMap<string, Alarm> {
    return this.book.alarms;
  }

  /** What changed in this cycle, each with its alarm as it is now. */
  judge(seen: Observation, dt_s: number, situation: Situation, expected: Expected | null = null): Watched {
    this.now_s = seen.now_s;
    this.count(seen, dt_s, situation);
    this.residual.add(seen, expected, situation.energised, dt_s);
    const judged = judge(this.interlocks, this.memory, seen, this.context(seen, situation), dt_s);
    this.memory = judged.memory;
    const overdue = passed(this.book, seen.now_s);
    if (judged.verdicts.length === 0 && overdue === null) return NOTHING_CHANGED;
    const told = [...(overdue === null ? [] : this.take(overdue))];
    const verdicts: Announced[] = [];
    for (const verdict of judged.verdicts) {
      told.push(...this.take(afterVerdict(this.book, verdict, seen.now_s)));
      const alarm = this.book.alarms.get(verdict.interlock.id);
      if (alarm !== undefined) verdicts.push({ ...verdict, alarm });
    }
    return { verdicts, told };
  }

  /**
   * Forgets the latched interlocks whose cause has gone, and gives their alarms as they are then. `standing` are those
   * that still keep the run from going on.
   */
  reset(): { readonly standing: readonly string[]; readonly cleared: readonly Alarm[] } {
    const standing: string[] = [];
    const cleared: Alarm[] = [];
    const memory = new Map(this.memory);
    for (const interlock of this.interlocks) {
      const remembered = memory.get(interlock.id);
      if (remembered === undefined || !remembered.active) continue;
      if (remembered.violated_s > 0) {
        if (interlock.reaction !== 'warn') standing.push(interlock.id);
        continue;
      }
      memory.delete(interlock.id);
      cleared.push(...this.take(returnedToNormal(this.book, interlock.id, this.now_s)));
    }
    this.memory = memory;
    return { standing, cleared };
  }

  /** Null when there was nothing to acknowledge. */
  acknowledge(id: string): readonly Alarm[] | null {
    return this.takeIf(acknowledged(this.book, id, this.now_s));
  }

  /** Null when it was not taken: no such alarm, or no time of 0 to 60 min. */
  shelve(id: string, minutes: number): readonly Alarm[] | null {
    return this.takeIf(shelved(this.book, id, minutes, this.now_s));
  }

  /** Null when it was not on the shelf. */
  unshelve(id: string): readonly Alarm[] | null {
    return this.takeIf(unshelved(this.book, id, this.now_s));
  }

  private take({ book, told }: Told): readonly Alarm[] {
    this.book = book;
    return told;
  }

  private takeIf(after: Told | null): readonly Alarm[] | null {
    return after === null ? null : this.take(after);
  }

  /** Written out: a spread in every cycle cost a tenth of a preview. */
  private context(seen: Observation, situation: Situation): GuardContext {
    return {
      run: situation.run,
      armed: situation.armed,
      energised: situation.energised,
      temperatureTarget_C: situation.temperatureTarget_C,
      flowTarget_mL_min: situation.flowTarget_mL_min,
      chargeDifference_C: situation.chargeDifference_C,
      recordFailure: situation.recordFailure,
      recordBacklog: situation.recordBacklog,
      recordWarning: situation.recordWarning,
      offUnconfirmed: situation.offUnconfirmed,
      relayDriven: situation.relayDriven,
      peltierDemand_A: situation.peltierDemand_A,
      pumpByCurve_mL_min: situation.pumpByCurve_mL_min,
      refused: situation.refused,
      plan: this.plan,
      energised_s: this.energised_s,
      flowSteady_s: this.flowSteady_s,
      warmed_K: this.warmed_K(seen),
      peltierSteady_s: this.peltier.steady_s,
      coolingDebt_K_s: this.cooling.debt_K_s,
      temperatureStill_s: this.thermometer.still_s,
      hydrogenStill_s: this.hydrogen.still_s,
      shuntDifference_mA: this.shunts.difference_mA,
      strays_mA: this.following.strays_mA,
      flowDiffers_mL_min: this.pump.differs_mL_min,
      voltageNoise: this.voltage.noiseRatio,
      voltageTrend_V_min: this.voltage.trend_V_min,
      residuals: this.residual.residuals,
    };
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
    this.track(seen, dt_s, situation);
  }

  private track(seen: Observation, dt_s: number, situation: Situation): void {
    const { energised, armed, peltierDemand_A, pumpByCurve_mL_min } = situation;
    this.peltier.add(armed ? peltierDemand_A : 0, dt_s);
    const band_K = Math.max(COOLING_BAND_K, this.plan.limits.temperatureHold_K);
    this.cooling.add(seen, band_K, energised, dt_s);
    this.thermometer.add(seen.temperature_C, dt_s);
    this.hydrogen.add(seen.hydrogen_ppm, dt_s);
    this.shunts.add(seen.current_mA, seen.return_current_mA, dt_s);
    this.following.add(seen.current_mA, seen.setpoint_mA, dt_s);
    this.pump.add(seen.flow_mL_min, pumpByCurve_mL_min, this.flowSteady_s > FLOW_SETTLES_S, dt_s);
    this.voltage.add(seen.voltage_V, seen.setpoint_mA, energised, dt_s);
  }
}
