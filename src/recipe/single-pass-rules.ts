/**
 * Rules of a single pass: the whole charge goes into the liquid while it is in the cell, so that current, flow and
 * concentration are one number less than free, and the gas of it all leaves with the liquid. Equations are those of src/physics.
 */
import type { Path } from '../model/document.js';
import { agrees, type Quantity } from '../model/units.js';
import { hydrogenRate_umol_s } from '../physics/charge.js';
import { bubbleConductance } from '../physics/cell.js';
import { gasFlowAt_mL_min, voidFraction } from '../physics/gas.js';
import { freshComposition } from '../physics/kinetics.js';
import { limit_A_cm2, MOL_CM3_PER_mM, settledTransfer, singlePassFlow_mL_min } from '../physics/transport.js';
import { type Case, cellCarries_mA, spentComposition } from './case.js';
import { fieldOf, type Finding, type Ruled, stepsOf, under } from './finding.js';
import { atMost, digits } from './words.js';

/** Gas in the outlet above which somebody should know: conductivity is down to a third there. */
const gasShareUsual = 0.5;

export function singlePassFindings(one: Case): Ruled[] {
  if (one.recipe.cell.mode !== 'single-pass') return [];
  return [...under('single-pass-flow', flowAgrees(one)), ...under('single-pass-carries', carried(one))];
}

export function singlePassAsks(one: Case): Ruled[] {
  return one.recipe.cell.mode === 'single-pass' ? under('single-pass-gas', gas(one)) : [];
}

/** Flow that takes the charge per mole of the basis from one pass at the largest current, mL/min; null without a charge. */
function wanted_mL_min({ recipe, current_mA, strongest }: Case): number | null {
  const charge = recipe.basis.charge;
  if (charge === undefined || strongest === undefined || !(current_mA > 0)) return null;
  const flowing_s = strongest.portions.reduce((sum, { duration_s }) => sum + duration_s, 0);
  const conducting = flowing_s / strongest.duration_s; // reversals and their dead times leave less than the current
  const feed_mM = (1000 * recipe.basis.amount.value) / recipe.cell.volume.value;
  return singlePassFlow_mL_min(current_mA * conducting * 1e-3, charge.value, feed_mM * MOL_CM3_PER_mM);
}

function flowAgrees(one: Case): Finding[] {
  const { recipe, current_mA } = one;
  const wanted = wanted_mL_min(one);
  // A current that follows the flow is not stated but computed from it.
  if (wanted === null || stepsOf(recipe, 'electrolyse').some(({ body }) => body.follow_flow !== undefined)) return [];
  return stepsOf(recipe, 'flow').flatMap(({ index, body }): Finding[] => {
    if (agrees(wanted, body.rate)) return otherCurrents(one, body.rate);
    const charge = recipe.basis.charge?.text ?? '';
    const message = `one pass at ${digits(current_mA)} mA needs ${digits(wanted, 3)} mL/min for ${charge}, not ${body.rate.text}`;
    return [{ path: fieldOf('flow', index, 'rate'), message, hint: `${digits(wanted, 3)} mL/min` }];
  });
}

/** One flow is right for one current: what passes at another stage of it gets another charge. */
function otherCurrents({ recipe, electrolyses, current_mA }: Case, rate: Quantity<'flow'>): Finding[] {
  return electrolyses.flatMap(({ index, portions }) =>
    portions.flatMap((portion, i): Finding[] => {
      if (portions.length < 2 || portion.current_mA === current_mA) return [];
      const each = recipe.basis.charge?.value ?? 0;
      const got = digits((each * portion.current_mA) / current_mA, 3);
      const message = `at ${digits(portion.current_mA)} mA what flows through at ${rate.text} gets ${got} F/mol, not ${digits(each, 3)}`;
      const path: Path = ['steps', index, 'electrolyse', 'stages', i, 'current'];
      return [{ path, message, hint: 'one current, or an electrolysis and a flow step for each' }];
    }),
  );
}

/** Gas share of the outlet at the cell's temperature and 1 atm, and what conductivity that takes, in words. */
function gasText({ current_mA, temperature_C }: Case, flow_mL_min: number): { share: number; text: string } {
  const share = voidFraction(gasFlowAt_mL_min(hydrogenRate_umol_s(current_mA), temperature_C), flow_mL_min);
  const lost_percent = 100 * (1 - bubbleConductance(share));
  return {
    share,
    text: `gas is ${digits(100 * share, 3)} % of the outlet, which takes ${digits(lost_percent, 2)} % of the conductivity`,
  };
}

/** Transport at the flow of the one pass, which is far below that of a recirculating pump. */
function carried(one: Case): Finding[] {
  const { reactor, current_mA, strongest } = one;
  const flow_mL_min = wanted_mL_min(one);
  if (flow_mL_min === null || strongest === undefined || reactor.transport.kind !== 'channel') return [];
  const most_mA = reactor.limits.transportRatio * cellCarries_mA(one, flow_mL_min, freshComposition(reactor));
  if (current_mA <= most_mA) return [];
  const imine_mA = limit_mA(one, flow_mL_min);
  const at = `one pass of ${digits(flow_mL_min, 3)} mL/min at ${digits(current_mA)} mA`;
  const message = `${at}: ${gasText(one, flow_mL_min).text}, and transport of 1a carries ${digits(imine_mA, 3)} mA, of all that reacts ${digits(most_mA / reactor.limits.transportRatio, 2)} mA`;
  const hint = `recirculating at ${digits(reactor.transport.flowMin_mL_min)} mL/min and more, or at most ${atMost(passable_mA(one), 2)} mA`;
  return [{ path: fieldOf('electrolyse', strongest.index, 'current'), message, hint }];
}

/** Limiting current of 1a alone. */
function limit_mA({ reactor }: Case, flow_mL_min: number): number {
  const { imine1a_mol_cm3 } = freshComposition(reactor);
  const transfer = settledTransfer(reactor, flow_mL_min);
  return 1e3 * reactor.cell.area_cm2 * limit_A_cm2(1, transfer.imine_cm_s, imine1a_mol_cm3);
}

/** Largest current of a single pass, to its spent outlet. The flow goes with the current, transport with its cube root (Leveque). */
function passable_mA(one: Case): number {
  const carries_mA = cellCarries_mA(one, wanted_mL_min(one) ?? 0, spentComposition(one.reactor));
  return one.current_mA * ((one.reactor.limits.transportRatio * carries_mA) / one.current_mA) ** 1.5;
}

function gas(one: Case): Finding[] {
  const flow_mL_min = wanted_mL_min(one);
  if (flow_mL_min === null || one.strongest === undefined) return [];
  const { share, text } = gasText(one, flow_mL_min);
  if (share <= gasShareUsual) return [];
  return [
    {
      path: ['cell', 'mode'],
      message: `one pass: ${text}`,
      hint: 'recirculating, or a pressure that keeps the gas small',
    },
  ];
}
