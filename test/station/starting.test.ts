/** What a start over the network may name, what it may bring, and what it must accept by name. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import { isWanted, TEXT_MAX_BYTE, wantedBy, warningCode } from '../../src/station/starting.js';

const shelf = { board: 'bench-sim' };
const GENERAL = readFileSync(packagePath('recipes', 'general-procedure-3a.yaml'), 'utf8');
const DEAD_MAN = readFileSync(packagePath('test', 'fixtures', 'recipes', 'dead-man-180ma.yaml'), 'utf8');

/** Ways out of the library that have worked somewhere, with every way to write them. */
function hostileNames(): string[] {
  const targets = [
    'etc/passwd',
    'boards/bench-sim',
    'recipes/general-procedure-3a',
    'package.json',
    'root/.ssh/id_rsa',
  ];
  const ways = [
    '../',
    '..\\',
    '..%2f',
    '%2e%2e/',
    '....//',
    '/',
    '//',
    './',
    '~/',
    'file:///',
    'C:\\',
    '\\\\host\\share\\',
  ];
  const climbs = ways.flatMap((way) =>
    targets.flatMap((target) => [`${way}${target}`, `${way.repeat(6)}${target}.yaml`]),
  );
  const odd = ['', '.', '..', ' ', '\0', 'general-procedure-3a\0', 'general-procedure-3a.yaml', 'GENERAL-PROCEDURE-3A'];
  const proto = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'size', 'get'];
  const unicode = [
    '．．/etc/passwd',
    '‥/etc/passwd',
    'general-procedure-3a\u200b',
    'gеneral-procedure-3a',
    '\u202ea3',
    '🧪',
  ];
  const long = [64, 255, 256, 4096, 100_000].map((length) => 'a'.repeat(length));
  const entries = [
    '#',
    '#phenyl',
    'series/aldehydes',
    'series/aldehydes#',
    'series/aldehydes#../x',
    'series/../series/aldehydes#phenyl',
  ];
  const commands = [
    '; reboot',
    '$(reboot)',
    '`reboot`',
    '| cat /etc/passwd',
    '\n- include: x',
    '*',
    '?',
    '%s%n',
    "' OR 1=1 --",
  ];
  const rest = [
    'aldehyde-4a/',
    '/aldehyde-4a',
    'aldehyde-4a ',
    ' aldehyde-4a',
    'aldehyde-4a\n',
    'aldehyde-4a?x',
    'aldehyde-4a#',
    'CON',
    'NUL',
    'aux.yaml',
  ];
  const numbered = Array.from({ length: 40 }, (_, n) => `${'../'.repeat(n + 1)}proc/self/environ`);
  return [...climbs, ...odd, ...proto, ...unicode, ...long, ...entries, ...commands, ...rest, ...numbered];
}

describe('a start over the network', () => {
  it('takes a recipe of the library, and FILE#entry of a series in it', async () => {
    for (const recipe of ['general-procedure-3a', 'series/aldehydes#phenyl'])
      expect(isWanted(await wantedBy({ recipe }, shelf))).toBe(true);
  });

  it('lets no name lead anywhere but to the library', async () => {
    const names = hostileNames();
    expect(names.length).toBeGreaterThanOrEqual(200);
    const library = new Map([['general-procedure-3a', packagePath('recipes', 'general-procedure-3a.yaml')]]);
    for (const recipe of names) {
      const found = await wantedBy({ recipe }, { ...shelf, library: async () => library });
      expect(found).toMatchObject({ ok: false, reason: expect.stringContaining('the library has no recipe') });
      expect(JSON.stringify(found).length).toBeLessThan(300);
    }
  });

  it('takes a text that stands alone', async () => {
    const found = await wantedBy({ text: GENERAL }, shelf);
    expect(isWanted(found) && found.plan.recipe).toBe('general-procedure-3a');
  });

  it('reads no file for a text', async () => {
    const text = GENERAL.replace(/^steps:\n/m, 'steps:\n  - include: { recipe: ../../../etc/passwd }\n');
    expect(await wantedBy({ text }, shelf)).toMatchObject({
      ok: false,
      reason: 'the recipe has a fault',
      rows: [{ path: 'include.recipe', message: 'the steps of this file were not read' }],
    });
    const reactor = GENERAL.replace(/reactor: \S+/, 'reactor: ../../package');
    expect(await wantedBy({ text: reactor }, shelf)).toMatchObject({
      ok: false,
      rows: [{ path: 'cell.reactor', message: 'is not a name' }],
    });
  });

  it('refuses both, neither, and more text than a command holds', async () => {
    expect(await wantedBy({}, shelf)).toMatchObject({ ok: false, reason: expect.stringContaining('nothing is named') });
    expect(await wantedBy({ recipe: 'a', text: 'b' }, shelf)).toMatchObject({ ok: false });
    expect(await wantedBy({ text: ' '.repeat(TEXT_MAX_BYTE + 1) }, shelf)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(`at most ${TEXT_MAX_BYTE}`),
    });
  });

  it('tells what is wrong with a recipe, bounded', async () => {
    const found = await wantedBy({ text: '- \n'.repeat(100) }, shelf);
    expect(found).toMatchObject({ ok: false });
    const many = await wantedBy(
      { text: Array.from({ length: 300 }, (_, n) => `key${n}: ${'x'.repeat(20)}`).join('\n') },
      shelf,
    );
    if (isWanted(many)) throw new Error('that is no recipe');
    expect(many.rows?.length).toBe(12);
    expect(JSON.stringify(many).length).toBeLessThan(16_000);
  });

  it('asks for every warning to be accepted by its code', async () => {
    const refusal = await wantedBy({ text: DEAD_MAN }, shelf);
    if (isWanted(refusal)) throw new Error('the dead-man recipe has warnings');
    const codes = (refusal.rows ?? []).map(({ code }) => String(code));
    expect(codes.length).toBeGreaterThan(0);
    expect(refusal.reason).toContain(codes.join(' '));
    expect(isWanted(await wantedBy({ text: DEAD_MAN, accept: codes.slice(1).join(' ') }, shelf))).toBe(false);
    expect(isWanted(await wantedBy({ text: DEAD_MAN, accept: 'yes all *' }, shelf))).toBe(false);
    const found = await wantedBy({ text: DEAD_MAN, accept: codes.join(' ') }, shelf);
    expect(isWanted(found) && found.accepted.map(warningCode)).toEqual(codes);
  });
});
