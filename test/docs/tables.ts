/**
 * Tables of the documents that are made from the program's own data. Each stands in its document between
 * `<!-- begin NAME -->` and `<!-- end NAME -->`; `npx tsx test/docs/write-tables.ts` writes them there.
 */
import { FAULTS } from '../../src/bus/protocol.gen.js';
import { INTERLOCKS } from '../../src/control/guard/interlocks.js';
import type { Interlock } from '../../src/control/guard/interlock.js';
import { kinds, unitsOf } from '../../src/model/units.js';

export interface DocumentTable {
  readonly name: string;
  readonly document: string;
  readonly render: () => string;
}

export const TABLES: readonly DocumentTable[] = [
  { name: 'interlocks', document: 'docs/safety.md', render: interlocks },
  { name: 'board-trips', document: 'docs/safety.md', render: boardTrips },
  { name: 'units', document: 'docs/recipes.md', render: units },
];

/** The text with the table of that name renewed. Throws when its marks are not there. */
export function withTable(text: string, name: string, table: string): string {
  const begin = `<!-- begin ${name} -->\n`;
  const end = `<!-- end ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`there are no marks for the table "${name}"`);
  return `${text.slice(0, from + begin.length)}\n${table}\n\n${text.slice(to)}`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function interlocks(): string {
  const row = (one: Interlock): string[] => [
    `\`${one.id}\``,
    one.severity,
    one.reaction,
    one.delay_s === 0 ? 'at once' : `${one.delay_s} s`,
    one.latched ? 'yes' : 'no',
    one.consequence,
    one.action,
  ];
  return tableOf(
    ['interlock', 'severity', 'reaction', 'after', 'latched', 'what it means', 'what to do'],
    INTERLOCKS.map(row),
  );
}

function boardTrips(): string {
  return tableOf(
    ['trip', 'when', 'what to do'],
    FAULTS.map(({ name, description, advice }) => [`\`${name}\``, description, advice]),
  );
}

function units(): string {
  const inWords = (kind: string): string => kind.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return tableOf(
    ['quantity', 'units taken', 'written as'],
    kinds.map((kind) => {
      const { units: taken, example } = unitsOf(kind);
      return [inWords(kind), taken.map((unit) => `\`${unit}\``).join(' '), `\`${example}\``];
    }),
  );
}
