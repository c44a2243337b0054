/** The states of a run, in the words of ISA-88 and PackML. */
export const RUN_STATES = [
  'idle',
  'starting',
  'execute',
  'holding',
  'held',
  'unholding',
  'completing',
  'complete',
  'stopping',
  'stopped',
  'aborting',
  'aborted',
  'clearing',
  'resetting',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** States in which a run has ended: nothing is driven, and a record is closed. */
export const FINAL_STATES: ReadonlySet<RunState> = new Set(['complete', 'stopped', 'aborted']);
