/** What has gone through the cell in a single pass, in words: all of it, and what had a current. Text only. */
import type { Plan } from '../model/plan.js';
import { charge_F_mol } from '../physics/charge.js';
import type { RunReport } from '../reactor.js';
import { plain } from '../model/words.js';

/** Nothing but for a single pass: liquid that comes round again has no charge of its own. */
export function liquidRows(plan: Plan, { figures, result }: Pick<RunReport, 'figures' | 'result'>): [string, string][] {
  const { liquid } = figures;
  if (plan.mode !== 'single-pass' || liquid === undefined) return [];
  const feed_mmol_mL = plan.basis_mmol / plan.reactor.cell.liquid_mL;
  const each = (volume_mL: number): string =>
    `${plain(charge_F_mol(Math.abs(result.charge_C), feed_mmol_mL * volume_mL), 3)} F/mol`;
  const { passed_mL, charged_mL } = liquid;
  const rows: [string, string][] = [
    ['liquid', `${plain(charged_mL, 2)} mL went through under current, ${each(charged_mL)}`],
  ];
  if (passed_mL - charged_mL > 0.005)
    rows.push(['', `${plain(passed_mL - charged_mL, 2)} mL more without one; ${each(passed_mL)} over all`]);
  return rows;
}
