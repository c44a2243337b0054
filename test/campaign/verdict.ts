/** From what came of a case to what is counted: unsafe, silent, nuisance. Pure; words for a report, and no plant. */
import { cellOf } from './fault-cells.js';
import { nameOf, type Case } from './case.js';
import type { Played } from './play.js';

export interface Verdict {
  readonly seed: number;
  readonly injected: number;
  /** Injections that changed something. */
  readonly fired: number;
  /** How often they did so, all together. */
  readonly firedCount: number;
  readonly unsafe: readonly string[];
  readonly silent: readonly string[];
  readonly nuisance: readonly string[];
  /** `fault @ phase` of all that fired. */
  readonly cells: readonly string[];
  /** Of those, the ones after which nothing was said. */
  readonly unremarked: readonly string[];
  readonly outcome: string;
  readonly simulated_s: number;
  readonly hash: string;
}

export function verdictOn(planned: Case, played: Played): Verdict {
  const { faults, breaches, outcome, reason, trips } = played;
  const unsafe = breaches.map(({ clause, rows, at_s, text }) => `${clause} (${rows}) at ${at_s.toFixed(3)} s: ${text}`);
  if (outcome === 'failed') unsafe.push(reason);
  const lethal = planned.faults.some((fault) => !cellOf(fault).benign);
  return {
    seed: planned.seed,
    injected: faults.filter(({ phase }) => phase !== null).length,
    fired: faults.filter(({ fired }) => fired > 0).length,
    firedCount: faults.reduce((sum, { fired }) => sum + fired, 0),
    unsafe,
    silent: [
      ...faults
        .filter(({ silent }) => silent)
        .map(
          ({ name, rows, exposed_ms, fired }) => `${name} (${rows}) fired ${fired} times, stood for ${exposed_ms} ms`,
        ),
      ...(played.wordless ? [`aborted without an alarm: ${reason}`] : []),
    ],
    nuisance: lethal ? [] : trips,
    cells: faults.flatMap(({ name, phase, fired }) =>
      fired > 0 && phase !== null ? [`${name.replace(/ #\d+$/, '')} @ ${phase}`] : [],
    ),
    unremarked: faults.flatMap(({ name, fired, told }) => (fired > 0 && !told ? [name.replace(/ #\d+$/, '')] : [])),
    outcome,
    simulated_s: played.simulated_s,
    hash: played.hash,
  };
}

export const failed = ({ unsafe, silent, nuisance }: Verdict): boolean =>
  unsafe.length + silent.length + nuisance.length > 0;

/** What is asked of the bench, in a line. */
export function told({ faults, acts }: Case): string {
  const broken = faults.map((fault) => {
    const { when, for_s } = fault;
    return `${nameOf(fault)}@${when.phase}+${when.after_s.toFixed(3)}s${for_s === null ? '' : `+${for_s.toFixed(3)}s`}`;
  });
  const done = acts.map(({ kind, when }) => `${kind}@${when.phase}+${when.after_s.toFixed(3)}s`);
  return [...broken, ...done].join('  ') || 'nothing';
}

export interface Totals {
  readonly ran: number;
  readonly injected: number;
  readonly fired: number;
  readonly unsafe: number;
  readonly silent: number;
  readonly nuisance: number;
  readonly simulated_h: number;
  readonly failures: readonly Verdict[];
  /** How often each cell fired in each phase. */
  readonly cells: ReadonlyMap<string, number>;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** In the order of seeds, however many processes found them. */
export function totals(verdicts: readonly Verdict[]): Totals {
  const sorted = verdicts.toSorted((a, b) => a.seed - b.seed);
  const sum = (of: (verdict: Verdict) => number): number => sorted.reduce((all, verdict) => all + of(verdict), 0);
  const cells = new Map<string, number>();
  for (const verdict of sorted) for (const cell of verdict.cells) cells.set(cell, 1 + (cells.get(cell) ?? 0));
  const outcomes: Record<string, number> = {};
  for (const { outcome } of sorted) outcomes[outcome] = 1 + (outcomes[outcome] ?? 0);
  return {
    ran: sorted.length,
    injected: sum(({ injected }) => injected),
    fired: sum(({ fired }) => fired),
    unsafe: sum(({ unsafe }) => (unsafe.length > 0 ? 1 : 0)),
    silent: sum(({ silent }) => (silent.length > 0 ? 1 : 0)),
    nuisance: sum(({ nuisance }) => (nuisance.length > 0 ? 1 : 0)),
    simulated_h: sum(({ simulated_s }) => simulated_s) / 3600,
    failures: sorted.filter(failed),
    cells,
    outcomes,
  };
}
