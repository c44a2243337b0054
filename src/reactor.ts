/**
 * Root of one run: wires a checked plan, an opened bench, the control core, the record and telemetry together, and says
 * how it went. Everything is handed in; nothing is chosen here. The run does not depend on telemetry being there.
 */
import { distinctUntilChanged, type Observable } from 'rxjs';
import { TwinAlongside } from './alongside.js';
import { announcementOf } from './announcement.js';
import { Core, type CoreResult } from './control/core.js';
import { FigureBook, type Figures } from './control/figures.js';
import type { Interlock } from './control/guard/interlock.js';
import type { OpenPanel, Panel, PanelEvent } from './device/panel.js';
import type { Bench } from './device/ports.js';
import { fallbackOf, NO_ANSWER } from './model/answer.js';
import { countedCharge_C } from './model/counted-charge.js';
import type { Clock } from './model/clock.js';
import type { Alarm, EventData, RunEvent } from './model/event.js';
import type { GasMetering } from './model/gas-metering.js';
import type { Plan } from './model/plan.js';
import type { ReadinessFacts } from './model/proof-test.js';
import type { Sample } from './model/sample.js';
import { charge_F_mol } from './physics/charge.js';
import { RESUME_PROMPT } from './procedure/remaining.js';
import type { ProcedureState, Prompt } from './procedure/types.js';
import type { Recorder } from './record/recorder.js';
import type { ChainHead, Resumption, RunHeader, RunOutcome } from './record/run.js';
import type { TelemetryLink } from './telemetry/link.js';

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

/** Nobody is there: a hold or a question is worth waiting for this long, then the run is stopped, s of run time. */
const UNATTENDED_WAIT_S = 600;

/** Begins the record and starts the run. Rejects when the record cannot be begun; nothing was driven then. */
export async function startRun(options: RunOptions): Promise<Run> {
  const { plan, bench, clock, record, telemetry, resume = null } = options;
  const actor = options.actor ?? (options.unattended ? 'program' : 'operator');
  const startedUtc_ms = clock.wallTime_ms();
  const runTag = runTagOf(startedUtc_ms);
  const begun = { startedUtc_ms, runTag, resumes: resume };
  const id = record === null ? null : await record.recorder.begin({ ...record.header, ...begun });
  const core = new Core({
    clock,
    bench,
    plan,
    runTag,
    period_s: options.period_s,
    pumpFull_mL_min: options.pumpFull_mL_min,
    clearFirst: options.clearFirst,
    ...(options.gasMetering === undefined ? {} : { gasMetering: options.gasMetering }),
    ...(options.readiness === undefined ? {} : { readiness: options.readiness }),
    ...(options.alongside === true ? { expectation: new TwinAlongside(plan, resume?.absolute_C) } : {}),
    ...(options.interlocks === undefined ? {} : { interlocks: options.interlocks }),
    recordFailure: () => record?.recorder.health.hold ?? null,
    recordBacklog: () => record?.recorder.health.backlog ?? 0,
    recordWarning: () => record?.recorder.health.warning ?? null,
    ...(resume === null ? {} : { carried: resume }),
  });
  const figures = new FigureBook();
  core.samples$.subscribe({ next: (sample) => figures.add(sample), error: fail });
  if (record !== null) keep(core, record.recorder);
  if (telemetry !== null) show(core, telemetry, options, id, startedUtc_ms);
  if (resume !== null) goOnFrom(core, resume, options.actor ?? 'operator'); // before the program answers for nobody: a person has
  if (options.unattended) {
    answerForNobody(core);
    giveUpWaiting(core);
  }
  const panel = options.openPanel === null ? null : await options.openPanel((event) => noteOf(core, event));
  if (panel !== null) light(core, panel);
  core.request({ kind: 'start', actor });
  return { ...handleOf(core, id, options.unattended), report: finish(core, options, figures, id, panel) };
}

/** Another tag every second of 18 hours: the board tells by it whose charge it has counted. */
function runTagOf(startedUtc_ms: number): number {
  return 1 + (Math.floor(startedUtc_ms / 1000) % 65535);
}

/** What is carried stands in the new run's own journal, and the person who confirmed it before the start as its answer. */
function goOnFrom(core: Core, resume: Resumption, actor: string): void {
  core.note(actor, `goes on from ${resume.run}: ${resume.charge_C.toFixed(3)} C carried over`);
  core.prompt$.subscribe({
    next: (prompt) => {
      if (prompt?.id !== RESUME_PROMPT) return;
      core.request({ kind: 'answer', prompt: prompt.id, text: 'confirmed before the start', actor });
    },
    error: fail,
  });
}

function handleOf(core: Core, id: string | null, unattended: boolean): Omit<Run, 'report'> {
  let alone = unattended;
  return {
    id,
    samples$: core.samples$,
    events$: core.events$,
    alarms$: core.alarms$,
    prompt$: core.prompt$,
    state$: core.state$,
    stop: (actor, reason) => core.request({ kind: 'stop', actor, reason }),
    abort: (actor, reason) => core.request({ kind: 'abort', actor, reason }),
    hold: (actor) => core.request({ kind: 'hold', actor, reason: `held by ${actor}` }),
    resume: (actor) => core.request({ kind: 'unhold', actor }),
    answer: (prompt, text, actor, photo_sha256) =>
      core.request({
        kind: 'answer',
        prompt,
        text,
        actor,
        ...(photo_sha256 === undefined ? {} : { photo_sha256 }),
      }),
    acknowledge: (alarm, actor) => core.acknowledge(alarm, actor),
    shelve: (alarm, minutes, actor) => core.shelve(alarm, minutes, actor),
    unshelve: (alarm, actor) => core.unshelve(alarm, actor),
    note: (actor, text) => core.note(actor, text),
    command: (actor, text, data) => core.command(actor, text, data),
    leave: (why) => {
      const ends = `a hold or a question of ${UNATTENDED_WAIT_S / 60} min ends it`;
      core.note('program', `${why}: the run goes on with nobody at its terminal${alone ? '' : `; ${ends}`}`);
      if (!alone) giveUpWaiting(core);
      alone = true;
    },
    alarms: () => core.alarms,
  };
}

/** Every sample and every event: what is kept is the recorder's choice. */
function keep(core: Core, recorder: Recorder): void {
  core.samples$.subscribe({ next: (sample) => recorder.sample(sample), error: fail });
  core.events$.subscribe({ next: (event) => recorder.event(event), error: fail });
}

function show(core: Core, telemetry: TelemetryLink, options: RunOptions, id: string | null, started_ms: number): void {
  const { plan, clock, record } = options;
  telemetry.procedure(announcementOf(plan, 'started', id));
  let shownHead = 0;
  let state = '';
  let since_ms = started_ms;
  core.state$.subscribe({
    next: (now) => {
      const step = plan.steps[now.step];
      if (now.run !== state) since_ms = clock.wallTime_ms();
      state = now.run;
      telemetry.state({
        state: now.run,
        since_ms,
        run: id,
        started_ms,
        recipe: plan.title,
        step: now.step,
        steps: plan.steps.length,
        stepName: step?.title ?? null,
        plannedCharge_C: plan.numbers.charge_C,
        plannedCharge_F_mol: plan.numbers.charge_F_mol,
        simulated: options.bench.simulated,
        speed: options.speed,
      });
    },
    error: fail,
  });
  core.samples$.subscribe({
    next: (sample) => {
      telemetry.sample(sample, { bus: core.busCounts });
      const head = record?.recorder.health.head ?? null;
      if (head === null || id === null || head.seq === shownHead) return;
      shownHead = head.seq;
      telemetry.recordHead({ run: id, seq: head.seq, hash: head.hash });
    },
    error: fail,
  });
  const kept = (): boolean => record !== null && record.recorder.health.error === null;
  core.events$.subscribe({ next: (event) => telemetry.event(event, kept()), error: fail });
  core.alarms$.subscribe({ next: (alarm) => telemetry.alarm(alarm), error: fail });
  core.prompt$.pipe(distinctUntilChanged()).subscribe({ next: (prompt) => telemetry.prompt(prompt), error: fail });
  const commands = telemetry.commands.subscribe({
    next: (command) =>
      core.request({ kind: 'stop', actor: command.actor, reason: `stopped by ${command.actor} over MQTT` }),
    error: fail,
  });
  core.samples$.subscribe({ complete: () => commands.unsubscribe(), error: fail });
}

/** Lights and buzzer follow state, alarms and prompt. They say; nothing is decided by them. */
function light(core: Core, panel: Panel): void {
  const alarms = new Map<string, Alarm>();
  const show = (): void => {
    panel.show({ run: core.state$.value.run, alarms: [...alarms.values()], asked: core.prompt$.value !== null });
  };
  core.alarms$.subscribe({
    next: (alarm) => {
      alarms.set(alarm.id, alarm);
      show();
    },
    error: fail,
  });
  core.state$.subscribe({ next: show, error: fail });
  core.prompt$.subscribe({ next: show, error: fail });
}

function noteOf(core: Core, event: PanelEvent): void {
  switch (event.kind) {
    case 'arm-pressed':
      return core.note('operator', 'arm button pressed');
    case 'arm-released':
      return core.note('operator', `arm button released after ${event.held_ms} ms`);
    case 'switch':
      return core.note('operator', `${event.line} ${event.closed ? 'closed' : 'opened'}`);
    case 'fault':
      return core.note('program', `panel: ${event.text}`);
  }
}

/** Answers prompts for the absent operator. */
function answerForNobody(core: Core): void {
  core.prompt$.subscribe({
    next: (prompt) => {
      if (prompt === null) return;
      const text = fallbackOf(prompt.answer ?? NO_ANSWER) ?? 'continued unattended';
      core.request({ kind: 'answer', prompt: prompt.id, text, actor: 'program' });
    },
    error: fail,
  });
}

/** With nobody there, the run does not wait for ever: a hold that nobody ends, or a question, stops it. */
function giveUpWaiting(core: Core): void {
  let since_s: number | null = null;
  core.samples$.subscribe({
    next: ({ elapsed_s, state }) => {
      const shown = core.prompt$.value;
      const asked = shown?.asked_C === undefined ? shown : null; // nothing waits for a sample's answer
      const waits = state === 'held' || asked !== null;
      since_s = waits ? (since_s ?? elapsed_s) : null;
      if (since_s === null || elapsed_s - since_s < UNATTENDED_WAIT_S) return;
      since_s = null;
      const minutes = `${UNATTENDED_WAIT_S / 60} min with nobody here`;
      const held = `held for ${minutes}: ${core.state$.value.reason ?? 'unknown'}`;
      const reason = state === 'held' || asked === null ? held : `asked for ${minutes}: ${asked.text}`;
      core.request({ kind: 'stop', actor: 'program', reason });
    },
    error: fail,
  });
}

async function finish(
  core: Core,
  options: RunOptions,
  book: FigureBook,
  id: string | null,
  panel: Panel | null,
): Promise<RunReport> {
  const result = await core.run();
  panel?.close();
  options.telemetry?.procedure(announcementOf(options.plan, 'ended', id));
  const figures = book.figures;
  const recordFailure =
    options.record === null ? null : await closeRecord(options.record.recorder, options.plan, result, figures);
  const recordHead = recordFailure === null ? (options.record?.recorder.health.head ?? null) : null;
  if (recordHead !== null && id !== null) options.telemetry?.recordHead({ run: id, ...recordHead });
  return { result, figures, run: id, recordFailure, recordHead };
}

async function closeRecord(
  recorder: Recorder,
  plan: Plan,
  result: CoreResult,
  figures: Figures,
): Promise<string | null> {
  try {
    await recorder.end(outcomeOf(plan, result, figures));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'the record could not be closed';
  }
}

function outcomeOf(plan: Plan, result: CoreResult, figures: Figures): RunOutcome {
  const { outcome } = result;
  return {
    outcome: outcome === 'complete' || outcome === 'stopped' ? outcome : 'aborted',
    reason: result.reason,
    elapsed_s: result.elapsed_s,
    charge_C: result.charge_C,
    absolute_charge_C: result.absolute_charge_C,
    board_charge_C: result.board_charge_C,
    charge_F_mol: charge_F_mol(countedCharge_C(plan, result.charge_C, result.absolute_charge_C), plan.basis_mmol),
    figures: {
      temperature_min_C: figures.temperature_C?.min ?? null,
      temperature_max_C: figures.temperature_C?.max ?? null,
      voltage_max_V: figures.voltage_V?.max ?? null,
      hydrogen_max_ppm: figures.hydrogenMax_ppm,
      vent_hydrogen_umol: figures.ventHydrogen_umol,
      energy_J: figures.energy_J,
      faradaic_efficiency: figures.efficiency?.value ?? null,
      faradaic_efficiency_uncertainty: figures.efficiency?.uncertainty ?? null,
      missed_ticks: result.missedTicks,
      bus_faults: result.busFaults,
    },
  };
}

/** A sink that fails is an error of the program: it goes up and ends the process, and the board’s dead-man acts. */
function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error('a stream of the control core failed', { cause: error });
}
