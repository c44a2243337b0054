/**
 * A control process to be killed: an emulated board behind /dev/i2c-1 (preloaded), armed and driven at 20 Hz through the
 * native bus. Says "driving" on stdout once the current is there, and goes on until somebody ends it.
 */
import { NativeBus } from '../../src/bus/native-bus.js';
import { Gs1 } from '../../src/device/galvanostat.js';
import type { Poll } from '../../src/device/ports.js';
import { RealClock } from '../../src/model/real-clock.js';
import { ENVELOPE, good, PERIOD_MS } from '../contract/cycle.js';

const SETPOINT_A = 0.018;
const TRIES = 20;
const clock = new RealClock();
const bus = await NativeBus.open({ bus: 1, rate_Hz: 100_000, clock, addresses: [0x2c] });
const board = new Gs1(bus);
const send = async <T>(poll: Poll<T>) => poll.decode(await bus.batch(poll.transfers));

async function drive(): Promise<never> {
  await board.open();
  await board.off();
  await board.disarm();
  await board.clear();
  await board.load({ ...ENVELOPE, temperatureMin_C: -20 });
  await board.arm();
  const start_ms = clock.now();
  for (let cycle = 1; ; cycle++) {
    const reading = good(await send(board.poll()));
    good(await send(board.drive(SETPOINT_A)));
    if (reading.current_A > 0.95 * SETPOINT_A) process.stdout.write('driving\n');
    await clock.sleep(start_ms + cycle * PERIOD_MS - clock.now());
  }
}

// A machine that stalls for longer than the dead-man trips the board, as it should; then begin again.
for (let tries = 0; tries < TRIES; tries++) {
  await drive().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  await clock.sleep(100);
}
