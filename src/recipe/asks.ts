/**
 * What a plan asks its operator to confirm before the start: all rules that warn, gathered, and those that belong to no one
 * part of a recipe. Refuses nothing.
 */
import type { Path } from '../model/document.js';
import type { Waiver } from '../model/plan.js';
import type { Case } from './case.js';
import { cellAsks } from './cell-rules.js';
import { endAsks } from './end-rules.js';
import { writtenPath } from './expand.js';
import { type Finding, type Ruled, under } from './finding.js';
import { gasAsks } from './gas-rules.js';
import { pauseAsks } from './pause.js';
import { courseAsks } from './polarity-rules.js';
import { shortAsks } from './short-rules.js';
import { singlePassAsks } from './single-pass-rules.js';
import { solutionAsks } from './solution-rules.js';

export function asksOf(one: Case): Ruled[] {
  return [
    ...under('waived', leftOut(one)),
    ...under('charge-usual', usualCharge(one)),
    ...shortAsks(one),
    ...solutionAsks(one),
    ...cellAsks(one),
    ...singlePassAsks(one),
    ...gasAsks(one),
    ...endAsks(one),
    ...courseAsks(one),
    ...pauseAsks(one),
  ];
}

/** A step that repeats is asked about once, under the name of its first time. */
export function askedOnce(asks: readonly Ruled[], places: readonly Path[]): Ruled[] {
  const alike = new Map<string, { readonly ask: Ruled; times: number }>();
  for (const ask of asks) {
    const written = JSON.stringify([ask.rule, writtenPath({ places }, ask.path), ask.message, ask.hint]);
    const known = alike.get(written);
    if (known === undefined) alike.set(written, { ask, times: 1 });
    else known.times++;
  }
  return [...alike.values()].map(({ ask, times }) =>
    times === 1 ? ask : { ...ask, message: `${ask.message}; so in all ${times} repetitions` },
  );
}

const names = {
  cooling: 'cooling',
  purge: 'purge',
  hydrogen: 'waiting for the hydrogen sensor',
  electrolysis: 'current',
} as const satisfies Record<Waiver, string>;

function leftOut({ recipe, waived }: Case): Finding[] {
  return waived.map((kind) => ({
    path: ['waive', kind],
    message: `runs without ${names[kind]}: ${recipe.waive?.[kind] ?? ''}`,
    hint: '',
  }));
}

/** Charge per mole that is usual; outside, a unit may be wrong by a factor of ten. */
const usualCharge_F_mol = { least: 1, most: 10 };

function usualCharge({ recipe }: Case): Finding[] {
  const { charge } = recipe.basis;
  const { least, most } = usualCharge_F_mol;
  if (charge === undefined || (charge.value >= least && charge.value <= most)) return [];
  const message = `${charge.text} is unusual: is the unit right, and the point?`;
  return [{ path: ['basis', 'charge'], message, hint: `${least} to ${most} F/mol` }];
}
