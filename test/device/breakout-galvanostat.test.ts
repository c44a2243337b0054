import { describe, expect, it } from 'vitest';
import { BreakoutGalvanostat } from '../../src/device/breakout-galvanostat.js';
import { Ina228Ammeter } from '../../src/device/ammeter-ina228.js';
import { Ad5693rConverter } from '../../src/device/dac-ad5693r.js';
import { Mcp9600Thermocouple } from '../../src/device/mcp9600.js';
import type { Poll, Reading } from '../../src/device/ports.js';
import { Ads1115Voltmeter } from '../../src/device/voltmeter-ads1115.js';
import { Ad5693r } from '../../src/twin/chips/ad5693r.js';
import { Ads1115 } from '../../src/twin/chips/ads1115.js';
import { Ina228 } from '../../src/twin/chips/ina228.js';
import { Mcp9600 } from '../../src/twin/chips/mcp9600.js';
import { ChipBus, silent } from './chip-bus.js';

const ENVELOPE = {
  runTag: 5,
  current_A: 0.1,
  voltage_V: 6,
  charge_C: 50,
  duration_s: 100,
  temperatureMin_C: -10,
  temperatureMax_C: 40,
};
const WATCHDOG_MS = 200;

/** Levels that a test sets, and a watchdog relay on the pulses. */
class HandLines {
  readonly log: string[] = [];
  readonly levels: Record<string, boolean> = {
    'e-stop-closed': true,
    'thermal-cutout-closed': true,
    'door-closed': true,
  };
  pulses = 0;
  /** The watchdog relay: works, hangs open, or is welded. */
  watchdog: 'works' | 'open' | 'welded' = 'works';
  private pulse_ms = Number.NEGATIVE_INFINITY;

  constructor(private readonly now_ms: () => number) {}

  set(line: string, asserted: boolean): void {
    this.log.push(`${line} ${asserted ? 'on' : 'off'}`);
    this.levels[line] = asserted;
    if (line !== 'watchdog-pulse' || !asserted) return;
    this.pulses++;
    this.pulse_ms = this.now_ms();
  }

  get(line: string): boolean {
    if (line !== 'safe-enabled') return this.levels[line] ?? false;
    if (this.watchdog !== 'works') return this.watchdog === 'welded';
    return this.now_ms() - this.pulse_ms < WATCHDOG_MS;
  }
}

async function bench() {
  const plant = { voltage_V: 0, cell_V: 3 };
  const current_A = (): number => (lines.levels['cell-relay'] ? plant.voltage_V * 0.1 : 0);
  const bus: ChipBus = new ChipBus(
    new Ad5693r({ address: 0x4e, onVoltage: (voltage_V) => void (plant.voltage_V = voltage_V) }),
    new Ina228({ address: 0x41, shunt_ohm: 0.5, current_A, voltage_V: () => 24, noise: silent }),
    new Ads1115({
      address: 0x4b,
      inputs_V: [() => 24 / 11, () => (24 - plant.cell_V) / 11, () => current_A() * 2],
      noise: silent,
    }),
    new Mcp9600({ address: 0x67, hot_C: () => 20, cold_C: () => 25, noise: silent }),
  );
  const { clock } = bus;
  const lines = new HandLines(() => clock.now());
  const regulator = { next: (setpoint_A: number) => setpoint_A, rest: () => undefined };
  const galvanostat = new BreakoutGalvanostat({
    bus,
    lines,
    clock,
    regulator,
    converter: new Ad5693rConverter({ bus, address: 0x4e, reference_V: 2.5, gain: 1 }),
    ammeter: new Ina228Ammeter({ bus, address: 0x41, shunt_ohm: 0.5 }),
    voltmeter: new Ads1115Voltmeter({ bus, address: 0x4b, divider: 11, sense_ohm: 2 }),
    thermocouple: new Mcp9600Thermocouple({ bus, address: 0x67 }),
    stage: { scale_A_V: 0.1, offset_A: 0 },
    fullScale_A: 0.25,
    compliance_V: 22,
    watchdog_s: WATCHDOG_MS / 1000,
  });
  await galvanostat.open();
  const send = async <T>(poll: Poll<T>): Promise<Reading<T> | undefined> =>
    poll.decode(await bus.batch(poll.transfers));
  /** One cycle: what the read and the write gave. */
  const cycle = async (setpoint_A: number) => {
    clock.now_s += 0.02;
    return { read: await send(galvanostat.poll()), wrote: await send(galvanostat.drive(setpoint_A)) };
  };
  const arm = async (): Promise<void> => {
    await galvanostat.load(ENVELOPE);
    await galvanostat.arm();
  };
  return { plant, bus, clock, lines, galvanostat, send, cycle, arm };
}

describe('the galvanostat of the breakout', () => {
  it('opens with its output off, its converter at zero and its polarity relay forward', async () => {
    const { plant, lines } = await bench();
    expect(plant.voltage_V).toBe(0);
    expect(lines.log).toEqual([
      'watchdog-pulse off',
      'cell-relay off',
      'polarity-reverse off',
      'polarity-forward on',
      'polarity-forward off',
    ]);
  });

  it('closes the relay first, drives once its contact rests, and keeps it closed at zero until off', async () => {
    const { plant, lines, galvanostat, cycle, arm } = await bench();
    await arm();
    await cycle(0);
    expect(lines.levels['cell-relay']).toBe(false);
    await cycle(0.05);
    expect(lines.levels['cell-relay']).toBe(true);
    expect(plant.voltage_V).toBe(0);
    await cycle(0.05);
    expect(plant.voltage_V).toBeCloseTo(0.5, 4);
    await cycle(0);
    expect(plant.voltage_V).toBe(0);
    expect(lines.levels['cell-relay']).toBe(true);
    await cycle(0.05);
    await galvanostat.off();
    expect(lines.levels['cell-relay']).toBe(false);
    expect(plant.voltage_V).toBe(0);
  });

  it('pulses only out of a cycle that read a new current and whose set point was acknowledged', async () => {
    const { bus, lines, galvanostat, send, cycle, arm } = await bench();
    await arm();
    const before = lines.pulses;
    await cycle(0.01);
    expect(lines.pulses).toBe(before + 1);
    expect(await send(galvanostat.drive(0.01))).toMatchObject({
      ok: false,
      detail: expect.stringContaining('not read'),
    });
    bus.spoil = (transfer, reply) => (transfer.address === 0x4e && transfer.read === 2 ? Uint8Array.of(1, 2) : reply);
    expect((await cycle(0.01)).wrote).toMatchObject({ ok: false });
    bus.spoil = undefined;
    expect(await cycle(0.3)).toMatchObject({ read: { ok: true }, wrote: { ok: false } });
    expect(await cycle(Number.NaN)).toMatchObject({ wrote: { ok: false } });
    expect(lines.pulses).toBe(before + 1);
    await cycle(0.01);
    expect(lines.pulses).toBe(before + 2);
  });

  it('notices by its watchdog relay that it was silent for too long, and stays off', async () => {
    const { clock, lines, cycle, arm, galvanostat } = await bench();
    await arm();
    for (let k = 0; k < 5; k++) await cycle(0.01);
    clock.now_s += 0.3;
    const { read, wrote } = await cycle(0.01);
    expect(read).toMatchObject({ ok: true, value: { armed: false, outputOn: false, faults: ['deadman'] } });
    expect(wrote).toMatchObject({ ok: false });
    expect(lines.levels['cell-relay']).toBe(false);
    await galvanostat.load(ENVELOPE);
    await expect(galvanostat.arm()).rejects.toThrow('deadman');
    await galvanostat.clear();
    await expect(galvanostat.arm()).resolves.toBeUndefined();
  });

  it('trips when the ammeter is lost, and brings the converter to zero as soon as the bus is back', async () => {
    const { plant, bus, lines, cycle, arm } = await bench();
    await arm();
    for (let k = 0; k < 5; k++) await cycle(0.05);
    bus.spoil = (transfer, reply) => (transfer.address === 0x41 ? Uint8Array.of(1) : reply);
    for (let k = 0; k < 8; k++) await cycle(0.05);
    expect(lines.levels['cell-relay']).toBe(false);
    expect(plant.voltage_V).toBeCloseTo(0, 9);
    bus.spoil = undefined;
    expect((await cycle(0.05)).read).toMatchObject({ ok: true, value: { faults: ['meterLost'], armed: false } });
  });

  it('arms only with an envelope, closed inputs, and a watchdog relay that is open and then closes', async () => {
    const { lines, galvanostat, clock } = await bench();
    await expect(galvanostat.arm()).rejects.toThrow('no envelope');
    await galvanostat.load(ENVELOPE);
    for (const line of ['door-closed', 'e-stop-closed', 'thermal-cutout-closed']) {
      lines.levels[line] = false;
      await expect(galvanostat.arm()).rejects.toThrow('is open');
      lines.levels[line] = true;
    }
    lines.watchdog = 'welded';
    await expect(galvanostat.arm()).rejects.toThrow('welded');
    lines.watchdog = 'open';
    await expect(galvanostat.arm()).rejects.toThrow('did not close');
    lines.watchdog = 'works';
    clock.now_s += 1;
    await galvanostat.arm();
    await expect(galvanostat.arm()).rejects.toThrow('no envelope');
  });

  it('proves the watchdog relay at every disarm, and says so when it does not drop', async () => {
    const { lines, galvanostat, clock, arm } = await bench();
    await arm();
    const start_ms = clock.now();
    await galvanostat.disarm();
    expect(clock.now() - start_ms).toBeGreaterThanOrEqual(150);
    expect(lines.get('safe-enabled')).toBe(false);
    await arm();
    lines.watchdog = 'welded';
    await expect(galvanostat.disarm()).rejects.toThrow('pull the plug');
  });

  it('takes no envelope beyond itself or without numbers, and armed only a tighter one', async () => {
    const { galvanostat, cycle, arm } = await bench();
    await expect(galvanostat.load({ ...ENVELOPE, current_A: 0.3 })).rejects.toThrow('full scale');
    await expect(galvanostat.load({ ...ENVELOPE, voltage_V: Number.NaN })).rejects.toThrow('numbers');
    await expect(galvanostat.load({ ...ENVELOPE, runTag: 0 })).rejects.toThrow('run tag');
    await arm();
    await cycle(0.05);
    await expect(galvanostat.load({ ...ENVELOPE, charge_C: 51 })).rejects.toThrow('charge_C');
    await galvanostat.load({ ...ENVELOPE, current_A: 0.04 });
    expect((await cycle(0.05)).wrote).toMatchObject({ ok: false, detail: expect.stringContaining('0.04 A') });
    await expect(galvanostat.load(ENVELOPE)).rejects.toThrow('current_A');
  });

  it('says when off was not taken, with its relay open all the same', async () => {
    const { bus, lines, galvanostat, cycle, arm } = await bench();
    await arm();
    for (let k = 0; k < 3; k++) await cycle(0.05);
    bus.spoil = (transfer, reply) => (transfer.address === 0x4e && transfer.read === 2 ? Uint8Array.of(9, 9) : reply);
    await expect(galvanostat.off()).rejects.toThrow('off not taken');
    expect(lines.levels['cell-relay']).toBe(false);
    bus.spoil = undefined;
    await expect(galvanostat.off()).resolves.toBeUndefined();
  });

  it('refuses to clear what is still open', async () => {
    const { lines, galvanostat, cycle, arm } = await bench();
    await arm();
    await cycle(0.01);
    lines.levels['door-closed'] = false;
    expect((await cycle(0.01)).read).toMatchObject({ ok: true, value: { faults: ['door'], interlockOk: false } });
    await expect(galvanostat.clear()).rejects.toThrow('door');
    lines.levels['door-closed'] = true;
    await expect(galvanostat.clear()).resolves.toBeUndefined();
  });
});
