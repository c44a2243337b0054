/**
 * The checker: a recipe, a reactor and a board in, a plan with proven numbers out, or every finding. Pure.
 * Errors refuse; what a person should confirm is a warning of the plan.
 */
import type { Board } from '../model/board.js';
import type { Path } from '../model/document.js';
import { withCircuitOf } from '../model/liquid-circuit.js';
import type { Plan, PlanEnvelope, PlanLimits, PlanStep } from '../model/plan.js';
import type { Reactor } from '../model/reactor.js';
import type { Recipe } from '../model/recipe.js';
import { askedOnce, asksOf } from './asks.js';
import { type Case, caseOf } from './case.js';
import { cellFindings, electrochemistryFindings } from './cell-rules.js';
import { charges } from './charge.js';
import { endFindings } from './end-rules.js';
import { askingText, type Ruled, under } from './finding.js';
import { gasFindings, sweepMin_mL_min } from './gas-rules.js';
import { heatFindings } from './heat-rules.js';
import { numbersOf } from './numbers.js';
import { orderFindings } from './order.js';
import { pauseFindings, pausePolicy } from './pause.js';
import { courseFindings } from './polarity-rules.js';
import { reversalFindings } from './reversal-rules.js';
import { shortFindings } from './short-rules.js';
import { singlePassFindings } from './single-pass-rules.js';
import { solutionFindings } from './solution-rules.js';
import { withCatalystOf } from './solution.js';
import { planSteps } from './steps.js';
import { weighing, weighingFindings } from './weighing.js';
import { tidy } from './words.js';

/** A plan but for what only the loader knows: the texts and the hash. */
export type Proven = Omit<Plan, 'text' | 'sha256' | 'overrides' | 'files'>;

export type Checked =
  | { readonly ok: true; readonly plan: Proven }
  | { readonly ok: false; readonly findings: readonly Ruled[] };

/** With the places where the steps were written, what is asked about a step that repeats is asked once. */
export function check(recipe: Recipe, reactor: Reactor, board: Board, places: readonly Path[] = []): Checked {
  const { electrolyses, findings } = charges(recipe);
  const one = caseOf(recipe, withCatalystOf(recipe, reactor), withCircuitOf(board, reactor), electrolyses);
  const foundations = [
    ...under('charge-agrees', findings),
    ...cellFindings(one),
    ...singlePassFindings(one),
    ...courseFindings(one),
    ...reversalFindings(one),
  ];
  // Voltage, gas and heat of a cell or current that is refused anyway would be numbers of another run.
  const consequences =
    foundations.length > 0
      ? []
      : [...electrochemistryFindings(one), ...gasFindings(one), ...heatFindings(one), ...endFindings(one)];
  const all = [
    ...foundations,
    ...consequences,
    ...shortFindings(one),
    ...under('limiting-known', weighingFindings(recipe)),
    ...solutionFindings(one),
    ...orderFindings(one),
    ...pauseFindings(one),
  ];
  if (all.length > 0) return { ok: false, findings: all };
  return { ok: true, plan: planOf(one, places) };
}

function planOf(one: Case, places: readonly Path[]): Proven {
  const { recipe, reactor, board } = one;
  const steps = planSteps(one);
  return {
    recipe: recipe.name,
    title: recipe.title,
    source: recipe.source.doi === undefined ? recipe.source.note : `${recipe.source.note}, doi:${recipe.source.doi}`,
    derived: Object.entries(recipe.provenance ?? {}).map(([field, { from }]) => ({ field, from })),
    reactor,
    board: board.name,
    mode: recipe.cell.mode,
    basis_mmol: recipe.basis.amount.value,
    ...(recipe.cell.count === undefined ? {} : { cells: recipe.cell.count }),
    steps,
    numbers: numbersOf(one),
    weighing: weighing(recipe),
    envelope: envelopeOf(one, steps),
    limits: limitsOf(one),
    waived: one.waived,
    pause: pausePolicy(recipe),
    recordRate_Hz: recipe.record_rate?.value ?? board.record_Hz,
    partOf: recipe.part_of === undefined ? null : { ...recipe.part_of, tags: recipe.part_of.tags ?? {} },
    warnings: askedOnce(asksOf(one), places).map((ask) => askingText(recipe, ask)),
  };
}

/** Room for the trim of the current, which takes up some 0.02 % of gain error. */
const trimRoom = 1.02;
/** Host and board count the same charge to 0.05 %; a cap 1 % over it never ends a healthy run. */
const chargeRoom = 1.01;
/** At each end some two cycles of current pass until it is off: of many short electrolyses more than that share. */
const overrun_s = 0.2;
/** The host's own guard of time comes first. */
const timeRoom = 1.02;

/**
 * A run without current is armed all the same: Peltier and pump have their supply from the master relay. No set point turns
 * the output on; these only have to be numbers that the board takes.
 */
const noCurrent = { current_mA: 1, charge_C: 0.1, duration_s: 60 } as const;

function envelopeOf({ current_mA, electrolyses, limits }: Case, steps: readonly PlanStep[]): PlanEnvelope {
  if (electrolyses.length === 0)
    return {
      ...noCurrent,
      voltage_V: limits.voltage_V,
      temperatureMin_C: limits.temperatureMin_C,
      temperatureMax_C: limits.temperatureMax_C,
    };
  return {
    current_mA: tidy(trimRoom * current_mA),
    voltage_V: limits.voltage_V,
    charge_C: chargeCap_C(electrolyses),
    duration_s: tidy(
      timeRoom * steps.reduce((sum, step) => sum + (step.kind === 'electrolyse' ? step.timeMax_s : 0), 0),
    ),
    temperatureMin_C: limits.temperatureMin_C,
    temperatureMax_C: limits.temperatureMax_C,
  };
}

function chargeCap_C(electrolyses: Case['electrolyses']): number {
  const planned_C = electrolyses.reduce((sum, { charge_C }) => sum + charge_C, 0);
  const overrun_C = electrolyses.reduce((sum, part) => sum + (part.current_mA / 1000) * overrun_s, 0);
  return tidy(Math.max(chargeRoom * planned_C, planned_C + overrun_C));
}

function limitsOf(one: Case): PlanLimits {
  const { limits, reactor, board } = one;
  return {
    hydrogenWarn_ppm: limits.ambientWarn_ppm,
    hydrogenTrip_ppm: limits.ambientTrip_ppm,
    sweepMin_mL_min: sweepMin_mL_min(one),
    flowMin_mL_min: limits.flowMin_mL_min,
    temperatureWarn_K: limits.bandWarn_K,
    temperatureHold_K: limits.bandHold_K,
    hotSideWarn_C: Math.min(reactor.limits.hotSideWarn_C, board.limits.hotSideWarn_C),
    hotSideTrip_C: Math.min(reactor.limits.hotSideTrip_C, board.limits.hotSideTrip_C),
  };
}
