/**
 * The contracts behind the native i2c-bus addon, through a preloaded /dev/i2c-1. With the board in WebAssembly wherever
 * there is a C compiler; in avr8js, in simavr and with the whole live bench in CI, where all of them have to run.
 * Elsewhere `CI=1 npx vitest run test/rig/native-contract.slow.test.ts` runs them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AvrBoard } from '../../firmware-bridge/rig/avr8js/board.js';
import type { EmulatedBoard } from '../../firmware-bridge/rig/emulated-board.js';
import { SimavrBoard } from '../../firmware-bridge/rig/simavr/simavr-board.js';
import { openBench } from '../../src/bench.js';
import { connectLiveBench } from '../../src/bus/live-bench.js';
import { decodeIdentityFrame, DEVICE, IDENTITY } from '../../src/bus/protocol.gen.js';
import { packagePath } from '../../src/model/entry.js';
import { RealClock } from '../../src/model/real-clock.js';
import { Firmware } from '../../src/twin/firmware.js';
import type { Truth } from '../../src/twin/truth.js';
import { benchContract, GS1, GS1_HARDWARE, type OnBench } from '../contract/bench-contract.js';
import { boardNamed, reactorNamed } from '../contract/files.js';
import { gs1Contract } from '../contract/gs1-contract.js';
import { gs1Features } from '../contract/gs1-features.js';
import { BoardRig, payloadOf } from '../firmware-bridge/rig.js';
import { buildShim, buildSimavr, inCi, nativeRigMissing, simavrMissing } from './compiled.js';
import { NativeBoard, NativeWire } from './native-contract-board.js';
import { NativeRemote } from './native-remote.js';

/** Where avr_store.c keeps the count of boots, twice: behind HAL_EEPROM_SIZE bytes and the serial number. */
const BOOT_COUNTS = [164, 176] as const;

/** Compiling, and starting a process from source, on a machine that has other work. */
const START_LIMIT_MS = 60_000;

type Load = (options: { readonly seed: number }) => EmulatedBoard;

const missing = nativeRigMissing();
const missingInCi = missing ?? simavrMissing() ?? (inCi() ? undefined : 'it runs in CI');
const because = (reason: string | undefined): string => (reason === undefined ? '' : ` (${reason})`);

let folder: string;
let shim: string;
let wire: NativeWire;
const emulators: SimavrBoard[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-native-'));
  if (missing !== undefined) return;
  shim = buildShim(folder);
  wire = NativeWire.start({ shim, folder });
}, START_LIMIT_MS);
afterAll(async () => {
  if (missing === undefined) await wire.end();
  for (const emulator of emulators) emulator.close();
  rmSync(folder, { recursive: true });
});

const behind =
  (load: Load): Load =>
  (options) =>
    new NativeBoard(load(options), wire);

describe.skipIf(missing !== undefined)(`behind the native bus${because(missing)}`, () => {
  it('a board is reached over the wire alone', () => {
    const inside = Firmware.load({ seed: 1 });
    const rig = new BoardRig(new NativeBoard(inside, wire));
    const before = wire.served;
    expect(decodeIdentityFrame(payloadOf(rig, IDENTITY)).deviceId).toBe(DEVICE.id);
    expect(wire.served).toBe(before + 1);
    expect(wire.transfer({ address: DEVICE.address + 1, read: 1 }, inside)).toMatchObject({ reason: 'nack' });
    inside.read = (_command, length) => new Uint8Array(length).fill(0x5a);
    expect([...payloadOf(rig, IDENTITY)].every((byte) => byte === 0x5a)).toBe(true);
  });

  gs1Contract({
    name: 'WebAssembly behind the native bus',
    load: behind((options) => Firmware.load(options)),
    bus_ms: 1,
    filter_ms: 0,
  });
});

describe.skipIf(missingInCi !== undefined)(`all boards behind the native bus${because(missingInCi)}`, () => {
  let program: string;
  beforeAll(() => {
    program = buildSimavr(folder);
  }, START_LIMIT_MS);

  const avr8js = behind((options) => AvrBoard.load(options));
  /** With the memory of the other emulation's board, but for its count of boots. */
  const simavr = behind(({ seed }) => {
    const eeprom = AvrBoard.load({ seed }).eeprom.fill(0xff, ...BOOT_COUNTS);
    const firmware = packagePath('firmware-bridge', 'firmware', 'firmware.hex');
    const emulator = SimavrBoard.start({ program, firmware, seed, eeprom });
    emulators.push(emulator);
    return emulator;
  });

  gs1Features(
    'WebAssembly behind the native bus',
    behind((options) => Firmware.load(options)),
  );
  gs1Contract({ name: 'avr8js behind the native bus', load: avr8js, bus_ms: 12, filter_ms: 40 });
  gs1Features('avr8js behind the native bus', avr8js);
  gs1Contract({ name: 'simavr behind the native bus', load: simavr, bus_ms: 12, filter_ms: 40 });
  gs1Features('simavr behind the native bus', simavr);
});

describe.skipIf(missingInCi !== undefined)(`the live bench behind the native bus${because(missingInCi)}`, () => {
  const reactor = reactorNamed('batch-10ml');
  const clock = new RealClock();
  let path: string;
  let remote: NativeRemote;
  beforeAll(async () => {
    path = join(folder, 'bench.sock');
    remote = await NativeRemote.start({ shim, socket: path });
  }, START_LIMIT_MS);
  afterAll(() => remote.end());

  /** Lines and truth come over the socket of the live bench, everything on the bus through i2c-bus. */
  const onBench =
    (boardName: string): OnBench =>
    async (use) => {
      const board = boardNamed(boardName);
      const { rate_Hz } = board.bus;
      const names = { board: 'bench-live', reactor: reactor.name };
      const lines = await connectLiveBench({ path, ...names, seed: 1, clock, rate_Hz, linger_s: 2 });
      const truth = async (): Promise<Truth> => JSON.parse(await lines.truth()) as Truth;
      const hand = (line: string, asserted: boolean): Promise<void> => lines.hand(line, asserted);
      try {
        await remote.open({ addresses: Object.values(board.chips).map(({ address }) => address) });
        const bench = await openBench({ board, reactor, clock, seed: 1, link: { bus: remote, lines } });
        const simulation = board.simulated ? { truth, hand, inject: null, world: null } : null;
        try {
          await use({ bench, simulation, clock, rate_Hz });
          expect((await remote.counts()).transfers).toBeGreaterThan(10);
        } finally {
          await bench.close();
        }
      } finally {
        await lines.close();
      }
    };

  benchContract('bench-live behind the native bus', GS1, { retry: 2 }, onBench('bench-live'));
  // As on a real bench: the board file of the hardware, and no other sight of the plant than through its chips.
  benchContract('gs1 behind the native bus', GS1_HARDWARE, { retry: 2 }, onBench('gs1'));
});
