/**
 * A thread full of reactors: each has its own firmware (one WebAssembly module, an instance each), its own plant and chips,
 * its own control core at 20 Hz, and its own connection to the broker. They share the code and one virtual clock, paced to
 * the wall. Nothing is canned: what is published has been measured on a simulated bench. Nothing is recorded.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { take } from 'rxjs';
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
});

/** So long a reactor runs before the others, s of its clock: some hundred milliseconds. */
const WARM_UP_S = 120;
/** Reactors are opened and started so far apart, ms of their clock, so that their seconds do not fall together. */
const SPREAD_MS = 1000;
const GIVEN = boardNamed('bench-sim');
/** The reference bench, with a hydrogen sensor that is warm after a second. */
const BOARD = { ...GIVEN, chips: { ...GIVEN.chips, hydrogen: { ...GIVEN.chips.hydrogen, warmUp_s: 1 } } };

export const nameOf = (number: number): string => `load-${String(number).padStart(4, '0')}`;

export type Report =
  | { readonly kind: 'running'; readonly early_ms: Readonly<Record<string, number>> }
  | {
      readonly kind: 'lag';
      /** How far the reactors' clock is behind the wall since the start, ms. */
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
const clock = new VirtualClock({ drain: 'tick', speed: 1, epoch_ms: wall.wallTime_ms() });
const states = new Map<string, string>();
/** By how much a sample's `t` is before the instant at which it was taken: a run begins when its chips have values, ms. */
const early_ms: Record<string, number> = {};
const networks: InThread[] = [];
const began_ms = wall.now();

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

async function begin(number: number): Promise<void> {
  const plan = loadPlan(number < order.running, order.seconds);
  const bench = await openBench({ board: BOARD, reactor: plan.reactor, clock, seed: number + 1 });
  const network = networkInThread({ broker: order.broker, values: order.values, clock: wall });
  networks.push(network);
  const telemetry = telemetryLink({
    reactor: nameOf(number),
    httpPort: 'off',
    mqttPort: 'off',
    wall,
    report: (text) => process.stderr.write(`${nameOf(number)}: ${text}\n`),
    start: network.start,
  });
  const started_ms = clock.wallTime_ms();
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
  const reactor = nameOf(number);
  run.state$.subscribe(({ run: state }) => states.set(reactor, state));
  run.samples$.pipe(take(1)).subscribe(({ elapsed_s }) => {
    early_ms[reactor] = clock.wallTime_ms() - (started_ms + 1000 * elapsed_s);
  });
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
    behind_ms: wall.now() - began_ms - clock.now(),
    states: counts(),
    published: networks.reduce((sum, { published }) => sum + published, 0),
    failed: networks.reduce((sum, { failed }) => sum + failed, 0),
  });
  wall.after(1000, tellLag);
}

await clock.run(async () => {
  wall.after(1000, tellLag);
  const count = order.to - order.from;
  const waits: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    waits.push(begin(order.from + i));
    // Opening a bench costs some milliseconds of wall time: a hundred a second at most, so that those that run go on.
    await clock.sleep(Math.max(SPREAD_MS / count, 10) + 1 / 3);
  }
  await Promise.all(waits);
  while (Object.keys(early_ms).length < count) await clock.sleep(100);
  tell({ kind: 'running', early_ms });
  await clock.sleep(1e9); // until the main thread ends this one
});
