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

/** One row of a table for each thing that can break. */
export interface FaultShown {
  readonly name: string;
  readonly what: string;
  readonly verb: FaultVerb;
  readonly unit: string | null;
  readonly usual: number | null;
  /** null where there is no amount. */
  readonly least: number | null;
  readonly most: number | null;
  /** Rows of the hazard list that it rehearses. */
  readonly catalogue: string[];
  readonly does: string;
}

export function faultRows(): FaultShown[] {
  return faultTargets().flatMap(({ name, what, verbs }) =>
    verbs.map(({ verb, unit, usual, least, most, rows, does }) => ({
      name,
      what,
      verb,
      unit,
      usual,
      least: unit === null ? null : least,
      most: unit === null ? null : most,
      catalogue: [...rows],
      does,
    })),
  );
}

/** The verbs of a target with what they do. */
export function verbsOf({ verbs }: Target): readonly (readonly [FaultVerb, Suffering])[] {
  return (Object.keys(verbs) as FaultVerb[]).flatMap((verb) => {
    const suffering = verbs[verb];
    return suffering === undefined ? [] : [[verb, suffering] as const];
  });
}
