/**
 * `galvanode resume`: an interrupted run goes on from its counted charge. Arguments in, exit code out. Owns the order:
 * what is known is shown, a person says yes, and only then anything is recorded, cleared or armed.
 */
import { createInterface } from 'node:readline';
import { announcementOf } from '../announcement.js';
import type { OpenedBench } from '../bench.js';
import type { Clock } from '../model/clock.js';
import type { Plan } from '../model/plan.js';
import { formatProblem } from '../model/problem.js';
import { RealClock } from '../model/real-clock.js';
import type { PastRun } from '../recovery.js';
import type { RunDetail } from '../record/history.js';
import { dataDirectory, spareDirectory } from '../record/place.js';
import { EXIT } from './exit.js';
import { readInterrupted } from './interrupted.js';
import { knownJson, knownLines } from './known.js';
import { Lines } from './lines.js';
import { linkOf, type ServiceArguments } from './linked.js';
import { speedRefusal } from './run.js';
import { unattendedRefusal } from './questions.js';
import { knownOf, type PlannedAgain, plannedAgain, simulatedRefusal, whyNot } from './resumable.js';
import { Screen } from './screen.js';
import { type Job, runSession, tellPage } from './session.js';
import { stationed } from './stationed.js';
import { paragraph } from '../model/words.js';

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
  const planned = await plannedOrTold(found.chain, args.board ?? found.past.detail.board);
  if (planned === null) return EXIT.refused;
  const refusal = speedRefusal(planned.board, args.speed) ?? simulatedRefusal(planned.board, found.past.detail);
  return refusal === null ? resumeRun(args, found.past, planned) : refuse(refusal);
}

function refuse(why: string): number {
  process.stderr.write(`galvanode resume: ${why}\n`);
  return EXIT.refused;
}

/** The plan of then, or every problem on stderr. */
async function plannedOrTold(chain: readonly RunDetail[], boardName: string): Promise<PlannedAgain | null> {
  const planned = await plannedAgain(chain, boardName);
  if (planned.ok) return planned.value;
  for (const problem of planned.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return null;
}

async function resumeRun(args: ResumeArguments, past: PastRun, { plan, board }: PlannedAgain): Promise<number> {
  const wall = new RealClock();
  const screen = new Screen(process.stdout, wall);
  const telemetry = linkOf(args, wall, screen, board);
  const lines = process.stdin.isTTY ? new Lines(createInterface({ input: process.stdin })) : null;
  const decide = (bench: OpenedBench, clock: Clock): Promise<Job | number> =>
    decideOn(args, { past, plan, bench, clock, screen, lines, wall });
  try {
    await tellPage(telemetry, screen);
    telemetry.procedure(announcementOf(plan, 'planned', null));
    const attended = args.yes ? null : lines;
    const { data, data2 } = args;
    const reactor = plan.reactor.name;
    const { users } = args.network;
    const link = { wall, screen, telemetry, users };
    const parts = stationed({ board, reactor, data, data2, ...link, idle: null, interrupted: past.detail.run });
    const code = await runSession(plan, board, {
      ...args,
      unattended: args.yes,
      clear: false,
      decide,
      wall,
      screen,
      telemetry,
      lines: attended,
      follower: parts.follower(null),
    });
    parts.close();
    return code;
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
  const { known, resume } = await knownOf(past, plan, { bench, clock, wall });
  const { rest } = known;
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

async function confirmed(rest: Plan, screen: Screen, lines: Lines): Promise<boolean> {
  const [first] = rest.steps;
  const question = first?.kind === 'prompt' ? first.text : 'Only the end of the run is left to do.';
  for (const line of paragraph(question, screen.columns)) screen.line(line);
  screen.line('  What the board has latched, and a restart by its watchdog or a brown-out, is cleared. Go on? [y/N]');
  const answer = await lines.next();
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}
