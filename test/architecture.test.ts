/** The house's own rules, held over every source file: who may import whom, and what may stand nowhere. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  badlyNamed,
  brokenLines,
  cycles,
  forbiddenImports,
  librariesInSeveralFiles,
  LINE_RULES,
  networkInControl,
  PRIVILEGED,
  timedWithoutScheduler,
  tooLong,
  undeclaredPackages,
  withoutHeader,
} from './support/house-rules.js';
import { readSources, type SourceFile } from './support/source-tree.js';

const SOURCES = readSources();

describe('imports', () => {
  it('go only where the table lets them', () => {
    expect(forbiddenImports(SOURCES)).toEqual([]);
  });

  it('make no cycle', () => {
    expect(cycles(SOURCES)).toEqual([]);
  });

  it('of a hardware or network library stand in one file each', () => {
    expect(librariesInSeveralFiles(SOURCES)).toEqual([]);
  });

  it('of a package are named in package.json', () => {
    const named: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(undeclaredPackages(SOURCES, packagesOf(named))).toEqual([]);
  });

  it('bring no network library into the control process', () => {
    expect(networkInControl(SOURCES)).toEqual([]);
  });
});

describe('source files', () => {
  it.each(LINE_RULES)('$name', (rule) => {
    expect(brokenLines(rule, SOURCES)).toEqual([]);
  });

  it('give every timed operator the scheduler', () => {
    expect(SOURCES.flatMap(timedWithoutScheduler)).toEqual([]);
  });

  it('are not too long to read', () => {
    expect(tooLong(SOURCES)).toEqual([]);
  });

  it('begin by saying what they own', () => {
    expect(withoutHeader(SOURCES)).toEqual([]);
  });

  it('are named for what they are', () => {
    expect(badlyNamed(SOURCES)).toEqual([]);
  });

  it('that may do what others may not are still there', () => {
    const paths = new Set(SOURCES.map(({ path }) => path));
    expect(PRIVILEGED.filter((path) => !paths.has(path))).toEqual([]);
  });
});

/** Small houses with one fault each: a rule that does not see it proves nothing about ours. */
describe('the rules bite', () => {
  const file = (path: string, text: string): SourceFile => ({ path, text });
  const clock = file('model/clock.ts', '/** Time. */\nexport const now = 0;\n');
  const core = file('control/core.ts', '');
  const cases: readonly (readonly [string, readonly SourceFile[], number])[] = [
    ['model above itself', [file('model/a.ts', "import { x } from '../control/core.js';"), core], 1],
    ['twin into control', [file('twin/a.ts', "import type { Core } from '../control/core.js';"), core], 1],
    ['control into telemetry', [file('control/a.ts', "import {\n  a,\n} from '../telemetry/link.js';")], 1],
    ['telemetry into control', [file('telemetry/a.ts', "export * from '../control/core.js';"), core], 1],
    ['a dynamic import', [file('device/a.ts', "const x = await import('../twin/world.js');")], 1],
    ['control uses a bus', [file('control/a.ts', "import { SerialQueue } from '../bus/serial-queue.js';")], 1],
    ['a command runs the machine', [file('cli/a.ts', "import { advance } from '../procedure/types.js';")], 1],
    ['control uses a driver', [file('control/a.ts', "import { Gs1 } from '../device/galvanostat.js';")], 1],
    ['the page loads the server', [file('console/page/a.ts', "import { consoleServer } from '../server.js';")], 1],
    ['somebody imports main', [file('cli/a.ts', "import '../main.js';")], 1],
    ['a folder without a rule', [file('misc/a.ts', "import { now } from '../model/clock.js';"), clock], 1],
    ['allowed: the port of the bus', [file('control/a.ts', "import { BusFault } from '../bus/i2c.js';")], 0],
    ['allowed: types', [file('cli/a.ts', "import type { Prompt } from '../procedure/types.js';")], 0],
    [
      'allowed: inline types',
      [file('cli/a.ts', "import { type Prompt, type Demand } from '../procedure/types.js';")],
      0,
    ],
    ['mixed is no types', [file('cli/a.ts', "import { REST, type Demand } from '../procedure/types.js';")], 1],
    ['allowed: model', [file('control/a.ts', "import { now } from '../model/clock.js';"), clock], 0],
    ['allowed: in a comment', [file('model/a.ts', "/*\nimport { x } from '../control/core.js';\n*/"), core], 0],
  ];

  it.each(cases)('imports: %s', (_, sources, count) => {
    expect(forbiddenImports(sources)).toHaveLength(count);
  });

  it('cycles of two, of three, and of one', () => {
    const a = file('model/a.ts', "import { b } from './b.js';");
    const b = file('model/b.ts', "import type { c } from './c.js';");
    const c = file('model/c.ts', "import { a } from './a.js';");
    expect(cycles([a, b, c])).toEqual([['model/a.ts', 'model/b.ts', 'model/c.ts']]);
    expect(cycles([a, file('model/b.ts', "import { a } from './a.js';")])).toHaveLength(1);
    expect(cycles([file('model/a.ts', "import { x } from './a.js';")])).toHaveLength(1);
    expect(cycles([a, b])).toEqual([]);
  });

  it('libraries', () => {
    const one = file('telemetry/uplink.ts', "import { connect } from 'mqtt';");
    const page = file('console/page/connection.ts', "const m = await import('mqtt/dist/mqtt.esm');");
    expect(librariesInSeveralFiles([one, page])).toEqual([]);
    expect(librariesInSeveralFiles([one, page, file('telemetry/link.ts', "import mqtt from 'mqtt';")])).toHaveLength(1);
    expect(undeclaredPackages([one], new Set(['rxjs']))).toHaveLength(1);
    expect(undeclaredPackages([one], new Set(['mqtt']))).toEqual([]);
  });

  it('network libraries, also behind several files', () => {
    const cli = file('cli/run.ts', "import { link } from '../telemetry/link.js';");
    const link = file('telemetry/link.ts', "import { connect } from 'mqtt';");
    const main = file('main.ts', "const { run } = await import('./cli/run.js');");
    expect(networkInControl([main, cli, link])).toEqual(['telemetry/link.ts loads mqtt']);
    expect(networkInControl([cli, link])).toEqual([]);
  });

  it.each(LINE_RULES)('lines: $name', (rule) => {
    expect(brokenLines(rule, [file('device/a.ts', `/** A device. */\n${rule.broken}\n`)])).toHaveLength(1);
    expect(brokenLines(rule, [clock])).toEqual([]);
  });

  it('timed operators', () => {
    const timed = (call: string): SourceFile => file('control/a.ts', `import { map, timeout } from 'rxjs';\n${call}`);
    expect(timedWithoutScheduler(timed('x.pipe(timeout({ each: wait(5) }))'))).toHaveLength(1);
    expect(timedWithoutScheduler(timed('x.pipe(timeout({ each: wait(5), scheduler: clock.scheduler }))'))).toEqual([]);
    expect(timedWithoutScheduler(timed('socket.timeout(5)'))).toEqual([]);
  });

  it('length, header and name', () => {
    expect(tooLong([file('model/a.ts', 'x;\n'.repeat(401)), file('bus/a.gen.ts', 'x;\n'.repeat(900))])).toHaveLength(1);
    expect(tooLong([file('model/a.ts', 'x;\n'.repeat(400))])).toEqual([]);
    expect(withoutHeader([clock, file('main.ts', '#!/usr/bin/env node\n/** Main. */\n')])).toEqual([]);
    expect(withoutHeader([file('model/a.ts', "import { x } from './x.js';\n/** Late. */\n")])).toHaveLength(1);
    expect(
      badlyNamed(['model/units.ts', 'model/string-utils.ts', 'twin/PlantHelper.ts'].map((p) => file(p, ''))),
    ).toEqual(['model/string-utils.ts', 'twin/PlantHelper.ts']);
  });
});

function packagesOf(named: unknown): ReadonlySet<string> {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
  const all = new Set<string>();
  if (typeof named !== 'object' || named === null) return all;
  for (const [key, packages] of Object.entries(named))
    if (kinds.includes(key)) for (const name of Object.keys(packages as object)) all.add(name);
  return all;
}
