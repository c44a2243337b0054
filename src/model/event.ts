/** The words of the journal: what happened, who did it and why. Kept by the record in a hash chain, shown by telemetry. */

export const EVENT_KINDS = [
  'run',
  'state',
  'step',
  'prompt',
  'answer',
  'command',
  'alarm',
  'trip',
  'board',
  'bus',
  'clock',
  'note',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export type EventData = { readonly [key: string]: string | number | boolean | null };

export interface RunEvent {
  /** UTC, ms. A label. */
  readonly t: number;
  readonly elapsed_s: number;
  readonly kind: EventKind;
  /** Who: `operator`, `console`, an MQTT user, `procedure`, `guard`, `board`, `program`. */
  readonly actor: string;
  /** One sentence for a person. */
  readonly text: string;
  readonly data: EventData;
}

/** Severity after ISA-18.2 use: an advisory asks for nothing now, a warning for a look, an alarm for an action. */
export type Severity = 'advisory' | 'warning' | 'alarm';

/** ISA-18.2 life cycle of one alarm. */
export type AlarmState = 'normal' | 'active' | 'acknowledged' | 'cleared-unacknowledged' | 'shelved';

/** On the shelf: not announced until then, and what it would be otherwise. */
export interface Shelf {
  /** Run time at which it comes back by itself, s. */
  readonly until_s: number;
  readonly over: Exclude<AlarmState, 'shelved'>;
}

export interface Alarm {
  readonly id: string;
  readonly state: AlarmState;
  readonly severity: Severity;
  /** What its interlock brings about: S0, S1, S2, or W for an alarm alone. */
  readonly safeState: 'S0' | 'S1' | 'S2' | 'W';
  /** First alarm since all was normal. */
  readonly firstOut: boolean;
  readonly since_s: number;
  readonly text: string;
  readonly cause: string;
  readonly consequence: string;
  readonly action: string;
  /** Parts of the bench that it shares with other alarms: a pulled cable speaks once. */
  readonly shares: readonly string[];
  /** The alarm that speaks for this one; null when it speaks for itself. */
  readonly group: string | null;
  /** Alarms that this one speaks for. */
  readonly members: readonly string[];
  readonly shelved: Shelf | null;
  /** How often it was raised in this run. */
  readonly count: number;
}
