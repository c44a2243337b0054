/**
 * The differential run with the second emulator in it: firmware.hex in simavr against the same in avr8js, and against the
 * firmware in WebAssembly, under seeded random operations: `npx tsx test/rig/simavr.ts [operations] [seed]`. Prints what
 * differs; exit code 1 when anything does. Needs a C compiler and libsimavr-dev.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AvrBoard } from '../../firmware-bridge/rig/avr8js/board.js';
import { SimavrBoard } from '../../firmware-bridge/rig/simavr/simavr-board.js';
import { packagePath } from '../../src/model/entry.js';
import { RealClock } from '../../src/model/real-clock.js';
import { Firmware } from '../../src/twin/firmware.js';
import { compared } from '../contract/gs1-differential.js';
import { buildSimavr } from './compiled.js';

const [operations = 3000, first = 1] = process.argv.slice(2).map(Number);
const PER_BOARD = 500;
const clock = new RealClock();
const folder = mkdtempSync(join(tmpdir(), 'galvanode-differential-'));
const firmware = packagePath('firmware-bridge', 'firmware', 'firmware.hex');
const found: string[] = [];
let longestStretch_us = 0;
try {
  const program = buildSimavr(folder);
  for (let done = 0, seed = first; done < operations; done += PER_BOARD, seed++) {
    const others = { avr8js: AvrBoard.load({ seed }), WebAssembly: Firmware.load({ seed }) };
    const { eeprom } = others.avr8js;
    for (const [name, other] of Object.entries(others)) {
      const simavr = SimavrBoard.start({ program, firmware, seed, eeprom });
      const { differences } = await compared([other, simavr], seed, Math.min(PER_BOARD, operations - done));
      longestStretch_us = Math.max(longestStretch_us, simavr.figures.longestStretch_us);
      simavr.close();
      found.push(...differences.map((difference) => `${name} and simavr, seed ${seed}, operation ${difference}`));
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
for (const difference of found) process.stdout.write(`${difference}\n`);
process.stdout.write(
  `${operations} operations on avr8js and simavr, and on WebAssembly and simavr, in ${(clock.now() / 1000).toFixed(0)} s: ` +
    `${found.length} differences; longest clock stretch in simavr ${longestStretch_us.toFixed(0)} us\n`,
);
process.exitCode = found.length === 0 ? 0 : 1;
