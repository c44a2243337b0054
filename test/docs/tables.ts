/**
 * Tables of the documents that are made from the program's own data. Each stands in its document between
 * `<!-- begin NAME -->` and `<!-- end NAME -->`; `npx tsx test/docs/write-tables.ts` writes them there.
 */
import { readFileSync } from 'node:fs';
import { ROUTES } from '../../src/console/api/routes.js';
import { FAULTS } from '../../src/bus/protocol.gen.js';
import { CATALOGUE, type CatalogueRow, type Handling } from '../../src/control/guard/catalogue.js';
import { INTERLOCKS } from '../../src/control/guard/interlocks.js';
import type { Interlock } from '../../src/control/guard/interlock.js';
import { REACTIONS, SAFE_STATES } from '../../src/control/guard/safe-states.js';
import { type Board, type BoardLine, parseBoard } from '../../src/model/board.js';
import { packagePath } from '../../src/model/entry.js';
import { kinds, unitsOf } from '../../src/model/units.js';
import { ruleIds, rules } from '../../src/recipe/rules.js';
import { CONTRACT_TABLES } from './mqtt-tables.js';
import { FIELD_HEAD, recipeFields, seriesFields, stepFields, stepKindRows } from './recipe-tables.js';

export interface DocumentTable {
  readonly name: string;
  readonly document: string;
  readonly render: () => string;
}

export const TABLES: readonly DocumentTable[] = [
  { name: 'interlocks', document: 'docs/safety.md', render: interlocks },
  { name: 'board-trips', document: 'docs/safety.md', render: boardTrips },
  { name: 'safe-states', document: 'docs/safety.md', render: safeStates },
  { name: 'catalogue', document: 'docs/safety.md', render: catalogue },
  { name: 'units', document: 'docs/recipes.md', render: units },
  { name: 'recipe-fields', document: 'docs/recipes.md', render: () => tableOf(FIELD_HEAD, recipeFields()) },
  { name: 'step-kinds', document: 'docs/recipes.md', render: () => tableOf(['step', 'does'], stepKindRows()) },
  { name: 'step-fields', document: 'docs/recipes.md', render: () => tableOf(FIELD_HEAD, stepFields()) },
  { name: 'series-fields', document: 'docs/recipes.md', render: () => tableOf(FIELD_HEAD, seriesFields()) },
  { name: 'rules', document: 'docs/recipes.md', render: checkerRules },
  { name: 'lines', document: 'docs/hardware.md', render: lines },
  { name: 'http-routes', document: 'docs/console.md', render: httpRoutes },
  ...CONTRACT_TABLES.map(({ name, head, rows }) => ({
    name,
    document: 'docs/mqtt.md',
    render: () => tableOf(head, rows()),
  })),
];

function httpRoutes(): string {
  return tableOf(
    ['asks', 'least role', 'answered by', 'what'],
    ROUTES.map(({ method, path, least, by, means }) => [`\`${method} ${path}\``, least, by, means]),
  );
}

/** Pins of the Pi's 40-pin header by BCM offset. */
const HEADER_PINS: ReadonlyMap<number, number> = new Map([
  [4, 7],
  [5, 29],
  [6, 31],
  [7, 26],
  [8, 24],
  [9, 21],
  [10, 19],
  [11, 23],
  [12, 32],
  [13, 33],
  [16, 36],
  [17, 11],
  [18, 12],
  [19, 35],
  [20, 38],
  [21, 40],
  [22, 15],
  [23, 16],
  [24, 18],
  [25, 22],
  [26, 37],
  [27, 13],
]);

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
    `${SAFE_STATES[one.reaction].name} ${one.reaction}`,
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

function safeStates(): string {
  return tableOf(
    ['safe state', 'reaction', 'what it is'],
    REACTIONS.map((reaction) => [SAFE_STATES[reaction].name, `*${reaction}*`, SAFE_STATES[reaction].definition]),
  );
}

const DETECTION: Readonly<Record<Handling['by'], string>> = {
  host: 'host',
  board: 'board',
  wiring: 'L0 wiring',
  program: 'program',
  nobody: 'not on these boards',
};

function answered(handling: Handling): string {
  const who = DETECTION[handling.by];
  switch (handling.by) {
    case 'host':
      return `${who}: ${handling.interlocks.map((id) => `\`${id}\``).join(', ')}`;
    case 'board':
      return `${who}: ${handling.trips.map((name) => `\`${name}\``).join(', ')}`;
    case 'wiring':
      return `${who}: ${handling.what} (\`${handling.where}\`)`;
    case 'program':
      return `${handling.what} (\`${handling.where}\`)`;
    case 'nobody':
      return `${who}, because: ${handling.because}`;
  }
}

function catalogue(): string {
  const row = ({ row: id, fault, handled }: CatalogueRow): string[] => [id, fault, handled.map(answered).join('; ')];
  return tableOf(['row', 'fault', 'who answers'], CATALOGUE.map(row));
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

function checkerRules(): string {
  return tableOf(
    ['rule', 'outcome', 'about', 'its number is from'],
    ruleIds.map((id) => [`\`${id}\``, rules[id].outcome, rules[id].about, rules[id].from]),
  );
}

function hardwareBoard(name: string): Board {
  return parseBoard(readFileSync(packagePath('boards', `${name}.yaml`), 'utf8'), `${name}.yaml`);
}

type PlacedLine = Exclude<BoardLine, { absent: string }>;

/** BCM offset and header pin; throws where a board file uses an offset that is on no header. */
function pin(offset: number): string {
  const header = HEADER_PINS.get(offset);
  if (header === undefined) throw new Error(`offset ${offset} is on no pin of the header`);
  return `${offset}, pin ${header}`;
}

/** Lines of the two hardware boards; the read-back of the master relay has a row of its own. */
function lines(): string {
  const boards = [hardwareBoard('gs1'), hardwareBoard('breakout')].map(placedLines);
  const names = new Set(boards.flatMap((board) => [...board.keys()]));
  const rows = [...names].map((name): string[] => {
    const places = boards.map((board) => board.get(name));
    const [first] = places.filter((place) => place !== undefined);
    if (first === undefined) throw new Error(`no board has the line "${name}"`);
    const { direction, active } = first;
    return [`\`${name}\``, direction, active, ...places.map((place) => (place ? pin(place.offset) : 'none'))];
  });
  return tableOf(['line', 'direction', 'asserted', '`gs1`', '`breakout`'], rows);
}

function placedLines(board: Board): ReadonlyMap<string, Pick<PlacedLine, 'offset' | 'direction' | 'active'>> {
  const placed = new Map<string, Pick<PlacedLine, 'offset' | 'direction' | 'active'>>();
  for (const [name, line] of Object.entries(board.lines)) {
    if ('absent' in line) continue;
    placed.set(name, line);
    if (line.readBack) placed.set(`${name}-closed`, { ...line.readBack, direction: 'in' });
  }
  return placed;
}
