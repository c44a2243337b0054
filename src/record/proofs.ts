/**
 * Which proof tests a person has done, when, and who: a file of one JSON object a line beside the record, only ever
 * appended to and synced before it is believed. Owns the file; judges no age.
 *
 * Not a table of the database: a test is recorded while no run is, and must not wait for a run to let go of its lock.
 */
import { appendFileSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isProofTest, PROOF_TEST_NAMES, type ProofTest } from '../model/proof-test.js';
import { RecordError } from './error.js';

export interface DoneTest {
  readonly test: ProofTest;
  /** UTC, ms. */
  readonly t: number;
  readonly by: string;
  readonly note: string;
}

const line = z.strictObject({
  test: z.string().refine(isProofTest, { error: () => `is not one of ${PROOF_TEST_NAMES.join(', ')}` }),
  t: z.number().int().min(0).max(8.64e15),
  by: z.string(),
  note: z.string(),
});

export function proofFile(dataDir: string): string {
  return join(dataDir, 'proof-tests.jsonl');
}

/** All tests ever recorded here, oldest first. Throws RecordError `corrupt` with the line that cannot be read. */
export function doneTests(dataDir: string): readonly DoneTest[] {
  const file = proofFile(dataDir);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((text, index) => (text === '' ? [] : [parsed(text, `${file}:${index + 1}`)]));
}

function parsed(text: string, place: string): DoneTest {
  const outcome = line.safeParse(jsonOf(text));
  if (outcome.success) return { ...outcome.data, test: testOf(outcome.data.test) };
  const why = outcome.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ');
  throw new RecordError('corrupt', `${place}: ${why} (would be right: what "galvanode proof record" writes)`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // no object: the schema says so with its place
  }
}

function testOf(name: string): ProofTest {
  if (isProofTest(name)) return name;
  throw new RecordError('fault', `"${name}" passed for a proof test`);
}

/** Writes one more; on disk when this returns. */
export function recordTest(dataDir: string, done: DoneTest): void {
  mkdirSync(dataDir, { recursive: true });
  const file = openSync(proofFile(dataDir), 'a');
  try {
    appendFileSync(file, `${JSON.stringify(done)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The newest of each; null for one that was never done. */
export function lastTests(dataDir: string): Readonly<Record<ProofTest, number | null>> {
  const last: Record<ProofTest, number | null> = { 'hydrogen-bump': null, 'e-stop': null, 'thermal-cutout': null };
  for (const { test, t } of doneTests(dataDir)) last[test] = Math.max(last[test] ?? 0, t);
  return last;
}
