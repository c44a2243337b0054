/**
 * What was asked of the operator under a name and what came of it, read from the journal. Pure: events in, rows out. An
 * answer that is missing has its row too, so that nobody takes a gap for a zero.
 */
import type { PastEvent } from './history.js';

export interface AnswerRow {
  readonly key: string;
  /** When it was answered, or was noted as missing, s of the run. */
  readonly at_s: number | null;
  /** Ledger when a sample came due, C; null: of a question that the run waited for, or never due. */
  readonly asked_C: number | null;
  /** Ledger when it was answered, C; null: it was not. */
  readonly charge_C: number | null;
  readonly value: string | number | null;
  readonly unit: string | null;
  readonly actor: string;
  readonly came: 'given' | 'not given' | 'not answered' | 'never due';
}

/** In the order in which they were answered or given up. */
export function answersOf(events: readonly PastEvent[]): AnswerRow[] {
  return events.flatMap(({ kind, elapsed_s, actor, data }): AnswerRow[] => {
    const key = data['key'];
    if (typeof key !== 'string') return [];
    const row = { key, at_s: elapsed_s, asked_C: numberOr(data['asked_C']), actor };
    if (kind === 'answer') {
      const { value = null, unit } = data;
      const said = typeof value === 'string' || typeof value === 'number' ? value : null;
      const came = said === null ? 'not given' : 'given';
      return [{ ...row, charge_C: numberOr(data['charge_C']), value: said, unit: textOr(unit), came }];
    }
    const came = data['missed'];
    if (came !== 'never due' && came !== 'not answered') return [];
    return [{ ...row, charge_C: null, value: null, unit: null, came }];
  });
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
