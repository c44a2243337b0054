import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type BenchOptions, openBench } from '../../src/bench.js';
import { RealClock } from '../../src/model/real-clock.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { type Bed, BREAKOUT, benchContract, GS1, GS1_HARDWARE } from './bench-contract.js';
import { boardNamed, reactorNamed } from './files.js';
import { hardwareBoard } from './hardware.js';

async function within(options: BenchOptions, use: (bed: Bed) => Promise<void>) {
  const bench = await openBench(options);
  try {
    await use({ bench, simulation: bench.simulation, clock: options.clock, rate_Hz: options.board.bus.rate_Hz });
  } finally {
    await bench.close();
  }
}

const inStep = [
  ['bench-sim', GS1],
  ['breakout-sim', BREAKOUT],
] as const;
for (const [board, kind] of inStep) {
  for (const reactor of ['batch-10ml', 'flow-12cm2']) {
    benchContract(`${board} with ${reactor}`, kind, {}, async (use) => {
      const clock = new VirtualClock();
      const options = { board: boardNamed(board), reactor: reactorNamed(reactor), clock, seed: 1 };
      await clock.run(() => within(options, use));
    });
  }
}

// One process for all tests, started by the first client and ended by the lack of clients.
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-contract-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

// A machine that stalls for longer than the dead-man trips the board, rightly; such a test is taken again.
benchContract('bench-live, a process of its own', GS1, { retry: 2 }, async (use) => {
  const clock = new RealClock();
  const board = boardNamed('bench-live');
  const socket = join(folder, 'bench.sock');
  const options = { board, reactor: reactorNamed('batch-10ml'), clock, seed: 1, socket, linger_s: 2 };
  await within(options, use);
});

// A real bench, only where somebody names it: see hardware.ts for what has to be connected.
const hardware = hardwareBoard(process.env['BENCH']);
if (hardware !== undefined) {
  benchContract(`${hardware.name} on ${process.env['BENCH']}`, GS1_HARDWARE, {}, async (use) => {
    await within({ board: hardware, reactor: reactorNamed('batch-10ml'), clock: new RealClock(), seed: 1 }, use);
  });
}
