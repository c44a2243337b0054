/**
 * `galvanode resume`: an interrupted run goes on from its counted charge. Arguments in, exit code out. Owns the order:
 * what is known is shown, a person says yes, and only then anything is recorded, cleared or armed.
 */
import { createInterface } from 'node:readline';
import { announcementOf } from '../announcement.js';
import type { OpenedBench } from '../bench.js';
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import type { Plan } from '../model/plan.js';
import { formatProblem } from '../model/problem.js';
import { RealClock } from '../model/real-clock.js';
import { loadBoard, planKept } from '../recipe/files.js';
import { accountOf, chargeLeft_C, lookAtBoard, type PastRun, planAlong, resumptionOf } from '../recovery.js';
import type { RunDetail } from '../record/history.js';
import { dataDirectory, spareDirectory } from '../record/place.js';
import { telemetryLink } from '../telemetry/link.js';
import { EXIT } from './exit.js';
import { readInterrupted } from './interrupted.js';
import { type Known, knownJson, knownLines } from './known.js';
import { Lines } from './lines.js';
import { type ServiceArguments, speedRefusal } from './run.js';
import { unattendedRefusal } from './questions.js';
import { Screen } from './screen.js';
import { type Job, runSession, tellPage } from './session.js';
import { paragraph } from './words.js';

export interface ResumeArguments extends Omit<ServiceArguments, 'board'> {
  /** An id, the beginning of one, or `latest`; the newest run when not given. */
  readonly run: string | undefined;
  /** The run's own when not given. */
  readonly board: string | undefined;
  /** The word of a person, given on the command line; prompts are answered by the program, as with `run --yes`. */
  readonly yes: boolean;
  readonly socket: string | undefined;
  readonly json: boolean;
}

const NO_TERMINAL =
  'it goes on only when a person says so, and there is no terminal to ask at (would be right: --yes, or a terminal)';

/** 0 done; 1 the program's own error; 2 refused, nothing touched; 3 declined or ended early; 4 no hardware. */
export async function resumeCommand(args: ResumeArguments): Promise<number> {
  const dataDir = dataDirectory(args.data);
  const found = readInterrupted(dataDir, args.run, spareDirectory(dataDir, args.data2));
  if (typeof found === 'string') return refuse(found);
  const planned = await plannedAgain(found.chain, args.board ?? found.past.detail.board);
  if (planned === null) return EXIT.refused;
  const refusal = speedRefusal(planned.board, args.speed) ?? simulatedRefusal(planned.board, found.past.detail);
  return refusal === null ? resumeRun(args, found.past, planned) : refuse(refusal);
}

function refuse(why: string): number {
  process.stderr.write(`galvanode resume: ${why}\n`);
  return EXIT.refused;
}

interface Planned {
  /** What the interrupted run itself had to do. */
  readonly plan: Plan;
  readonly board: Board;
}

/** The plan is made anew from the recipe and reactor as they were recorded, whatever has become of their files. */
async function plannedAgain(chain: readonly RunDetail[], boardName: string): Promise<Planned | null> {
  const newest = chain.at(-1);
  if (newest === undefined) throw new Error('a chain of runs has at least one');
  const { run: place, recipe_text: text, reactor_text: reactor, overrides } = newest;
  const [whole, board] = await Promise.all([
    planKept({ place, text, reactor, overrides }, { board: boardName }),
    loadBoard(boardName),
  ]);
  if (whole.ok && board.ok) return { plan: planAlong(whole.value, chain), board: board.value };
  const problems = whole.ok ? (board.ok ? [] : board.problems) : whole.problems;
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return null;
}

/** Charge that a simulation has counted did not flow on hardware, nor the other way round. */
function simulatedRefusal(board: Board, { simulated, run }: RunDetail): string | null {
  if (board.simulated === simulated) return null;
  const was = simulated ? 'on a simulated bench' : 'on hardware';
  return `--board: ${run} was ${was}, and ${board.name} is not (would be right: leave --board out)`;
}

async function resumeRun(args: ResumeArguments, past: PastRun, { plan, board }: Planned): Promise<number> {
  const wall = new RealClock();
  const screen = new Screen(process.stdout, wall);
  const { console: httpPort, broker: mqttPort, uplink } = args;
  const report = (text: string): void => screen.line(text);
  const telemetry = telemetryLink({ httpPort, mqttPort, wall, report, ...(uplink === undefined ? {} : { uplink }) });
  const lines = process.stdin.isTTY ? new Lines(createInterface({ input: process.stdin })) : null;
  const decide = (bench: OpenedBench, clock: Clock): Promise<Job | number> =>
    decideOn(args, { past, plan, bench, clock, screen, lines, wall });
  try {
    await tellPage(telemetry, screen);
    telemetry.procedure(announcementOf(plan, 'planned', null));
    const attended = args.yes ? null : lines;
    return await runSession(plan, board, {
      ...args,
      unattended: args.yes,
      clear: false,
      decide,
      wall,
      screen,
      telemetry,
      lines: attended,
    });
  } finally {
    lines?.close();
    await telemetry.close();
  }
}

interface Desk {
  readonly past: PastRun;
  readonly plan: Plan;
  readonly bench: OpenedBench;
  readonly clock: Clock;
  readonly screen: Screen;
  readonly lines: Lines | null;
  readonly wall: Clock;
}

/** Shows what is known; the job when a person wants it done, else the exit code. */
async function decideOn(args: ResumeArguments, desk: Desk): Promise<Job | number> {
  const { past, plan, bench, clock, screen, lines, wall } = desk;
  const now = await lookAtBoard(bench, clock);
  const account = accountOf(past, now);
  const { plan: rest, resume } = resumptionOf(plan, past, account);
  const known: Known = { past, plan, rest, account, now, left_C: chargeLeft_C(rest), at_ms: wall.wallTime_ms() };
  for (const line of knownLines(known, screen.columns)) screen.line(line);
  const refusal = whyNot(known) ?? (args.yes ? unattendedRefusal(rest) : null);
  const asked = refusal ?? (args.yes || lines !== null ? null : NO_TERMINAL);
  if (asked !== null) {
    if (args.json) screen.line(JSON.stringify(knownJson(known)));
    return refuse(asked);
  }
  if (!args.yes && lines !== null && !(await clock.hold(confirmed(rest, screen, lines)))) {
    screen.line('Nothing was touched.');
    return EXIT.endedEarly;
  }
  // What was asked for covers a latch and a restart by watchdog or brown-out, the usual cause of an interruption.
  return { plan: rest, clear: true, resume, known: { resumed: knownJson(known) } };
}

function whyNot({ past, rest, now, left_C }: Known): string | null {
  if (now.reading === null) return 'the board gives no reading: nothing is known of what it does';
  if (now.reading.armed || now.reading.outputOn)
    return 'the board is armed: somebody drives it, and that has to end first';
  if (rest.steps.length === 0) return `all of ${past.detail.run} was done: nothing is left of it`;
  if (left_C > 0 || past.detail.outcome === 'interrupted') return null;
  return `all charge of ${past.detail.run} has passed: nothing is left to electrolyse`;
}

async function confirmed(rest: Plan, screen: Screen, lines: Lines): Promise<boolean> {
  const [first] = rest.steps;
  const question = first?.kind === 'prompt' ? first.text : 'Only the end of the run is left to do.';
  for (const line of paragraph(question, screen.columns)) screen.line(line);
  screen.line('  What the board has latched, and a restart by its watchdog or a brown-out, is cleared. Go on? [y/N]');
  const answer = await lines.next();
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}
