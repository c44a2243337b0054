/**
 * The real bench that the contract is to run on, as the variable BENCH names it: `BENCH=i2c:1 npx vitest run
 * test/contract/benches.test.ts` takes the bench of boards/gs1.yaml on /dev/i2c-1 of this host. Knows no test.
 *
 * The contract drives 18 mA at up to 6 V through whatever is on the terminals, for seconds. Connect a dummy cell, a
 * resistor of 100 to 300 ohm and 1 W, with thermometers at room temperature and the gas meter in still air. Let the
 * emergency stop be released, the door shut, and nobody else at the bench.
 */
import type { Board } from '../../src/model/board.js';
import { boardNamed } from './files.js';

/** The board of that bench; undefined where none is named. Throws a RangeError for anything but `i2c:N`, N from 0 to 255. */
export function hardwareBoard(name: string | undefined): Board | undefined {
  if (name === undefined || name === '') return undefined;
  const bus = Number(/^i2c:(\d{1,3})$/.exec(name)?.[1] ?? Number.NaN);
  if (!(bus <= 255)) throw new RangeError(`BENCH=${name} names no bench: write i2c:1 for the board on /dev/i2c-1`);
  const board = boardNamed('gs1');
  return { ...board, bus: { kind: 'i2c', rate_Hz: board.bus.rate_Hz, bus } };
}
