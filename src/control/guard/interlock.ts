/**
 * What an interlock is, and how a set of them is judged over one observation. Pure: (interlocks, memory, observation,
 * context, time) -> memory and verdicts. It watches and trips; it never controls.
 */
import type { Severity } from '../../model/event.js';
import type { Observation } from '../../model/observation.js';
import type { Plan } from '../../model/plan.js';
import type { RunState } from '../../model/state.js';
import type { Residuals } from '../expectation.js';
import type { Reaction } from './safe-states.js';

export type { Reaction } from './safe-states.js';

/** What the guard must know beside the observation: what the run wants of the plant just now. */
export interface GuardContext {
  readonly plan: Plan;
  readonly run: RunState;
  /** The board was told to arm, and not yet to disarm. */
  readonly armed: boolean;
  /** A current is demanded or still ramping. */
  readonly energised: boolean;
  /** Time since the present current was first demanded, s; 0 while not energised. */
  readonly energised_s: number;
  readonly temperatureTarget_C: number | null;
  readonly flowTarget_mL_min: number;
  /** Time since the flow target last changed, s: a pump needs a moment. */
  readonly flowSteady_s: number;
  /** How much warmer the cell is than the coldest it has been, or should be, while told to cool, K; NaN when not known. */
  readonly warmed_K: number;
  /** Host ledger minus the board's counter, C. */
  readonly chargeDifference_C: number;
  /** The record has failed: what would go on is not written down. */
  readonly recordFailure: string | null;
  /** Share of the record's buffer that waits for the disk, 0 to 1. */
  readonly recordBacklog: number;
  /** What a person should look at in the record: little space, a slow disk, a long log; or null. */
  readonly recordWarning: string | null;
  /** Off was not measured although everything was done for it: what still flows, or null. */
  readonly offUnconfirmed: string | null;
  /** The host drives the coil of the master relay. */
  readonly relayDriven: boolean;
  /** Peltier current that the loop asks for, A, and since when about this much, s. */
  readonly peltierDemand_A: number;
  readonly peltierSteady_s: number;
  /** Flow that a pump as new gives at the present speed, mL/min, and by how much the meter differs, mean of 4 s. */
  readonly pumpByCurve_mL_min: number;
  readonly flowDiffers_mL_min: number;
  /** What the chips of Peltier, pump and fans refuse just now, or null. */
  readonly refused: string | null;
  /** How far the amount of the current lies outside what a board that follows its set point can give, mA. */
  readonly strays_mA: number;
  /** Error of the temperature beyond its band, summed up while current flows, K s. */
  readonly coolingDebt_K_s: number;
  /** For how long T2 and the hydrogen sensor have given the same digits, s. */
  readonly temperatureStill_s: number;
  readonly hydrogenStill_s: number;
  /** Current into the cell less the current out of it, mean of 2 s, mA. */
  readonly shuntDifference_mA: number;
  /** Noise of the cell voltage over what it was when this current was new. */
  readonly voltageNoise: number;
  /** Slope of the cell voltage at one current, V/min. */
  readonly voltageTrend_V_min: number;
  /** Measured less what a nominal twin shows; all null where none runs alongside. */
  readonly residuals: Residuals;
}

export interface Interlock {
  readonly id: string;
  /** Rows of the fault catalogue, where there are any. */
  readonly catalogue: string;
  readonly severity: Severity;
  readonly reaction: Reaction;
  /** The condition must fail for so long without a break, s. */
  readonly delay_s: number;
  /** Latched: stays an alarm until a person clears it. */
  readonly latched: boolean;
  /** When the question makes sense at all. */
  readonly applies: (seen: Observation, context: GuardContext) => boolean;
  /** True when all is well. Written so that NaN and null are not well. */
  readonly healthy: (seen: Observation, context: GuardContext) => boolean;
  /** What is wrong, with the numbers, for the journal. */
  readonly describe: (seen: Observation, context: GuardContext) => string;
  readonly consequence: string;
  /** What the operator should do. */
  readonly action: string;
  /** One cause can raise several of these: the parts that share it, by name. The first to speak speaks for all. */
  readonly shares?: readonly SharedPart[];
}

/** What several channels hang on. */
export type SharedPart = 'bus' | 'housekeeping' | 'hot side' | 'relay coil' | 'record' | 'hydrogen sensor';

export interface InterlockMemory {
  readonly violated_s: number;
  readonly active: boolean;
}

export type GuardMemory = ReadonlyMap<string, InterlockMemory>;

export interface Verdict {
  readonly interlock: Interlock;
  /** raised: became active now. cleared: the condition is well again. */
  readonly change: 'raised' | 'cleared';
  readonly text: string;
}

const QUIET: InterlockMemory = { violated_s: 0, active: false };

export interface Judgement {
  readonly memory: GuardMemory;
  readonly verdicts: readonly Verdict[];
}

const NO_VERDICTS: readonly Verdict[] = [];

/** Judges all interlocks over one observation, `dt_s` after the last. Nothing is allocated while all is well. */
export function judge(
  interlocks: readonly Interlock[],
  memory: GuardMemory,
  seen: Observation,
  context: GuardContext,
  dt_s: number,
): Judgement {
  let changed: Map<string, InterlockMemory> | null = null;
  let verdicts: Verdict[] | null = null;
  for (const interlock of interlocks) {
    const before = remembered(memory, interlock.id);
    const well = !interlock.applies(seen, context) || interlock.healthy(seen, context);
    const after = well ? recover(interlock, before) : worsen(interlock, before, dt_s);
    if (after === before) continue;
    changed ??= new Map(memory);
    if (after === QUIET) changed.delete(interlock.id);
    else changed.set(interlock.id, after);
    if (after.active === before.active) continue;
    verdicts ??= [];
    verdicts.push({ interlock, change: after.active ? 'raised' : 'cleared', text: interlock.describe(seen, context) });
  }
  return { memory: changed ?? memory, verdicts: verdicts ?? NO_VERDICTS };
}

/** Only what is not quiet is in the memory: in most cycles nothing is, and nothing has to be looked up. */
function remembered(memory: GuardMemory, id: string): InterlockMemory {
  return memory.size === 0 ? QUIET : (memory.get(id) ?? QUIET);
}

function recover(interlock: Interlock, before: InterlockMemory): InterlockMemory {
  const active = interlock.latched && before.active;
  if (before.violated_s === 0 && before.active === active) return before;
  return active ? { violated_s: 0, active } : QUIET;
}

function worsen(interlock: Interlock, before: InterlockMemory, dt_s: number): InterlockMemory {
  const violated_s = before.violated_s + dt_s;
  return { violated_s, active: before.active || violated_s > interlock.delay_s };
}
