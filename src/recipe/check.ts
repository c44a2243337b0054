/**
 * The checker: a recipe, a reactor and a board in, a plan with proven numbers out, or every finding. Pure.
 * Errors refuse; what a person should merely know is a warning of the plan.
 */
import type { Board } from '../model/board.js';
import type { Plan, PlanEnvelope, PlanLimits, PlanStep } from '../model/plan.js';
import type { Reactor } from '../model/reactor.js';
import type { Recipe } from '../model/recipe.js';
import { agrees } from '../model/units.js';
import { type Case, caseOf } from './case.js';
import { cellFindings, electrochemistryFindings } from './cell-rules.js';
import { charges } from './charge.js';
import { stepsOf, type Finding } from './finding.js';
import { gasFindings, sweepMin_mL_min } from './gas-rules.js';
import { heatFindings } from './heat-rules.js';
import { numbersOf } from './numbers.js';
import { orderFindings } from './order.js';
import { pauseFindings, pausePolicy, pauseWarnings } from './pause.js';
import { planSteps } from './steps.js';
import { weighing, weighingFindings } from './weighing.js';
import { digits, tidy } from './words.js';

/** A plan but for what only the loader knows: the texts and the hash. */
export type Proven = Omit<Plan, 'text' | 'sha256' | 'overrides' | 'files'>;

export type Checked =
  | { readonly ok: true; readonly plan: Proven }
  | { readonly ok: false; readonly findings: readonly Finding[] };

export function check(recipe: Recipe, reactor: Reactor, board: Board): Checked {
  const { electrolyses, findings } = charges(recipe);
  const one = caseOf(recipe, reactor, board, electrolyses);
  const foundations = [...findings, ...cellFindings(one)];
  // Voltage, gas and heat of a cell or current that is refused anyway would be numbers of another run.
  const consequences =
    foundations.length > 0 ? [] : [...electrochemistryFindings(one), ...gasFindings(one), ...heatFindings(one)];
  const all = [
    ...foundations,
    ...consequences,
    ...weighingFindings(recipe),
    ...orderFindings(one),
    ...pauseFindings(one),
  ];
  if (all.length > 0) return { ok: false, findings: all };
  return { ok: true, plan: planOf(one) };
}

function planOf(one: Case): Proven {
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
    steps,
    numbers: numbersOf(one),
    weighing: weighing(recipe),
    envelope: envelopeOf(one, steps),
    limits: limitsOf(one),
    waived: one.waived,
    pause: pausePolicy(recipe),
    recordRate_Hz: recipe.record_rate?.value ?? board.record_Hz,
    warnings: [...warningsOf(one), ...pauseWarnings(one)],
  };
}

/** Room for the trim of the current, which takes up some 0.02 % of gain error. */
const trimRoom = 1.02;
/** Host and board count the same charge to 0.05 %; a cap 1 % over it never ends a healthy run. */
const chargeRoom = 1.01;
/** The host's own guard of time comes first. */
const timeRoom = 1.02;

function envelopeOf({ current_mA, electrolyses, limits }: Case, steps: readonly PlanStep[]): PlanEnvelope {
  return {
    current_mA: tidy(trimRoom * current_mA),
    voltage_V: limits.voltage_V,
    charge_C: tidy(chargeRoom * electrolyses.reduce((sum, { charge_C }) => sum + charge_C, 0)),
    duration_s: tidy(
      timeRoom * steps.reduce((sum, step) => sum + (step.kind === 'electrolyse' ? step.timeMax_s : 0), 0),
    ),
    temperatureMin_C: limits.temperatureMin_C,
    temperatureMax_C: limits.temperatureMax_C,
  };
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

/** Charge per mole that is usual; outside, a unit may be wrong by a factor of ten. */
const usualCharge_F_mol = { least: 1, most: 10 };

const leftOut = { cooling: 'cooling', purge: 'purge', hydrogen: 'waiting for the hydrogen sensor' } as const;

function warningsOf({ recipe, reactor, waived }: Case): string[] {
  const warnings = waived.map((kind) => `runs without ${leftOut[kind]}: ${recipe.waive?.[kind] ?? ''}`);
  const { charge, amount } = recipe.basis;
  if (!(charge.value >= usualCharge_F_mol.least && charge.value <= usualCharge_F_mol.most)) {
    warnings.push(`${charge.text} is outside the usual 1 to 10 F/mol`);
  }
  const made_mM = (1000 * amount.value) / recipe.cell.volume.value;
  if (!(Math.abs(made_mM / reactor.solution.imine2a_mM - 1) <= 0.02)) {
    warnings.push(
      `${recipe.basis.limiting} is ${digits(made_mM)} mM; the cell model assumes ${digits(reactor.solution.imine2a_mM)} mM`,
    );
  }
  for (const { body } of stepsOf(recipe, 'purge')) {
    if (agrees(reactor.hydrogen.sweep_mL_min, body.sweep)) continue;
    warnings.push(
      `sweep is ${body.sweep.text}; the reactor's needle valve is laid out for ${digits(reactor.hydrogen.sweep_mL_min)} mL/min`,
    );
  }
  return warnings;
}
