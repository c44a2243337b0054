/** A mass as a balance shows it. Both the table on paper and the one on the page are written so. Pure. */
import type { Weighing } from './plan.js';

/** To the step of the balance: 332.0 mg, 3.3195 g. */
export function massText({ weighed_mg, balance_mg }: Pick<Weighing, 'weighed_mg' | 'balance_mg'>): string {
  const decimals = Math.max(0, Math.ceil(-Math.log10(balance_mg) - 1e-9));
  return weighed_mg >= 1000 ? `${(weighed_mg / 1000).toFixed(decimals + 3)} g` : `${weighed_mg.toFixed(decimals)} mg`;
}
