import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CommandFile, commandsFile, readCommands } from '../../src/command/command-file.js';

const line = z.strictObject({
  t: z.number(),
  actor: z.string(),
  text: z.string(),
  data: z.record(z.string(), z.unknown()),
  before: z.string(),
  hash: z.string(),
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-commands-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const words = (n: number) => ({ t: n, actor: 'ann', text: `hold taken (c${n})`, data: { ok: true } });
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((text) => line.parse(JSON.parse(text)));

/** Each line's hash made again from what it says and from the hash before. */
function broken(lines: readonly z.infer<typeof line>[]): number {
  return lines.filter(({ before, hash, ...said }, n) => {
    const again = createHash('sha256')
      .update(`${before}\n${JSON.stringify(said)}`)
      .digest('hex');
    return again !== hash || (n > 0 && lines[n - 1]?.hash !== before);
  }).length;
}

describe('the file of what was asked', () => {
  it('is a chain that goes on after a start of the program, and shows a word that was changed', () => {
    const file = commandsFile(folder);
    for (let n = 0; n < 5; n++) new CommandFile(file).append(words(n));
    const lines = linesOf(file);
    expect(lines).toHaveLength(5);
    expect(broken(lines)).toBe(0);
    expect(broken(lines.map((one, n) => (n === 2 ? { ...one, actor: 'bob' } : one)))).toBe(1);
    expect(broken(lines.filter((_one, n) => n !== 2))).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keeps every whole line when a crash tore the last one', () => {
    const file = commandsFile(folder);
    new CommandFile(file).append(words(0));
    appendFileSync(file, '{"t":1,"actor":"an');
    new CommandFile(file).append(words(2));
    const [first = '', torn = '', next = ''] = readFileSync(file, 'utf8').split('\n');
    expect(line.parse(JSON.parse(first)).text).toBe('hold taken (c0)');
    expect(torn).toBe('{"t":1,"actor":"an');
    expect(line.parse(JSON.parse(next)).text).toBe('hold taken (c2)');
  });

  it('stays small: full files are put aside, four are kept, and the chain runs through them', () => {
    const file = commandsFile(folder);
    const kept = new CommandFile(file, 1000);
    for (let n = 0; n < 60; n++) kept.append(words(n));
    const names = readdirSync(folder).toSorted();
    expect(names).toEqual([
      'commands.1.jsonl',
      'commands.2.jsonl',
      'commands.3.jsonl',
      'commands.4.jsonl',
      'commands.jsonl',
    ]);
    for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThan(1500);
    const older = names
      .slice(0, -1)
      .toReversed()
      .flatMap((name) => linesOf(join(folder, name)));
    const all = [...older, ...linesOf(file)];
    expect(broken(all)).toBe(0);
    expect(all.at(-1)?.t).toBe(59);
  });
});

describe('the file as it is read', () => {
  const filled = (count: number): string => {
    const file = commandsFile(folder);
    for (let n = 0; n < count; n++) new CommandFile(file, 900).append(words(n));
    return file;
  };

  it('gives every line of all files in their order, with the head of the chain', () => {
    const file = filled(12);
    expect(readdirSync(folder).length).toBeGreaterThan(2);
    const { lines, breaks, head } = readCommands(file);
    expect(lines).toEqual(Array.from({ length: 12 }, (_, n) => words(n)));
    expect(breaks).toEqual([]);
    expect(head).toBe(linesOf(file).at(-1)?.hash);
    expect(readCommands(join(folder, 'none.jsonl'))).toEqual({ lines: [], breaks: [], head: null });
  });

  it.each([
    [
      'a word that was changed',
      (text: string) => text.replace('(c10)', '(c9)'),
      /:1: this line is not as it was written/,
    ],
    [
      'a line that was taken out',
      (text: string) => text.split('\n').slice(1).join('\n'),
      /:1: this line does not follow/,
    ],
    ['a line that is none', (text: string) => `{"t":1,\n${text}`, /:1: this is no whole line/],
  ])('shows %s, with its place', (_what, change, shown) => {
    const file = filled(13);
    const before = readFileSync(file, 'utf8');
    const changed = change(before);
    expect(changed).not.toBe(before);
    writeFileSync(file, changed);
    expect(readCommands(file).breaks[0]).toMatch(shown);
  });

  it('shows that the first lines of a file that was never put aside are gone', () => {
    const file = commandsFile(folder);
    for (let n = 0; n < 3; n++) new CommandFile(file).append(words(n));
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'));
    expect(readCommands(file).breaks).toHaveLength(1);
  });
});
