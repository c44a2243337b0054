/**
 * A control process to be killed: opens bench-live on the socket of its first argument, drives a current with Peltier
 * on, and says so on stdout until somebody ends it. Journal of the bench: second argument.
 */
import { openBench } from '../../src/bench.js';
import { RealClock } from '../../src/model/real-clock.js';
import { arm, drive, good, send } from '../contract/cycle.js';
import { boardNamed, reactorNamed } from '../contract/files.js';

const [, , socket = '', journal = ''] = process.argv;
const clock = new RealClock();
const bench = await openBench({
  board: boardNamed('bench-live'),
  reactor: reactorNamed('flow-12cm2'),
  clock,
  seed: 1,
  socket,
  journal,
  linger_s: 1.5,
});

async function run(): Promise<never> {
  await arm(bench);
  good(await send(bench, bench.peltier.write(1)));
  if (bench.pump) good(await send(bench, bench.pump.write(0.6)));
  for (;;) {
    await drive(bench, clock, 1, 0.018);
    const truth = await bench.simulation?.truth();
    if (truth && truth.current_mA > 17) process.stdout.write('driving\n');
  }
}

// A machine that stalls for longer than the dead-man trips the board, as it should; then begin again.
for (;;) await run().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
