/**
 * The station as `run`, `resume` and `serve` open it: permit, what is told of this reactor, and what the network may ask of
 * it. Only the service starts anything over the network.
 */
import { whyAbsent } from '../bench.js';
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import { dataDirectory } from '../record/place.js';
import { Entries } from '../station/entries.js';
import { buttonPermit, type Permit, standingPermit } from '../station/permit.js';
import { type Idle, Station } from '../station/station.js';
import type { TelemetryLink } from '../telemetry/link.js';
import { type AboutTold, aboutTold } from './about.js';
import { commanded, userBook } from './commanded.js';
import { type Attendance, follow } from './following.js';
import { entryRows, recipeRows, runRows } from './listed.js';
import type { Screen } from './screen.js';
import type { Follower } from './session.js';

export interface StationedOptions {
  readonly board: Board;
  /** What hangs on it, as far as it is known. */
  readonly reactor: string | null;
  readonly data: string | undefined;
  readonly data2?: string | undefined;
  readonly wall: Clock;
  readonly screen: Screen;
  readonly telemetry: TelemetryLink;
  /** Where the users are; null: there are none. */
  readonly users: string | null;
  /** null: one recipe is run. */
  readonly idle: Idle | null;
  /** The newest run, when it was interrupted. */
  readonly interrupted: string | null;
}

export interface Stationed {
  readonly station: Station;
  readonly permit: Permit;
  readonly entries: Entries;
  readonly about: AboutTold;
  /** Goes along with one session; `asked` null: a person at the terminal starts it. */
  readonly follower: (asked: Attendance['asked']) => Follower;
  close(): void;
}

export function stationed(options: StationedOptions): Stationed {
  const { board, reactor, data, data2, wall, screen, telemetry, idle, interrupted } = options;
  const permit = permitOf(options);
  const entries = new Entries(dataDirectory(data), () => wall.wallTime_ms());
  const dataDir = dataDirectory(data);
  const users = userBook(options.users, dataDir, screen);
  const accepts = idle === null ? 'terminal' : 'network';
  const about = aboutTold({ telemetry, board, reactor, permit, wall, accepts, users: () => users.count, interrupted });
  const station = new Station({
    permit,
    wall,
    idle,
    state: interrupted === null ? 'idle' : 'aborted',
    recipes: () => recipeRows(data),
    runs: () => runRows(data, data2),
    entries: () => entryRows(entries),
    alarm: (alarm) => telemetry.alarm(alarm),
  });
  const leave = commanded({ telemetry, station, users, dataDir, wall, screen });
  const changes = permit.changes$.subscribe(() => {
    if (permit.given('energise')) screen.line('  permit    given at the bench for 60 s');
  });
  return {
    station,
    permit,
    entries,
    about,
    follower: (asked) =>
      follow({
        permit,
        station,
        entries,
        asked,
        opened: (identity, named) => about.opened(identity, named),
        begun: () => about.begun(),
      }),
    close: () => {
      leave();
      changes.unsubscribe();
      about.close();
    },
  };
}

function permitOf({ board, wall, screen, idle }: StationedOptions): Permit {
  if (board.bus.kind === 'simulated') return standingPermit();
  if (idle !== null && whyAbsent(board, 'arm-button') !== undefined)
    screen.line('  permit    this bench has no arm button: runs are started at this terminal only');
  return buttonPermit(wall);
}
