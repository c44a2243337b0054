/** How the last run ended, and where to look at it. */
import type { SamplePayload, StatePayload } from '../../../telemetry/topics.js';
import { duration, fixed } from '../parts/format.js';
import { hashOf } from '../shell/route.js';

const WORDS: Readonly<Partial<Record<StatePayload['state'], string>>> = {
  complete: 'The run is complete.',
  stopped: 'The run was stopped.',
  aborted: 'The run was aborted.',
};

export function EndedCard({ state, sample }: { readonly state: StatePayload; readonly sample: SamplePayload | null }) {
  const words = WORDS[state.state];
  if (words === undefined || state.run === null) return null;
  const own = sample?.run === state.run ? sample : null;
  return (
    <section class={`card ended is-${state.state}`} aria-label="How the run ended">
      <h2>{words}</h2>
      {own === null ? null : (
        <p>
          <span class="number">{fixed(own.charge_C, 2)}</span> C,{' '}
          <span class="number">{fixed(own.charge_F_mol, 3)}</span> F/mol in {duration(own.elapsed_s)}
        </p>
      )}
      <p class="row">
        <a href={hashOf('history', [state.run])}>Look at the run</a>
        <a href={`/api/runs/${encodeURIComponent(state.run)}/report.html`} target="_blank" rel="noopener">
          Open its report
        </a>
      </p>
    </section>
  );
}
