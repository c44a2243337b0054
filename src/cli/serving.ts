/**
 * The service between its runs: waits for a start, from the terminal or from the network, has it done, and waits again. Owns
 * the order of that, with the bench given up before a run and held again after it; judges no command, and knows no broker.
 */
import { resolve } from 'node:path';
import { announcementOf } from '../announcement.js';
import type { OpenedBench } from '../bench.js';
import type { Asker, Done, Row, StartArgs } from '../command/executor.js';
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import { formatProblem } from '../model/problem.js';
import { dataDirectory, spareDirectory } from '../record/place.js';
import type { IdleBench } from '../station/idle-bench.js';
import { isWanted, refused, wantedBy } from '../station/starting.js';
import type { StartQueue } from '../station/start-queue.js';
import type { Idle } from '../station/station.js';
import { readInterrupted } from './interrupted.js';
import type { ServiceArguments } from './linked.js';
import { knownJson } from './known.js';
import { knownRecipes } from './named.js';
import { planned } from './planned.js';
import { knownOf, plannedAgain, simulatedRefusal, whyNot } from './resumable.js';
import { confirmedAt, tellWeighing } from './run.js';
import { type Job, runSession, type SessionOptions } from './session.js';
import { onEndingSignal } from './signals.js';
import type { Stationed } from './stationed.js';
import { EXIT } from './exit.js';

/** Where orders at the bench come from; null: no more will come. */
export interface Typing {
  next(enough: AbortSignal): Promise<string | null>;
}

export interface ServingParts {
  readonly args: ServiceArguments;
  readonly board: Board;
  readonly typing: Typing;
  readonly session: SessionOptions;
  readonly queue: StartQueue;
  /** Held open while nothing runs; null: it is opened for a run only. */
  readonly bench: IdleBench | null;
  /** Made after this, since what it does when idle is done here. */
  readonly reactor: () => Stationed;
}

const HELP = '  start RECIPE [--clear]   recipes   quit   (a recipe by the name of its file)';

export class Serving implements Idle {
  constructor(private readonly parts: ServingParts) {}

  /** Until "quit", the end of input or a signal. */
  async serve(): Promise<void> {
    const { queue, bench, session } = this.parts;
    this.help();
    // Between two runs a signal ends the service; in a run it stops the run, and without a terminal the service after it.
    const release = onEndingSignal((signal) => {
      this.opening?.abort(signal); // a start whose bench is being opened has no run yet that could hear it
      if (session.lines === null || !this.parts.reactor().station.running) this.over = true;
    });
    try {
      for (;;) {
        bench?.hold();
        const line = await this.turn();
        await queue.work();
        if (line !== null) await this.obey(line);
        if (this.over || session.screen.lost !== null) return;
        this.parts.reactor().station.occupy(false);
      }
    } finally {
      release();
      queue.close();
      await bench?.release();
    }
  }

  private over = false;
  /** Of the session that was begun last. */
  private opening: AbortController | null = null;

  /** From here on a stop is heard, long before there is a run. */
  private session(): SessionOptions {
    this.opening = new AbortController();
    return { ...this.parts.session, givenUp: this.opening.signal };
  }

  /** A stop that comes while a start is under way. */
  giveUp(actor: string): void {
    this.opening?.abort(`${actor} over MQTT`);
  }

  private help(): void {
    const { screen, lines } = this.parts.session;
    screen.line(lines === null ? '  waits for a start over the network; a signal ends it' : HELP);
  }

  /** The next line, or null when there is an order of the network. */
  private async turn(): Promise<string | null> {
    const { typing, queue } = this.parts;
    const enough = new AbortController();
    const [line, asked] = await Promise.all([
      typing.next(enough.signal).finally(() => enough.abort()),
      queue.waiting(enough.signal).finally(() => enough.abort()),
    ]);
    if (line === null && !asked) this.over = true;
    return line;
  }

  private async obey(line: string): Promise<void> {
    const { screen } = this.parts.session;
    const [verb = '', name = '', ...options] = line.trim().split(/\s+/);
    if (verb === 'quit') this.over = true;
    else if (verb === 'recipes')
      for (const recipe of (await knownRecipes(this.parts.args.data)).keys()) screen.line(`  ${recipe}`);
    else if (verb === 'start') {
      const wrong = options.find((option) => option !== '--clear');
      if (wrong === undefined) await this.parts.queue.without(() => this.startTyped(name, options.includes('--clear')));
      else
        screen.line(
          `  start: "${wrong}" is not known (would be right: start ${name} --clear, or nothing after the name)`,
        );
    } else this.help();
  }

  private async startTyped(name: string, clear: boolean): Promise<void> {
    const { args, session, bench } = this.parts;
    const { screen, lines, telemetry } = session;
    const parts = this.parts.reactor();
    parts.station.occupy(true);
    const address = (await knownRecipes(args.data)).get(name) ?? resolve(name);
    const found = await planned(address, { board: args.board, sets: [] });
    if (found === null) return;
    const { plan, board } = found;
    telemetry.procedure(announcementOf(plan, 'planned', null));
    tellWeighing(plan, screen);
    if (lines === null || (await confirmedAt(screen, lines, plan))) {
      const options = this.session();
      await bench?.release();
      await runSession(plan, board, { ...options, clear, follower: parts.follower(null) });
    } else telemetry.procedure(null);
    this.help();
  }

  /** Over the network; the desk and the station have let it through. */
  async start(args: StartArgs, by: Asker): Promise<Done> {
    const { queue, session } = this.parts;
    const parts = this.parts.reactor();
    const options = this.session();
    const spent = args.entry === undefined ? null : parts.entries.refusal(args.entry);
    if (spent !== null) return refused(spent);
    const wanted = await wantedBy(args, {
      board: this.parts.args.board,
      library: () => knownRecipes(this.parts.args.data),
    });
    if (!isWanted(wanted)) return wanted;
    const { plan, board, accepted } = wanted;
    return queue.ask(async (reply) => {
      const told = accepted.length === 0 ? '' : `, its ${accepted.length} warnings accepted`;
      const note = `started over the network (${by.id})${args.entry === undefined ? '' : ` as entry ${args.entry}`}${told}`;
      session.screen.line(`  ${by.actor}      ${plan.title}: ${note}`);
      session.telemetry.procedure(announcementOf(plan, 'planned', null));
      await this.parts.bench?.release();
      const follower = parts.follower({ by, reply, entry: args.entry ?? null, note });
      await runSession(plan, board, { ...options, clear: args.clear === true, follower });
      this.help();
    });
  }

  /** Over the network, like `galvanode resume`: without the whole id it only says what is known. */
  async resume(run: string | undefined, by: Asker): Promise<Done> {
    const { args, board, session, queue, reactor } = this.parts;
    const options = this.session();
    const dataDir = dataDirectory(args.data);
    const found = readInterrupted(dataDir, run, spareDirectory(dataDir, args.data2));
    if (typeof found === 'string') return refused(found);
    const { past, chain } = found;
    if (past.detail.board !== board.name)
      return refused(`${past.detail.run} was on the bench ${past.detail.board}, and this one is ${board.name}`);
    const again = await plannedAgain(chain, board.name);
    if (!again.ok) return refused(again.problems.map(formatProblem).join('; ').slice(0, 2000));
    const simulated = simulatedRefusal(again.value.board, past.detail);
    if (simulated !== null) return refused(simulated);
    const { plan } = again.value;
    return queue.ask(async (reply) => {
      const decide = async (bench: OpenedBench, clock: Clock): Promise<Job | number> => {
        const { known, resume } = await knownOf(past, plan, { bench, clock, wall: session.wall });
        const data = rowOf(knownJson(known));
        const unsaid = `nothing was touched: say that ${past.detail.run} is meant (would be right: \`run\`: "${past.detail.run}")`;
        const no = whyNot(known) ?? (run === past.detail.run ? null : unsaid);
        if (no === null) return { plan: known.rest, clear: true, resume, known: { resumed: knownJson(known) } };
        reply({ ok: false, reason: no, data });
        return EXIT.refused;
      };
      const note = `resumes ${past.detail.run} over the network (${by.id})`;
      session.screen.line(`  ${by.actor}      ${note}`);
      await this.parts.bench?.release();
      const follower = reactor().follower({ by, reply, entry: null, note });
      await runSession(plan, board, { ...options, decide, follower });
      this.help();
    });
  }

  clear(): ReturnType<Idle['clear']> {
    return this.parts.bench?.clear() ?? Promise.resolve({ refused: 'no bench is held open while idle' });
  }
}

/** Lists as words, so that the reply stays flat. */
function rowOf(known: object): Row {
  const flat = Object.entries(known).map(([key, value]: [string, unknown]): [string, Row[string]] => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return [key, value];
    return [key, Array.isArray(value) ? value.join(' ') : null];
  });
  return Object.fromEntries(flat);
}
