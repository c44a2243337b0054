/**
 * The one contract of a GS-1 on the second, independent emulator: the compiled firmware in simavr, as a process of its
 * own. For CI, where it has to run; elsewhere `CI=1 npx vitest run test/rig` runs it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AvrBoard } from '../../firmware-bridge/rig/avr8js/board.js';
import { SimavrBoard } from '../../firmware-bridge/rig/simavr/simavr-board.js';
import { decodeIdentityFrame, IDENTITY } from '../../src/bus/protocol.gen.js';
import { packagePath } from '../../src/model/entry.js';
import { gs1Contract } from '../contract/gs1-contract.js';
import { gs1Features } from '../contract/gs1-features.js';
import { allOff, BoardRig, payloadOf } from '../firmware-bridge/rig.js';
import { buildSimavr, inCi, simavrMissing } from './compiled.js';

/** Where avr_store.c keeps the count of boots, twice: behind HAL_EEPROM_SIZE bytes and the serial number. */
const BOOT_COUNTS = [164, 176] as const;

const missing = simavrMissing() ?? (inCi() ? undefined : 'it runs in CI');

describe.skipIf(missing !== undefined)(`firmware in simavr${missing === undefined ? '' : ` (${missing})`}`, () => {
  const boards: SimavrBoard[] = [];
  let folder: string;
  let program: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'galvanode-simavr-'));
    program = buildSimavr(folder);
  });
  afterAll(() => {
    for (const board of boards) board.close();
    rmSync(folder, { recursive: true });
  });

  /** With the memory of the other emulation's board, but for its count of boots. */
  const load = ({ seed }: { readonly seed: number }): SimavrBoard => {
    const eeprom = AvrBoard.load({ seed }).eeprom.fill(0xff, ...BOOT_COUNTS);
    const firmware = packagePath('firmware-bridge', 'firmware', 'firmware.hex');
    const board = SimavrBoard.start({ program, firmware, seed, eeprom });
    boards.push(board);
    return board;
  };

  gs1Contract({ name: 'simavr', load, bus_ms: 12, filter_ms: 40 });
  gs1Features('simavr', load);

  it('is reset by its watchdog when the program hangs: everything off, and the cause is told', async () => {
    const rig = new BoardRig(load({ seed: 3 }));
    await rig.running(0.05);
    rig.firmware.hang();
    const off_ms = rig.advance(300, () => allOff(rig));
    expect(off_ms).toBeLessThanOrEqual(200);
    rig.advance(100);
    expect(rig.firmware.figures.resets).toBe(1);
    expect(decodeIdentityFrame(payloadOf(rig, IDENTITY)).resetCause).toBe(1);
  });
});
