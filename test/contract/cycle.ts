/** A control cycle small enough for tests: read, drive, and the sensors as they fall due. Not a controller. */
import type { Bench, Galvanostat, GalvanostatReading, Poll, Reading, Sensor } from '../../src/device/ports.js';
import type { Clock } from '../../src/model/clock.js';

export const PERIOD_MS = 50;

export async function send<T>({ bus }: Bench, poll: Poll<T>): Promise<Reading<T> | undefined> {
  return poll.decode(await bus.batch(poll.transfers));
}

/** The value, or a failed test that says why there is none. */
export function good<T>(reading: Reading<T> | undefined): T {
  if (reading === undefined) throw new Error('this poll brought no value');
  if (!reading.ok) throw new Error(`${reading.fault}: ${reading.detail}`);
  return reading.value;
}

export const ENVELOPE = {
  runTag: 7,
  current_A: 0.02,
  voltage_V: 6,
  charge_C: 200,
  duration_s: 11_000,
  temperatureMin_C: -10,
  temperatureMax_C: 40,
} as const;

/** Master relay closed, envelope loaded, armed, whatever was before. */
export async function arm(bench: Bench): Promise<void> {
  const { lines, galvanostat } = bench;
  await rest(bench, galvanostat);
  lines.set('master-relay', true);
  await galvanostat.load(ENVELOPE);
  await galvanostat.arm();
}

/** Reads telemetry and answers with the set point, once each 50 ms for `cycles` cycles; the last reading. */
export async function drive(
  bench: Bench,
  clock: Clock,
  cycles: number,
  setpoint_A: number,
): Promise<GalvanostatReading> {
  const start = clock.now();
  let reading = good(await send(bench, bench.galvanostat.poll()));
  for (let cycle = 1; cycle <= cycles; cycle++) {
    good(await send(bench, bench.galvanostat.drive(setpoint_A)));
    await clock.sleep(start + cycle * PERIOD_MS - clock.now());
    reading = good(await send(bench, bench.galvanostat.poll()));
  }
  return reading;
}

/** Polls a sensor at its period until it gives a value, at most five times. */
export async function measure<T>(bench: Bench, clock: Clock, sensor: Sensor<T>): Promise<T> {
  for (let poll = 0; poll < 5; poll++) {
    await clock.sleep(sensor.period_s * 1000);
    const reading = await send(bench, sensor.poll());
    if (reading?.ok) return reading.value;
    if (reading !== undefined && reading.fault !== 'warming-up') throw new Error(`${reading.fault}: ${reading.detail}`);
  }
  throw new Error(`${sensor.name} gave no value in five polls`);
}

/** Everything off, faults cleared: as the next test wants to find the bench. */
export async function rest({ lines }: Bench, galvanostat: Galvanostat): Promise<void> {
  await galvanostat.off();
  await galvanostat.disarm();
  await galvanostat.clear();
  lines.set('master-relay', false);
}
