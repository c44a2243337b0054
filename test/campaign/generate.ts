/**
 * From a seed to a case: one to three faults in any state of a run, overlapping, at random phases, and people who act
 * meanwhile. Pure: the same seed is the same case. Which pairs no single bench can be asked to survive is exclusions.ts's.
 */
import { seeded, type Random } from '../../src/model/random.js';
import { PHASES, type Act, type ActKind, type Case, type Phase, type PlannedFault, type When } from './case.js';
import { exclusionOf } from './exclusions.js';
import { BUS_NOISE, CELLS, dutyOf, type CampaignCell } from './fault-cells.js';

/** How long each phase of the short plan lasts, s: within that something may happen in it. */
const LASTS_S: Readonly<Record<Phase, number>> = {
  idle: 0.6,
  starting: 0.5,
  purge: 1,
  flow: 2,
  cool: 2,
  'warm-up': 3,
  ramp: 1,
  steady: 20,
  holding: 2,
  held: 2,
  unholding: 0.9,
  stopping: 2,
  finish: 2,
  ended: 2,
};

/** Faults in one case: by chance none, and up to three. */
const COUNTS = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3] as const;
const TO_THE_END = 0.6;
const SAME_PHASE = 0.6;
const LONGER = 0.1;
/** Warm-up of the hydrogen sensor, s: past the steps before the electrolysis, or over before them. */
const WARMING_S = 25;
const WARM_S = 1;
/** Draws until a case without an excluded pair is found; a seed that finds none has fewer faults. */
const TRIES = 20;
/** What is noticed later than this does not show in the short plan, ms. */
const LATE_MS = 12_000;

export function caseOf(seed: number): Case {
  const random = seeded(seed).fork('campaign');
  const faults: PlannedFault[] = [];
  const count = pick(random, COUNTS);
  for (let tries = 0; faults.length < count && tries < TRIES; tries++) {
    const fault = faultOf(random, faults[0]);
    if (faults.every((other) => exclusionOf(other, fault) === null)) faults.push(fault);
  }
  return complete(random, seed, faults);
}

/** A case of one fault in one phase, with the acts that bring the run there. */
export function singleCase(seed: number, cell: CampaignCell, amount: number | null, phase: Phase): Case {
  const random = seeded(seed).fork(`single ${cell.target}:${cell.verb} ${phase}`);
  const when = { phase, after_s: random.uniform() * Math.min(0.5, LASTS_S[phase]) };
  const fault = { target: cell.target, verb: cell.verb, amount, when, for_s: null };
  return {
    seed,
    faults: [fault],
    acts: leadingTo(random, [phase]),
    warmUp_s: warmUpFor([phase]),
    plan: takesLong(fault) ? 'longer' : 'short',
  };
}

function takesLong(fault: PlannedFault): boolean {
  return (dutyOf(fault)?.limit_ms ?? 0) > LATE_MS;
}

/**
 * A run in which nothing is broken but a hundredth of all transfers: not acknowledged, or with bits flipped where both
 * sides check them. Every other one is hours of routine; those between them are short, for starts and ends.
 */
export function nominalCase(seed: number): Case {
  const when = { phase: 'idle', after_s: 0 } as const;
  const faults = BUS_NOISE.map((noise) => ({ ...noise, when, for_s: null }));
  return { seed, faults, acts: [], warmUp_s: WARM_S, plan: seed % 2 === 0 ? 'hours' : 'short' };
}

function complete(random: Random, seed: number, faults: readonly PlannedFault[]): Case {
  const phases = faults.map(({ when }) => when.phase);
  const acts = [...leadingTo(random, phases), ...whims(random)];
  return { seed, faults, acts, warmUp_s: warmUpFor(phases), plan: random.uniform() < LONGER ? 'longer' : 'short' };
}

function faultOf(random: Random, first: PlannedFault | undefined): PlannedFault {
  const cell = pick(random, CELLS);
  const together = first !== undefined && random.uniform() < SAME_PHASE;
  const phase = together ? first.when.phase : pick(random, PHASES);
  return {
    target: cell.target,
    verb: cell.verb,
    amount: pick(random, cell.amounts),
    when: somewhere(random, phase),
    for_s: random.uniform() < TO_THE_END ? null : 0.02 + 8 * random.uniform() ** 2,
  };
}

function somewhere(random: Random, phase: Phase): When {
  return { phase, after_s: random.uniform() * LASTS_S[phase] };
}

/** What must be done so that the run comes to these phases. */
function leadingTo(random: Random, phases: readonly Phase[]): Act[] {
  const acts: Act[] = [];
  const soon = (kind: ActKind, phase: Phase, within_s: number): void => {
    acts.push({ kind, when: { phase, after_s: within_s * random.uniform() } });
  };
  const pauses = phases.some((phase) => phase === 'holding' || phase === 'held' || phase === 'unholding');
  if (pauses) soon('hold', 'steady', 3);
  if (pauses) acts.push({ kind: 'resume', when: { phase: 'held', after_s: 2.5 + random.uniform() } });
  if (phases.includes('stopping')) soon('stop', 'steady', 6);
  return acts;
}

/** What people do as they like: often nothing, and often insist. */
function whims(random: Random): Act[] {
  const acts: Act[] = [];
  const sometimes = (share: number, kind: ActKind, phases: readonly Phase[]): void => {
    if (random.uniform() < share) acts.push({ kind, when: somewhere(random, pick(random, phases)) });
  };
  sometimes(0.2, 'hold', PHASES);
  sometimes(0.5, 'resume', ['held']);
  sometimes(0.3, 'resume', ['held', 'holding']);
  sometimes(0.1, 'stop', PHASES);
  sometimes(0.05, 'abort', PHASES);
  sometimes(0.3, 'acknowledge', PHASES);
  return acts;
}

function warmUpFor(phases: readonly Phase[]): number {
  return phases.includes('warm-up') ? WARMING_S : WARM_S;
}

function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[Math.floor(random.uniform() * from.length)];
  if (chosen === undefined) throw new RangeError('nothing to choose from');
  return chosen;
}
