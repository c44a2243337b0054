/** A record that works until it warns or is lost: what a filling and a full disk are to a run, without a disk. */
import type { Plan } from '../../src/model/plan.js';
import type { RunOptions } from '../../src/reactor.js';
import { RecordError } from '../../src/record/error.js';
import type { Recorder } from '../../src/record/recorder.js';

class LosableRecorder implements Recorder {
  warning: string | null = null;
  private error: RecordError | null = null;

  get health(): Recorder['health'] {
    const { error, warning } = this;
    const kept = { buffered_s: 0, waitingRows: 0, rows: 0, lastCommit_ms: null, lost: 0, head: null, backlog: 0 };
    return { ...kept, error, hold: error?.message ?? null, warning };
  }

  lose(message: string): void {
    this.error = new RecordError('full', message);
  }

  async begin(): Promise<string> {
    return 'run';
  }

  sample(): void {
    // kept nowhere
  }

  event(): void {
    // kept nowhere
  }

  async flush(): Promise<void> {
    if (this.error !== null) throw this.error;
  }

  end(): Promise<void> {
    return this.flush();
  }

  async close(): Promise<null> {
    return null; // nothing is open
  }

  onFailure(): void {
    // the guard looks at the health in every cycle
  }
}

export function lostRecord({ numbers, recordRate_Hz }: Plan): {
  readonly record: NonNullable<RunOptions['record']>;
  readonly lose: (message: string) => void;
  /** null: all is in order again. */
  readonly warn: (warning: string | null) => void;
} {
  const recorder = new LosableRecorder();
  const header = {
    recipe: { name: 'short', text: '', title: 'Short', sha256: '', overrides: [] },
    board: { name: 'bench-sim', text: '' },
    reactor: { name: 'flow-12cm2', text: '' },
    calibration: {},
    programVersion: '0',
    firmware: null,
    simulated: true,
    seed: 1,
    recordRate_Hz,
    steps: [],
    numbers,
  };
  return {
    record: { recorder, header },
    lose: (message) => recorder.lose(message),
    warn: (warning) => {
      recorder.warning = warning;
    },
  };
}
