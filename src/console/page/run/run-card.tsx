/** The run: recipe, step, charge and when it ends. Pure: view in, text out. */
import type { ComponentChildren } from 'preact';
import type { SamplePayload, StatePayload } from '../../../telemetry/topics.js';
import { NOTHING, clockTime, duration, fixed } from '../parts/format.js';

interface RunCardProps {
  readonly state: StatePayload | null;
  readonly sample: SamplePayload | null;
  readonly stale: boolean;
  /** UTC, ms. */
  readonly wall_ms: number;
  /** What can be done with it. */
  readonly children?: ComponentChildren;
}

/** Time of day at which the electrolysis ends, also when the run is sped up; unknown when it goes as fast as it can. */
export function endTime(sample: SamplePayload | null, speed: number | null, wall_ms: number): string {
  const eta_s = sample?.eta_s ?? null;
  if (eta_s === null || speed === null) return NOTHING;
  return clockTime(wall_ms + (eta_s * 1000) / speed, wall_ms);
}

/** Share of the planned charge in percent, kept between 0 and 100: a sensor's last digit must not push the bar over. */
export function percent(progress: number | undefined): number {
  return 100 * Math.min(1, Math.max(0, progress ?? 0));
}

function Figure({ label, value, of }: { readonly label: string; readonly value: string; readonly of?: string }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        <span class="number">{value}</span>
        {of === undefined ? null : <span class="of">{of}</span>}
      </dd>
    </div>
  );
}

function StepLine({ state }: { readonly state: StatePayload | null }) {
  if (state === null || state.run === null || state.steps === 0) return <p class="step">No run is on.</p>;
  return (
    <p class="step">
      <span class="step-count">
        Step {Math.min(state.step + 1, state.steps)} of {state.steps}
      </span>
      {state.step_name}
    </p>
  );
}

function Bar({ share }: { readonly share: number }) {
  return (
    <div
      class="bar"
      role="progressbar"
      aria-label="Planned charge"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share)}
    >
      <div class="bar-fill" style={{ width: `${share.toFixed(2)}%` }} />
    </div>
  );
}

export function RunCard({ state, sample, stale, wall_ms, children }: RunCardProps) {
  const share = percent(sample?.progress);
  return (
    <section class={`card run${stale ? ' is-stale' : ''}`} aria-label="Run">
      <header class="run-head">
        <h1>{state?.recipe ?? 'No recipe'}</h1>
        <StepLine state={state} />
      </header>
      <Bar share={share} />
      <dl class="figures">
        <Figure label="Done" value={`${fixed(share, 1)} %`} />
        <Figure label="Charge" value={fixed(sample?.charge_C, 1)} of={`of ${fixed(state?.planned_charge_C, 1)} C`} />
        <Figure
          label="Equivalents"
          value={fixed(sample?.charge_F_mol, 3)}
          of={`of ${fixed(state?.planned_charge_F_mol, 2)} F/mol`}
        />
        <Figure label="Elapsed" value={duration(sample?.elapsed_s)} />
        <Figure label="Remaining" value={duration(sample?.eta_s)} />
        <Figure label="Current ends" value={endTime(sample, state?.speed ?? null, wall_ms)} />
      </dl>
      {children}
    </section>
  );
}
