/** `galvanode proof list|record`: proof tests that a person has done. Arguments in, text or JSON out. */
import type { Writable } from 'node:stream';
import { dayOf } from '../model/date.js';
import { isProofTest, PROOF_TEST_NAMES, PROOF_TESTS, type ProofTest } from '../model/proof-test.js';
import { RealClock } from '../model/real-clock.js';
import { RecordError } from '../record/error.js';
import { dataDirectory } from '../record/place.js';
import { doneTests, lastTests, recordTest } from '../record/proofs.js';
import { EXIT } from './exit.js';

export interface ProofOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly by?: string;
  readonly note?: string;
  /** UTC, ms; of the computer by default. */
  readonly now_ms?: number;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
}

const DAY_MS = 86_400_000;

/** 0 done; 2 refused; 4 the disk failed. */
export function proofListCommand(options: ProofOptions = {}): number {
  return guarded(options, (out, dataDir, now_ms) => {
    const last = lastTests(dataDir);
    const rows = PROOF_TEST_NAMES.map((test) => rowOf(test, last[test], now_ms));
    if (options.json === true) out(JSON.stringify({ tests: rows, done: doneTests(dataDir) }));
    else for (const row of rows) out(textOf(row));
    return EXIT.done;
  });
}

export function proofRecordCommand(test: string, options: ProofOptions = {}): number {
  return guarded(options, (out, dataDir, now_ms) => {
    if (!isProofTest(test)) {
      const names = PROOF_TEST_NAMES.join(', ');
      (options.stderr ?? process.stderr).write(
        `galvanode proof record: "${test}" is no proof test (would be right: ${names})\n`,
      );
      return EXIT.refused;
    }
    const by = options.by ?? process.env['USER'] ?? '';
    recordTest(dataDir, { test, t: now_ms, by, note: options.note ?? '' });
    const { title, within_days } = PROOF_TESTS[test];
    out(`${title}: recorded${by === '' ? '' : ` by ${by}`}, good until ${dayOf(now_ms + within_days * DAY_MS)}`);
    return EXIT.done;
  });
}

interface Row {
  readonly test: ProofTest;
  readonly title: string;
  readonly last_utc: string | null;
  readonly due_utc: string | null;
  readonly overdue: boolean;
  readonly how: string;
}

function rowOf(test: ProofTest, last_ms: number | null, now_ms: number): Row {
  const { title, within_days, how } = PROOF_TESTS[test];
  const due_ms = last_ms === null ? null : last_ms + within_days * DAY_MS;
  return {
    test,
    title,
    last_utc: last_ms === null ? null : dayOf(last_ms),
    due_utc: due_ms === null ? null : dayOf(due_ms),
    overdue: due_ms === null || !(now_ms <= due_ms),
    how,
  };
}

function textOf({ test, title, last_utc, due_utc, overdue, how }: Row): string {
  const when = last_utc === null ? 'never recorded' : `last ${last_utc}, good until ${due_utc ?? '?'}`;
  return `${test.padEnd(16)}${title}: ${when}${overdue ? ` - DUE: ${how}` : ''}`;
}

function guarded(
  options: ProofOptions,
  act: (out: (line: string) => void, dataDir: string, now_ms: number) => number,
): number {
  const { stdout = process.stdout, stderr = process.stderr } = options;
  try {
    return act(
      (text) => stdout.write(`${text}\n`),
      dataDirectory(options.data),
      options.now_ms ?? new RealClock().wallTime_ms(),
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const disk = 'syscall' in error;
    if (!disk && !(error instanceof RecordError)) throw error;
    stderr.write(`galvanode proof: ${error.message}\n`);
    return disk ? EXIT.noHardware : EXIT.refused;
  }
}
