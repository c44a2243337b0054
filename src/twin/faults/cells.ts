/**
 * Each single fault that the reference bench can suffer, for whoever tries them all: data from the registry, with what
 * cannot show by itself apart.
 */
import type { FaultVerb } from './order.js';
import type { Need } from './part.js';
import { TARGETS, verbsOf } from './targets.js';

export interface FaultCell {
  readonly target: string;
  readonly verb: FaultVerb;
  /** Amounts to try; null is the usual one. */
  readonly amounts: readonly (number | null)[];
  /** Of the fault catalogue. */
  readonly rows: readonly string[];
  readonly note: string;
  /** What else must happen before it shows; null: any run that cools, pumps and passes current shows it. */
  readonly needs: Need | null;
}

function cells(alone: boolean): FaultCell[] {
  return TARGETS.flatMap((target) =>
    verbsOf(target).flatMap(([verb, { tries, rows, does, needs }]) =>
      (needs === undefined) === alone
        ? [{ target: target.name, verb, amounts: tries, rows, note: `${target.what}: ${does}`, needs: needs ?? null }]
        : [],
    ),
  );
}

/** Every one fires by itself in a run that cools, pumps and passes current, some of them only at its end. */
export const FAULT_CELLS: readonly FaultCell[] = cells(true);

/** Faults that change nothing until something else happens: `needs` says what and why. */
export const HIDDEN_CELLS: readonly FaultCell[] = cells(false);
