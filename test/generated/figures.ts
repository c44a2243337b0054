/** What many generated recipes came to, in figures. Pure; runs nothing. */
import type { Trial } from './trial.js';

/** A trial, or the words of a program that failed on it. */
export type Outcome = Trial | { readonly seed: number; readonly error: string };

export interface Figures {
  readonly ran: number;
  /** As a rig tells them: accepted recipes that ran to their end, and all that went wrong. */
  readonly passed: number;
  readonly failed: number;
  readonly tripped: number;
  readonly malformed: number;
  /** Seeds of which no recipe was accepted, or on which the program failed. */
  readonly lost: number;
  readonly refused: number;
  readonly refusedBy: Readonly<Record<string, number>>;
  readonly warnedBy: Readonly<Record<string, number>>;
  /** Steps of the recipes that ran, by their kind. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly simulated_h: number;
}

export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const trials = outcomes.flatMap((outcome) => ('error' in outcome ? [] : [outcome]));
  const runs = trials.flatMap(({ ran }) => (ran === null ? [] : [ran]));
  const tripped = runs.filter(({ why }) => why.length > 0).length;
  const malformed = trials.reduce((sum, one) => sum + one.malformed.length, 0);
  const lost = outcomes.length - runs.length;
  return {
    ran: runs.length,
    passed: runs.length - tripped,
    failed: tripped + malformed + lost,
    tripped,
    malformed,
    lost,
    refused: trials.reduce((sum, { refused }) => sum + refused, 0),
    refusedBy: counted(trials.flatMap(({ refusedBy }) => refusedBy)),
    warnedBy: counted(runs.flatMap(({ warnings }) => warnings)),
    kinds: counted(runs.flatMap(({ kinds }) => kinds)),
    simulated_h: runs.reduce((sum, { simulated_s }) => sum + simulated_s, 0) / 3600,
  };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = 1 + (counts[name] ?? 0);
  return counts;
}

/** Lines about one seed that went wrong; none where all is well. */
export function failureLines(outcome: Outcome): string[] {
  const { seed } = outcome;
  if ('error' in outcome) return [`seed ${seed}: the program failed: ${outcome.error}`];
  const { ran, malformed } = outcome;
  return [
    ...malformed.map((why) => `seed ${seed}: no recipe: ${why}`),
    ...(ran === null ? [`seed ${seed}: no recipe was accepted`] : []),
    ...(ran?.why ?? []).map(
      (why) => `seed ${seed}: TRIPPED ${why} (npm run generated -- --text ${seed}.${ran?.attempt ?? 0})`,
    ),
  ];
}
