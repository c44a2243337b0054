/** Derived numbers of a whole recipe, in the keys of `check --json`. Equations are those of src/physics. */
import type { PlanNumbers } from '../model/plan.js';
import { charge_F_mol, currentDensity_mA_cm2, hydrogen_umol, hydrogenRate_mL_min } from '../physics/charge.js';
import { gasVolume_mL, sweepShare_vol_percent } from '../physics/gas.js';
import { freshComposition } from '../physics/kinetics.js';
import { type Case, cellAt } from './case.js';
import { tidy } from './words.js';

export function numbersOf(one: Case): PlanNumbers {
  const { recipe, reactor, electrolyses, current_mA, sweep_mL_min } = one;
  const charge_C = electrolyses.reduce((sum, part) => sum + part.charge_C, 0);
  const hydrogen = hydrogen_umol(charge_C);
  const rate_mL_min = hydrogenRate_mL_min(current_mA);
  const cell = cellAt(one, freshComposition(reactor));
  return {
    charge_C,
    charge_F_mol: tidy(charge_F_mol(charge_C, recipe.basis.amount.value)),
    duration_s: tidy(electrolyses.reduce((sum, part) => sum + part.duration_s, 0)),
    current_mA,
    current_density_mA_cm2: tidy(
      currentDensity_mA_cm2(current_mA, Math.min(recipe.cell.cathode.area.value, recipe.cell.anode.area.value)),
    ),
    hydrogen_mL: tidy(gasVolume_mL(hydrogen)),
    hydrogen_umol: tidy(hydrogen),
    hydrogen_rate_mL_min: tidy(rate_mL_min),
    sweep_hydrogen_vol_percent: sweep_mL_min === null ? null : tidy(sweepShare_vol_percent(rate_mL_min, sweep_mL_min)),
    cell_voltage_V: tidy(cell?.voltage_V ?? 0),
    heat_W: tidy(cell?.heat_W ?? 0),
  };
}
