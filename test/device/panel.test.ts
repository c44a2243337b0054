import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { type I2cBus, BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { type Panel, type PanelEvent, panelFor, type PanelView } from '../../src/device/panel.js';
import { PanelIo } from '../../src/device/panel-io.js';
import { driversByAddress, OwnerFault } from '../../src/device/panel-owners.js';
import type { Board } from '../../src/model/board.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { simulatedBench } from '../../src/twin/simulated-bench.js';
import { boardNamed, reactorNamed } from '../contract/files.js';

const simulated = boardNamed('bench-sim');
const board: Board = {
  ...simulated,
  lines: { ...simulated.lines, buzzer: { chip: 'galvanode-sim', offset: 25, direction: 'out', active: 'high' } },
};
const reactor = reactorNamed('batch-10ml');
const execute: PanelView = { run: 'execute', alarms: [], asked: false };
const alarmed: PanelView = { run: 'aborted', alarms: [{ state: 'active', severity: 'alarm' }], asked: false };

/** A simulated bench in virtual time, with a panel on it. */
async function withPanel<T>(
  use: (parts: {
    readonly panel: Panel;
    readonly events: PanelEvent[];
    readonly clock: VirtualClock;
    readonly bench: ReturnType<typeof simulatedBench>;
  }) => Promise<T>,
  prepare: (bench: ReturnType<typeof simulatedBench>) => void = () => undefined,
): Promise<T> {
  const clock = new VirtualClock();
  return clock.run(async () => {
    const bench = simulatedBench({ board, reactor, clock, seed: 1 });
    prepare(bench);
    const events: PanelEvent[] = [];
    const { lines, bus } = bench;
    const report = (event: PanelEvent): void => void events.push(event);
    const panel = await panelFor({ board, lines, bus, clock, report, switches: ['safe-enabled'] });
    try {
      return await use({ panel, events, clock, bench });
    } finally {
      panel.close();
    }
  });
}

describe('the panel, with johnny-five on simulated lines', () => {
  it('shows a run and darkens when it is closed', () =>
    withPanel(async ({ panel, bench, clock, events }) => {
      const { driven } = bench.world.wiring;
      expect(driven).toMatchObject({ 'light-green': false, 'light-amber': false, 'light-red': false, buzzer: false });
      panel.show(execute);
      expect(driven).toMatchObject({ 'light-green': true, 'light-amber': false, 'light-red': false, buzzer: false });
      await clock.sleep(1000);
      expect(driven['light-green']).toBe(true);
      panel.close();
      expect(driven['light-green']).toBe(false);
      expect(events.filter(({ kind }) => kind === 'fault')).toEqual([]);
    }));

  it('flashes and sounds in the time of the clock', () =>
    withPanel(async ({ panel, bench, clock }) => {
      const { driven } = bench.world.wiring;
      panel.show(alarmed);
      const seen: boolean[] = [];
      await clock.sleep(20);
      for (let step = 0; step < 8; step++) {
        seen.push(driven['light-red']);
        expect(driven.buzzer).toBe(driven['light-red']);
        await clock.sleep(250);
      }
      expect(seen).toEqual([true, false, true, false, true, false, true, false]);
    }));

  it('tells of a press and a release of the arm button, not of a bounce', () =>
    withPanel(async ({ bench, clock, events }) => {
      await clock.sleep(240);
      bench.lines.hand('arm-button', true); // over the one look at 250 ms
      await clock.sleep(20);
      bench.lines.hand('arm-button', false);
      await clock.sleep(200);
      expect(events.filter(({ kind }) => kind !== 'switch')).toEqual([]);
      bench.lines.hand('arm-button', true);
      await clock.sleep(600);
      bench.lines.hand('arm-button', false);
      await clock.sleep(200);
      const [pressed, released] = events.filter(({ kind }) => kind !== 'switch');
      expect(pressed).toMatchObject({ kind: 'arm-pressed' });
      expect(released).toMatchObject({ kind: 'arm-released', held_ms: 600 });
    }));

  it('takes no press from a button that was held down from the start', () =>
    withPanel(
      async ({ bench, clock, events }) => {
        await clock.sleep(500);
        expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'switch')).toEqual(['fault']);
        bench.lines.hand('arm-button', false);
        await clock.sleep(200);
        bench.lines.hand('arm-button', true);
        await clock.sleep(200);
        expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'switch')).toEqual(['fault', 'arm-pressed']);
      },
      (bench) => bench.lines.hand('arm-button', true),
    ));

  it('tells how it finds a switch', () =>
    withPanel(async ({ clock, events }) => {
      await clock.sleep(200);
      expect(events).toEqual([{ kind: 'switch', line: 'safe-enabled', closed: false, at_ms: 50 }]);
    }));

  it('does the same at the same instants every time', async () => {
    const once = (): Promise<PanelEvent[]> =>
      withPanel(async ({ bench, clock, events }) => {
        await clock.sleep(333);
        bench.lines.hand('arm-button', true);
        await clock.sleep(333);
        return events;
      });
    const first = await once();
    expect(first.some(({ kind }) => kind === 'arm-pressed')).toBe(true);
    expect(await once()).toEqual(first);
  });

  it('installs no handler of SIGINT and opens no REPL', async () => {
    const before = process.listenerCount('SIGINT');
    await withPanel(async ({ clock }) => clock.sleep(100));
    expect(process.listenerCount('SIGINT')).toBe(before);
    expect(createRequire(import.meta.url)('johnny-five').Repl.ref).toBeFalsy();
  });

  it('reports a light that fails once, and goes on with the others', () =>
    withPanel(async ({ panel, bench, clock, events }) => {
      const { lines } = bench;
      const set = lines.set.bind(lines);
      lines.set = (line, asserted) => {
        if (line === 'light-red') throw new Error('EIO');
        set(line, asserted);
      };
      panel.show(alarmed);
      await clock.sleep(2000);
      const faults = events.filter(({ kind }) => kind === 'fault');
      expect(faults).toEqual([{ kind: 'fault', text: 'line "light-red": EIO', at_ms: faults[0]?.at_ms }]);
      panel.show(execute);
      expect(bench.world.wiring.driven['light-green']).toBe(true);
    }));
});

describe('owners', () => {
  const clock = new VirtualClock();
  const report = (): void => undefined;

  it('refuse the panel a line of the guard, and a second panel the lines of the first', () =>
    clock.run(async () => {
      const { lines, bus } = simulatedBench({ board, reactor, clock, seed: 1 });
      const options = { board, lines, bus, clock, report };
      await expect(panelFor({ ...options, switches: ['door-closed'] })).rejects.toThrow(OwnerFault);
      const first = await panelFor(options);
      await expect(panelFor(options)).rejects.toThrow('"arm-button" belongs to a panel already');
      first.close();
      first.close();
      (await panelFor(options)).close();
    }));

  it('need no panel where the board has none', () =>
    clock.run(async () => {
      const none: Board['lines']['buzzer'] = { absent: 'not in this test' };
      const lines = { 'light-green': none, 'light-amber': none, 'light-red': none, buzzer: none, 'arm-button': none };
      const bare = { ...board, lines: { ...board.lines, ...lines } };
      const bench = simulatedBench({ board: bare, reactor, clock, seed: 1 });
      const panel = await panelFor({ board: bare, lines: bench.lines, bus: bench.bus, clock, report });
      panel.show(alarmed);
      expect(bench.world.wiring.driven['light-red']).toBe(false);
      panel.close();
    }));

  it('are known for every address of a board file', () => {
    const owners = driversByAddress(board);
    expect(owners.get(0x2c)).toContain('galvanostat');
    expect(owners.get(0x52)).toContain('outputs');
    expect(owners.size).toBe(10);
  });
});

describe('I2C through the plugin', () => {
  /** A bus that answers every read with 1, 2, 3 … and knows no chip at 0x27. */
  class Recorded implements I2cBus {
    readonly sent: Transfer[] = [];
    async transfer(transfer: Transfer): Promise<Uint8Array> {
      this.sent.push(transfer);
      if (transfer.address === 0x27) throw new BusFault('nack', 0x27, 'nobody answers');
      return Uint8Array.from({ length: transfer.read ?? 0 }, (_, index) => index + 1);
    }
    async batch(): Promise<Reply[]> {
      return [];
    }
    async close(): Promise<void> {}
  }

  function plugin() {
    const bus = new Recorded();
    const faults: string[] = [];
    const lines = { set: () => undefined, get: () => false };
    const onFault = (what: string): void => void faults.push(what);
    const io = new PanelIo({ lines, bus, drivers: driversByAddress(board), onFault }, []);
    return { bus, faults, io };
  }

  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('sends bytes, whatever johnny-five passes', () => {
    const { io, bus } = plugin();
    io.i2cWrite(0x20, [0x06, 2056.2, -1]);
    io.i2cWrite(0x20, 0x09, [8.9]);
    io.i2cWriteReg(0x20, 0x00, 0x1ff);
    expect(bus.sent.map(({ write }) => [...(write ?? [])])).toEqual([
      [6, 8, 255],
      [9, 8],
      [0, 255],
    ]);
  });

  it('reads once and in every poll, until it is disposed of', async () => {
    const { io, bus } = plugin();
    const seen: number[][] = [];
    io.i2cReadOnce(0x20, 0x09, 2, (bytes) => void seen.push(bytes));
    io.i2cRead(0x20, 1, (bytes) => void seen.push(bytes));
    io.poll();
    await settled();
    expect(seen).toEqual([[1, 2], [1], [1]]);
    expect(bus.sent[0]).toEqual({ address: 0x20, write: Uint8Array.of(9), read: 2 });
    io.dispose();
    io.poll();
    io.i2cWrite(0x20, [1]);
    expect(bus.sent).toHaveLength(3);
  });

  it('refuses a chip that has a driver, and reports once a chip that does not answer', async () => {
    const { io, bus, faults } = plugin();
    expect(() => io.i2cWrite(0x52, [0xfe, 3])).toThrow(/0x52 belongs to the driver of "outputs"/);
    expect(() => io.i2cReadOnce(0x2c, 1, 1, () => undefined)).toThrow(OwnerFault);
    io.i2cWrite(0x27, [0]);
    io.i2cWrite(0x27, [0]);
    await settled();
    expect(faults).toEqual(['I2C 0x27']);
    expect(bus.sent.every(({ address }) => address === 0x27)).toBe(true);
  });

  it('has pins for the directions that their lines have', () => {
    const lines = { set: () => undefined, get: () => false };
    const wiring = { lines, bus: new Recorded(), drivers: new Map<number, string>(), onFault: () => undefined };
    const io = new PanelIo(wiring, [
      { line: 'arm-button', direction: 'in' },
      { line: 'buzzer', direction: 'out' },
    ]);
    expect(io.pins.map(({ supportedModes }) => supportedModes)).toEqual([[io.MODES.INPUT], [io.MODES.OUTPUT]]);
    expect(() => io.digitalWrite(0, 1)).toThrow('no output');
    expect(() => io.digitalRead(1, () => undefined)).toThrow('no input');
    expect(() => io.pinMode(2, 1)).toThrow('no pin 2');
  });
});

describe('johnny-five as it is installed', () => {
  const require = createRequire(import.meta.url);

  /** What stands under this name: the package itself, another in its place, or nothing. */
  function installed(name: string): string {
    try {
      const found = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as Record<string, string>;
      return `${found['name'] ?? ''}@${found['version'] ?? ''}`;
    } catch {
      return 'nothing';
    }
  }

  it('is the version whose sources the panel was written after, without its serial ports', () => {
    expect(installed('johnny-five')).toBe('johnny-five@2.1.0');
    for (const name of ['serialport', 'firmata', 'browser-serialport'])
      expect(['nothing', 'empty-npm-package@1.0.0'], name).toContain(installed(name));
  });
});
