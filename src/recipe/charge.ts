/**
 * Charge of each electrolysis, and the proof that current, time, charge, amount and F/mol agree.
 *
 * Which number leads: current times time where a time is written; else the charge written in coulombs; else what
 * `basis.charge` leaves for it. Set values are exact as written. Whatever else is written is a cross-check and must agree to
 * half a unit of its last digit: 18 mA for 3 h on 0.5 mmol is 4.0296 F/mol, which "4.03 F/mol" says. The ledger runs to
 * the charge found here; the time is only a guard.
 */
import type { Recipe } from '../model/recipe.js';
import { agrees } from '../model/units.js';
import { charge_C, charge_F_mol, duration_s } from '../physics/charge.js';
import { fieldOf, type Finding, type Placed, stepsOf } from './finding.js';
import { digits, time } from './words.js';

export interface Electrolysis {
  /** Place among the recipe's steps. */
  readonly index: number;
  readonly current_mA: number;
  readonly charge_C: number;
  /** Charge over current. */
  readonly duration_s: number;
}

export interface Charges {
  readonly electrolyses: readonly Electrolysis[];
  readonly findings: readonly Finding[];
}

type Written = Placed<'electrolyse'>;

/** Finds every charge. With findings, the electrolyses are those that could be worked out. */
export function charges(recipe: Recipe): Charges {
  const written = stepsOf(recipe, 'electrolyse');
  const stated = written.map((step) => statedCharge_C(step.body));
  const open = written.filter((_, i) => stated[i] === undefined);
  const rest_C =
    charge_C(recipe.basis.charge.value, recipe.basis.amount.value) -
    stated.reduce<number>((sum, charge) => sum + (charge ?? 0), 0);
  const findings = [...written.flatMap(crossCheck), ...openEnds(open, rest_C)];
  const electrolyses = written.flatMap((step, i) => {
    const charge = stated[i] ?? (open.length === 1 ? rest_C : 0);
    const current_mA = step.body.current.value;
    const lasts_s = step.body.time?.value ?? duration_s(charge, current_mA);
    return charge > 0 ? [{ index: step.index, current_mA, charge_C: charge, duration_s: lasts_s }] : [];
  });
  const isWhole = findings.length === 0 && electrolyses.length === written.length && written.length > 0;
  return { electrolyses, findings: isWhole ? againstBasis(recipe, electrolyses, written) : findings };
}

function statedCharge_C(body: Written['body']): number | undefined {
  if (body.time) return product_C(body.current.value, body.time.value);
  return body.charge?.value;
}

/** Divided last, so that 18 mA for 3 h is 194.4 C to the last bit. */
function product_C(current_mA: number, time_s: number): number {
  return (current_mA * time_s) / 1000;
}

/** A step that states time and charge both must mean the same by them. */
function crossCheck({ index, body }: Written): Finding[] {
  const { current, time: duration, charge } = body;
  if (duration === undefined || charge === undefined) return [];
  const passed_C = product_C(current.value, duration.value);
  if (agrees(passed_C, charge)) return [];
  const would = `${digits(passed_C, 5)} C, or ${digits((charge.value / duration.value) * 1e3)} mA, or ${time(duration_s(charge.value, current.value))}`;
  return [
    {
      path: fieldOf('electrolyse', index, 'charge'),
      message: `${current.text} for ${duration.text} is ${digits(passed_C, 5)} C, not ${charge.text}`,
      hint: would,
    },
  ];
}

/** At most one step may leave its charge to the basis, and something must be left for it. */
function openEnds(open: readonly Written[], rest_C: number): Finding[] {
  const [only, ...others] = open;
  if (only === undefined) return [];
  if (others.length > 0) {
    const hint = 'a time or a charge in all of them but one';
    return others.map(({ index }) => ({
      path: ['steps', index, 'electrolyse'],
      message: 'two electrolyses state neither time nor charge',
      hint,
    }));
  }
  if (rest_C > 0) return [];
  const hint = 'a larger basis.charge, or less charge before';
  return [
    {
      path: ['steps', only.index, 'electrolyse'],
      message: 'the other electrolyses already pass all of basis.charge',
      hint,
    },
  ];
}

/** All electrolyses together against `basis.charge`. */
function againstBasis(recipe: Recipe, electrolyses: readonly Electrolysis[], written: readonly Written[]): Finding[] {
  const { amount, charge } = recipe.basis;
  const total_C = electrolyses.reduce((sum, one) => sum + one.charge_C, 0);
  const passed_F_mol = charge_F_mol(total_C, amount.value);
  if (agrees(passed_F_mol, charge)) return [];
  const [first] = written;
  const sums = `${digits(total_C, 5)} C and ${digits(passed_F_mol)} F/mol on ${amount.text}`;
  const wanted_C = charge_C(charge.value, amount.value);
  if (first === undefined || written.length > 1) {
    const hint = `basis.charge ${digits(passed_F_mol)} F/mol, or ${digits(wanted_C, 5)} C in all`;
    return [{ path: ['basis', 'charge'], message: `the electrolyses pass ${sums}, not ${charge.text}`, hint }];
  }
  const { current, time: duration } = first.body;
  const said = duration ? `${current.text} for ${duration.text}` : (first.body.charge?.text ?? '');
  const ways = duration
    ? `${digits((wanted_C / duration.value) * 1e3)} mA, or ${time(duration_s(wanted_C, current.value))}`
    : `${digits(wanted_C, 5)} C`;
  const field = duration ? 'current' : 'charge';
  return [
    {
      path: fieldOf('electrolyse', first.index, field),
      message: `${said} is ${sums}, not the ${charge.text} of basis.charge`,
      hint: `${ways}, or basis.charge ${digits(passed_F_mol, 3)} F/mol`,
    },
  ];
}
