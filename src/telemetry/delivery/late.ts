/**
 * From rows of the record to publications: what a broker is told late, or of a recorded event in its place in the chain.
 * Pure. It must not know when and to whom they go.
 */
import type { PastRun } from '../../record/past.js';
import type { Row } from '../../record/sqlite.js';
import type { Publication } from '../publication.js';
import { type EventPayload, eventPayload, PAYLOAD_VERSION, samplePayload, type Topics } from '../topics.js';

/** Who tells it now. The record does not hold under which boot a row was written. */
export interface Teller {
  readonly topics: Topics;
  readonly bootId: string;
}

/** null: the row is none that the contract can tell. */
export function lateSample(row: Row, { run, started_utc_ms, simulated }: PastRun, teller: Teller): Publication | null {
  const elapsed_s = Number(row['elapsed_s']);
  const read = samplePayload.safeParse({
    ...row,
    v: PAYLOAD_VERSION,
    bootId: teller.bootId,
    run,
    t: Math.round(started_utc_ms + elapsed_s * 1000),
    simulated,
    late: true,
    invalid: row['invalid'] ?? '',
  });
  if (!read.success) return null;
  return {
    topic: teller.topics.sample,
    payload: JSON.stringify(read.data),
    retain: false,
    qos: 1,
    record: { kind: 'sample', run, seq: read.data.seq, at_s: elapsed_s },
  };
}

/** The event as it was told when it happened, with its number; or, when nobody was there then, as the record has it. */
export function recordedEvent(row: Row, run: string, live: EventPayload | null, late: boolean, teller: Teller) {
  const record_seq = Number(row['seq']);
  const payload = live === null ? fromRow(row, run, record_seq, late, teller) : { ...live, record_seq };
  if (payload === null) return null;
  return {
    topic: teller.topics.event,
    payload: JSON.stringify(payload),
    retain: false,
    qos: 1,
    record: { kind: 'event', run, seq: record_seq, at_s: Number(row['elapsed_s'] ?? 0) },
  } satisfies Publication;
}

function fromRow(row: Row, run: string, record_seq: number, late: boolean, teller: Teller): EventPayload | null {
  const details = Object.entries(dataOf(row)).map(([key, value]) => [`data_${key}`, value] as const);
  const read = eventPayload.safeParse({
    ...Object.fromEntries(details),
    v: PAYLOAD_VERSION,
    bootId: teller.bootId,
    run,
    seq: record_seq,
    t: row['t'] ?? 0,
    elapsed_s: row['elapsed_s'] ?? 0,
    kind: row['kind'],
    actor: row['actor'],
    text: row['text'],
    record_seq,
    ...(late ? { late } : {}),
  });
  return read.success ? read.data : null;
}

function dataOf(row: Row): object {
  const data: unknown = JSON.parse(String(row['data']));
  return typeof data === 'object' && data !== null ? data : {};
}

/** By what an event that was told is found again in the record. */
export function likenessOf(event: Pick<EventPayload, 't' | 'kind' | 'actor' | 'text'>): string {
  return JSON.stringify([Math.round(event.t), event.kind, event.actor, event.text]);
}

export function likenessOfRow(row: Row): string {
  return likenessOf({
    t: Number(row['t']),
    kind: String(row['kind']),
    actor: String(row['actor']),
    text: String(row['text']),
  });
}
