/** Everything that can break on the simulated bench, as one closed list. */
import { board } from './board-targets.js';
import { electrical } from './electrical-targets.js';
import { gas } from './gas-targets.js';
import { heat } from './heat-targets.js';
import type { Suffering, Target } from './part.js';
import type { FaultVerb } from './order.js';

export const TARGETS: readonly Target[] = [...electrical, ...board, ...heat, ...gas];

export const targetNamed = (name: string): Target | undefined => TARGETS.find((target) => target.name === name);

/** A target as a table shows it. */
export interface TargetShown {
  readonly name: string;
  readonly what: string;
  readonly verbs: readonly ({ readonly verb: FaultVerb } & Omit<Suffering, 'begin' | 'tries' | 'needs'>)[];
}

export function faultTargets(): TargetShown[] {
  return TARGETS.map((target) => ({
    name: target.name,
    what: target.what,
    verbs: verbsOf(target).map(([verb, { unit, usual, least, most, rows, does }]) => ({
      verb,
      unit,
      usual,
      least,
      most,
      rows,
      does,
    })),
  }));
}

/** The verbs of a target with what they do. */
export function verbsOf({ verbs }: Target): readonly (readonly [FaultVerb, Suffering])[] {
  return (Object.keys(verbs) as FaultVerb[]).flatMap((verb) => {
    const suffering = verbs[verb];
    return suffering === undefined ? [] : [[verb, suffering] as const];
  });
}
