/** `galvanode run`: a recipe to its end on the terminal. Arguments in, exit code out. */
import { createInterface } from 'node:readline';
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';
import { announcementOf } from '../announcement.js';
import { parseFaults, type Rehearsal } from '../bench.js';
import { formatProblem } from '../model/problem.js';
import { RealClock } from '../model/real-clock.js';
import { perchlorate_g } from '../recipe/weighing.js';
import { weighingText } from '../recipe/weighing-table.js';
import { warningsConfirmed } from './confirm.js';
import { EXIT } from './exit.js';
import { interruptedNotice } from './interrupted.js';
import { Lines } from './lines.js';
import { linkOf, type ServiceArguments } from './linked.js';
import { addressNamed } from './named.js';
import { planned } from './planned.js';
import { questionsOf, unattendedRefusal } from './questions.js';
import { rehearsalRefusals } from './rehearsal.js';
import { Screen } from './screen.js';
import { runSession, tellPage } from './session.js';
import { untilInterrupted } from './signals.js';
import { stationed } from './stationed.js';

export interface RunArguments extends ServiceArguments {
  readonly recipe: string;
  readonly sets: readonly string[];
  readonly unattended: boolean;
  readonly socket: string | undefined;
  readonly clear: boolean;
  readonly json: boolean;
  /** What breaks on the simulated bench, as the operator wrote it. */
  readonly faults?: readonly string[];
}

/** 0 done; 1 the program's own error; 2 refused, nothing touched; 3 ended early; 4 no hardware. */
export async function runCommand(args: RunArguments): Promise<number> {
  const found = await planned(await addressNamed(args.recipe, args.data), args);
  if (found === null) return EXIT.refused;
  const refusal = speedRefusal(found.board, args.speed) ?? promptRefusal(found.plan, args.unattended);
  if (refusal !== null) {
    process.stderr.write(`galvanode run: ${refusal}\n`);
    return EXIT.refused;
  }
  const faults = rehearsals(args.faults ?? [], found.plan, found.board);
  if (faults === null) return EXIT.refused;
  return runPlan(args, found.plan, found.board, faults);
}

/** What is to break, or every refusal on stderr. */
function rehearsals(texts: readonly string[], plan: Plan, board: Board): readonly Rehearsal[] | null {
  const parsed = parseFaults(texts);
  const lines = parsed.ok ? rehearsalRefusals(parsed.value, plan, board) : parsed.problems.map(formatProblem);
  for (const line of lines) process.stderr.write(`galvanode run: ${line}\n`);
  return parsed.ok && lines.length === 0 ? parsed.value : null;
}

/** A bench that is not simulated in this process goes at its own pace. */
export function speedRefusal(board: Board, speed: number | null): string | null {
  if (board.bus.kind === 'simulated' || speed === 1) return null;
  return `--speed: ${board.name} runs in real time (would be right: leave --speed out, or --board bench-sim)`;
}

function promptRefusal(plan: Plan, unattended: boolean): string | null {
  if (unattended) return unattendedRefusal(plan);
  const asks = questionsOf(plan).length > 0 || plan.steps.some(({ kind }) => kind === 'hold');
  if (!asks || process.stdin.isTTY) return null;
  return 'the recipe asks its operator, and there is no terminal to ask at (would be right: --yes, to go on without asking)';
}

async function runPlan(args: RunArguments, plan: Plan, board: Board, faults: readonly Rehearsal[]): Promise<number> {
  const wall = new RealClock();
  const screen = new Screen(process.stdout, wall);
  const telemetry = linkOf(args, wall, screen, board);
  const attended = !args.unattended && process.stdin.isTTY;
  const lines = attended ? new Lines(createInterface({ input: process.stdin })) : null;
  try {
    await tellPage(telemetry, screen);
    tellInterrupted(args, screen);
    telemetry.procedure(announcementOf(plan, 'planned', null));
    if (lines !== null) tellWeighing(plan, screen);
    if (lines !== null && !(await confirmedAt(screen, lines, plan))) {
      telemetry.procedure(null);
      return EXIT.refused;
    }
    const { data, data2 } = args;
    const reactor = plan.reactor.name;
    const { users } = args.network;
    const link = { wall, screen, telemetry, users };
    const parts = stationed({ board, reactor, data, data2, ...link, idle: null, interrupted: null });
    const follower = parts.follower(null);
    const code = await runSession(plan, board, { ...args, faults, wall, screen, telemetry, lines, follower });
    parts.close();
    await keepPage(args, screen);
    return code;
  } finally {
    lines?.close();
    await telemetry.close();
  }
}

/** Whether a person wants it; what it warns of is shown first. */
export async function confirmedAt(screen: Screen, lines: Lines, plan: Plan): Promise<boolean> {
  const { columns } = screen;
  const line = (text: string): void => screen.line(text);
  if (await warningsConfirmed(plan, { columns, line, next: () => lines.next() })) return true;
  screen.line('Nothing was started.');
  return false;
}

/** What to weigh, to whoever is there to weigh it, before anything is asked. */
export function tellWeighing({ weighing }: Plan, screen: Screen): void {
  screen.line(['Weigh', ...weighingText(weighing, perchlorate_g(weighing)), ''].join('\n'));
}

/** A run that was interrupted is told of, never begun by itself. */
export function tellInterrupted({ data, data2 }: ServiceArguments, screen: Screen): void {
  const notice = interruptedNotice(data, data2);
  if (notice !== null) screen.line(notice);
}

/** At a terminal the page stays after the run, so that the operator can look at it; a script gets its exit code. */
async function keepPage(args: RunArguments, screen: Screen): Promise<void> {
  if (args.console === 'off' || !process.stdout.isTTY || !process.stdin.isTTY || screen.lost !== null) return;
  screen.line('\nThe page stays until Ctrl-C.');
  await untilInterrupted();
}
