/** What the parts of the campaign share: their task, their answer, and how a failure is told. */
import type { Done } from './jobs.js';
import { failed, type Verdict } from './verdict.js';

export interface Task {
  readonly processes: number;
  readonly first: number;
  readonly say: (line: string) => void;
}

/** One part of the campaign: its figures, and whether all is as it must be. */
export interface Part {
  readonly ok: boolean;
  readonly figures: Readonly<Record<string, unknown>>;
}

export const verdictsOf = (done: readonly Done[]): Verdict[] =>
  done.flatMap((one) => ('verdict' in one ? [one.verdict] : []));

/** Programs that failed count as unsafe: nobody knows what they would have done. */
export const errorsOf = (done: readonly Done[]): { readonly job: Done['job']; readonly error: string }[] =>
  done.flatMap((one) => ('error' in one ? [one] : []));

export function tell(say: (line: string) => void, what: string, verdict: Verdict): void {
  if (!failed(verdict)) return;
  const { unsafe, silent, nuisance } = verdict;
  say(what);
  for (const text of unsafe) say(`  UNSAFE    ${text}`);
  for (const text of silent) say(`  SILENT    ${text}`);
  for (const text of nuisance) say(`  NUISANCE  ${text}`);
}

export const replayCommand = (seed: number): string => `npm run campaign -- --seed ${seed}`;
