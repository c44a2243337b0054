/** Keeps the topic `about` true: told at the start, when the bench was opened, and whenever the permit changes. */
import type { BoardIdentity } from '../bench.js';
import type { Board } from '../model/board.js';
import type { Permit } from '../station/permit.js';
import type { TelemetryLink } from '../telemetry/link.js';
import type { Clock } from '../model/clock.js';
import { programVersion } from './header.js';

export interface AboutOptions {
  readonly telemetry: Pick<TelemetryLink, 'about'>;
  readonly board: Board;
  /** What hangs on the bench, as far as it is known yet. */
  readonly reactor: string | null;
  readonly permit: Permit;
  /** Real time, the clock of the permit. */
  readonly wall: Clock;
  readonly accepts: 'terminal' | 'network';
  readonly users: () => number;
  /** Run that was interrupted and can be resumed, as the program finds it. */
  readonly interrupted: string | null;
}

export interface AboutTold {
  /** The bench was opened, for this reactor where one is known. */
  opened(identity: BoardIdentity, reactor?: string): void;
  /** What the board has latched while nothing runs; told when it changes. */
  latched(faults: readonly string[]): void;
  /** A run is on: it is the newest one, and what is latched is its own affair. */
  begun(): void;
  close(): void;
}

export function aboutTold(options: AboutOptions): AboutTold {
  const { telemetry, board, permit, wall, accepts, users } = options;
  const program = programVersion();
  let identity: BoardIdentity | null = null;
  let { reactor, interrupted } = options;
  let latched: string | null = null;
  const tell = (): void => {
    const { until_ms } = permit;
    telemetry.about({
      simulated: board.simulated,
      program,
      reactor,
      board: board.name,
      firmware: identity?.firmware ?? null,
      serial: identity === null ? null : String(identity.serial),
      permit: permit.given('energise') ? 'given' : 'none',
      permit_until: until_ms === null ? null : Math.round(wall.wallTime_ms() + until_ms - wall.now()),
      accepts,
      users: users(),
      latched,
      interrupted,
    });
  };
  const changes = permit.changes$.subscribe(tell);
  tell();
  return {
    opened: (found, named) => {
      identity = found;
      reactor = named ?? reactor;
      tell();
    },
    latched: (faults) => {
      const now = faults.length === 0 ? null : faults.join(' ');
      if (now === latched) return;
      latched = now;
      tell();
    },
    begun: () => {
      if (latched === null && interrupted === null) return;
      latched = interrupted = null;
      tell();
    },
    close: () => changes.unsubscribe(),
  };
}
