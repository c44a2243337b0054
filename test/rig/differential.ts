/**
 * The long differential run of the board's emulations: `tsx test/rig/differential.ts [operations] [seed]`. Prints what
 * differs and what the binary cost; exits with 1 when anything differs or a tick took half of its millisecond.
 */
import { AvrBoard } from '../../firmware-bridge/rig/avr8js/board.js';
import { CLOCK_HZ } from '../../firmware-bridge/rig/avr8js/microcontroller.js';
import { Firmware } from '../../src/twin/firmware.js';
import { compared } from '../contract/gs1-differential.js';

const [operations = 5000, first = 1] = process.argv.slice(2).map(Number);
const PER_BOARD = 500;
const HALF_MS_CYCLES = CLOCK_HZ / 1000 / 2;
const found: string[] = [];
let worstTick_cycles = 0;
for (let done = 0, seed = first; done < operations; done += PER_BOARD, seed++) {
  const avr = AvrBoard.load({ seed });
  const count = Math.min(PER_BOARD, operations - done);
  const { differences } = await compared([Firmware.load({ seed }), avr], seed, count);
  worstTick_cycles = Math.max(worstTick_cycles, avr.controller.worstTick_cycles);
  found.push(...differences.map((difference) => `seed ${seed}, operation ${difference}`));
}
for (const difference of found) console.log(difference);
console.log(`${operations} operations, ${found.length} differences; worst tick ${worstTick_cycles} cycles`);
process.exitCode = found.length === 0 && worstTick_cycles < HALF_MS_CYCLES ? 0 : 1;
