/**
 * One run on the operator's terminal: opens bench and record, starts the run, tells its story, closes everything.
 * `run` has one of these and `serve` one after another; arguments and recipes are theirs.
 */
import { openBench, panelFor, type OpenedBench } from '../bench.js';
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import type { Plan } from '../model/plan.js';
import { RealClock } from '../model/real-clock.js';
import { VirtualClock } from '../model/virtual-clock.js';
import { startRun, type Run, type RunReport } from '../reactor.js';
import { dataDirectory } from '../record/place.js';
import { openRecorder, type Recorder } from '../record/recorder.js';
import type { TelemetryLink } from '../telemetry/link.js';
import { EXIT } from './exit.js';
import { headerOf } from './header.js';
import type { Lines } from './lines.js';
import { attendOperator } from './operator.js';
import type { Screen } from './screen.js';
import { alarmLines, ending, eventLine, opening, statusLine } from './story.js';
import { truthOf, truthSince, type Truth } from './truth.js';

export interface SessionOptions {
  /** null: as fast as it goes. 1 on any bench that is not simulated in this process. */
  readonly speed: number | null;
  readonly seed: number;
  /** Prompts are answered by the program. */
  readonly unattended: boolean;
  readonly data: string | undefined;
  /** Unix socket of a live bench. */
  readonly socket: string | undefined;
  /** Clears what the board has latched before it is armed. */
  readonly clear: boolean;
  readonly json: boolean;
  readonly wall: Clock;
  readonly screen: Screen;
  readonly telemetry: TelemetryLink;
  /** What the operator types; null where nobody is. */
  readonly lines: Lines | null;
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
  constructor(
    private readonly plan: Plan,
    private readonly board: Board,
    private readonly clock: Clock,
    private readonly options: SessionOptions,
  ) {}

  async run(): Promise<number> {
    const { board, plan, clock } = this;
    const { seed, socket } = this.options;
    const bench = await this.open('bench', () =>
      openBench({ board, reactor: plan.reactor, clock, seed, ...(socket === undefined ? {} : { socket }) }),
    );
    if (bench === null) return EXIT.noHardware;
    try {
      return await this.record(bench);
    } finally {
      await bench.close();
    }
  }

  private async record(bench: OpenedBench): Promise<number> {
    const dataDir = dataDirectory(this.options.data);
    const recorder = await this.open('record', () => openRecorder({ dataDir, clock: this.clock }));
    if (recorder === null) return EXIT.refused;
    try {
      return await this.drive(bench, recorder, dataDir);
    } finally {
      await recorder.close();
    }
  }

  private async drive(bench: OpenedBench, recorder: Recorder, dataDir: string): Promise<number> {
    const { plan, board, clock } = this;
    const { speed, unattended, telemetry, wall, screen, lines, seed, clear } = this.options;
    const started_ms = wall.now();
    const before = await truthOf(bench);
    const run = await startRun({
      plan,
      bench,
      clock,
      period_s: 1 / board.control_Hz,
      pumpFull_mL_min: board.chips.outputs.pumpFull_mL_min,
      speed,
      unattended,
      clearFirst: clear,
      record: { recorder, header: headerOf(plan, board, bench, seed) },
      telemetry,
      openPanel: (report) => panelFor({ board, lines: bench.lines, bus: bench.bus, clock, report }),
    });
    const release = attendOperator({ run, screen, clock, lines, speed });
    this.tell(run);
    const report = await run.report;
    release();
    this.finish(report, truthSince(before, await truthOf(bench)), (wall.now() - started_ms) / 1000, dataDir);
    return report.result.outcome === 'complete' ? EXIT.done : EXIT.endedEarly;
  }

  private tell(run: Run): void {
    const { screen } = this.options;
    run.events$.subscribe((event) => {
      const line = eventLine(event);
      if (line !== null) screen.line(line);
    });
    run.alarms$.subscribe((alarm) => {
      for (const line of alarmLines(alarm)) screen.line(line);
    });
    run.samples$.subscribe((sample) => screen.status(() => statusLine(this.plan, sample, screen.columns)));
  }

  private finish(report: RunReport, truth: Truth | null, wall_s: number, dataDir: string): void {
    const { screen, data, json } = this.options;
    screen.end();
    for (const line of ending(this.plan, report, truth, wall_s)) screen.line(line);
    if (report.recordFailure !== null) screen.line(`  record      INCOMPLETE: ${report.recordFailure}`);
    screen.line(`  record      ${dataDir}`);
    screen.line(
      `              galvanode runs show ${report.run ?? 'latest'}${data === undefined ? '' : ` --data ${data}`}`,
    );
    if (json) screen.line(JSON.stringify({ run: report.run, ...report.result, figures: report.figures, truth }));
  }

  private async open<T>(what: string, open: () => Promise<T>): Promise<T | null> {
    try {
      return await open();
    } catch (error) {
      this.options.screen.end();
      process.stderr.write(`galvanode: no ${what}: ${error instanceof Error ? error.message : 'unknown'}\n`);
      return null;
    }
  }
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
