import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { proofListCommand, proofRecordCommand, type ProofOptions } from '../../src/cli/proof.js';
import { doneTests, lastTests, proofFile } from '../../src/record/proofs.js';
import { temporaryFolder } from '../support/process.js';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const DAY_MS = 86_400_000;

function heard(act: (options: ProofOptions) => number, options: ProofOptions) {
  const said = { out: '', error: '' };
  const into = (key: keyof typeof said) =>
    new Writable({
      write(chunk: Buffer, _, done) {
        said[key] += chunk.toString();
        done();
      },
    });
  const code = act({ now_ms: NOW_MS, stdout: into('out'), stderr: into('error'), ...options });
  return { code, ...said };
}

describe('galvanode proof', () => {
  it('lists what was never done as due, and what to do', () => {
    const { code, out } = heard(proofListCommand, { data: temporaryFolder() });
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line.includes('never recorded - DUE: '))).toHaveLength(3);
  });

  it('records a test beside the record, and lists until when it is good', () => {
    const data = temporaryFolder();
    const recorded = heard((o) => proofRecordCommand('hydrogen-bump', o), { data, by: 'Ann', note: '1000 ppm' });
    expect(recorded).toMatchObject({ code: 0, error: '' });
    expect(recorded.out).toContain('recorded by Ann, good until 2026-12-22');
    expect(doneTests(data)).toEqual([{ test: 'hydrogen-bump', t: NOW_MS, by: 'Ann', note: '1000 ppm' }]);
    const { out } = heard(proofListCommand, { data, json: true, now_ms: NOW_MS + 31 * DAY_MS });
    const { tests } = JSON.parse(out) as { tests: object[] };
    expect(tests[0]).toMatchObject({ test: 'hydrogen-bump', last_utc: '2026-11-22', overdue: true });
  });

  it('keeps every one and takes the newest', () => {
    const data = temporaryFolder();
    for (const now_ms of [NOW_MS, NOW_MS + DAY_MS, NOW_MS - DAY_MS])
      heard((o) => proofRecordCommand('e-stop', o), { data, now_ms });
    expect(doneTests(data)).toHaveLength(3);
    expect(lastTests(data)).toEqual({ 'hydrogen-bump': null, 'e-stop': NOW_MS + DAY_MS, 'thermal-cutout': null });
  });

  it('refuses a test that there is not, and writes nothing', () => {
    const data = temporaryFolder();
    const { code, error } = heard((o) => proofRecordCommand('bump', o), { data });
    expect(code).toBe(2);
    expect(error).toContain('would be right: hydrogen-bump, e-stop, thermal-cutout');
    expect(doneTests(data)).toEqual([]);
  });

  it.each([
    'not json',
    '{"test":"bump","t":1,"by":"","note":""}',
    '{"test":"e-stop","t":"today","by":"","note":""}',
    '{"test":"e-stop","t":1e99,"by":"","note":""}',
    '{"test":"e-stop","t":1,"by":""}',
    '{"test":"e-stop","t":1,"by":"","note":"","more":1}',
    '[]',
  ])('refuses a file with the line %s, and says where', (line) => {
    const data = temporaryFolder();
    heard((o) => proofRecordCommand('e-stop', o), { data });
    appendFileSync(proofFile(data), `${line}\n`);
    const { code, error } = heard(proofListCommand, { data });
    expect(code).toBe(2);
    expect(error).toContain(`${proofFile(data)}:2: `);
  });

  it('ends with 4 when the disk does not take it', () => {
    const file = join(temporaryFolder(), 'a-file');
    writeFileSync(file, 'x');
    const { code, error } = heard((o) => proofRecordCommand('e-stop', o), { data: file });
    expect(code).toBe(4);
    expect(error).toContain('galvanode proof: ');
    expect(readFileSync(file, 'utf8')).toBe('x');
  });
});
