/** What a start asks for around the bench, gathered: room on the disk, the clock, proof tests. Judges nothing. */
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import type { Plan } from '../model/plan.js';
import type { ReadinessFacts } from '../model/proof-test.js';
import { spaceMissing } from '../record/disk.js';
import { History } from '../record/history.js';
import { lastTests } from '../record/proofs.js';

export interface RecordDirectories {
  readonly dataDir: string;
  /** Of the second record, which may hold the newest run. */
  readonly spareDir: string;
}

/** Asked before the run itself is in the record. Throws RecordError when the record or the proof tests cannot be read. */
export function readinessFacts(
  plan: Plan,
  board: Board,
  dirs: RecordDirectories,
  clock: Clock,
  openDoors: readonly string[] = [],
): ReadinessFacts {
  const { dataDir, spareDir } = dirs;
  const { duration_s } = plan.numbers;
  const history = History.open(dataDir, spareDir);
  try {
    return {
      simulated: board.simulated,
      spaceMissing: spaceMissing(dataDir, { duration_s, recordRate_Hz: plan.recordRate_Hz }),
      now_ms: clock.wallTime_ms(),
      newestRun_ms: history?.runs()[0]?.started_utc_ms ?? null,
      proofTests: lastTests(dataDir),
      openDoors,
    };
  } finally {
    history?.close();
  }
}
