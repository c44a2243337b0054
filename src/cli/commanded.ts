/**
 * The desk of a control process: what the network asks goes to it, what it does goes to the station, and all of it is
 * written down, in the journal of the run or, while none is on, in the file beside the record. Owns which of the two.
 */
import { CommandFile, commandsFile } from '../command/command-file.js';
import { Desk } from '../command/desk.js';
import { UserBook, usersFile } from '../command/users.js';
import { formatProblem } from '../model/problem.js';
import type { Clock } from '../model/clock.js';
import type { EventData } from '../model/event.js';
import type { Station } from '../station/station.js';
import type { TelemetryLink } from '../telemetry/link.js';
import type { Screen } from './screen.js';

export interface CommandedOptions {
  readonly telemetry: TelemetryLink;
  readonly station: Station;
  readonly users: UserBook;
  readonly dataDir: string;
  /** Real time. */
  readonly wall: Clock;
  readonly screen: Screen;
}

/** Faults of the users' file that are told each time it is broken. */
const MOST_TOLD = 10;

/** The users of this reactor; a broken file is complained of, and lets nobody in. */
export function userBook(file: string | null, dataDir: string, screen: Screen): UserBook {
  return new UserBook(file ?? usersFile(dataDir), (problems) => {
    for (const problem of problems.slice(0, MOST_TOLD))
      screen.line(`  users     ${formatProblem(problem)}: nobody is let in`);
  });
}

/** Takes commands until the returned function is called. */
export function commanded({ telemetry, station, users, dataDir, wall, screen }: CommandedOptions): () => void {
  const file = new CommandFile(commandsFile(dataDir));
  const keep = (actor: string, text: string, data: EventData): void => {
    if (station.journal(actor, text, data)) return;
    const t = wall.wallTime_ms();
    telemetry.event({ t, elapsed_s: 0, kind: 'command', actor, text, data });
    try {
      file.append({ t, actor, text, data });
    } catch (error) {
      screen.line(`  commands  not written down: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  };
  const desk = new Desk({
    bootId: telemetry.bootId,
    clock: wall,
    roleOf: (user) => users.roleOf(user),
    executor: station,
    reply: ({ via, actor }, payload) => telemetry.reply({ via, actor, payload }),
    stop: (actor) => station.stop(actor),
    keep,
  });
  // The network is no part of what keeps a run safe: an error here is told, and ends no run.
  const notJudged = (error: unknown): void =>
    screen.line(`  commands  not judged: ${error instanceof Error ? error.message : 'unknown'}`);
  const asked = telemetry.asked.subscribe((heard) => {
    if (heard.kind === 'asked') desk.take(heard).catch(notJudged);
    else desk.turnedAway({ actor: heard.actor, via: heard.via, reason: heard.reason, more: heard.count - 1 });
  });
  const stops = telemetry.commands.subscribe(({ actor, id, via = 'broker' }) => {
    if (!station.running) station.stop(actor); // a run that is on hears it by itself
    desk.stopped(actor, id, via);
  });
  return () => {
    asked.unsubscribe();
    stops.unsubscribe();
    desk.close();
  };
}
