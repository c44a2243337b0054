import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { NativeBus } from '../../src/bus/native-bus.js';
import type { NativeDevice } from '../../src/bus/native-transfer.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { NativeRemote } from '../rig/native-remote.js';
import { addressEcho, ScriptedAdapter } from '../rig/scripted-adapter.js';
import { buildShim, nativeRigMissing } from '../rig/compiled.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** An error as the addon rejects with (positive errno, no code) or as fs does (negative errno). */
const systemError = (errno: number): Error => Object.assign(new Error(', system words'), { errno, code: '' });

/** A device in memory: it remembers the calls and does what `wire` says with each. */
class FakeDevice implements NativeDevice {
  readonly calls: string[] = [];
  closed = false;
  /** What a call that goes over the wire makes of its buffer. Resolves with the bytes that went. */
  wire: (call: string, buffer: Buffer) => Promise<number> = async (_call, buffer) => buffer.length;
  take: (address: number) => Promise<void> = async () => undefined;
  funcs = { i2c: true, smbusReadI2cBlock: true };

  async i2cFuncs() {
    return this.funcs;
  }

  async i2cRead(address: number, length: number, buffer: Buffer) {
    this.calls.push(length === 0 ? `take ${address}` : `read ${address} ${length}`);
    if (length === 0) await this.take(address);
    return { bytesRead: length === 0 ? 0 : await this.wire('read', buffer) };
  }

  async i2cWrite(address: number, _length: number, buffer: Buffer) {
    this.calls.push(`write ${address} ${buffer.toString('hex')}`);
    return { bytesWritten: await this.wire('write', buffer) };
  }

  async readI2cBlock(address: number, command: number, length: number, buffer: Buffer) {
    this.calls.push(`block ${address} ${command} ${length}`);
    return { bytesRead: await this.wire('block', buffer) };
  }

  async close() {
    this.closed = true;
  }
}

describe('the bus of the host', () => {
  let clock: VirtualClock;
  let devices: FakeDevice[];
  let make: () => FakeDevice;

  beforeEach(() => {
    clock = new VirtualClock();
    devices = [];
    make = () => new FakeDevice();
  });

  const open = (addresses: readonly number[] = [0x2c]) =>
    NativeBus.open({
      bus: 1,
      rate_Hz: 100_000,
      clock,
      addresses,
      slack_ms: 20,
      openDevice: async () => {
        const device = make();
        devices.push(device);
        return device;
      },
    });
  const first = (): FakeDevice => devices[0] ?? expect.fail('no device was opened');

  it('takes each address once, before anything is sent to it, and makes each transfer with the call that does it', () =>
    clock.run(async () => {
      const bus = await open([0x2c, 0x48]);
      first().wire = async (_call, buffer) => buffer.fill(7).length;
      const replies = await bus.batch([
        { address: 0x2c, write: bytes(1), read: 3 },
        { address: 0x48, write: bytes(1, 2, 3) },
        { address: 0x48, read: 2 },
        { address: 0x08, read: 1 },
      ]);
      expect(replies).toEqual([bytes(7, 7, 7), bytes(), bytes(7, 7), bytes(7)]);
      expect(first().calls).toEqual([
        'take 44',
        'take 72',
        'block 44 1 3',
        'write 72 010203',
        'read 72 2',
        'take 8',
        'read 8 1',
      ]);
      expect(bus.counts).toMatchObject({ transfers: 4, nack: 0, reopened: 0 });
      // 9 bits a byte and address, START, STOP and repeated START: 57, 38, 29 and 20 bits at 100 kHz.
      expect(bus.counts.wire_s).toBeCloseTo(144e-5, 12);
      await bus.close();
      expect(first().closed).toBe(true);
      expect(await bus.batch([{ address: 0x2c, read: 1 }])).toMatchObject([{ reason: 'gone' }]);
    }));

  it('refuses what cannot be one transaction, and sends nothing of it', () =>
    clock.run(async () => {
      const bus = await open([]);
      const impossible: Transfer[] = [
        { address: 0x2c, write: bytes(1, 2), read: 3 },
        { address: 0x2c },
        { address: 0x2c, write: bytes() },
        { address: 0x2c, read: 0 },
        { address: 0x2c, write: bytes(1), read: 0 },
        { address: 0x2c, read: 33 },
        { address: 0x2c, write: new Uint8Array(33) },
        { address: 0, write: bytes(6) },
        { address: 0x78, read: 1 },
        { address: Number.NaN, read: 1 },
      ];
      const replies = await bus.batch(impossible);
      for (const reply of replies) expect(reply).toMatchObject({ reason: 'protocol' });
      expect(first().calls).toEqual([]);
      expect(bus.counts).toMatchObject({ transfers: 10, protocol: 10 });
    }));

  it.each([
    [121, 'nack'],
    [-121, 'nack'],
    [6, 'nack'],
    [110, 'timeout'],
    [74, 'crc'],
    [16, 'busy'],
    [11, 'busy'],
    [19, 'gone'],
    [108, 'gone'],
    [71, 'protocol'],
    [-95, 'protocol'],
  ] as const)('says of errno %i: %s', (errno, reason) =>
    clock.run(async () => {
      const bus = await open();
      first().wire = () => Promise.reject(systemError(errno));
      const [reply] = await bus.batch([{ address: 0x2c, read: 1 }]);
      expect(reply).toBeInstanceOf(BusFault);
      expect(reply).toMatchObject({ reason, address: 0x2c });
      expect(bus.counts).toMatchObject({ transfers: 1, [reason]: 1, wire_s: 0 });
    }),
  );

  it('takes an error that is none of the system for one of the program', () =>
    clock.run(async () => {
      const bus = await open();
      first().wire = () => Promise.reject(new TypeError('a wrong argument'));
      await expect(bus.batch([{ address: 0x2c, read: 1 }])).rejects.toThrow('a wrong argument');
    }));

  it('finds out after EIO whether the adapter is there: protocol when it is, gone when it is not', () =>
    clock.run(async () => {
      const bus = await open();
      first().wire = () => Promise.reject(systemError(5));
      expect(await bus.batch([{ address: 0x2c, read: 1 }])).toMatchObject([{ reason: 'protocol' }]);
      expect(first().closed).toBe(true);
      expect(bus.counts.reopened).toBe(1);
      const second = devices[1] ?? expect.fail('it was not opened anew');
      second.wire = () => Promise.reject(systemError(5));
      make = () => {
        const device = new FakeDevice();
        device.take = () => Promise.reject(systemError(-6));
        return device;
      };
      expect(await bus.batch([{ address: 0x2c, read: 1 }])).toMatchObject([{ reason: 'gone' }]);
      expect(await bus.batch([{ address: 0x2c, read: 1 }])).toMatchObject([{ reason: 'gone' }]);
      make = () => new FakeDevice();
      expect(await bus.batch([{ address: 0x2c, read: 1 }])).toEqual([bytes(0)]);
      expect(bus.counts).toMatchObject({ gone: 2, protocol: 1 });
    }));

  it('counts a short transfer as protocol, not as bytes', () =>
    clock.run(async () => {
      const bus = await open();
      first().wire = async () => 1;
      expect(await bus.batch([{ address: 0x2c, read: 3 }])).toMatchObject([{ reason: 'protocol' }]);
    }));

  it('drops the whole device when an address could not be taken: no descriptor stays behind', () =>
    clock.run(async () => {
      make = () => {
        const device = new FakeDevice();
        const refusals = devices.length === 0 ? 1 : 0;
        device.take = () => (refusals > 0 ? Promise.reject(systemError(16)) : Promise.resolve());
        return device;
      };
      const bus = await open([]);
      expect(await bus.batch([{ address: 0x19, read: 1 }])).toMatchObject([{ reason: 'busy', address: 0x19 }]);
      expect(first().closed).toBe(true);
      expect(first().calls).toEqual(['take 25']);
      expect(await bus.batch([{ address: 0x19, read: 1 }])).toEqual([bytes(0)]);
      expect(devices[1]?.calls).toEqual(['take 25', 'read 25 1']);
    }));

  it('says at its opening what is missing, and leaves nothing open', () =>
    clock.run(async () => {
      make = () => Object.assign(new FakeDevice(), { take: () => Promise.reject(systemError(-13)) });
      await expect(open()).rejects.toThrow('/dev/i2c-1 cannot be used: not allowed (EACCES)');
      make = () => Object.assign(new FakeDevice(), { funcs: { i2c: false, smbusReadI2cBlock: true } });
      await expect(open()).rejects.toThrow('no plain I2C');
      expect(devices.every(({ closed }) => closed)).toBe(true);
    }));

  it('keeps the wire closed behind a late transfer, sends nothing of the rest of its batch, and then goes on', () =>
    clock.run(async () => {
      const bus = await open();
      const log: string[] = [];
      first().wire = async (call, buffer) => {
        log.push(`${call} begins ${clock.now()}`);
        await clock.sleep(call === 'block' ? 70 : 1);
        log.push(`${call} ends ${clock.now()}`);
        return buffer.length;
      };
      const late = await bus.batch([
        { address: 0x2c, write: bytes(9) },
        { address: 0x2c, write: bytes(1), read: 1 },
        { address: 0x2c, write: bytes(9) },
      ]);
      expect(late).toMatchObject([bytes(), { reason: 'timeout' }, { reason: 'busy' }]);
      expect(await bus.batch([{ address: 0x2c, read: 1 }])).toMatchObject([{ reason: 'busy' }]);
      expect(await bus.batch([{ address: 0x2c, read: 1 }])).toMatchObject([{ reason: 'busy' }]);
      expect(await bus.batch([{ address: 0x2c, read: 2 }])).toEqual([bytes(0, 0)]);
      expect(log).toEqual([
        'write begins 0',
        'write ends 1',
        'block begins 1',
        'block ends 71',
        'read begins 71',
        'read ends 72',
      ]);
      expect(bus.counts).toMatchObject({ transfers: 6, timeout: 1, busy: 3 });
    }));

  it('opens the device anew after five time-outs in a row, and not before', () =>
    clock.run(async () => {
      const bus = await open();
      first().wire = () => Promise.reject(systemError(110));
      for (let i = 0; i < 4; i++) await bus.batch([{ address: 0x2c, read: 1 }]);
      first().wire = async (_call, buffer) => buffer.length;
      await bus.transfer({ address: 0x2c, read: 1 });
      first().wire = () => Promise.reject(systemError(110));
      for (let i = 0; i < 5; i++) {
        expect(first().closed).toBe(false);
        await expect(bus.transfer({ address: 0x2c, read: 1 })).rejects.toMatchObject({ reason: 'timeout' });
      }
      await bus.transfer({ address: 0x2c, read: 1 });
      expect(first().closed).toBe(true);
      expect(bus.counts).toMatchObject({ timeout: 9, reopened: 1 });
    }));

  it('is closed in time also when a transfer never ends, and closes the device when it does', () =>
    clock.run(async () => {
      const bus = await open();
      let settle: (length: number) => void = () => undefined;
      first().wire = () => new Promise((resolve) => (settle = resolve));
      expect(await bus.batch([{ address: 0x2c, read: 1 }])).toMatchObject([{ reason: 'timeout' }]);
      await bus.close();
      expect(clock.now()).toBeLessThan(2000);
      expect(first().closed).toBe(false);
      settle(1);
      await clock.sleep(1);
      expect(first().closed).toBe(true);
    }));

  it('never has two transfers under way, whatever they do and whenever they come', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(60), ms: fc.nat(40), errno: fc.constantFrom(0, 121, 110, 5) }), {
          maxLength: 12,
        }),
        (plan) => {
          clock = new VirtualClock();
          devices = [];
          let underWay = 0;
          let overlap = 0;
          let next = 0;
          make = () => {
            const device = new FakeDevice();
            device.wire = async (_call, buffer) => {
              const step = plan[next++ % plan.length];
              overlap = Math.max(overlap, ++underWay);
              await clock.sleep(step?.ms ?? 0);
              underWay--;
              if (step !== undefined && step.errno !== 0) throw systemError(step.errno);
              return buffer.length;
            };
            return device;
          };
          return clock.run(async () => {
            const bus = await open([]);
            await Promise.all(
              plan.map(async ({ at }) => {
                await clock.sleep(at);
                await bus.batch([
                  { address: 0x2c, read: 1 },
                  { address: 0x48, write: bytes(1) },
                ]);
              }),
            );
            await bus.close();
            expect(overlap).toBeLessThanOrEqual(1);
            const { transfers, nack, timeout, crc, busy, gone, protocol } = bus.counts;
            expect(transfers).toBe(2 * plan.length);
            expect(nack + timeout + crc + busy + gone + protocol).toBeLessThanOrEqual(transfers);
          });
        },
      ),
      { numRuns: 60 },
    ));
});

const missing = nativeRigMissing();

describe.skipIf(missing !== undefined)(`i2c-bus itself on a preloaded bus${missing ? ` (${missing})` : ''}`, () => {
  let folder: string;
  let shim: string;
  let socket: string;
  let adapter: ScriptedAdapter;
  let remote: NativeRemote | undefined;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'galvanode-i2c-'));
    shim = buildShim(folder);
    socket = join(folder, 'bus.sock');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    adapter = await ScriptedAdapter.listen(socket, addressEcho);
  });
  afterEach(async () => {
    await remote?.end();
    remote = undefined;
    await adapter.close();
  });
  const start = async (variables: Record<string, string> = {}): Promise<NativeRemote> => {
    remote = await NativeRemote.start({ shim, socket, variables });
    return remote;
  };
  const read = (address: number): Transfer => ({ address, write: bytes(0), read: 1 });
  const toGeneralCall = (): number => adapter.seen.filter(({ address }) => address === 0).length;

  it('alone, the addon sends to address 0 what came while an address was being set; NativeBus does not', async () => {
    const host = await start({ GALVANODE_I2C_TAKE_US: '5000' });
    const outcomes: string[] = [];
    // A race of two threads: a busy machine may need more turns until it is lost.
    for (let round = 0; round < 20 && toGeneralCall() === 0; round += 1) {
      outcomes.push(...(await host.raw({ kind: 'raw-turns', address: 0x48, turns: 400 })));
    }
    expect(toGeneralCall()).toBeGreaterThan(0);
    expect(outcomes.filter((outcome) => outcome === '0').length, 'wrong values, no error').toBe(toGeneralCall());
    adapter.seen.length = 0;
    await host.open({ slack_ms: 5000 });
    const replies = await Promise.all(
      [0x48, 0x2c, 0x48, 0x40].flatMap((address) => [host.batch([read(address)]), host.batch([read(address)])]),
    );
    expect(replies.flat()).toEqual([0x48, 0x48, 0x2c, 0x2c, 0x48, 0x48, 0x40, 0x40].map((address) => bytes(address)));
    expect(toGeneralCall()).toBe(0);
  });

  it('alone, the addon writes to address 0 after a first access that was refused; NativeBus does not', async () => {
    const raw = await start({ GALVANODE_I2C_OWNED: '0x19' });
    expect(await raw.raw({ kind: 'raw-twice', address: 0x19 })).toEqual(['errno 16', 'undefined']);
    expect(adapter.seen).toEqual([{ address: 0, write: bytes(1, 2) }]);
    await raw.end();
    adapter.seen.length = 0;
    const host = await start({ GALVANODE_I2C_OWNED: '0x19' });
    await host.open();
    expect(await host.batch([read(0x19)])).toMatchObject([{ reason: 'busy', address: 0x19 }]);
    expect(adapter.seen).toEqual([]);
    expect(await host.batch([read(0x19)])).toEqual([bytes(0x19)]);
    expect(toGeneralCall()).toBe(0);
    expect(await host.counts()).toMatchObject({ transfers: 2, busy: 1, reopened: 1 });
  });

  it('gives each reason as the adapter says it, and every kind of transfer as it was meant', async () => {
    const host = await start();
    await host.open({ addresses: [0x2c, 0x48] });
    const longest = Uint8Array.from({ length: 32 }, (_, i) => i);
    const sent: Transfer[] = [
      { address: 0x2c, write: bytes(1), read: 32 },
      { address: 0x2c, write: longest },
      { address: 0x48, read: 6 },
    ];
    expect(await host.batch(sent)).toEqual([new Uint8Array(32).fill(0x2c), bytes(), new Uint8Array(6).fill(0x48)]);
    expect(adapter.seen).toEqual(sent);
    const reasons = ['nack', 'timeout', 'crc', 'busy', 'gone', 'protocol'] as const;
    for (const reason of reasons) {
      adapter.answer = ({ address }): Reply => new BusFault(reason, address, 'as told');
      for (const transfer of sent) expect(await host.batch([transfer]), reason).toMatchObject([{ reason }]);
    }
    adapter.answer = addressEcho;
    expect(await host.batch([read(0x48)])).toEqual([bytes(0x48)]);
    // The address functions are asked on (0), and two that were taken; a device that was dropped leaves none.
    expect(adapter.connections).toBeLessThanOrEqual(3);
  });

  it('never lets another transfer begin while a late one is still on the wire', async () => {
    const host = await start();
    await host.open({ addresses: [0x2c, 0x48], slack_ms: 25 });
    let release: () => void = () => undefined;
    adapter.answer = (transfer) =>
      transfer.read === 3
        ? new Promise<Reply>((resolve) => (release = () => resolve(new Uint8Array(3))))
        : addressEcho(transfer);
    expect(await host.batch([{ address: 0x2c, read: 3 }, read(0x48)])).toMatchObject([
      { reason: 'timeout' },
      { reason: 'busy' },
    ]);
    expect(await host.batch([read(0x48)])).toMatchObject([{ reason: 'busy' }]);
    expect(adapter.seen).toHaveLength(1);
    release();
    expect(await host.batch([read(0x48)])).toEqual([bytes(0x48)]);
    expect(adapter.seen).toHaveLength(2);
    expect(adapter.overlap).toBe(1);
  });

  it('is gone while nobody serves the bus, and there again when somebody does', async () => {
    const host = await start();
    await host.open({ addresses: [0x2c] });
    expect(await host.batch([read(0x2c)])).toEqual([bytes(0x2c)]);
    await adapter.close();
    expect(await host.batch([read(0x2c), read(0x48)])).toMatchObject([{ reason: 'gone' }, { reason: 'gone' }]);
    adapter = await ScriptedAdapter.listen(socket, addressEcho);
    expect(await host.batch([read(0x2c)])).toEqual([bytes(0x2c)]);
    expect(await host.counts()).toMatchObject({ transfers: 4, gone: 2, reopened: 1 });
    await host.close();
    expect(await host.batch([read(0x2c)])).toMatchObject([{ reason: 'gone' }]);
  });

  it('refuses to open a bus that is not there', async () => {
    const host = await start();
    await expect(host.open({ bus: 7 })).rejects.toThrow('/dev/i2c-7 cannot be used: there is no such bus');
  });
});
