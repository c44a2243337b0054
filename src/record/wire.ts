/** What the control thread and the writer say to each other. Only types: plain data that a worker's port can carry. */
import type { EventData, RunEvent } from '../model/event.js';
import type { DiskFacts } from './disk.js';
import type { RecordFailure } from './error.js';
import type { ChainHead, RunHeader, RunOutcome } from './run.js';

/** Values of one ledger row: seq, elapsed_s, host_C, board_C (NaN for none). */
export const LEDGER_WIDTH = 4;

/** Rows of the present run. They are copied to the writer: until they are on a disk they may be needed again. */
export interface RowBatch {
  /** Rows of SAMPLE_WIDTH doubles, see columns.ts. */
  readonly samples: Float64Array<ArrayBuffer>;
  readonly strings: readonly string[];
  /** Rows of LEDGER_WIDTH doubles. */
  readonly ledger: Float64Array<ArrayBuffer>;
  readonly events: readonly RunEvent[];
}

/** A run that goes on in this file because the one in which it began has failed. */
export interface Continuation {
  readonly header: RunHeader;
  readonly run: string;
  /** Newest event that the first file is sure to have; null when that is none. */
  readonly head: ChainHead | null;
  readonly elapsed_s: number;
  /** What the log says of it. */
  readonly text: string;
  readonly data: EventData;
}

export type Order =
  | { readonly kind: 'begin'; readonly header: RunHeader }
  | ({ readonly kind: 'continue' } & Continuation)
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
  readonly disk: DiskFacts;
}

/** `notice`: what was found at the opening and put right, in words. */
export type FromWriter =
  | { readonly kind: 'ready'; readonly notice: string | null }
  /** No space is left: the rows wait, and the writer tries again. */
  | { readonly kind: 'stalled'; readonly message: string }
  | { readonly kind: 'committed'; readonly committed: Committed }
  | { readonly kind: 'failed'; readonly reason: RecordFailure; readonly message: string };

export interface WriterData {
  readonly dataDir: string;
  /** Where runs went on that this record could not finish; null for the spare itself. */
  readonly spareDir: string | null;
}
