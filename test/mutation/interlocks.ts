/**
 * Mutation check of what guards a run on the host: `npm run mutation`. Faults are set into the registry, into every limit
 * and comparison of its files, into judging, latches, the shutdown, the alarms and what interlocks remember; each must
 * make one of the checks fail that the tests run. Prints survivors, then the figures as JSON; exit 1 when one survives.
 */
import { readFileSync } from 'node:fs';
import { board, lines } from '../../src/control/guard/board.js';
import { electrical } from '../../src/control/guard/electrical.js';
import { gas, sensors } from '../../src/control/guard/gas.js';
import type { Interlock } from '../../src/control/guard/interlock.js';
import { INTERLOCKS } from '../../src/control/guard/interlocks.js';
import { thermal } from '../../src/control/guard/thermal.js';
import { packagePath } from '../../src/model/entry.js';
import { failuresOf } from '../control/guard/checks.js';
import { ROWS } from '../control/guard/situations.js';
import { targetsOf, type Target } from './interlock-targets.js';
import { Loader } from './loader.js';
import { registryMutants } from './registry-mutants.js';
import { mutantsOf } from './source-mutants.js';

const survivors: string[] = [];
let mutants = 0;

/** One row is enough: an interlock is judged by itself. */
function survivesInRegistry(id: string, interlock: Interlock | null): boolean {
  const rows = ROWS.filter((row) => row.id === id);
  return rows.length === 0 || failuresOf(interlock === null ? [] : [interlock], rows).length === 0;
}

const unmutated = failuresOf(INTERLOCKS);
if (unmutated.length > 0) throw new Error(`the checks fail without a mutation: ${unmutated.join('; ')}`);

for (const { id, what, interlock } of registryMutants(INTERLOCKS)) {
  mutants++;
  if (survivesInRegistry(id, interlock)) survivors.push(`registry: ${id}: ${what}`);
}

const loader = new Loader();

/** A mutant that does not even load is noticed by any test. */
async function survivesInSource(target: Target, file: string, text: string): Promise<boolean> {
  try {
    return target.failures(await loader.load(packagePath(target.entry), { file, text })).length === 0;
  } catch {
    return false;
  }
}

for (const target of targetsOf({ electrical, board: [...board, ...lines], thermal, gas: [...gas, ...sensors] })) {
  const file = packagePath(target.file);
  await loader.prepare(packagePath(target.entry));
  const broken = target.failures(await loader.load(packagePath(target.entry), null));
  if (broken.length > 0) throw new Error(`the checks of ${target.file} fail without a mutation: ${broken.join('; ')}`);
  for (const { line, what, text } of mutantsOf(file, readFileSync(file, 'utf8'))) {
    if (target.equivalent.some((known) => what.includes(known.what))) continue;
    mutants++;
    if (await survivesInSource(target, file, text)) survivors.push(`${target.file}:${line}: ${what}`);
  }
}

for (const survivor of survivors) process.stdout.write(`survived  ${survivor}\n`);
const killed = mutants - survivors.length;
process.stdout.write(`${JSON.stringify({ mutants, killed, survived: survivors.length })}\n`);
process.exitCode = survivors.length === 0 ? 0 : 1;
