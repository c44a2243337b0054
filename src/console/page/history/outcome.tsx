/** How a run ended, in a word, with a shape beside its colour. */
import type { RunRow } from '../../api/runs.js';

export type Outcome = RunRow['outcome'];

export const OUTCOMES: readonly Outcome[] = ['complete', 'stopped', 'aborted', 'interrupted', 'running'];

const MARK: Readonly<Record<Outcome, string>> = {
  complete: 'M3.5 8.5l3 3 6-7',
  stopped: 'M4.5 4.5h7v7h-7z',
  aborted: 'M4 4l8 8M12 4l-8 8',
  interrupted: 'M9 2.5L5.5 8.5h5L7 13.5',
  running: 'M5.5 3.5v9l7-4.5z',
};

export const MEANS: Readonly<Record<Outcome, string>> = {
  complete: 'it came to its end',
  stopped: 'somebody ended it before',
  aborted: 'the reactor ended it for safety',
  interrupted: 'it has no end in the record: the program or the machine went down',
  running: 'it is going on now',
};

export function OutcomeMark({ outcome }: { readonly outcome: Outcome }) {
  return (
    <span class={`outcome is-${outcome}`} title={MEANS[outcome]}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={MARK[outcome]} />
      </svg>
      {outcome}
    </span>
  );
}
