/** What one run is given, what it offers while it is on, and what it says at its end. Types only. */
import type { Observable } from 'rxjs';
import type { CoreResult } from '../control/core.js';
import type { Figures } from '../control/figures.js';
import type { Interlock } from '../control/guard/interlock.js';
import type { OpenPanel } from '../device/panel.js';
import type { Bench } from '../device/ports.js';
import type { Clock } from '../model/clock.js';
import type { Alarm, EventData, RunEvent } from '../model/event.js';
import type { GasMetering } from '../model/gas-metering.js';
import type { Plan } from '../model/plan.js';
import type { ReadinessFacts } from '../model/proof-test.js';
import type { Sample } from '../model/sample.js';
import type { ProcedureState, Prompt } from '../procedure/types.js';
import type { Recorder } from '../record/recorder.js';
import type { ChainHead, Resumption, RunHeader } from '../record/run.js';
import type { TelemetryLink } from '../telemetry/link.js';

export interface RunOptions {
  readonly plan: Plan;
  readonly bench: Bench;
  readonly clock: Clock;
  /** Period of the control loop, s. */
  readonly period_s: number;
  readonly pumpFull_mL_min: number;
  /** How well the bench meters the gas that leaves it; as usual when not given. */
  readonly gasMetering?: GasMetering;
  /** Run seconds a wall second; null: as fast as it goes. */
  readonly speed: number | null;
  /** Prompts are answered by the program, and a hold that nobody ends becomes a stop. */
  readonly unattended: boolean;
  /** null in a preview: nothing is kept. */
  readonly record: {
    readonly recorder: Recorder;
    readonly header: Omit<RunHeader, 'startedUtc_ms' | 'runTag' | 'resumes'>;
  } | null;
  readonly telemetry: TelemetryLink | null;
  /** Opens the lights and buttons at the bench; null in a preview. */
  readonly openPanel: OpenPanel | null;
  /** Clears what the board has latched before it is armed; only ever because a person said so. */
  readonly clearFirst: boolean;
  /** What has to be in order around the bench before anything is armed; not asked in a preview. */
  readonly readiness?: ReadinessFacts;
  /** A nominal twin goes alongside: what it shows stands in every sample, and what strays from it raises warnings. */
  readonly alongside?: boolean;
  /** What guards the run; the registry when not given. */
  readonly interlocks?: readonly Interlock[];
  /** The run goes on from another one: its plan is what remains, its ledger begins at what has passed. */
  readonly resume?: Resumption;
  /** What is broken on purpose just now, in the operator's words; nothing when not given. */
  readonly rehearsed?: () => readonly string[];
  /** Who starts it, in the journal; `operator` at the terminal, or `program` where nobody attends, when not given. */
  readonly actor?: string;
}

export interface RunReport {
  readonly result: CoreResult;
  readonly figures: Figures;
  readonly run: string | null;
  /** Why the record is not complete, or null. */
  readonly recordFailure: string | null;
  /** Where its hash chain ended: what later proves that nothing was cut off. */
  readonly recordHead: ChainHead | null;
}

export interface Run {
  /** Null in a preview. */
  readonly id: string | null;
  readonly samples$: Observable<Sample>;
  readonly events$: Observable<RunEvent>;
  readonly alarms$: Observable<Alarm>;
  readonly prompt$: Observable<Prompt | null>;
  readonly state$: Observable<ProcedureState>;
  stop(actor: string, reason: string): void;
  /** Current off at once, without a ramp. */
  abort(actor: string, reason: string): void;
  hold(actor: string): void;
  resume(actor: string): void;
  /** Ends the electrolysis as if its end had come; the closing steps follow. */
  finish(actor: string): void;
  answer(prompt: string, text: string, actor: string, photo_sha256?: string): void;
  acknowledge(alarm: string, actor: string): void;
  /** Not announced for so many minutes, an hour at most; its interlock acts as ever. Says whether it was taken. */
  shelve(alarm: string, minutes: number, actor: string): boolean;
  unshelve(alarm: string, actor: string): boolean;
  /** Nobody is at the terminal any more, and why: nothing is answered for them, and no hold or question lasts for ever. */
  leave(why: string): void;
  /** A sentence for the journal. */
  note(actor: string, text: string): void;
  /** What somebody asked over the network, and what came of it, for the journal. */
  command(actor: string, text: string, data: EventData): void;
  /** Every alarm that was ever raised in this run, as it is now. */
  alarms(): readonly Alarm[];
  /** Settles when the run has ended and its record is closed. */
  readonly report: Promise<RunReport>;
}
