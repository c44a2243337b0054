/**
 * `galvanode serve`: the operator's service at the bench. Page and broker stay up, and runs are started at this terminal,
 * one after another. Starts from the network need users and a permit, and are not taken.
 */
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { announcementOf } from '../announcement.js';
import { RealClock } from '../model/real-clock.js';
import { loadBoard } from '../recipe/files.js';
import { libraryRecipes } from '../recipe/library.js';
import { formatProblem } from '../model/problem.js';
import { telemetryLink } from '../telemetry/link.js';
import { EXIT } from './exit.js';
import { Lines } from './lines.js';
import { planned } from './planned.js';
import { confirmedAt, speedRefusal, tellInterrupted, tellWeighing, type ServiceArguments } from './run.js';
import { Screen } from './screen.js';
import { runSession, tellPage, type SessionOptions } from './session.js';

const HELP = '  start RECIPE [--clear]   recipes   quit   (a recipe by the name of its file)';

/** Serves until "quit", the end of input or a signal. 0 done, 2 refused. */
export async function serveCommand(args: ServiceArguments): Promise<number> {
  const board = await loadBoard(args.board);
  if (!board.ok) {
    for (const problem of board.problems) process.stderr.write(`${formatProblem(problem)}\n`);
    return EXIT.refused;
  }
  const refusal = speedRefusal(board.value, args.speed);
  if (refusal !== null) {
    process.stderr.write(`galvanode serve: ${refusal}\n`);
    return EXIT.refused;
  }
  const wall = new RealClock();
  const screen = new Screen(process.stdout, wall);
  const { console: httpPort, broker: mqttPort, uplink } = args;
  const report = (text: string): void => screen.line(text);
  const telemetry = telemetryLink({ httpPort, mqttPort, wall, report, ...(uplink === undefined ? {} : { uplink }) });
  const lines = new Lines(createInterface({ input: process.stdin }));
  try {
    await tellPage(telemetry, screen);
    tellInterrupted(args, screen);
    telemetry.state(waiting(board.value.simulated, args.speed, wall.wallTime_ms()));
    await serve(args, lines, {
      ...args,
      unattended: false,
      socket: undefined,
      clear: false,
      json: false,
      wall,
      screen,
      telemetry,
      lines,
    });
    return EXIT.done;
  } finally {
    lines.close();
    await telemetry.close();
  }
}

function waiting(simulated: boolean, speed: number | null, since_ms: number) {
  return {
    state: 'idle',
    since_ms,
    run: null,
    started_ms: null,
    recipe: null,
    step: 0,
    steps: 0,
    stepName: null,
    plannedCharge_C: null,
    plannedCharge_F_mol: null,
    simulated,
    speed,
  } as const;
}

/** One command after another: while a run goes on, the lines are its own. */
async function serve(args: ServiceArguments, lines: Lines, session: SessionOptions): Promise<void> {
  const { screen } = session;
  screen.line(HELP);
  for (let line = await lines.next(); line !== null && screen.lost === null; line = await lines.next()) {
    const [verb = '', name = '', ...options] = line.trim().split(/\s+/);
    if (verb === 'quit') return;
    if (verb === 'recipes') for (const recipe of (await libraryRecipes()).keys()) screen.line(`  ${recipe}`);
    else if (verb === 'start') {
      const wrong = options.find((option) => option !== '--clear');
      if (wrong === undefined) await start(name, args, { ...session, clear: options.includes('--clear') });
      else
        screen.line(
          `  start: "${wrong}" is not known (would be right: start ${name} --clear, or nothing after the name)`,
        );
    } else screen.line(HELP);
  }
}

async function start(name: string, args: ServiceArguments, session: SessionOptions): Promise<void> {
  const address = (await libraryRecipes()).get(name) ?? resolve(name);
  const found = await planned(address, { board: args.board, sets: [] });
  if (found === null) return;
  const { plan, board } = found;
  const { screen, lines, telemetry } = session;
  telemetry.procedure(announcementOf(plan, 'planned', null));
  tellWeighing(plan, screen);
  if (lines === null || (await confirmedAt(screen, lines, plan))) await runSession(plan, board, session);
  else telemetry.procedure(null);
  screen.line(HELP);
}
