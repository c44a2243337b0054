/**
 * One run on the operator's terminal: opens bench and record, starts the run, tells its story, closes everything.
 * `run` has one of these and `serve` one after another; arguments and recipes are theirs.
 */
import { type BoardIdentity, openBench, type OpenPanel, panelFor, type OpenedBench, type Rehearsal } from '../bench.js';
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import { gasMeteringOf } from '../model/gas-metering.js';
import { withCircuitOf } from '../model/liquid-circuit.js';
import type { Plan } from '../model/plan.js';
import type { ReadinessFacts } from '../model/proof-test.js';
import { RealClock } from '../model/real-clock.js';
import { VirtualClock } from '../model/virtual-clock.js';
import { startRun, type Run, type RunOptions, type RunReport } from '../reactor.js';
import { dataDirectory, spareDirectory } from '../record/place.js';
import type { Resumption } from '../record/run.js';
import { openRecorder, type Recorder } from '../record/recorder.js';
import type { Rehearse } from '../station/station.js';
import type { TelemetryLink } from '../telemetry/link.js';
import { Opening } from './early-end.js';
import { EXIT } from './exit.js';
import { headerOf } from './header.js';
import { whereOf } from './interrupted.js';
import type { Lines } from './lines.js';
import { attendOperator } from './operator.js';
import { readinessFacts, type RecordDirectories } from './readiness.js';
import { RehearsedRun } from './rehearsal.js';
import type { Screen } from './screen.js';
import { alarmLines, ending, eventLine, membersLine, opening, raisedBy, statusLine, STORY_INDENT } from './story.js';
import { truthOf, truthSince, type Truth } from '../preview/truth.js';
import { hanging, rowLines } from '../model/words.js';

/** What a session does: the plan, what it goes on from, and whether the board's latch is cleared first. */
export interface Job {
  readonly plan: Plan;
  readonly clear: boolean;
  /** null for a run that begins at nothing. */
  readonly resume: Resumption | null;
  /** Told with the result in JSON. */
  readonly known: object;
}

export interface SessionOptions {
  /** null: as fast as it goes. 1 on any bench that is not simulated in this process. */
  readonly speed: number | null;
  readonly seed: number;
  /** Prompts are answered by the program. */
  readonly unattended: boolean;
  readonly data: string | undefined;
  /** Where a run goes on when its record fails. */
  readonly data2?: string | undefined;
  /** Unix socket of a live bench. */
  readonly socket: string | undefined;
  /** What breaks on the simulated bench, by the operator's order. */
  readonly faults?: readonly Rehearsal[];
  /** Clears what the board has latched before it is armed. */
  readonly clear: boolean;
  /** Looks at the opened bench before anything is recorded or driven, and says what to do, or the exit code. */
  readonly decide?: (bench: OpenedBench, clock: Clock) => Promise<Job | number>;
  readonly json: boolean;
  readonly wall: Clock;
  readonly screen: Screen;
  readonly telemetry: TelemetryLink;
  /** What the operator types; null where nobody is. */
  readonly lines: Lines | null;
  readonly follower?: Follower;
  /** Aborted by whoever asked for the start, with the reason in words: it is given up unless it has begun. */
  readonly givenUp?: AbortSignal;
}

/** Who goes along with a session beside the terminal: the service that commands it over the network. */
export interface Follower {
  /** In the journal as the one who starts it; null: the terminal does. */
  readonly actor: string | null;
  /** The bench was opened; nothing is recorded or driven yet. */
  opened(identity: BoardIdentity, reactor: string): void;
  /** Right before the run is recorded and armed: what it throws refuses the start. */
  engage(): void;
  /** The run is on; returns what is done at its end. */
  begun(run: Run, rehearse: Rehearse): () => void;
  /** Nothing was begun, and why. */
  refused(why: string): void;
  panel(open: OpenPanel): OpenPanel;
}

/** Runs a plan to its end. 0 done, 2 no record, 3 ended early, 4 no bench. */
export async function runSession(plan: Plan, board: Board, options: SessionOptions): Promise<number> {
  const { screen, speed, wall } = options;
  for (const line of opening(plan, board.simulated, speed)) screen.line(line);
  if (board.bus.kind !== 'simulated') return new Session(plan, board, new RealClock({ fine: true }), options).run();
  const clock = new VirtualClock({ epoch_ms: wall.wallTime_ms(), ...(speed === null ? {} : { speed }) });
  return clock.run(() => new Session(plan, board, clock, options).run());
}

class Session {
  private readonly opening: Opening;

  constructor(
    private readonly plan: Plan,
    private readonly board: Board,
    private readonly clock: Clock,
    private readonly options: SessionOptions,
  ) {
    this.opening = new Opening(options.telemetry, options.givenUp);
  }

  async run(): Promise<number> {
    try {
      return await this.onBench();
    } finally {
      this.opening.release();
    }
  }

  private async onBench(): Promise<number> {
    const { board, plan, clock } = this;
    const { seed, socket } = this.options;
    const bench = await this.open('bench', () =>
      openBench({ board, reactor: plan.reactor, clock, seed, ...(socket === undefined ? {} : { socket }) }),
    );
    if (bench === null) return EXIT.noHardware;
    this.options.follower?.opened(bench.identity, plan.reactor.name);
    try {
      const job = await this.decided(bench);
      return typeof job === 'number' ? job : await this.record(bench, job);
    } finally {
      await bench.close();
    }
  }

  private async decided(bench: OpenedBench): Promise<Job | number> {
    const { decide, clear } = this.options;
    if (decide === undefined) return { plan: this.plan, clear, resume: null, known: {} };
    return (await this.open('answer of the bench', () => decide(bench, this.clock))) ?? EXIT.noHardware;
  }

  private async record(bench: OpenedBench, job: Job): Promise<number> {
    const dataDir = dataDirectory(this.options.data);
    const dirs = { dataDir, spareDir: spareDirectory(dataDir, this.options.data2) };
    const recorder = await this.open('record', () => openRecorder({ ...dirs, clock: this.clock }));
    if (recorder === null) return EXIT.refused;
    try {
      return await this.drive(bench, recorder, dirs, job);
    } finally {
      const left = await recorder.close();
      if (left !== null) this.options.screen.line(`  record      ${left}`);
    }
  }

  private async drive(bench: OpenedBench, recorder: Recorder, dirs: RecordDirectories, job: Job): Promise<number> {
    const { board, clock } = this;
    const { speed, unattended, telemetry, wall, screen, lines, faults = [], follower } = this.options;
    const { plan } = job;
    const readiness = await this.open('way to start', async () =>
      readinessFacts(plan, board, dirs, clock, await clock.hold(telemetry.openDoors())),
    );
    if (readiness === null) return EXIT.refused;
    const started_ms = wall.now();
    const before = await truthOf(bench);
    const book: { rehearsed: RehearsedRun | null } = { rehearsed: null };
    const options = this.runOptions(bench, recorder, job, readiness, () => book.rehearsed?.inForce ?? []);
    this.opening.hearSignals();
    const run = await this.open('start', async () => {
      this.opening.check();
      follower?.engage();
      return startRun(options);
    });
    if (run === null) return EXIT.refused;
    const rehearsed = new RehearsedRun({ faults, run, bench, plan, board });
    book.rehearsed = rehearsed;
    const released = follower?.begun(run, (args, by) => rehearsed.take(args, by));
    const release = attendOperator({
      run,
      screen,
      clock,
      lines,
      speed,
      elsewhere: follower !== undefined && !unattended,
    });
    const early = this.opening.release();
    if (early !== null) run.stop(early.actor, early.reason);
    this.tell(run, plan);
    rehearsed.begin();
    const report = await run.report;
    release();
    released?.();
    const truth = truthSince(before, await truthOf(bench));
    screen.end();
    for (const line of rehearsed.ending()) screen.line(line);
    const known = { ...job.known, ...rehearsed.told() };
    this.finish({ ...job, known }, report, truth, (wall.now() - started_ms) / 1000, dirs);
    return report.result.outcome === 'complete' ? EXIT.done : EXIT.endedEarly;
  }

  private runOptions(
    bench: OpenedBench,
    recorder: Recorder,
    { plan, clear, resume }: Job,
    readiness: ReadinessFacts,
    rehearsed: () => readonly string[],
  ): RunOptions {
    const { board, clock } = this;
    const { speed, unattended, telemetry, seed, follower } = this.options;
    const openPanel: OpenPanel = (report) => panelFor({ board, lines: bench.lines, bus: bench.bus, clock, report });
    const actor = follower?.actor ?? null;
    return {
      plan,
      bench,
      clock,
      period_s: 1 / board.control_Hz,
      pumpFull_mL_min: withCircuitOf(board, plan.reactor).chips.outputs.pumpFull_mL_min,
      gasMetering: gasMeteringOf(board.chips),
      speed,
      unattended,
      clearFirst: clear,
      readiness,
      alongside: true,
      ...(resume === null ? {} : { resume }),
      record: { recorder, header: headerOf(plan, board, bench, seed) },
      telemetry,
      openPanel: follower?.panel(openPanel) ?? openPanel,
      rehearsed,
      ...(actor === null ? {} : { actor }),
    };
  }

  private tell(run: Run, plan: Plan): void {
    const { screen } = this.options;
    const hang = (line: string): void => {
      for (const part of hanging(line, STORY_INDENT, screen.columns)) screen.line(part);
    };
    run.events$.subscribe((event) => {
      const line = eventLine(event);
      if (line !== null) hang(line);
      const raised = raisedBy(event);
      for (const advice of alarmLines(run.alarms().find(({ id }) => id === raised))) hang(advice);
    });
    run.alarms$.subscribe((alarm) => {
      const line = membersLine(alarm);
      if (line !== null) hang(line);
    });
    run.samples$.subscribe((sample) => screen.status(() => statusLine(plan, sample, screen.columns)));
  }

  private finish(job: Job, report: RunReport, truth: Truth | null, wall_s: number, dirs: RecordDirectories): void {
    const { screen, data, data2, json } = this.options;
    const { plan, resume, known } = job;
    screen.end();
    for (const row of ending(plan, report, truthAfter(resume, truth), wall_s))
      for (const line of rowLines(row, screen.columns)) screen.line(line);
    if (report.recordFailure !== null) screen.line(`  record      INCOMPLETE: ${report.recordFailure}`);
    screen.line(`  record      ${dirs.dataDir}`);
    if (report.recordHead !== null) screen.line(`  head        ${report.recordHead.hash}`);
    screen.line(`              galvanode runs show ${report.run ?? 'latest'}${whereOf(data, data2)}`);
    if (json)
      screen.line(JSON.stringify({ run: report.run, ...report.result, figures: report.figures, truth, ...known }));
  }

  private async open<T>(what: string, open: () => Promise<T>): Promise<T | null> {
    try {
      return await open();
    } catch (error) {
      this.options.screen.end();
      const why = `no ${what}: ${error instanceof Error ? error.message : 'unknown'}`;
      process.stderr.write(`galvanode: ${why}\n`);
      this.options.follower?.refused(why);
      return null;
    }
  }
}

/** The truth of what the ledger counts: it went on from what was carried over. */
function truthAfter(resume: Resumption | null, truth: Truth | null): Truth | null {
  if (resume === null || truth === null) return truth;
  return { ...truth, charge_C: truth.charge_C + resume.charge_C };
}

/** Tells where page and broker are, or why there are none. */
export async function tellPage(telemetry: TelemetryLink, screen: Screen): Promise<void> {
  const ready = await telemetry.ready;
  if ('failed' in ready) {
    screen.line(`  page      none: ${ready.failed}; the run goes on without it`);
    return;
  }
  if (ready.httpPort !== null) screen.line(`  page      http://127.0.0.1:${ready.httpPort}`);
  if (ready.mqttPort !== null) screen.line(`  broker    mqtt://127.0.0.1:${ready.mqttPort}, topic galvanode/#`);
}
