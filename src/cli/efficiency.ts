/**
 * The Faradaic efficiency of hydrogen in words, with the ceilings beside it: hydrogen is found for nearly all charge, and
 * yet a fifth of the charge at most is product. Text only.
 */
import { countedCharge_C } from '../model/counted-charge.js';
import type { Plan } from '../model/plan.js';
import { productEfficiency } from '../physics/charge.js';
import { hydrogenOfSubstrate_umol } from '../physics/ceilings.js';
import type { RunReport } from '../reactor.js';
import { plain } from '../model/words.js';

type EfficiencyRow = [label: string, text: string];

/** Nothing without a charge. */
export function efficiencyRows(
  plan: Plan,
  { figures, result }: Pick<RunReport, 'figures' | 'result'>,
): EfficiencyRow[] {
  const charge_C = Math.abs(countedCharge_C(plan, result.charge_C, result.absolute_charge_C));
  if (!(plan.numbers.charge_C > 0) || !(charge_C > 0)) return [];
  const { efficiency } = figures;
  const percent = (share: number, digits = 1): string => plain(100 * share, digits);
  const found =
    efficiency === null
      ? 'not known: too little hydrogen came by the vent line to tell'
      : `${percent(efficiency.value)} ± ${percent(efficiency.uncertainty)} % of the charge found as hydrogen (vent line, k = 2)`;
  const product = productEfficiency(plan.basis_mmol, plan.numbers.charge_C, 1);
  return [
    ['efficiency', found],
    [
      '',
      `no turnover: product takes ${percent(product)} % of the planned charge at most, at full yield and one electron each`,
    ],
    ...substrateRow(plan),
  ];
}

function substrateRow(plan: Plan): EfficiencyRow[] {
  const substrate_mmol = plan.weighing.reduce(
    (sum, { role, amount_mmol }) => (role === 'substrate' ? sum + amount_mmol : sum),
    0,
  );
  if (!(substrate_mmol > 0)) return [];
  const umol = plain(hydrogenOfSubstrate_umol(substrate_mmol), 0);
  return [['', `${umol} µmol of hydrogen if each substrate gives one H; more comes from the anode`]];
}
