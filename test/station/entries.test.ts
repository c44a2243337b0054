/** An entry of a series is run once at most, whatever breaks off when. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Entries, entriesFile, EntryRefused } from '../../src/station/entries.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'galvanode-entries-'));
  folders.push(made);
  return made;
}

const entriesIn = (data: string): Entries => new Entries(data, () => 1000);

describe('entries', () => {
  it('are taken once, and known to the next process with their run', () => {
    const data = folder();
    const entries = entriesIn(data);
    expect(entries.refusal('scope-01')).toBeNull();
    entries.take('scope-01', 'alice');
    entries.begun('scope-01', '2026-01-01-run', 'alice');
    const next = entriesIn(data);
    expect(next.refusal('scope-01')).toContain('as 2026-01-01-run');
    expect(() => next.take('scope-01', 'bob')).toThrow(EntryRefused);
    expect(next.all()).toEqual([{ entry: 'scope-01', run: '2026-01-01-run', actor: 'alice', t: 1000 }]);
    expect(statSync(entriesFile(data)).mode & 0o777).toBe(0o600);
  });

  it('may be taken again once it is known that nothing was driven', () => {
    const entries = entriesIn(folder());
    entries.take('a', 'alice');
    entries.release('a', 'alice');
    expect(entries.refusal('a')).toBeNull();
    expect(entries.all()).toEqual([]);
  });

  it.each(['', 'A', 'a/b', '../a', 'a'.repeat(65), 'a b', 'a\n', 'ä', '__proto__\0'])('%j is no name', (name) => {
    const entries = entriesIn(folder());
    expect(entries.refusal(name)).toContain('is no entry id');
    expect(() => entries.take(name, 'alice')).toThrow(EntryRefused);
  });

  it('a line in the middle that cannot be read refuses every start', () => {
    const data = folder();
    entriesIn(data).take('a', 'alice');
    appendFileSync(entriesFile(data), '{"entry":"b","what":"ta\n');
    expect(entriesIn(data).refusal('c')).toContain('entries.jsonl:2 cannot be read');
    expect(() => entriesIn(data).take('c', 'alice')).toThrow(EntryRefused);
  });

  it('after a kill at any byte, what was believed is there, what was torn off is not, and nothing is run twice', () => {
    const data = folder();
    const id = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.record({ id, tear: fc.nat(200) }), { minLength: 1, maxLength: 8 }), (tries) => {
        writeFileSync(entriesFile(data), '');
        const armed = new Map<string, number>();
        for (const { id: entry, tear } of tries) {
          const before = statSync(entriesFile(data)).size;
          try {
            entriesIn(data).take(entry, 'alice');
          } catch (error) {
            if (!(error instanceof EntryRefused)) throw error;
            continue;
          }
          const whole = statSync(entriesFile(data)).size;
          const cut = Math.max(before, whole - tear);
          // A write that the kill cut short was never synced, so that nothing was armed after it.
          if (cut < whole) truncateSync(entriesFile(data), cut);
          else armed.set(entry, (armed.get(entry) ?? 0) + 1);
        }
        const known = new Set(
          entriesIn(data)
            .all()
            .map(({ entry }) => entry),
        );
        return [...armed].every(([entry, times]) => times === 1 && known.has(entry));
      }),
      { numRuns: 25 }, // every line is synced
    );
  });

  it('what a crash tore off is not glued to the next line', () => {
    const data = folder();
    entriesIn(data).take('a', 'alice');
    appendFileSync(entriesFile(data), '{"entry":"b","wh');
    entriesIn(data).take('c', 'alice');
    expect(readFileSync(entriesFile(data), 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect(
      entriesIn(data)
        .all()
        .map(({ entry }) => entry),
    ).toEqual(['a', 'c']);
  });
});
