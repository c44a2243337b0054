/**
 * The rules of the house as functions over source files, each giving what breaks it in words. Who may import whom is
 * the table here; what a rule says of our own files is in test/architecture.test.ts, which also breaks every rule once.
 */
import * as rxjs from 'rxjs';
import { importsOf, withoutComments, withoutStrings, type Import, type SourceFile } from './source-tree.js';

function importsIn(sources: readonly SourceFile[]): Import[] {
  const all = new Set(sources.map(({ path }) => path));
  return sources.flatMap((file) => importsOf(file, all));
}

/** What a part may import beside itself: beginnings of paths; `types` only what the compiler erases. */
interface Allowance {
  readonly of: string;
  readonly may: readonly string[];
  readonly types?: readonly string[];
}

/** The bus as a twin sees it: its words and wire formats, none of its ways to a bench. */
const WIRE = [
  'bus/i2c.ts',
  'bus/protocol.gen.ts',
  'bus/frame.ts',
  'bus/crc8.ts',
  'bus/line-names.ts',
  'bus/socket-protocol.ts',
];
const ROOTS = [
  'preview.ts',
  'bench.ts',
  'bench-breakout.ts',
  'announcement.ts',
  'reactor.ts',
  'recovery.ts',
  'network.ts',
];
const EVERYTHING_BELOW = [
  'model/',
  'physics/',
  'recipe/',
  'procedure/',
  'control/',
  'device/',
  'bus/',
  'twin/',
  'record/',
  'telemetry/',
  'console/server.ts',
  'voltammetry/',
];

/** The first row that fits a file is its rule. */
const TABLE: readonly Allowance[] = [
  { of: 'model/', may: [] },
  { of: 'physics/', may: ['model/'] },
  { of: 'voltammetry/', may: ['model/', 'physics/'] },
  { of: 'recipe/', may: ['model/', 'physics/'] },
  { of: 'procedure/', may: ['model/'] },
  { of: 'bus/', may: ['model/'] },
  { of: 'device/', may: ['model/', 'bus/'] },
  {
    of: 'control/',
    // bus/i2c.ts is the port and its fault: nothing in it touches a bus
    may: ['model/', 'physics/', 'procedure/', 'device/ports.ts', 'bus/i2c.ts'],
  },
  { of: 'twin/', may: ['model/', 'physics/', ...WIRE] },
  { of: 'record/', may: ['model/'] },
  { of: 'export/', may: ['model/', 'record/'] },
  { of: 'plot/', may: ['model/', 'physics/'] },
  { of: 'report/', may: ['model/', 'physics/', 'plot/', 'record/', 'export/', 'recipe/'] },
  // for the page, in a process that may be slow: the past and the recipes, and nothing that drives a bench
  {
    of: 'workshop/',
    may: [
      'model/',
      'physics/',
      'plot/',
      'record/',
      'export/',
      'report/',
      'recipe/',
      'console/api/',
      'console/http/serve-routes.ts',
      'telemetry/verbs.ts',
    ],
  },
  // the one part of telemetry that reads the record, in the network process
  {
    of: 'telemetry/delivery/',
    may: ['model/', 'telemetry/', 'record/past.ts', 'record/sqlite.ts', 'record/error.ts', 'record/seal.ts'],
  },
  // who may do what over the network; the words of the contract, and no broker
  { of: 'command/', may: ['model/', 'telemetry/topics.ts', 'telemetry/verbs.ts'] },
  { of: 'telemetry/', may: ['model/'] },
  // speaks to reactors over a broker, and drives none
  {
    of: 'fleet/',
    may: [
      'model/',
      'telemetry/asking.ts',
      'telemetry/topics.ts',
      'telemetry/verbs.ts',
      'telemetry/brokers/connection.ts',
    ],
  },
  // the record again, and only to read
  { of: 'timeseries/', may: ['model/', 'record/past.ts', 'record/columns.ts'] },
  // what page and server say to each other over HTTP
  { of: 'console/api/', may: ['model/', 'telemetry/topics.ts', 'telemetry/verbs.ts'] },
  {
    of: 'console/page/',
    may: [
      'model/',
      'console/api/',
      'plot/ticks.ts',
      'telemetry/asking.ts',
      'telemetry/topics.ts',
      'telemetry/payloads.ts',
      'telemetry/verbs.ts',
    ],
  },
  { of: 'console/', may: ['model/', 'telemetry/topics.ts', 'telemetry/payloads.ts', 'telemetry/verbs.ts'] },
  { of: 'bench.ts', may: [...EVERYTHING_BELOW, ...ROOTS] },
  { of: 'bench-breakout.ts', may: ['model/', 'bus/i2c.ts', 'device/', 'control/'] }, // a part of bench.ts
  { of: 'reactor.ts', may: [...EVERYTHING_BELOW, ...ROOTS, 'alongside.ts', 'reactor/'] },
  // parts of reactor.ts: types of a run, where it is told, what stands in for nobody, how it went
  { of: 'reactor/', may: [...EVERYTHING_BELOW, 'announcement.ts'] },
  // a part of reactor.ts: the twin's plant behind a port of the control core
  { of: 'alongside.ts', may: ['model/', 'physics/', 'procedure/', 'control/', 'twin/plant.ts', 'twin/plant/'] },
  { of: 'announcement.ts', may: ['model/', 'recipe/', 'telemetry/procedure.ts'] },
  { of: 'recovery.ts', may: ['model/', 'procedure/', 'record/', 'device/ports.ts'] },
  {
    of: 'network.ts',
    may: [
      'timeseries/',
      'model/',
      'telemetry/',
      'record/past.ts',
      'console/server.ts',
      'console/http/',
      'command/users.ts',
      'command/user-file.ts',
    ],
  },
  // a plan on the twin in virtual time, and the thread in which that does not keep others waiting
  { of: 'preview.ts', may: [...EVERYTHING_BELOW, ...ROOTS, 'plot/', 'preview/'] },
  { of: 'preview/', may: ['model/', 'plot/trace.ts', ...ROOTS] },
  { of: 'workshop.ts', may: ['workshop/', 'model/', 'recipe/', 'record/', 'preview/', ...ROOTS] },
  { of: 'cli/twin.ts', may: ['model/', 'cli/', 'twin/', ...ROOTS] },
  {
    of: 'cli/',
    may: [
      'fleet/',
      'model/',
      'physics/',
      'recipe/',
      'record/',
      'export/',
      'plot/',
      'report/',
      'preview/',
      'telemetry/',
      'station/',
      'command/',
      ...ROOTS,
    ],
    types: ['procedure/types.ts'],
  },
  {
    // the reactor as the network may command it: between the desk and the roots
    of: 'station/',
    may: ['model/', 'recipe/', 'command/executor.ts', 'bench.ts', 'control/senses.ts', 'control/bench-state.ts'],
    types: ['device/panel.ts', 'device/ports.ts', 'procedure/types.ts', 'reactor.ts'],
  },
  { of: 'main.ts', may: ['cli/', 'model/'] },
];

export function forbiddenImports(sources: readonly SourceFile[]): string[] {
  return importsIn(sources)
    .filter(({ ours }) => ours)
    .filter((one) => !mayImport(one))
    .map(({ from, to, typesOnly }) => `${from} imports ${to}${typesOnly ? ' (types)' : ''}`);
}

function mayImport({ from, to, typesOnly }: Import): boolean {
  const row = TABLE.find(({ of }) => from.startsWith(of));
  if (row === undefined) return false;
  const own = row.of.endsWith('/') && to.startsWith(row.of);
  const given = [...row.may, ...(typesOnly ? (row.types ?? []) : [])];
  return own || given.some((beginning) => to.startsWith(beginning));
}

/** Every file that can be reached from itself, by Tarjan's strongly connected components. */
export function cycles(sources: readonly SourceFile[]): string[][] {
  const edges = new Map<string, string[]>(sources.map(({ path }) => [path, []]));
  for (const { from, to, ours } of importsIn(sources)) if (ours && edges.has(to)) edges.get(from)?.push(to);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const own = index.size;
    index.set(file, own);
    let lowest = own;
    stack.push(file);
    for (const next of edges.get(file) ?? []) {
      if (!index.has(next)) lowest = Math.min(lowest, visit(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, low.get(next) ?? index.get(next) ?? Infinity);
    }
    low.set(file, lowest);
    if (lowest === own) {
      const part = stack.splice(stack.indexOf(file));
      if (part.length > 1 || edges.get(file)?.includes(file)) found.push(part.toSorted());
    }
    return lowest;
  };
  for (const { path } of sources) if (!index.has(path)) visit(path);
  return found;
}

/** Hardware and network libraries: each has one adapter in each program. Page and workshop are programs of their own. */
const ADAPTED = [
  'postgres',
  'libsql',
  'better-sqlite3',
  'aedes',
  'mqtt',
  'fastify',
  '@fastify/static',
  '@fastify/websocket',
  'ws',
  'i2c-bus',
  'onoff',
  'johnny-five',
  'commander',
];

export function librariesInSeveralFiles(sources: readonly SourceFile[]): string[] {
  const imports = importsIn(sources);
  return ADAPTED.flatMap((library) => {
    const users = imports.filter(({ to, typesOnly }) => to === library && !typesOnly);
    const files = [...new Set(users.map(({ from }) => from))];
    const page = files.filter((path) => path.startsWith('console/page/'));
    const workshop = files.filter((path) => path.startsWith('workshop/'));
    return [page, workshop, files.filter((path) => !page.includes(path) && !workshop.includes(path))]
      .filter((adapters) => adapters.length > 1)
      .map((adapters) => `${library} in ${adapters.join(', ')}`);
  });
}

/** Broker, MQTT clients and the page live in a process of their own: what control and command line load is free of them. */
const NETWORK_LIBRARIES = new Set([
  'postgres',
  'aedes',
  'mqtt',
  'fastify',
  '@fastify/static',
  '@fastify/websocket',
  'ws',
]);

/** A command in a process of its own that drives no reactor: loaded only when it is named. */
const FLEET = 'cli/fleet.ts';

export function networkInControl(sources: readonly SourceFile[]): string[] {
  const imports = importsIn(sources).filter(({ typesOnly }) => !typesOnly);
  const reached = new Set(['main.ts', 'bench.ts', 'reactor.ts']);
  for (const file of reached)
    for (const { from, to, ours } of imports) if (ours && from === file && to !== FLEET) reached.add(to);
  return imports
    .filter(({ from, to }) => reached.has(from) && NETWORK_LIBRARIES.has(to))
    .map(({ from, to }) => `${from} loads ${to}`);
}

/** The implementations of Clock: the only files that ask the system for time. */
const CLOCKS = new Set(['model/virtual-clock.ts', 'model/real-clock.ts', 'console/page/link/browser-clock.ts']);
/** Files that format an instant, given as an argument, for people and files. */
const FORMATTERS = new Set([
  'model/date.ts',
  'record/run.ts',
  'record/csv.ts',
  'record/listing.ts',
  'export/data-package.ts',
  'export/mpt.ts',
  'cli/runs.ts',
  'model/words.ts',
  'report/sections.ts',
  'console/page/run/notices.tsx',
  'console/page/plots/drawn.ts',
  'console/page/history/when.tsx',
]);
const TIME =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\b(?:setTimeout|setInterval|setImmediate)\b|\bperformance\.now\b|\bAbortSignal\.timeout\b|\bAtomics\.wait|\brequestAnimationFrame\b/;
const DATE = /\bnew Date\(/;
/** The machine's CLOCK_MONOTONIC as it is, to compare the instants of two processes: the journal of a live bench. */
const MONOTONIC = new Set(['twin/serve.ts']);

/** RxJS operators that take real time unless they are given a scheduler. */
const TIMED = [
  'timer',
  'interval',
  'auditTime',
  'bufferTime',
  'debounceTime',
  'delay',
  'sampleTime',
  'throttleTime',
  'timeInterval',
  'timeout',
  'timestamp',
  'windowTime',
] as const satisfies (keyof typeof rxjs)[];

/** Calls of these operators in a file that takes them from rxjs, each with its arguments. */
export function timedWithoutScheduler({ path, text }: SourceFile): string[] {
  const code = withoutStrings(withoutComments(text));
  const names = [...withoutComments(text).matchAll(/import\s+\{([^}]*)\}\s+from\s+'rxjs(?:\/operators)?'/g)];
  const taken = names.flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
  return TIMED.filter((name) => taken.includes(name)).flatMap((name) =>
    [...code.matchAll(new RegExp(`(?<![.\\w])${name}(?:<[^>]*>)?\\(`, 'g'))]
      .filter((call) => !argumentsFrom(code, call.index + call[0].length).includes('scheduler'))
      .map(() => `${path}: ${name} without a scheduler`),
  );
}

function argumentsFrom(code: string, start: number): string {
  let open = 1;
  let end = start;
  for (; end < code.length && open > 0; end++) {
    if (code[end] === '(') open++;
    if (code[end] === ')') open--;
  }
  return code.slice(start, end);
}

/** Files with a right that others have not: they must exist, or the right goes. */
export const PRIVILEGED: readonly string[] = [...CLOCKS, ...FORMATTERS, ...MONOTONIC];

/** A rule over the lines of a file: what must not stand there. `raw` reads comments too. */
interface LineRule {
  readonly name: string;
  readonly forbidden: RegExp;
  readonly raw?: boolean;
  readonly except?: (path: string) => boolean;
  /** A line that breaks it, to prove that it bites. */
  readonly broken: string;
}

export const LINE_RULES: readonly LineRule[] = [
  {
    name: 'time only through Clock',
    forbidden: TIME,
    except: (path) => CLOCKS.has(path),
    broken: 'const begun = Date.now();',
  },
  {
    name: 'dates only to format',
    forbidden: DATE,
    except: (path) => FORMATTERS.has(path),
    broken: 'const day = new Date(started_ms);',
  },
  {
    name: 'the machine’s monotonic time only to compare processes',
    forbidden: /\bhrtime\b/,
    except: (path) => MONOTONIC.has(path),
    broken: 'const begun = process.hrtime.bigint();',
  },
  {
    name: 'randomness only from a seed',
    forbidden: /\bMath\.random\b/,
    broken: 'const noise = Math.random();',
  },
  {
    name: 'no any',
    forbidden: /:\s*any\b(?!\s*:)|\bas any\b|<any\b|\bany\[\]/,
    broken: 'function read(x: any): void {}',
  },
  {
    name: 'no silenced compiler or coverage',
    forbidden: /@ts-(?:ignore|nocheck|expect-error)|istanbul ignore|v8 ignore|c8 ignore/,
    raw: true,
    broken: '// @ts-ignore',
  },
  {
    name: 'no test branches',
    forbidden: /\bNODE_ENV\b|\bVITEST\b|\bisTest(?:ing)?\b|\bJEST\b/,
    broken: "if (process.env['NODE_ENV'] === 'test') return;",
  },
  {
    name: 'nothing left to do',
    forbidden: /\b(?:TODO|FIXME|HACK|XXX)\b/,
    raw: true,
    broken: '// TODO: limits',
  },
  {
    name: 'names from the lab',
    forbidden: /\b(?:class|interface|type)\s+\w*(?:Manager|Helper|Utils?|Service)\b/,
    broken: 'export class PumpManager {',
  },
];

export function brokenLines(rule: LineRule, sources: readonly SourceFile[]): string[] {
  return sources
    .filter(({ path }) => rule.except?.(path) !== true)
    .flatMap(({ path, text }) => {
      const read = rule.raw === true ? text : withoutComments(text);
      const lines = rule.name === 'no test branches' ? read.split('\n') : withoutStrings(read).split('\n');
      return lines.filter((line) => rule.forbidden.test(line)).map((line) => `${path}: ${line.trim()}`);
    });
}

const LONGEST_FILE = 400;

export function tooLong(sources: readonly SourceFile[]): string[] {
  return sources
    .filter(({ path }) => !path.endsWith('.gen.ts'))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

export const withoutHeader = (sources: readonly SourceFile[]): string[] =>
  sources.filter(({ text }) => !/^(?:#!.*\n)?(?:\/\*|\/\/)/.test(text)).map(({ path }) => path);

export function badlyNamed(sources: readonly SourceFile[]): string[] {
  const paths = sources.map(({ path }) => path);
  return paths.filter((path) => /manager|helper|utils?\b|\bservice/i.test(path) || !/^[a-z0-9/.-]+$/.test(path));
}

export function undeclaredPackages(sources: readonly SourceFile[], declared: ReadonlySet<string>): string[] {
  return importsIn(sources)
    .filter(({ to, ours }) => !ours && !to.startsWith('node:') && !declared.has(to))
    .map(({ from, to }) => `${from} imports ${to}, which package.json does not name`);
}
