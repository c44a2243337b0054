/**
 * Root of one run: wires a checked plan, an opened bench, the control core, the record and telemetry together, and says
 * how it went. Everything is handed in; nothing is chosen here. The run does not depend on telemetry being there.
 */
import { TwinAlongside } from './alongside.js';
import { announcementOf } from './announcement.js';
import { Core } from './control/core.js';
import type { CoreOptions } from './control/core-options.js';
import { FigureBook } from './control/figures.js';
import type { Panel } from './device/panel.js';
import { RESUME_PROMPT } from './procedure/remaining.js';
import { closeRecord } from './reactor/outcome.js';
import { fail, keep, light, noteOf, show, takeStops } from './reactor/outlets.js';
import type { Run, RunOptions, RunReport } from './reactor/run.js';
import { answerForNobody, giveUpWaiting, UNATTENDED_WAIT_S } from './reactor/unattended.js';
import type { Resumption } from './record/run.js';

export type { Run, RunOptions, RunReport } from './reactor/run.js';

/**
 * Starts the run. Settles when the chips have given their first values and the record is begun, right before anything is
 * decided, so that whoever listens from then on misses nothing. Rejects when the record cannot be begun; nothing was driven
 * then.
 */
export async function startRun(options: RunOptions): Promise<Run> {
  const { clock, resume = null, unattended, telemetry } = options;
  const runTag = runTagOf(clock.wallTime_ms());
  let tellBegun: (id: string | null) => void = () => undefined;
  const begun = new Promise<string | null>((resolve) => {
    tellBegun = resolve;
  });
  const begins = async (started_ms: number): Promise<void> => {
    const id = await recordBegun(options, runTag, started_ms);
    if (options.record !== null) keep(core, options.record.recorder);
    if (telemetry !== null) show(core, telemetry, options, id, started_ms);
    tellBegun(id);
    await clock.sleep(0); // whoever awaits the start listens before anything is told
  };
  const core: Core = new Core({ ...coreOptions(options, runTag), begins });
  const figures = new FigureBook();
  core.samples$.subscribe({ next: (sample) => figures.add(sample), error: fail });
  if (telemetry !== null) takeStops(core, telemetry);
  if (resume !== null) goOnFrom(core, resume, options.actor ?? 'operator'); // before the program answers for nobody: a person has
  if (unattended) {
    answerForNobody(core);
    giveUpWaiting(core);
  }
  const panel = options.openPanel === null ? null : await options.openPanel((event) => noteOf(core, event));
  if (panel !== null) light(core, panel);
  core.request({ kind: 'start', actor: options.actor ?? (unattended ? 'program' : 'operator') });
  const report = finish(core, options, figures, begun, panel);
  const id = await Promise.race([begun, report.then(({ run }) => run)]);
  return { ...handleOf(core, id, unattended), report };
}

/** Gives the name of the run, once it is on the disk; null where nothing is kept. */
async function recordBegun({ record, resume }: RunOptions, runTag: number, started_ms: number): Promise<string | null> {
  if (record === null) return null;
  return record.recorder.begin({ ...record.header, startedUtc_ms: started_ms, runTag, resumes: resume ?? null });
}

function coreOptions(options: RunOptions, runTag: number): CoreOptions {
  const { clock, bench, plan, record } = options;
  const resume = options.resume ?? null;
  return {
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
  };
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
    finish: (actor) => core.request({ kind: 'finish', actor }),
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

async function finish(
  core: Core,
  options: RunOptions,
  book: FigureBook,
  begun: Promise<string | null>,
  panel: Panel | null,
): Promise<RunReport> {
  const result = await core.run().finally(() => panel?.close());
  const id = await begun; // nothing ends that has not begun
  options.telemetry?.procedure(announcementOf(options.plan, 'ended', id));
  const figures = book.figures;
  const recordFailure =
    options.record === null ? null : await closeRecord(options.record.recorder, options.plan, result, figures);
  const recordHead = recordFailure === null ? (options.record?.recorder.health.head ?? null) : null;
  if (recordHead !== null && id !== null) options.telemetry?.recordHead({ run: id, ...recordHead });
  return { result, figures, run: id, recordFailure, recordHead };
}
