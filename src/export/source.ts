/**
 * A run as the exports read it: its header, its journal, and its rows as streams. A running or interrupted run is exported
 * as far as it is on the disk, and marked. Knows no format and no SQL.
 */
import { type AnswerRow, answersOf } from '../record/answers.js';
import type { History, PastEvent, RunDetail } from '../record/history.js';
import type { RunProof } from '../record/verify.js';
import type { Row } from '../record/sqlite.js';

export interface ExportedRun {
  readonly run: RunDetail;
  readonly events: readonly PastEvent[];
  readonly answers: readonly AnswerRow[];
  /** Run that went on from this one. */
  readonly resumedBy: string | null;
  /** Which run of its day in UTC it is, from 1. */
  readonly ofDay: number;
  /** undefined where the record was not looked at. */
  readonly proof: RunProof | undefined;
  /** Each call reads from the beginning. */
  samples(): Iterable<Row>;
  ledger(): Iterable<Row>;
}

export function exportedRun(history: History, id: string, proof?: RunProof): ExportedRun {
  const run = history.run(id);
  const events = [...history.events(id)];
  return {
    run,
    events,
    answers: answersOf(events),
    resumedBy: history.resumedBy(id),
    ofDay: placeInDay(history, id),
    proof,
    samples: () => history.samples(id),
    ledger: () => history.ledger(id),
  };
}

/** True: more may come, or the end is not in the record. */
export function isIncomplete({ run: { outcome } }: Pick<ExportedRun, 'run'>): boolean {
  return outcome === 'running' || outcome === 'interrupted';
}

function placeInDay(history: History, id: string): number {
  const day = id.slice(0, 8);
  const ids = history.runs().map(({ run }) => run);
  return (
    ids
      .filter((other) => other.slice(0, 8) === day)
      .toSorted()
      .indexOf(id) + 1
  );
}

/** A number of a row; null where it has none. */
export function numberIn(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' ? value : null;
}
