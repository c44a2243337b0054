/** The tables of a run beside its samples, as CSV after RFC 4180, a line at a time. Pure; knows no file. */
import type { AnswerRow } from '../record/answers.js';
import { canonicalJson } from '../record/chain.js';
import { type CsvValue, csvRow } from '../record/csv.js';
import type { PastEvent } from '../record/history.js';
import type { Row } from '../record/sqlite.js';
import { ALARM_FIELDS, ANSWER_FIELDS, EVENT_FIELDS, type Field, LEDGER_FIELDS } from './fields.js';
import { numberIn } from './source.js';

export function* eventLines(events: readonly PastEvent[]): Generator<string> {
  yield heading(EVENT_FIELDS);
  for (const { seq, t, elapsed_s, kind, actor, text, data, prev_hash, hash } of events)
    yield csvRow([seq, t, elapsed_s, kind, actor, text, canonicalJson(data), prev_hash, hash]);
}

/** What was raised, went, was acknowledged or shelved, in the order of time. */
export interface AlarmEvent {
  readonly event: number;
  readonly elapsed_s: number | null;
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly reaction: string;
  readonly safeState: string;
  readonly firstOut: boolean;
  readonly group: string;
  readonly actor: string;
  readonly text: string;
}

export function alarmEvents(events: readonly PastEvent[]): AlarmEvent[] {
  return events.flatMap(({ seq, elapsed_s, kind, actor, text, data }): AlarmEvent[] => {
    if (kind !== 'alarm' && kind !== 'trip') return [];
    const word = (key: string): string => (typeof data[key] === 'string' ? data[key] : '');
    const [id, state, reaction] = [word('id'), word('state'), word('reaction')];
    const [safeState, group, firstOut] = [word('safeState'), word('group'), data['firstOut'] === true];
    return [{ event: seq, elapsed_s, id, kind, state, reaction, safeState, firstOut, group, actor, text }];
  });
}

export function* alarmLines(events: readonly PastEvent[]): Generator<string> {
  yield heading(ALARM_FIELDS);
  for (const alarm of alarmEvents(events)) {
    const { event, elapsed_s, id, kind, state, reaction, safeState, firstOut, group, actor, text } = alarm;
    yield csvRow([event, elapsed_s, id, kind, state, reaction, safeState, firstOut, group, actor, text]);
  }
}

export function* answerLines(answers: readonly AnswerRow[]): Generator<string> {
  yield heading(ANSWER_FIELDS);
  for (const { key, at_s, asked_C, charge_C, value, unit, actor, came } of answers)
    yield csvRow([key, at_s, asked_C, charge_C, value, unit, actor, came]);
}

export function* ledgerLines(rows: Iterable<Row>): Generator<string> {
  yield heading(LEDGER_FIELDS);
  for (const row of rows) yield csvRow(LEDGER_FIELDS.map(({ name }): CsvValue => numberIn(row, name)));
}

function heading(fields: readonly Field[]): string {
  return csvRow(fields.map(({ name }) => name));
}
