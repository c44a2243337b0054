/**
 * The bench as it is told: lines, chips and counters of the topic `bench`, and of the samples until that topic was heard.
 * Pure: messages in, rows out. A key that nobody knows is left out.
 */
import * as z from 'zod';
import type { AboutPayload, SamplePayload } from '../../../telemetry/topics.js';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const payload = z.record(z.string(), scalar);
export type BenchTold = z.infer<typeof payload>;

/** null: not what the contract says. */
export function benchTold(text: string): BenchTold | null {
  try {
    return payload.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Names stand in keys with `_` and in board files with `-`: either way is found. */
function told(live: BenchTold | null, prefix: string, name: string): string | number | boolean | null | undefined {
  return live?.[`${prefix}_${name}`] ?? live?.[`${prefix}_${name.replaceAll('-', '_')}`];
}

export type LineLevel = 'asserted' | 'not asserted' | 'not known';

export function lineLevel(live: BenchTold | null, name: string): LineLevel {
  const level = told(live, 'line', name);
  if (typeof level !== 'boolean') return 'not known';
  return level ? 'asserted' : 'not asserted';
}

export function chipWord(live: BenchTold | null, name: string): string {
  const word = told(live, 'chip', name);
  return typeof word === 'string' ? word : 'not known';
}

const COUNTERS = {
  bus_nack: 'not acknowledged by any chip',
  bus_timeout: 'took too long',
  bus_crc: 'did not pass the check',
  bus_busy: 'found the bus taken',
  bus_gone: 'found no bus',
  bus_protocol: 'against the rules',
} as const;

export interface Counter {
  readonly key: string;
  readonly what: string;
  readonly count: number | null;
}

export function counters(live: BenchTold | null, sample: SamplePayload | null): Counter[] {
  return (Object.keys(COUNTERS) as (keyof typeof COUNTERS)[]).map((key) => {
    const count = live?.[key] ?? sample?.[key];
    return { key, what: COUNTERS[key], count: typeof count === 'number' ? count : null };
  });
}

/** What is left of the permit, s; null: there is none, or it does not end. */
export function permitLeft_s(about: AboutPayload | null, wall_ms: number): number | null {
  const until = about?.permit === 'given' ? about.permit_until : null;
  return until === null || until === undefined ? null : Math.max(0, (until - wall_ms) / 1000);
}
