import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal, JournalDamaged } from '../../src/fleet/journal.js';

const SENT = { what: 'sent', entry: 'one', reactor: 'left', boot: 'b1' } as const;
const RUNNING = { what: 'running', entry: 'one', run: 'r1' } as const;
const text = (...lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('the journal of the dispatcher', () => {
  let folder = '';
  const path = (): string => join(folder, 'series.jsonl');
  const linesOf = (): readonly object[] => {
    const journal = new Journal(path());
    journal.close();
    return journal.lines;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'galvanode-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was appended, over two openings', () => {
    const journal = new Journal(path());
    journal.append(SENT);
    journal.close();
    const next = new Journal(path());
    next.append(RUNNING);
    next.close();
    expect(linesOf()).toEqual([SENT, RUNNING]);
  });

  it('drops a last line wherever a crash tore it off, and writes on from there', () => {
    const last = text(RUNNING);
    for (let length = 0; length < last.length; length++) {
      writeFileSync(path(), text(SENT) + last.slice(0, length));
      const journal = new Journal(path());
      expect(journal.lines).toEqual([SENT]);
      journal.append(RUNNING);
      journal.close();
      expect(readFileSync(path(), 'utf8')).toBe(text(SENT, RUNNING));
    }
  });

  it('refuses any other line that cannot be read, names it and leaves the file as it is', () => {
    for (const bad of ['{"what":"sent","entry":"one"}\n', '\0\0\0\n', '\n', '{"what":"sen\n']) {
      const before = `${text(SENT)}${bad}${text(RUNNING)}`;
      writeFileSync(path(), before);
      expect(() => new Journal(path())).toThrow(JournalDamaged);
      expect(() => new Journal(path())).toThrow(/series\.jsonl:2 cannot be read/);
      expect(readFileSync(path(), 'utf8')).toBe(before);
    }
  });
});
