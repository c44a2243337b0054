/**
 * From the words of the control process to payloads. Pure: what is not in the arguments (bootId, counters, time) comes in
 * the stamp. It must not know how or when payloads travel.
 */
import { type AnswerForm, hintOf, NO_ANSWER } from '../model/answer.js';
import { BUS_REASONS, READ_CHIPS, SHOWN_LINES, type BenchState } from '../model/bench-state.js';
import type { Alarm, RunEvent } from '../model/event.js';
import { CHANNELS, type ChannelValues, type Sample } from '../model/sample.js';
import type { RunState } from '../model/state.js';
import { unitsOf } from '../model/units.js';
import {
  PAYLOAD_VERSION,
  type AboutPayload,
  type AlarmPayload,
  type BenchPayload,
  type EventPayload,
  type PromptPayload,
  type RecordHeadPayload,
  type SamplePayload,
  type StatePayload,
} from './topics.js';

/** How the reactor stands, told whenever any of it changes. */
export interface ReactorStatus {
  readonly state: RunState;
  /** UTC at which this state was entered, ms. */
  readonly since_ms: number;
  readonly run: string | null;
  /** UTC at which the run began, ms. */
  readonly started_ms: number | null;
  readonly recipe: string | null;
  readonly step: number;
  readonly steps: number;
  readonly stepName: string | null;
  readonly plannedCharge_C: number | null;
  readonly plannedCharge_F_mol: number | null;
  readonly simulated: boolean;
  /** Run seconds a wall second; null: as fast as it goes. */
  readonly speed: number | null;
  /** Why the run is held, or how it has ended. */
  readonly reason?: string | null;
}

/** What the root can work out from a sample with the physics of its bench. */
export interface Derived {
  /** Transfers on the bench's bus that failed since the run began, by reason. */
  readonly bus?: Readonly<Record<(typeof BUS_REASONS)[number], number>>;
}

export interface OperatorPrompt {
  readonly id: string;
  readonly text: string;
  readonly key?: string;
  readonly answer?: AnswerForm;
}

/** Head of the event chain of the present run: `seq` events, chained to `hash`. */
export interface RecordHead {
  readonly run: string;
  readonly seq: number;
  readonly hash: string;
}

/** What this reactor is, and who may command it now. */
export interface ReactorAbout {
  readonly simulated: boolean;
  readonly program: string;
  /** What hangs on the bench; null: not known. */
  readonly reactor: string | null;
  readonly board: string;
  readonly firmware: string | null;
  readonly serial: string | null;
  readonly permit: AboutPayload['permit'];
  /** UTC, ms. */
  readonly permit_until: number | null;
  readonly accepts: AboutPayload['accepts'];
  readonly users: number;
  /** Trips latched at the board while nothing runs; null: none, or not known. */
  readonly latched?: string | null;
  /** Run that was interrupted and can be resumed. */
  readonly interrupted?: string | null;
}

export interface Stamp {
  readonly bootId: string;
  readonly seq: number;
  /** UTC, ms. */
  readonly t: number;
  readonly run: string | null;
}

/** JSON has no NaN and no Infinity; a reader must see "no value" and never a dropped message. */
function finite(x: number | null): number | null {
  return x !== null && Number.isFinite(x) ? x : null;
}

export function stateMessage(status: ReactorStatus, stamp: Stamp): StatePayload {
  return {
    v: PAYLOAD_VERSION,
    bootId: stamp.bootId,
    seq: stamp.seq,
    t: stamp.t,
    simulated: status.simulated,
    speed: finite(status.speed),
    state: status.state,
    run: status.run,
    recipe: status.recipe,
    step: status.step,
    steps: status.steps,
    step_name: status.stepName,
    since: status.since_ms,
    started: status.started_ms,
    planned_charge_C: finite(status.plannedCharge_C),
    planned_charge_F_mol: finite(status.plannedCharge_F_mol),
    reason: status.reason ?? null,
  };
}

function channels(sample: Sample): ChannelValues {
  return Object.fromEntries(CHANNELS.map((name) => [name, finite(sample[name])])) as ChannelValues;
}

function busCounters(bus: NonNullable<Derived['bus']>) {
  return {
    bus_nack: bus.nack,
    bus_timeout: bus.timeout,
    bus_crc: bus.crc,
    bus_busy: bus.busy,
    bus_gone: bus.gone,
    bus_protocol: bus.protocol,
  };
}

/** `t` is the start of the run plus its elapsed time, so that a replay of the run gives the same stamps again. */
export function sampleMessage(sample: Sample, status: ReactorStatus, bootId: string, derived: Derived): SamplePayload {
  return {
    v: PAYLOAD_VERSION,
    bootId,
    run: status.run,
    t: Math.round((status.started_ms ?? status.since_ms) + sample.elapsed_s * 1000),
    simulated: status.simulated,
    ...sample,
    ...channels(sample),
    eta_s: finite(sample.eta_s),
    board_charge_C: finite(sample.board_charge_C),
    temperature_setpoint_C: finite(sample.temperature_setpoint_C),
    flow_setpoint_mL_min: finite(sample.flow_setpoint_mL_min),
    expected_voltage_V: finite(sample.expected_voltage_V),
    expected_temperature_C: finite(sample.expected_temperature_C),
    expected_vent_hydrogen_vol_percent: finite(sample.expected_vent_hydrogen_vol_percent),
    faradaic_efficiency: finite(sample.faradaic_efficiency),
    faradaic_efficiency_uncertainty: finite(sample.faradaic_efficiency_uncertainty),
    ...(derived.bus === undefined ? {} : busCounters(derived.bus)),
  };
}

export function aboutMessage(about: ReactorAbout, { bootId, seq, t }: Omit<Stamp, 'run'>): AboutPayload {
  return { v: PAYLOAD_VERSION, bootId, seq, t, ...about };
}

/** null: no bench is open. What the chips and the program say of it, not what it measures. */
export function benchMessage(state: BenchState | null, { bootId, seq, t }: Omit<Stamp, 'run'>): BenchPayload {
  const lines = SHOWN_LINES.map((name) => [`line_${name}`, state?.lines[name] ?? null]);
  const chips = READ_CHIPS.map((name) => [`chip_${name}`, state?.chips[name] ?? null]);
  const bus = BUS_REASONS.map((reason) => [`bus_${reason}`, state?.bus[reason] ?? null]);
  const board = state?.board ?? null;
  return {
    v: PAYLOAD_VERSION,
    bootId,
    seq,
    t,
    open: state !== null,
    ...(Object.fromEntries([...lines, ...chips, ...bus]) as BenchKeys),
    bus_failed_share: finite(state?.busFailedShare ?? null),
    refused: state?.refused ?? null,
    board_armed: board?.armed ?? null,
    board_output_on: board?.outputOn ?? null,
    board_compliance: board?.compliance ?? null,
    board_safe_enabled: board?.safeEnabled ?? null,
    latched: board === null ? null : board.faults.join(' '),
    missed_ticks: state?.beat?.missedTicks ?? null,
    cycle_late_ms: finite(state?.beat?.latest_ms ?? null),
    rehearsed: state === null ? null : state.rehearsed.join(' '),
  };
}

type BenchKeys = Pick<
  BenchPayload,
  Extract<keyof BenchPayload, `line_${string}` | `chip_${string}`> | `bus_${(typeof BUS_REASONS)[number]}`
>;

/** Bare numbers of the channels; what is not good is taken back. */
export function bareValues(values: ChannelValues | null): ChannelValues {
  const entries = CHANNELS.map((name) => [name, values === null ? null : finite(values[name])]);
  return Object.fromEntries(entries) as ChannelValues;
}

export function alarmMessage(alarm: Alarm, stamp: Stamp): AlarmPayload {
  const { id, state, severity, since_s, text, cause, consequence, action, group, count } = alarm;
  return {
    v: PAYLOAD_VERSION,
    ...stamp,
    id,
    state,
    severity,
    first_out: alarm.firstOut,
    since_s,
    text,
    cause,
    consequence,
    action,
    safe_state: alarm.safeState,
    group,
    members: alarm.members.join(' '),
    shelved_until_s: alarm.shelved?.until_s ?? null,
    count,
  };
}

export function eventMessage(event: RunEvent, stamp: Omit<Stamp, 't'>): EventPayload {
  const { data, ...rest } = event;
  const details = Object.entries(data).map(([key, value]) => [`data_${key}`, value] as const);
  return { ...Object.fromEntries(details), v: PAYLOAD_VERSION, ...stamp, ...rest };
}

export function promptMessage(prompt: OperatorPrompt | null, stamp: Stamp): PromptPayload {
  if (prompt === null) return { v: PAYLOAD_VERSION, ...stamp, id: null, text: null };
  const { id, text, key = null, answer = NO_ANSWER } = prompt;
  return {
    v: PAYLOAD_VERSION,
    ...stamp,
    id,
    text,
    key,
    answer: answer.kind,
    unit: answer.kind === 'number' && answer.quantity !== null ? unitsOf(answer.quantity).unit : null,
    choices: answer.kind === 'choice' ? [...answer.choices] : [],
    hint: hintOf(answer),
  };
}

export function recordHeadMessage(head: RecordHead, bootId: string): RecordHeadPayload {
  return { v: PAYLOAD_VERSION, bootId, run: head.run, seq: head.seq, hash: head.hash };
}
