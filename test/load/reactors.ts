/**
 * A thread full of reactors: each has its own firmware (one WebAssembly module, an instance each), its own plant and chips,
 * its own control core at 20 Hz, its own virtual clock, paced to the wall, and its own connection to the broker. They share
 * the code. Nothing is canned: what is published has been measured on a simulated bench. Nothing is recorded.
 *
 * A clock goes from one wait for the wall to the next in one go (`grain_ms`): the 65 events of a reactor's second run one
 * after the other while its bench is in the caches. Interleaved with those of 400 others they cost three times as much.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { openBench } from '../../src/bench.js';
import { RealClock } from '../../src/model/real-clock.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { withCircuitOf } from '../../src/model/liquid-circuit.js';
import { startRun } from '../../src/reactor.js';
import { telemetryLink } from '../../src/telemetry/link.js';
import { boardNamed } from '../contract/files.js';
import { networkInThread, type InThread } from './in-thread.js';
import { unrecordedRun } from '../support/unrecorded.js';
import { loadPlan } from './plan.js';

export const orders = z.object({
  /** Numbers of the first reactor of this thread and of the one after its last. */
  from: z.int(),
  to: z.int(),
  /** Of all reactors, those before this one electrolyse; the others wait at a question with their loop running. */
  running: z.int(),
  seconds: z.number(),
  broker: z.string(),
  values: z.boolean(),
  alongside: z.boolean(),
  /** So far a reactor's clock goes between two waits for the wall, ms: what it publishes comes as much later at most. */
  grain_ms: z.number(),
});

/** So long a reactor runs before the others, s of its clock: some hundred milliseconds. */
const WARM_UP_S = 120;
/** Reactors are opened and started so far apart, ms of their clock, so that their seconds do not fall together. */
const SPREAD_MS = 1000;
const SECOND_MS = 1000;
const GIVEN = boardNamed('bench-sim');
/** The reference bench, with a hydrogen sensor that is warm after a second. */
const BOARD = { ...GIVEN, chips: { ...GIVEN.chips, hydrogen: { ...GIVEN.chips.hydrogen, warmUp_s: 1 } } };

export const nameOf = (number: number): string => `load-${String(number).padStart(4, '0')}`;

export type Report =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'lag';
      /** How far the clock that is furthest behind the wall is behind it since the reactor's start, ms. */
      readonly behind_ms: number;
      readonly states: Readonly<Record<string, number>>;
      readonly published: number;
      readonly failed: number;
    };

const told = parentPort;
if (told === null) throw new Error('this is a thread of test/load/fleet.ts');
const order = orders.parse(workerData);
const wall = new RealClock();
await warmUp();
const states = new Map<string, string>();
/** The reactors that have told a sample. */
const heard = new Set<number>();
const networks: InThread[] = [];
const behind_ms = new Map<number, number>();

/** A reactor that nobody sees, as fast as it goes: the paced ones would begin seconds late while code is being compiled. */
async function warmUp(): Promise<void> {
  const plan = loadPlan(true, 1);
  const unpaced = new VirtualClock({ drain: 'tick' });
  await unpaced.run(async () => {
    const bench = await openBench({ board: BOARD, reactor: plan.reactor, clock: unpaced, seed: 0 });
    const run = await unrecordedRun(plan, bench, BOARD, unpaced);
    await unpaced.sleep(WARM_UP_S * 1000);
    run.stop('program', 'warm');
    await run.report;
    await bench.close();
  });
}

async function begin(number: number, clock: VirtualClock): Promise<void> {
  const plan = loadPlan(number < order.running, order.seconds);
  const bench = await openBench({ board: BOARD, reactor: plan.reactor, clock, seed: number + 1 });
  const reactor = nameOf(number);
  const network = networkInThread({
    broker: order.broker,
    values: order.values,
    clock: wall,
    sampled: () => void heard.add(number),
  });
  networks.push(network);
  const telemetry = telemetryLink({
    reactor,
    httpPort: 'off',
    mqttPort: 'off',
    wall,
    report: (text) => process.stderr.write(`${reactor}: ${text}\n`),
    start: network.start,
  });
  const run = await startRun({
    plan,
    bench,
    clock,
    period_s: 1 / BOARD.control_Hz,
    pumpFull_mL_min: withCircuitOf(BOARD, plan.reactor).chips.outputs.pumpFull_mL_min,
    speed: 1,
    unattended: false,
    clearFirst: false,
    record: null,
    telemetry,
    openPanel: null,
    alongside: order.alongside,
  });
  run.state$.subscribe(({ run: state }) => states.set(reactor, state));
}

function counts(): Record<string, number> {
  const all: Record<string, number> = {};
  for (const state of states.values()) all[state] = (all[state] ?? 0) + 1;
  return all;
}

function tell(report: Report): void {
  told?.postMessage(report, []);
}

function tellLag(): void {
  tell({
    kind: 'lag',
    behind_ms: Math.max(0, ...behind_ms.values()),
    states: counts(),
    published: networks.reduce((sum, { published }) => sum + published, 0),
    failed: networks.reduce((sum, { failed }) => sum + failed, 0),
  });
  wall.after(1000, tellLag);
}

/** One reactor for good, on a clock of its own; settles only with a failure. */
function reactor(number: number): Promise<void> {
  const clock = new VirtualClock({
    drain: 'tick',
    speed: 1,
    grain_ms: order.grain_ms,
    catchesUp_ms: Infinity, // what it falls behind shows as latency
    epoch_ms: wall.wallTime_ms(),
  });
  const began_ms = wall.now();
  return clock.run(async () => {
    await begin(number, clock);
    for (;;) {
      await clock.sleep(SECOND_MS);
      behind_ms.set(number, wall.now() - began_ms - clock.now());
    }
  });
}

async function all(): Promise<never> {
  const count = order.to - order.from;
  const running: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    running.push(reactor(order.from + i));
    // Opening a bench costs some milliseconds of wall time: a hundred a second at most, so that those that run go on.
    await wall.sleep(Math.max(SPREAD_MS / count, 10) + 1 / 3);
  }
  await Promise.race([...running, allHeard(count)]);
  tell({ kind: 'running' });
  await Promise.race(running);
  throw new Error('a reactor ended');
}

async function allHeard(count: number): Promise<void> {
  while (heard.size < count) await wall.sleep(100);
}

wall.after(1000, tellLag);
await all();
