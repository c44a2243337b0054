/**
 * Whether the board's dead-man acts: the heartbeat is withheld once, with SAFE_EN on and a session armed, and the trip is
 * seen on the line SAFE_EN itself and in what the board says. Owns the measurement and what must be seen.
 */
import type { GalvanostatReading } from '../../device/ports.js';
import { type ProofCycle, ProofFailure } from './proof-cycle.js';

/** SAFE_EN may not be seen on later than this after the last heartbeat, ms: the limit for every board. */
export const DEAD_MAN_LIMIT_MS = 250;
const LOOK_MS = 2;
const READ_MS = 60;
/** Until SAFE_EN is read as on after arming, ms. */
const ENABLED_MS = 60;
const SAFE_ENABLED = 'safe-enabled';
const DEAD_MAN = 'deadman';
const PLUG = 'Do not start a run on this board: pull its plug';

export interface DeadManSeen {
  /** From the last heartbeat to SAFE_EN seen off. */
  readonly trip_ms: number;
  /** Whether the line was read; else what the board says of itself was all there is. */
  readonly byLine: boolean;
}

/** The board is armed. Afterwards it has tripped by `deadman` and nothing else. Throws ProofFailure when it has not. */
export async function withholdHeartbeat(cycle: ProofCycle): Promise<DeadManSeen> {
  const byLine = cycle.line(SAFE_ENABLED) !== null;
  const enabled = await cycle.follows(SAFE_ENABLED, true, ENABLED_MS, async () => {
    await cycle.look();
    await cycle.beat(0);
  });
  if (!enabled)
    throw new ProofFailure('SAFE_EN does not read on while the board is armed: check the wire of its read-back');
  if (!(await cycle.beatTaken())) {
    const { faults } = await cycle.seen();
    throw new ProofFailure(`the board took no heartbeat${faults.length > 0 ? ` (${faults.join(', ')})` : ''}`);
  }
  const trip_ms = await untilOff(cycle, byLine, cycle.now());
  const after = await cycle.seen();
  mustHaveTripped(after);
  return { trip_ms, byLine };
}

/** A host that was late itself cannot blame the board: what counts is when SAFE_EN was last seen on. */
async function untilOff(cycle: ProofCycle, byLine: boolean, from_ms: number): Promise<number> {
  let looked_ms = from_ms;
  for (;;) {
    // To read is no heartbeat. A board whose meters are the host's must not lose them for it.
    if (byLine && cycle.now() - looked_ms >= READ_MS) {
      await cycle.look();
      looked_ms = cycle.now();
    }
    const on = byLine ? cycle.line(SAFE_ENABLED) === true : (await cycle.seen()).safeEnabled;
    const waited_ms = cycle.now() - from_ms;
    if (!on) return waited_ms;
    if (!(waited_ms <= DEAD_MAN_LIMIT_MS))
      throw new ProofFailure(
        `SAFE_EN is still on ${waited_ms.toFixed(0)} ms after the last heartbeat, ${DEAD_MAN_LIMIT_MS} ms at most: ` +
          `the dead-man does not act. ${PLUG}`,
      );
    await cycle.pause(LOOK_MS);
  }
}

function mustHaveTripped({ armed, outputOn, safeEnabled, faults }: GalvanostatReading): void {
  if (faults.join() !== DEAD_MAN)
    throw new ProofFailure(
      `without a heartbeat the board latched ${faults.length === 0 ? 'nothing' : faults.join(', ')} instead of its dead-man. ${PLUG}`,
    );
  if (armed || outputOn || safeEnabled)
    throw new ProofFailure(`the board says that its dead-man has tripped and is still on. ${PLUG}`);
}
