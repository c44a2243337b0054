/** What the checker says of a recipe, as a sign with a word: a shape as well as a colour. Pure. */
import type { Verdict } from '../../api/recipes.js';

const SIGNS = { passes: '✓', asks: '?', refused: '×' } as const;

export function verdictWords({ state, problems, warnings }: Verdict): string {
  if (state === 'passes') return 'passes';
  if (state === 'asks') return warnings === 1 ? 'asks: 1 warning' : `asks: ${warnings} warnings`;
  return problems === 1 ? 'refused: 1 problem' : `refused: ${problems} problems`;
}

export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  const words = verdictWords(verdict);
  return (
    <span class={`verdict-mark is-${verdict.state}`} title={words}>
      <span aria-hidden="true">{SIGNS[verdict.state]}</span>
      <span class="visually-hidden">{words}</span>
    </span>
  );
}
