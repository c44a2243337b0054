/**
 * The mutation check of the firmware, `npm run mutation:firmware`: each trip, latch, time, limit and rule of the board is
 * broken in a copy, one at a time, and the firmware's tests must notice. Prints what survived, and one line of JSON at
 * the end; exits with 1 when anything did, or when a fault or a time of the table has no mutant. Needs clang and lld 14.
 */
import { parseArgs } from 'node:util';
import { CONSTANTS, FAULTS } from '../../src/bus/protocol.gen.js';
import { RealClock } from '../../src/model/real-clock.js';
import { inLanes } from '../rig/rig.js';
import { CONSTANT_MUTANTS, NO_LIMIT, type ConstantName } from './firmware-constants.js';
import { MutationLane, type Verdict } from './firmware-lane.js';
import type { Mutant } from './firmware-mutant.js';
import { RULE_MUTANTS } from './firmware-rules.js';
import { SIGNAL_MUTANTS } from './firmware-signals.js';
import { TRIP_MUTANTS } from './firmware-trips.js';

const { values } = parseArgs({
  options: {
    lanes: { type: 'string', default: '2' },
    /** Only mutants whose name or file holds this. */
    only: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
  },
});

interface Tried {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

const ALL: readonly Mutant[] = [...TRIP_MUTANTS, ...CONSTANT_MUTANTS, ...RULE_MUTANTS, ...SIGNAL_MUTANTS];

/** Faults and constants of the table that nothing here would break. */
function forgotten(): string[] {
  const faults = new Set(ALL.map(({ fault }) => fault));
  const constants = new Set(ALL.map(({ constant }) => constant));
  const names = Object.keys(CONSTANTS) as ConstantName[];
  return [
    ...FAULTS.filter(({ name }) => !faults.has(name)).map(({ name }) => `fault ${name} has no mutant`),
    ...names
      .filter((name) => !constants.has(name) && NO_LIMIT[name] === undefined)
      .map((name) => `constant ${name} has no mutant and no reason`),
  ];
}

async function tryAll(mutants: readonly Mutant[], lanes: readonly MutationLane[]): Promise<Tried[]> {
  const free = [...lanes];
  return inLanes(mutants, lanes.length, async (mutant) => {
    const lane = free.pop();
    if (lane === undefined) throw new Error('more work than lanes');
    const verdict = await lane.tried(mutant);
    free.push(lane);
    if (!verdict.killed) print(`SURVIVED  ${mutant.file}: ${mutant.name}`);
    else if (values.verbose) print(`killed    ${mutant.file}: ${mutant.name}\n          by ${verdict.by}`);
    return { mutant, verdict };
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function summarise(tried: readonly Tried[], complaints: readonly string[], seconds: number): void {
  const survived = tried.filter(({ verdict }) => !verdict.killed).length;
  for (const complaint of complaints) print(`FAIL      ${complaint}`);
  print(`${tried.length} mutants of the firmware, ${survived} survived`);
  const failed = survived + complaints.length;
  const passed = tried.length - survived;
  const figures = { mutants: tried.length, killed: passed, survived, complaints: complaints.length };
  print(JSON.stringify({ rig: 'mutation-firmware', passed, failed, seconds: Math.round(seconds), ...figures }));
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

const clock = new RealClock();
const lanes = Array.from({ length: Number(values.lanes) }, () => new MutationLane());
try {
  const complaints = forgotten();
  const [first] = lanes;
  if (first === undefined) throw new Error('there has to be a lane');
  if (!(await first.sound())) complaints.push('firmware.wasm is not what its sources give: run npm run firmware');
  const chosen = ALL.filter(({ name, file }) => `${file} ${name}`.includes(values.only));
  summarise(await tryAll(chosen, lanes), complaints, clock.now() / 1000);
} finally {
  for (const lane of lanes) await lane.end();
}
