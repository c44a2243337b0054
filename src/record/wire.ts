/** What the control thread and the writer say to each other. Only types: plain data that a worker's port can carry. */
import type { RunEvent } from '../model/event.js';
import type { RecordFailure } from './error.js';
import type { ChainHead, RunHeader, RunOutcome } from './run.js';

/** Values of one ledger row: seq, elapsed_s, host_C, board_C (NaN for none). */
export const LEDGER_WIDTH = 4;

/** Rows of the present run. The arrays are handed over, not copied. */
export interface RowBatch {
  /** Rows of SAMPLE_WIDTH doubles, see columns.ts. */
  readonly samples: Float64Array<ArrayBuffer>;
  readonly strings: readonly string[];
  /** Rows of LEDGER_WIDTH doubles. */
  readonly ledger: Float64Array<ArrayBuffer>;
  readonly events: readonly RunEvent[];
}

export type Order =
  | { readonly kind: 'begin'; readonly header: RunHeader }
  | { readonly kind: 'rows'; readonly rows: RowBatch }
  | { readonly kind: 'end'; readonly outcome: RunOutcome; readonly lostSamples: number }
  | { readonly kind: 'flush' };

/** An order and its number; `close` is the last one. */
export type ToWriter = { readonly ticket: number; readonly order: Order } | { readonly close: true };

/** What is on the disk now: all orders up to the ticket. */
export interface Committed {
  readonly ticket: number;
  readonly run: string | null;
  readonly head: ChainHead | null;
}

export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'committed'; readonly committed: Committed }
  | { readonly kind: 'failed'; readonly reason: RecordFailure; readonly message: string };

export interface WriterData {
  readonly dataDir: string;
}
