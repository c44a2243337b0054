import { describe, expect, it } from 'vitest';
import { AvrBoard } from '../../firmware-bridge/rig/avr8js/board.js';
import type { EmulatedBoard } from '../../firmware-bridge/rig/emulated-board.js';
import { Firmware } from '../../src/twin/firmware.js';
import { gs1Contract } from './gs1-contract.js';
import { compared } from './gs1-differential.js';
import { gs1Features } from './gs1-features.js';

gs1Contract({ name: 'WebAssembly', load: (options) => Firmware.load(options), bus_ms: 1, filter_ms: 0 });
// 100 kHz: telemetry, charge, drive and its outcome are 9 ms; the slow channels are means of 12 ms.
gs1Contract({ name: 'avr8js', load: (options) => AvrBoard.load(options), bus_ms: 12, filter_ms: 40 });
gs1Features('WebAssembly', (options) => Firmware.load(options));
gs1Features('avr8js', (options) => AvrBoard.load(options));

describe('the emulations, under the same operations', () => {
  it('agree by value and window', async () => {
    const { differences } = await compared([Firmware.load({ seed: 1 }), AvrBoard.load({ seed: 1 })], 1, 200);
    expect(differences).toEqual([]);
  });

  it.each([
    ['0.2 % of current', (board: Firmware) => reading(board, 1.002, 0)],
    ['30 mV', (board: Firmware) => reading(board, 1, 0.03)],
  ])('would not, if one were off by %s', async (_what, spoil) => {
    const { differences } = await compared([Firmware.load({ seed: 1 }), spoil(Firmware.load({ seed: 1 }))], 1, 60);
    expect(differences.length).toBeGreaterThan(3);
  });
});

/** A board that measures wrongly. */
function reading(board: Firmware, gain: number, offset_V: number): EmulatedBoard {
  const set = board.set.bind(board);
  board.set = (inputs) =>
    set({ ...inputs, current_A: inputs.current_A * gain, voltage_V: inputs.voltage_V + offset_V });
  return board;
}
