/** What a run left in its record, for tests that compare runs. Reads only, through the record's own reader. */
import { createHash } from 'node:crypto';
import { History } from '../../src/record/history.js';
import type { PastEvent, RunDetail } from '../../src/record/history.js';

export interface Recording {
  readonly run: RunDetail;
  readonly samples: readonly RecordedSample[];
  readonly events: readonly PastEvent[];
  /** Of all samples, in order, with every value: neither the time of day nor the run's name is among them. */
  readonly sha256: string;
}

export interface RecordedSample {
  readonly seq: number;
  readonly elapsed_s: number;
  readonly setpoint_mA: number;
  readonly current_mA: number | null;
}

/** The newest run of a data directory. Throws when there is none. */
export function latestRecording(dataDir: string): Recording {
  const history = History.open(dataDir);
  const id = history?.runs()[0]?.run;
  if (history === undefined || id === undefined) throw new Error(`nothing was recorded in ${dataDir}`);
  try {
    const hash = createHash('sha256');
    const samples: RecordedSample[] = [];
    for (const row of history.samples(id)) {
      hash.update(JSON.stringify(row));
      samples.push({
        seq: Number(row['seq']),
        elapsed_s: Number(row['elapsed_s']),
        setpoint_mA: Number(row['setpoint_mA']),
        current_mA: typeof row['current_mA'] === 'number' ? row['current_mA'] : null,
      });
    }
    return { run: history.run(id), samples, events: [...history.events(id)], sha256: hash.digest('hex') };
  } finally {
    history.close();
  }
}

/** Most cycles from one kept sample to the next. */
export function widestGap(samples: readonly RecordedSample[]): number {
  let widest = 0;
  for (const [i, sample] of samples.entries()) widest = Math.max(widest, sample.seq - (samples[i - 1]?.seq ?? 0));
  return widest;
}
