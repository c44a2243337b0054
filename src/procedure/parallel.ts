/**
 * Tracks of steps that run at once: each goes on to its next step by itself, and the whole is done when all are. Pure. A
 * track that asks to be held holds the run. No track passes a current, and a recipe gives each actuator to one track.
 */
import type { Observation } from '../model/observation.js';
import type { TrackStep } from '../model/plan.js';
import { journal } from './outcome.js';
import { type Demand, type Intent, NEW_STEP, type Prompt, type StepProgress, type TrackProgress } from './types.js';
import type { Entry, Step, Verdict } from './verdict.js';

/** How a single step is entered and judged; the rules of the steps say it. */
export interface TrackRules {
  readonly enter: (step: TrackStep) => Entry;
  readonly judge: (step: TrackStep, progress: StepProgress, seen: Observation, dt_s: number) => Verdict;
}

/** What changed of all tracks in one tick. */
interface Changes {
  demand: Partial<Demand>;
  readonly asks: Prompt[];
  readonly notes: Intent[];
}

export function judgeParallel(
  { tracks }: Step<'parallel'>,
  progress: StepProgress,
  seen: Observation,
  dt_s: number,
  rules: TrackRules,
): Verdict {
  const changes: Changes = { demand: {}, asks: [], notes: [] };
  const next: TrackProgress[] = [];
  for (const [index, steps] of tracks.entries()) {
    const at = progress.tracks[index];
    const moved = at === undefined ? begin(steps, 0, rules, changes) : advance(steps, at, seen, dt_s, rules, changes);
    if ('holdFor' in moved) return { kind: 'hold', reason: moved.holdFor };
    next.push(moved);
  }
  if (next.every(({ step }, index) => step >= (tracks[index]?.length ?? 0)) && changes.notes.length === 0)
    return { kind: 'done', text: 'all tracks are done' };
  return {
    kind: 'go-on',
    progress: { tracks: next },
    demand: changes.demand,
    asks: changes.asks,
    notes: changes.notes,
  };
}

function advance(
  steps: readonly TrackStep[],
  at: TrackProgress,
  seen: Observation,
  dt_s: number,
  rules: TrackRules,
  changes: Changes,
): TrackProgress | { readonly holdFor: string } {
  const step = steps[at.step];
  if (step === undefined) return at;
  const { active_s, spent_s } = at.progress;
  const progress = { ...at.progress, active_s: active_s + dt_s, spent_s: spent_s + dt_s };
  const verdict = rules.judge(step, progress, seen, dt_s);
  switch (verdict.kind) {
    case 'hold':
      return { holdFor: verdict.reason };
    case 'met':
      return { step: at.step, progress: { ...progress, met_s: verdict.met_s } };
    case 'done':
      changes.notes.push(
        journal('step', 'procedure', `${step.title}: ${verdict.text}`, { step: step.id, ended: true }),
      );
      return begin(steps, at.step + 1, rules, changes);
    case 'stay':
    case 'stage':
    case 'course':
    case 'go-on':
      return { step: at.step, progress };
  }
}

function begin(steps: readonly TrackStep[], index: number, rules: TrackRules, changes: Changes): TrackProgress {
  const step = steps[index];
  if (step !== undefined) {
    const { demand, prompt } = rules.enter(step);
    changes.demand = { ...changes.demand, ...demand };
    if (prompt !== null) changes.asks.push(prompt);
    changes.notes.push(journal('step', 'procedure', `${step.title}: begins`, { step: step.id, ended: false }));
  }
  return { step: index, progress: NEW_STEP };
}

/** A question was answered: the track whose step asked it hears so. */
export function answeredTrack({ tracks }: Step<'parallel'>, progress: StepProgress, id: string): StepProgress {
  return {
    ...progress,
    tracks: progress.tracks.map((at, index) =>
      tracks[index]?.[at.step]?.id === id ? { ...at, progress: { ...at.progress, answered: true } } : at,
    ),
  };
}
