/**
 * A whole run through the native bus, in real time: the live bench on the socket of the first argument lies behind
 * /dev/i2c-1 (preloaded), its lines come over the same socket. The sets are the other arguments. Prints the result as JSON.
 */
import { fileURLToPath } from 'node:url';
import { openBench } from '../../src/bench.js';
import { NativeBus } from '../../src/bus/native-bus.js';
import { SocketBus } from '../../src/bus/socket-bus.js';
import { RealClock } from '../../src/model/real-clock.js';
import { loadBoard, planFile } from '../../src/recipe/files.js';
import { startRun } from '../../src/reactor.js';

const BOARD = 'bench-live';
const RATE_HZ = 100_000;
const [, , socket = '', ...sets] = process.argv;
const recipe = fileURLToPath(new URL('../fixtures/recipes/dead-man-180ma.yaml', import.meta.url));

const planned = await planFile(recipe, { board: BOARD, sets });
const loaded = await loadBoard(BOARD);
if (!planned.ok || !loaded.ok) {
  const problems = [planned, loaded].flatMap((part) => (part.ok ? [] : part.problems));
  throw new Error(problems.map(({ message, hint }) => `${message} (${hint})`).join('; '));
}
const { value: plan } = planned;
const { value: board } = loaded;
const clock = new RealClock({ fine: true });
const addresses = Object.values(board.chips).map(({ address }) => address);
const bus = await NativeBus.open({ bus: 1, rate_Hz: RATE_HZ, clock, addresses });
const { bus: lines } = await SocketBus.connect({ path: socket, clock, rate_Hz: RATE_HZ });
const bench = await openBench({ board, reactor: plan.reactor, clock, seed: 1, link: { bus, lines } });
const run = await startRun({
  plan,
  bench,
  clock,
  period_s: 1 / board.control_Hz,
  pumpFull_mL_min: board.chips.outputs.pumpFull_mL_min,
  speed: 1,
  unattended: true,
  clearFirst: false,
  record: null,
  telemetry: null,
  openPanel: null,
});
const { result } = await run.report;
await bench.close();
await lines.close();
process.stdout.write(`${JSON.stringify({ result, counts: bus.counts })}\n`);
