/**
 * Where a run is told: the record, telemetry and the panel at the bench, each hung on the streams of the control core. What
 * comes back from the network is a stop, from the panel a line in the journal. Nothing is decided here.
 */
import { distinctUntilChanged } from 'rxjs';
import { announcementOf } from '../announcement.js';
import type { Core } from '../control/core.js';
import type { Panel, PanelEvent } from '../device/panel.js';
import type { BenchState } from '../model/bench-state.js';
import type { Alarm } from '../model/event.js';
import type { Recorder } from '../record/recorder.js';
import type { TelemetryLink } from '../telemetry/link.js';
import type { RunOptions } from './run.js';

/** Every sample and every event: what is kept is the recorder's choice. */
export function keep(core: Core, recorder: Recorder): void {
  core.samples$.subscribe({ next: (sample) => recorder.sample(sample), error: fail });
  core.events$.subscribe({ next: (event) => recorder.event(event), error: fail });
}

export function show(
  core: Core,
  telemetry: TelemetryLink,
  options: RunOptions,
  id: string | null,
  started_ms: number,
): void {
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
        reason: now.reason,
      });
    },
    error: fail,
  });
  const bench = (): BenchState => ({ ...core.benchState, rehearsed: options.rehearsed?.() ?? [] });
  core.samples$.subscribe({
    next: (sample) => {
      telemetry.sample(sample, { bus: core.busCounts });
      telemetry.bench(bench);
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
}

/** A stop over the network is taken from the first moment on: one that comes before the start has begun ends it. */
export function takeStops(core: Core, telemetry: TelemetryLink): void {
  const commands = telemetry.commands.subscribe({
    next: (command) =>
      core.request({
        kind: 'stop',
        actor: command.actor,
        reason: `stopped by ${command.actor} over MQTT`,
        atOnce: true,
      }),
    error: fail,
  });
  core.samples$.subscribe({ complete: () => commands.unsubscribe(), error: fail });
}

/** Lights and buzzer follow state, alarms and prompt. They say; nothing is decided by them. */
export function light(core: Core, panel: Panel): void {
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

export function noteOf(core: Core, event: PanelEvent): void {
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

/** A sink that fails is an error of the program: it goes up and ends the process, and the board’s dead-man acts. */
export function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error('a stream of the control core failed', { cause: error });
}
