/**
 * `galvanode serve`: the operator's service at the bench. Root of it: opens the link, the station and the idle bench, and
 * wires them. Page and broker stay up; runs are started one after another, at this terminal or over the network by a user
 * with a permit.
 */
import { createInterface } from 'node:readline';
import type { Board } from '../model/board.js';
import { formatProblem, type Problem } from '../model/problem.js';
import type { Reactor } from '../model/reactor.js';
import { RealClock } from '../model/real-clock.js';
import { loadBoard, reactorNamed } from '../recipe/files.js';
import { IdleBench } from '../station/idle-bench.js';
import { permitShown } from '../station/panel.js';
import { StartQueue } from '../station/start-queue.js';
import { EXIT } from './exit.js';
import { interruptedRun } from './interrupted.js';
import { Lines } from './lines.js';
import { linkOf, type ServiceArguments } from './linked.js';
import { speedRefusal, tellInterrupted } from './run.js';
import { Screen } from './screen.js';
import { Serving, type Typing } from './serving.js';
import { type SessionOptions, tellPage } from './session.js';
import { onEndingSignal, onTerminalGone } from './signals.js';
import { type Stationed, stationed } from './stationed.js';

export interface ServeArguments extends ServiceArguments {
  /** False: its input is not read, and only a signal ends it. */
  readonly terminal: boolean;
  /** The reactor that hangs on the bench, as far as it is known before a recipe names one. */
  readonly reactor: string | undefined;
}

/** Of a bench of which nobody has said what hangs on it: no pump, so that nothing is asked of a chip that may not be there. */
const UNNAMED_REACTOR = 'batch-10ml';

/** Serves until "quit", the end of input or a signal. 0 done, 2 refused. */
export async function serveCommand(args: ServeArguments): Promise<number> {
  const [board, reactor] = await Promise.all([loadBoard(args.board), reactorNamed(args.reactor ?? UNNAMED_REACTOR)]);
  if (!board.ok || !reactor.ok)
    return refuse([...(board.ok ? [] : board.problems), ...(reactor.ok ? [] : reactor.problems)]);
  const refusal = speedRefusal(board.value, args.speed);
  if (refusal !== null) {
    process.stderr.write(`galvanode serve: ${refusal}\n`);
    return EXIT.refused;
  }
  const lines = args.terminal ? new Lines(createInterface({ input: process.stdin })) : null;
  // Without a terminal there is none that could go; a supervisor that sends SIGHUP means no end.
  const release = args.terminal ? () => undefined : onTerminalGone(() => undefined);
  try {
    return await serveOn(args, board.value, reactor.value, lines);
  } finally {
    release();
    lines?.close();
  }
}

function refuse(problems: readonly Problem[]): number {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return EXIT.refused;
}

async function serveOn(args: ServeArguments, board: Board, reactor: Reactor, lines: Lines | null): Promise<number> {
  const wall = new RealClock();
  const screen = new Screen(process.stdout, wall);
  const telemetry = linkOf(args, wall, screen, board);
  const session = {
    ...args,
    unattended: false,
    socket: undefined,
    clear: false,
    json: false,
    wall,
    screen,
    telemetry,
    lines,
  } satisfies SessionOptions;
  try {
    await tellPage(telemetry, screen);
    tellInterrupted(args, screen);
    const interrupted = interruptedRun(args.data, args.data2);
    telemetry.state(resting(board.simulated, args.speed, wall.wallTime_ms(), interrupted));
    const { serving, close } = wired(args, { board, reactor, session, lines, interrupted: interrupted?.run ?? null });
    await serving.serve();
    close();
    return EXIT.done;
  } finally {
    await telemetry.close();
  }
}

interface Wiring {
  readonly board: Board;
  readonly reactor: Reactor;
  readonly session: SessionOptions;
  readonly lines: Lines | null;
  readonly interrupted: string | null;
}

/** The parts of the service, each knowing of the others what it is handed. */
function wired(args: ServeArguments, { board, reactor, session, lines, interrupted }: Wiring) {
  const { wall, screen, telemetry } = session;
  const { data, data2 } = args;
  const queue = new StartQueue();
  const bench = heldOpen(args, board) ? idleBench(args, { board, reactor, session, parts: () => parts }) : null;
  const typing = lines ?? signalsOnly;
  const serving: Serving = new Serving({ args, board, session, queue, bench, typing, reactor: () => parts });
  const known = args.reactor ?? null;
  const parts: Stationed = stationed({
    board,
    reactor: known,
    data,
    data2,
    wall,
    screen,
    telemetry,
    users: args.network.users,
    idle: serving,
    interrupted,
  });
  return { serving, close: () => parts.close() };
}

interface Held extends Pick<Wiring, 'board' | 'reactor' | 'session'> {
  readonly parts: () => Stationed;
}

function idleBench({ seed }: ServeArguments, { board, reactor, session, parts }: Held): IdleBench {
  const { wall, screen, telemetry } = session;
  return new IdleBench({
    board,
    reactor,
    seed,
    wall,
    pressed: (event) => {
      if (event.kind === 'arm-pressed') parts().permit.pressed();
      if (event.kind === 'fault') screen.line(`  panel     ${event.text}`);
    },
    permit: () => permitShown(parts().permit),
    opened: (identity) => parts().about.opened(identity),
    read: (reading) => {
      parts().station.idle(reading);
      telemetry.values(reading?.values ?? null);
      telemetry.bench(reading === null ? null : () => reading.state);
      parts().about.latched(reading?.faults ?? []);
    },
    report: (text) => screen.line(`  bench     ${text}`),
  });
}

/** A live bench is of one reactor for as long as it runs: it is held only where somebody has said which. */
function heldOpen({ reactor }: ServeArguments, board: Board): boolean {
  return board.bus.kind !== 'socket' || reactor !== undefined;
}

/** Nobody types: a signal ends it. */
const signalsOnly: Typing = {
  next: (enough) =>
    new Promise((resolve) => {
      const settle = (): void => {
        release();
        enough.removeEventListener('abort', settle);
        resolve(null);
      };
      const release = onEndingSignal(settle);
      if (enough.aborted) settle();
      else enough.addEventListener('abort', settle);
    }),
};

/** A run that was interrupted comes up `aborted`, whatever it did then: nothing goes on by itself. */
function resting(
  simulated: boolean,
  speed: number | null,
  since_ms: number,
  interrupted: { readonly run: string; readonly title: string; readonly started_utc_ms: number } | null,
) {
  return {
    state: interrupted === null ? 'idle' : 'aborted',
    since_ms,
    run: interrupted?.run ?? null,
    started_ms: interrupted?.started_utc_ms ?? null,
    recipe: interrupted?.title ?? null,
    step: 0,
    steps: 0,
    stepName: null,
    plannedCharge_C: null,
    plannedCharge_F_mol: null,
    simulated,
    speed,
  } as const;
}
