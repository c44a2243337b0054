/**
 * Charge of each electrolysis, and the proof that current, time, charge, amount and F/mol agree.
 *
 * Which number leads: current times time where a time is written; else the charge written in coulombs; else that for each
 * mole; else what `basis.charge` leaves for it. Stages are added up. Set values are exact as written. Whatever else is
 * written is a cross-check and must agree to half a unit of its last digit: 18 mA for 3 h on 0.5 mmol is 4.0296 F/mol,
 * which "4.03 F/mol" says. The ledger runs to the charge found here; the time is only a guard.
 */
import type { Path } from '../model/document.js';
import type { Recipe } from '../model/recipe.js';
import { agrees, type Quantity } from '../model/units.js';
import { conductingShare } from '../physics/alternation.js';
import { charge_C, charge_F_mol, duration_s } from '../physics/charge.js';
import { DEAD_TIME_S, REVERSAL_RAMP_MA_S } from './alternating.js';
import { type Finding, type Placed, stepsOf } from './finding.js';
import type { RuleId } from './rules.js';
import { digits, time } from './words.js';

/** One current for one charge. */
export interface Portion {
  readonly current_mA: number;
  readonly charge_C: number;
  /** Charge over current. */
  readonly duration_s: number;
}

export interface Electrolysis extends Portion {
  /** Place among the recipe's steps. */
  readonly index: number;
  /** One for each of its stages; one where it has none. Their currents are those asked for. */
  readonly portions: readonly Portion[];
}

export interface Charges {
  readonly electrolyses: readonly Electrolysis[];
  readonly findings: readonly Finding[];
}

type Written = Placed<'electrolyse'>;
type Body = Written['body'];

/** What states one current and its charge: a step, or a stage of one. */
interface Part {
  readonly index: number;
  readonly path: Path;
  readonly current: Quantity<'current'>;
  readonly time: Quantity<'time'> | undefined;
  readonly charge: Quantity<'charge'> | undefined;
  readonly perMole: Quantity<'chargePerMole'> | undefined;
}

/** Finds every charge. With findings, the electrolyses are those that could be worked out. */
export function charges(recipe: Recipe): Charges {
  const written = stepsOf(recipe, 'electrolyse');
  const parts = written.flatMap(partsOf);
  const amount_mmol = recipe.basis.amount.value;
  const stated = parts.map((part) => statedCharge_C(part, amount_mmol));
  const open = parts.filter((_, i) => stated[i] === undefined);
  const rest_C =
    charge_C(recipe.basis.charge?.value ?? 0, amount_mmol) -
    stated.reduce<number>((sum, charge) => sum + (charge ?? 0), 0);
  const portions = parts.map((part, i) => portionOf(part, stated[i] ?? (open.length === 1 ? rest_C : 0)));
  const electrolyses = written.flatMap((step) => {
    const own = portions.filter((_, i) => parts[i]?.index === step.index);
    return own.every((portion) => portion.charge_C > 0) ? [electrolysisOf(step, own)] : [];
  });
  const findings = [
    ...parts.flatMap((part) => crossCheck(part, amount_mmol)),
    ...openEnds(open, rest_C),
    ...written.flatMap(({ index, body }) =>
      ownSums(
        index,
        body,
        portions.filter((_, i) => parts[i]?.index === index),
      ),
    ),
  ];
  const isWhole = findings.length === 0 && electrolyses.length === written.length && written.length > 0;
  return { electrolyses, findings: isWhole ? againstBasis(recipe, electrolyses, parts) : findings };
}

/** An end condition on the charge is the charge itself where nothing else states one. */
function partsOf({ index, body }: Written): Part[] {
  const path: Path = ['steps', index, 'electrolyse'];
  if (body.stages === undefined) {
    const { current, time: duration, charge, until } = body;
    const isStated = duration !== undefined || charge !== undefined;
    const ends = isStated ? undefined : until;
    return [{ index, path, current, time: duration, charge: charge ?? ends?.charge, perMole: ends?.charge_per_mole }];
  }
  return body.stages.map(({ current, time: duration, charge, charge_per_mole }, i) => {
    return { index, path: [...path, 'stages', i], current, time: duration, charge, perMole: charge_per_mole };
  });
}

function statedCharge_C(part: Part, amount_mmol: number): number | undefined {
  if (part.time) return product_C(part.current.value, part.time.value);
  if (part.charge) return part.charge.value;
  return part.perMole && charge_C(part.perMole.value, amount_mmol);
}

function portionOf({ current, time: duration }: Part, charge: number): Portion {
  const current_mA = current.value;
  return { current_mA, charge_C: charge, duration_s: duration?.value ?? duration_s(charge, current_mA) };
}

/** The largest current is what board, cell and gas must bear: where a current follows the flow, its limit. */
function electrolysisOf({ index, body }: Written, portions: readonly Portion[]): Electrolysis {
  const currents = portions.map(({ current_mA }) => current_mA);
  return {
    index,
    current_mA: Math.max(...currents, body.follow_flow?.current_max.value ?? 0),
    charge_C: sum(portions.map((portion) => portion.charge_C)),
    duration_s: sum(portions.map((portion) => portion.duration_s / conducting(body, portion.current_mA))),
    portions,
  };
}

/** A current that alternates rests in between: what it states is the time of the current alone. */
function conducting({ polarity }: Body, current_mA: number): number {
  if (polarity === undefined) return 1;
  const dead_s = polarity.dead_time?.value ?? DEAD_TIME_S;
  const share = conductingShare(polarity.half_period.value, dead_s, current_mA, REVERSAL_RAMP_MA_S);
  return share > 0 ? share : 1; // a half wave without a current is refused by a rule of its own
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Divided last, so that 18 mA for 3 h is 194.4 C to the last bit. */
function product_C(current_mA: number, time_s: number): number {
  return (current_mA * time_s) / 1000;
}

function broken(rule: RuleId, path: Path, message: string, hint: string): Finding {
  return { rule, path, message, hint };
}

/** Whatever states a charge twice must mean the same by both. */
function crossCheck({ path, current, time: duration, charge, perMole }: Part, amount_mmol: number): Finding[] {
  const findings: Finding[] = [];
  if (duration !== undefined && charge !== undefined) {
    const passed_C = product_C(current.value, duration.value);
    const would = `${digits(passed_C, 5)} C, or ${digits((charge.value / duration.value) * 1e3)} mA, or ${time(duration_s(charge.value, current.value))}`;
    const message = `${current.text} for ${duration.text} is ${digits(passed_C, 5)} C, not ${charge.text}`;
    if (!agrees(passed_C, charge)) findings.push(broken('charge-agrees', [...path, 'charge'], message, would));
  }
  const stated_C = duration === undefined ? charge?.value : product_C(current.value, duration.value);
  if (perMole !== undefined && stated_C !== undefined) {
    const passed_F_mol = charge_F_mol(stated_C, amount_mmol);
    const message = `${digits(stated_C, 5)} C is ${digits(passed_F_mol)} F/mol, not ${perMole.text}`;
    const hint = `${digits(passed_F_mol)} F/mol, or ${digits(charge_C(perMole.value, amount_mmol), 5)} C`;
    if (!agrees(passed_F_mol, perMole)) findings.push(broken('charge-agrees', path, message, hint));
  }
  return findings;
}

/** With stages, what stands beside them is a cross-check of them all. */
function ownSums(index: number, { current, time: duration, charge, stages }: Body, own: readonly Portion[]): Finding[] {
  if (stages === undefined || !own.every((portion) => portion.charge_C > 0)) return [];
  const path: Path = ['steps', index, 'electrolyse'];
  const largest_mA = Math.max(...own.map(({ current_mA }) => current_mA));
  const total_C = sum(own.map((portion) => portion.charge_C));
  const total_s = sum(own.map((portion) => portion.duration_s));
  const findings: Finding[] = [];
  if (!agrees(largest_mA, current)) {
    const message = `the largest current of the stages is ${digits(largest_mA)} mA, not ${current.text}`;
    findings.push(broken('charge-agrees', [...path, 'current'], message, `${digits(largest_mA)} mA`));
  }
  if (charge !== undefined && !agrees(total_C, charge)) {
    const message = `the stages pass ${digits(total_C, 5)} C, not ${charge.text}`;
    findings.push(broken('charge-agrees', [...path, 'charge'], message, `${digits(total_C, 5)} C`));
  }
  if (duration !== undefined && !agrees(total_s, duration)) {
    const message = `the stages take ${time(total_s)}, not ${duration.text}`;
    findings.push(broken('charge-agrees', [...path, 'time'], message, time(total_s)));
  }
  return findings;
}

/** At most one step or stage may leave its charge to the basis, and something must be left for it. */
function openEnds(open: readonly Part[], rest_C: number): Finding[] {
  const [only, ...others] = open;
  if (only === undefined) return [];
  if (others.length > 0) {
    const hint = 'a time or a charge in all of them but one';
    return others.map(({ path }) =>
      broken('charge-open', path, 'two electrolyses state neither time nor charge', hint),
    );
  }
  if (rest_C > 0) return [];
  const hint = 'a larger basis.charge, or less charge before';
  return [broken('charge-open', only.path, 'the other electrolyses already pass all of basis.charge', hint)];
}

/** All electrolyses together against `basis.charge`. */
function againstBasis(recipe: Recipe, electrolyses: readonly Electrolysis[], parts: readonly Part[]): Finding[] {
  const { amount, charge } = recipe.basis;
  const total_C = sum(electrolyses.map((one) => one.charge_C));
  const passed_F_mol = charge_F_mol(total_C, amount.value);
  if (charge === undefined || agrees(passed_F_mol, charge)) return [];
  const [first] = parts;
  const sums = `${digits(total_C, 5)} C and ${digits(passed_F_mol)} F/mol on ${amount.text}`;
  const wanted_C = charge_C(charge.value, amount.value);
  if (first === undefined || parts.length > 1) {
    const hint = `basis.charge ${digits(passed_F_mol)} F/mol, or ${digits(wanted_C, 5)} C in all`;
    const message = `the electrolyses pass ${sums}, not ${charge.text}`;
    return [broken('charge-agrees', ['basis', 'charge'], message, hint)];
  }
  const { path, current, time: duration } = first;
  const said = duration ? `${current.text} for ${duration.text}` : (first.charge?.text ?? first.perMole?.text ?? '');
  const ways = duration
    ? `${digits((wanted_C / duration.value) * 1e3)} mA, or ${time(duration_s(wanted_C, current.value))}`
    : `${digits(wanted_C, 5)} C`;
  const message = `${said} is ${sums}, not the ${charge.text} of basis.charge`;
  const hint = `${ways}, or basis.charge ${digits(passed_F_mol, 3)} F/mol`;
  return [broken('charge-agrees', [...path, duration ? 'current' : 'charge'], message, hint)];
}
