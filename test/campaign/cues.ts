/**
 * Tells when a run first reaches each phase, from its states and samples, and does then what was planned for it. Knows
 * neither faults nor acts.
 */
import type { Clock } from '../../src/model/clock.js';
import type { Plan } from '../../src/model/plan.js';
import type { Sample } from '../../src/model/sample.js';
import { FINAL_STATES, type RunState } from '../../src/model/state.js';
import type { Run } from '../../src/reactor.js';
import type { Phase, When } from './case.js';

const FULL_SHARE = 0.98;

/** The phase of an executing run, by its step and its set point. */
export function phaseOf(plan: Plan, { state, step: index, setpoint_mA }: Sample): Phase | null {
  if (state !== 'execute') return null;
  const step = plan.steps[index];
  switch (step?.kind) {
    case 'purge':
    case 'flow':
    case 'cool':
    case 'finish':
      return step.kind;
    case 'electrolyse':
      if (setpoint_mA === 0) return 'warm-up';
      return setpoint_mA < FULL_SHARE * step.current_mA ? 'ramp' : 'steady';
    case 'prompt':
    case 'heat':
    case 'wait':
    case 'hold':
    case 'sample':
    case 'parallel':
    case undefined:
      return null;
  }
}

const OF_STATE: Partial<Record<RunState, Phase>> = {
  holding: 'holding',
  held: 'held',
  unholding: 'unholding',
  stopping: 'stopping',
};

export class Cues {
  /** The phases that the run was in, in the order in which it reached them. */
  readonly reached: Phase[] = [];
  phase: Phase = 'idle';
  state: RunState = 'idle';
  private readonly waiting: { readonly when: When; readonly act: () => void }[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly plan: Plan,
  ) {}

  /** The cues begin with `idle`, in which the chips give their first values: it is now. */
  begin(): void {
    this.enter('idle');
  }

  follow(run: Run): void {
    run.state$.subscribe(({ run: state }) => {
      this.state = state;
      const phase = FINAL_STATES.has(state) ? 'ended' : OF_STATE[state];
      if (phase !== undefined) this.enter(phase);
    });
    // A start is journalled at once, and shown as a state only when arming is done.
    run.events$.subscribe(({ kind, data }) => {
      if (kind !== 'state' || data['to'] !== 'starting') return;
      this.state = 'starting';
      this.enter('starting');
    });
    run.samples$.subscribe((sample) => {
      const phase = phaseOf(this.plan, sample);
      if (phase !== null) this.enter(phase);
    });
  }

  /** Once, so long after the phase was first reached from now on; never when it is not. */
  at(when: When, act: () => void): void {
    this.waiting.push({ when, act });
  }

  private enter(phase: Phase): void {
    if (this.phase === phase && this.reached.length > 0) return;
    this.phase = phase;
    this.reached.push(phase);
    for (const cue of this.waiting.filter(({ when }) => when.phase === phase)) {
      this.waiting.splice(this.waiting.indexOf(cue), 1);
      this.clock.after(cue.when.after_s * 1000, cue.act);
    }
  }
}
