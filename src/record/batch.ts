/** Rows on their way to the writer: fills one array of doubles and hands out copies of what is in it. Knows no thread. */
import type { RunEvent } from '../model/event.js';
import type { Sample } from '../model/sample.js';
import { encodeSample, SAMPLE_WIDTH, StringTable } from './columns.js';
import { LEDGER_WIDTH, type RowBatch } from './wire.js';

/** Samples in one batch: 25 s at 20 Hz, 115 kB. */
export const BATCH_SAMPLES = 512;

export class Batch {
  private readonly samples = new Float64Array(BATCH_SAMPLES * SAMPLE_WIDTH);
  private readonly ledger = new Float64Array(BATCH_SAMPLES * LEDGER_WIDTH);
  private sampleCount = 0;
  private ledgerCount = 0;
  private events: RunEvent[] = [];
  private strings = new StringTable();

  get rows(): number {
    return this.sampleCount + this.ledgerCount + this.events.length;
  }

  get full(): boolean {
    return this.sampleCount === BATCH_SAMPLES || this.ledgerCount === BATCH_SAMPLES;
  }

  addSample(sample: Sample): void {
    encodeSample(sample, this.samples, this.sampleCount++ * SAMPLE_WIDTH, this.strings);
  }

  /** Charge by both counters at this cycle, C. */
  addLedger(sample: Sample): void {
    const { seq, elapsed_s, charge_C, board_charge_C } = sample;
    this.ledger.set([seq, elapsed_s, charge_C, board_charge_C ?? NaN], this.ledgerCount++ * LEDGER_WIDTH);
  }

  addEvent(event: RunEvent): void {
    this.events.push(event);
  }

  /** What was added since the last time. */
  take(): RowBatch {
    const rows: RowBatch = {
      samples: this.samples.slice(0, this.sampleCount * SAMPLE_WIDTH),
      strings: this.strings.strings,
      ledger: this.ledger.slice(0, this.ledgerCount * LEDGER_WIDTH),
      events: this.events,
    };
    this.sampleCount = 0;
    this.ledgerCount = 0;
    this.events = [];
    this.strings = new StringTable();
    return rows;
  }
}
