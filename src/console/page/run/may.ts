/** Whether somebody may do something now, and if not, why, in words. Pure: what is known in, a reason or null out. */
import { FINAL_STATES, RUN_STATES } from '../../../model/state.js';
import type { AboutPayload, StatePayload } from '../../../telemetry/topics.js';
import { mayAs, VERBS, type Verb } from '../../../telemetry/verbs.js';
import type { Session } from '../../api/session.js';

export interface Standing {
  readonly session: Session | null;
  readonly about: AboutPayload | null;
  readonly state: StatePayload['state'] | null;
  /** The page hears the reactor. */
  readonly heard: boolean;
}

const HOLDABLE: ReadonlySet<StatePayload['state']> = new Set(['execute', 'unholding', 'starting']);
/** Something is executed, or comes to its end. */
const IN_A_RUN: ReadonlySet<StatePayload['state']> = new Set(
  RUN_STATES.filter((state) => !FINAL_STATES.has(state) && state !== 'idle'),
);
const RESTING: ReadonlySet<StatePayload['state']> = new Set(['idle', 'complete', 'stopped', 'aborted']);

/** States in which a verb means something, and what to say in others. */
const STATES: Readonly<
  Partial<Record<Verb, { readonly in: ReadonlySet<StatePayload['state']>; readonly no: string }>>
> = {
  hold: { in: HOLDABLE, no: 'No run executes.' },
  finish: { in: new Set(['execute', 'holding', 'held', 'unholding']), no: 'No run executes or is held.' },
  unhold: { in: new Set(['held']), no: 'No run is held.' },
  start: { in: RESTING, no: 'A run is on.' },
  resume: { in: RESTING, no: 'A run is on.' },
  clear: { in: RESTING, no: 'A run is on.' },
  fault: { in: IN_A_RUN, no: 'No run is on, and faults are rehearsed in a run.' },
};

/** null: may ask for it. What the reactor says then is another matter. */
export function whyNot(verb: Verb, { session, about, state, heard }: Standing): string | null {
  if (!heard) return 'The reactor is not heard.';
  const { least, permit } = VERBS[verb];
  const role = session?.role ?? null;
  if (role === null) return `Sign in as ${least} first.`;
  if (!mayAs(role, least)) return `This is for ${least}s, and you are ${role}.`;
  const allowed = STATES[verb];
  if (allowed !== undefined && (state === null || !allowed.in.has(state))) return allowed.no;
  if ((verb === 'start' || verb === 'resume' || verb === 'clear') && about?.accepts === 'terminal')
    return 'This program runs one recipe, started at its terminal. `galvanode serve` takes starts from here.';
  // An answer may have been permitted with the start: the reactor knows.
  if (permit && verb !== 'answer' && about?.permit !== 'given') return 'Press the arm button at the bench first.';
  return null;
}
