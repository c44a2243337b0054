/**
 * The safe states by name, and which of them each reaction of an interlock brings about. Data: the guard, the journal,
 * the alarms and the documents take their words from here.
 */

/** warn: an alarm only. hold: S2. abort: S1, current off at once. open-relay: S1 and the master relay, S0. */
export const REACTIONS = ['open-relay', 'abort', 'hold', 'warn'] as const;
export type Reaction = (typeof REACTIONS)[number];

export type SafeStateName = 'S0' | 'S1' | 'S2' | 'W';

export interface SafeState {
  readonly name: SafeStateName;
  /** One sentence for a person. */
  readonly definition: string;
}

export const SAFE_STATES: Readonly<Record<Reaction, SafeState>> = {
  'open-relay': {
    name: 'S0',
    definition:
      'Master relay open: cell, Peltier and pump have no supply; sweep gas, fans and the hydrogen sensor go on. The run is over.',
  },
  abort: {
    name: 'S1',
    definition:
      'Output off and measured off, at most 0.2 mA, then Peltier and pump; not measured off within 200 ms it becomes S0. The run is over.',
  },
  hold: {
    name: 'S2',
    definition: 'Current ramped to zero; cooling and flow as the recipe declares for a hold; a person may resume.',
  },
  warn: { name: 'W', definition: 'An alarm, nothing else.' },
};
