/** A run with all that its report derives from it. Owns these derivations; knows no page. */
import { alternates, countedCharge_C } from '../model/counted-charge.js';
import type { Plan } from '../model/plan.js';
import { FARADAY_C_MOL } from '../physics/constants.js';
import type { Extremes, StepSpan } from '../record/history.js';
import type { ExportedRun } from '../export/source.js';
import type { Course } from './course.js';

export interface ReportedRun {
  readonly from: ExportedRun;
  /** Made anew from the recipe and reactor as they were recorded; null where this program cannot read them any more. */
  readonly plan: Plan | null;
  readonly course: Course;
  readonly steps: readonly StepSpan[];
  readonly extremes: Extremes | undefined;
}

const J_PER_KWH = 3.6e6;

/** Charge that counts towards the plan, C. */
export function counted_C({ from: { run }, plan }: Pick<ReportedRun, 'from' | 'plan'>): number {
  return plan === null ? (run.charge_C ?? 0) : countedCharge_C(plan, run.charge_C ?? 0, absolute_C({ from: { run } }));
}

/** Of both directions; a run without an end has it only in its newest sample, which is what the net then is. */
export function absolute_C({ from: { run } }: { readonly from: Pick<ExportedRun, 'run'> }): number {
  return run.absolute_charge_C ?? run.charge_C ?? 0;
}

/** Of that, what passed in this run: without what a resumed one carried over, C. */
export function passedHere_C(reported: ReportedRun): number {
  const { carried_charge_C, carried_absolute_C } = reported.from.run;
  const both = reported.plan !== null && alternates(reported.plan);
  return counted_C(reported) - ((both ? carried_absolute_C : carried_charge_C) ?? 0);
}

/** Amount of the limiting reagent, mmol; null of a run without a charge. */
export function basis_mmol({ from: { run } }: Pick<ReportedRun, 'from'>): number | null {
  const [charge_C, charge_F_mol] = [run.numbers['charge_C'] ?? 0, run.numbers['charge_F_mol'] ?? 0];
  return charge_C > 0 && charge_F_mol > 0 ? (1000 * charge_C) / charge_F_mol / FARADAY_C_MOL : null;
}

export interface Energy {
  readonly total_J: number;
  /** figures: summed in every control cycle. samples: over the kept samples, of a run without an end. */
  readonly by: 'figures' | 'samples';
  readonly perReagent_kWh_mol: number | null;
  readonly perHydrogen_kWh_mol: number | null;
}

/** null where no current flowed. */
export function energyOf(reported: ReportedRun): Energy | null {
  const { from, course } = reported;
  const kept_J = from.run.figures?.['energy_J'] ?? null;
  const total_J = kept_J ?? course.energy_J;
  if (total_J === null || !(total_J > 0)) return null;
  const kWh = total_J / J_PER_KWH;
  // What is too little to tell an efficiency tells no energy of it either.
  const told = (from.run.figures?.['faradaic_efficiency'] ?? null) !== null;
  const hydrogen_umol = told ? (from.run.figures?.['vent_hydrogen_umol'] ?? null) : null;
  const reagent_mmol = basis_mmol(reported);
  return {
    total_J,
    by: kept_J === null ? 'samples' : 'figures',
    perReagent_kWh_mol: reagent_mmol === null ? null : kWh / (reagent_mmol / 1000),
    perHydrogen_kWh_mol: hydrogen_umol === null || !(hydrogen_umol > 0) ? null : kWh / (hydrogen_umol / 1e6),
  };
}

/** A mass of product that was answered, g: under a name that says so. */
export interface Weighed {
  readonly key: string;
  readonly mass_g: number;
}

const GRAMS: Readonly<Record<string, number>> = { mg: 0.001, g: 1, kg: 1000 };
const PRODUCT = /product|isolated|yield/i;

export function productsWeighed({ from: { answers } }: Pick<ReportedRun, 'from'>): Weighed[] {
  return answers.flatMap(({ key, value, unit }): Weighed[] => {
    const gram = unit === null ? undefined : GRAMS[unit];
    if (typeof value !== 'number' || gram === undefined || !(value > 0) || !PRODUCT.test(key)) return [];
    return [{ key, mass_g: value * gram }];
  });
}

export function perKilogram_kWh(energy: Energy, { mass_g }: Weighed): number {
  return energy.total_J / J_PER_KWH / (mass_g / 1000);
}
