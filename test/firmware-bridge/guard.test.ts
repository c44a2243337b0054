import { describe, expect, it } from 'vitest';
import { CLEAR, CONSTANTS, encodeClearFrame, type FaultName } from '../../src/bus/protocol.gen.js';
import type { BoardInputs } from '../../src/twin/firmware.js';
import { allOff, envelope, Rig, session } from './rig.js';

interface Trip {
  readonly fault: FaultName;
  /** Longest time from the cause to everything off. */
  readonly within_ms: number;
  readonly cause: (rig: Rig) => void;
  readonly limits?: Partial<typeof envelope>;
}

const inputs = (change: Partial<BoardInputs>) => (rig: Rig) => {
  rig.inputs = change;
};

/** Every fault that ends a run at 80 mA (deadman, stuckOutput and the two limits that grow have tests of their own). */
const TRIPS: readonly Trip[] = [
  { fault: 'interlock', within_ms: 6, cause: inputs({ interlockClosed: false }) },
  { fault: 'door', within_ms: 21, cause: inputs({ doorClosed: false }) },
  { fault: 'supply', within_ms: 17, cause: inputs({ supply_V: 21 }) },
  { fault: 'supply', within_ms: 17, cause: inputs({ supply_V: Number.NaN }) },
  { fault: 'overRange', within_ms: 2, cause: inputs({ current_A: 0.3 }) },
  { fault: 'overRange', within_ms: 2, cause: inputs({ current_A: Number.NaN }) },
  { fault: 'overCurrent', within_ms: 2, cause: (rig) => (rig.stage = (dac_A) => 1.5 * dac_A) },
  { fault: 'overCurrent', within_ms: 2, cause: inputs({ current_A: -0.106 }) },
  { fault: 'overVoltage', within_ms: 6, cause: inputs({ voltage_V: 20.1 }) },
  { fault: 'overVoltage', within_ms: 6, cause: inputs({ voltage_V: -20.1 }) },
  { fault: 'overVoltage', within_ms: 6, cause: inputs({ voltage_V: Number.NaN }) },
  { fault: 'cellTemperature', within_ms: 17, cause: inputs({ cellTemperature_C: 30.2 }) },
  { fault: 'cellTemperature', within_ms: 17, cause: inputs({ cellTemperature_C: -10.2 }) },
  { fault: 'cellTemperature', within_ms: 17, cause: inputs({ cellTemperature_C: Number.NaN }) },
  { fault: 'polarity', within_ms: 49, cause: (rig) => (rig.stage = (dac_A) => -dac_A) },
  { fault: 'shortCell', within_ms: 300, cause: (rig) => (rig.resistance_ohm = 0.1) },
  { fault: 'openCell', within_ms: 500, cause: (rig) => (rig.resistance_ohm = 1e9), limits: { voltage_V: 30 } },
  { fault: 'notFollowing', within_ms: 400, cause: (rig) => (rig.stage = () => 0.07) },
  { fault: 'leak', within_ms: 70, cause: inputs({ returnCurrent_A: 0.0785 }) },
  { fault: 'converterStuck', within_ms: 202, cause: (rig) => rig.firmware.holdConverter(true) },
  { fault: 'relay', within_ms: 101, cause: inputs({ relayContactClosed: false }) },
];

/** Runs with beats of 20 ms until everything is off; ms. */
async function untilOff(rig: Rig, setpoint_A: number, limit_ms: number): Promise<number> {
  let passed = 0;
  while (passed <= limit_ms && !allOff(rig)) {
    passed += rig.advance(20, () => allOff(rig));
    await rig.read();
    await rig.drive(setpoint_A);
  }
  return passed;
}

describe('trips', () => {
  it('by block come within a block and a millisecond, whatever the block is at', async () => {
    const found = new Set<number>();
    for (let phase = 0; phase < CONSTANTS.blockTime_ms; phase++) {
      const rig = new Rig(5);
      await rig.running(0.08);
      rig.advance(phase);
      rig.inputs = { supply_V: 21 };
      found.add(rig.advance(100, () => allOff(rig)));
    }
    // The channel is read at the end of a block, and judged a millisecond after it.
    expect([...found].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: CONSTANTS.blockTime_ms }, (_, ms) => ms + 2),
    );
  });

  it.each(TRIPS)('$fault within $within_ms ms', async ({ fault, within_ms, cause, limits }) => {
    const rig = new Rig(5);
    await rig.running(0.08, limits);
    const { nonce } = session(rig);
    cause(rig);
    expect(await untilOff(rig, 0.08, 2 * within_ms)).toBeLessThanOrEqual(within_ms);
    rig.advance(1);
    const reading = await rig.read();
    expect(reading).toMatchObject({ armed: false, outputOn: false, safeEnabled: false });
    expect(reading.faults[0]).toBe(fault);
    expect(session(rig).nonce).not.toBe(nonce);
    // Nothing comes back by itself, cause gone or not; cleared, it is still off.
    rig.firmware.holdConverter(false);
    rig.inputs = {};
    rig.stage = (dac_A) => dac_A;
    rig.resistance_ohm = 60;
    rig.advance(300);
    expect((await rig.read()).faults).toContain(fault);
    await rig.board.clear();
    rig.advance(50);
    expect(await rig.read()).toMatchObject({ armed: false, faults: [] });
    expect(allOff(rig)).toBe(true);
  });

  it.each([
    ['chargeLimit', { charge_C: 0.2 }],
    ['durationLimit', { duration_s: 2.4 }],
  ] as const)('%s, and not earlier than it should', async (fault, limits) => {
    const rig = new Rig(5);
    await rig.armed(limits);
    await rig.cycles(1, 0.08);
    rig.advance(100, () => rig.firmware.stageEnabled);
    const begin = { ms: rig.firmware.time_ms, absolute_C: rig.absolute_C };
    await untilOff(rig, 0.08, 5000);
    const late_ms =
      fault === 'chargeLimit'
        ? (rig.absolute_C - begin.absolute_C - 0.2) / 0.08e-3
        : rig.firmware.time_ms - begin.ms - 2400;
    expect(late_ms).toBeGreaterThan(-1);
    expect(late_ms).toBeLessThan(18); // a block, and 220 ppm of the charge
    rig.advance(1);
    expect((await rig.read()).faults).toEqual([fault]);
  });

  it('are none of a healthy run, with chattering contacts, and with a limit just kept', async () => {
    const rig = new Rig(6);
    await rig.running(0.1);
    for (let i = 0; i < 60; i++) {
      rig.inputs = { interlockClosed: false, doorClosed: false };
      rig.advance(3);
      rig.inputs = { voltage_V: 19.9, cellTemperature_C: 29.8, returnCurrent_A: 0.1011 };
      rig.advance(17);
      await rig.read();
      await rig.drive(0.1);
    }
    rig.advance(1);
    expect(await rig.read()).toMatchObject({ armed: true, outputOn: true, faults: [] });
  });

  it('are none of a long and fast slew', async () => {
    const rig = new Rig(1, { slew_A_s: 0.4 });
    await rig.running(0.09);
    expect((await rig.cycles(15, -0.09)).faults).toEqual([]);
  });

  it('of one millisecond: the outside cause is the first-out', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    rig.inputs = { current_A: 0.3, voltage_V: 25 };
    rig.advance(1);
    rig.advance(1);
    expect((await rig.read()).faults[0]).toBe('overRange');
  });

  it('ask for the master relay when the current does not go off', async () => {
    const off = (rig: Rig) => rig.board.off();
    const disarm = (rig: Rig) => rig.board.disarm();
    const silence = async (rig: Rig) => void rig.advance(150);
    const trip = async (rig: Rig): Promise<void> => {
      rig.inputs = { ...rig.inputs, interlockClosed: false };
      rig.advance(6);
    };
    for (const demand of [off, disarm, silence, trip]) {
      const rig = new Rig();
      await rig.running(0.08);
      rig.inputs = { current_A: 0.08, returnCurrent_A: 0.08 };
      await demand(rig);
      expect(rig.firmware.openMasterRelay).toBe(false);
      expect(rig.firmware.relayClosed).toBe(false);
      let passed = 0;
      while (!rig.firmware.openMasterRelay && passed < 400) {
        passed += rig.advance(20, () => rig.firmware.openMasterRelay);
        await rig.read().catch(() => undefined);
        await rig.drive(0);
      }
      expect(passed).toBeLessThanOrEqual(200);
      expect(passed).toBeGreaterThan(150);
      expect(allOff(rig)).toBe(true);
      rig.advance(1);
      expect((await rig.read()).faults).toContain('stuckOutput');
      await expect(rig.board.clear()).rejects.toThrow(/stuckOutput/);
      expect(rig.firmware.openMasterRelay).toBe(true);
      rig.inputs = {};
      rig.advance(20);
      await rig.board.clear();
      expect(rig.firmware.openMasterRelay).toBe(false);
    }
  });

  it('ask for it, too, at a set point of zero and when the relay is welded', async () => {
    const zero = new Rig();
    await zero.running(0.01);
    await zero.cycles(10, 0);
    zero.inputs = { current_A: 0.0003, returnCurrent_A: 0.0003 };
    await zero.cycles(5, 0);
    expect(zero.firmware.openMasterRelay).toBe(true);
    const welded = new Rig();
    await welded.running(0.01);
    welded.inputs = { relayContactClosed: true };
    await welded.board.off();
    await welded.cycles(3, 0);
    expect(welded.firmware.openMasterRelay).toBe(true);
    expect((await welded.read().catch(() => undefined))?.faults ?? ['relay']).toEqual(['relay']);
  });

  it('are cleared one by one, by ones', async () => {
    const rig = new Rig();
    await rig.running(0.08);
    rig.inputs = { interlockClosed: false, current_A: 0.001 };
    rig.advance(300);
    rig.inputs = {};
    rig.advance(20);
    expect((await rig.read()).faults).toEqual(['interlock', 'stuckOutput']);
    expect(rig.raw(CLEAR, encodeClearFrame({ key: CONSTANTS.clearKey, faults: 0 }))).toBe('accepted');
    expect(rig.raw(CLEAR, encodeClearFrame({ key: CONSTANTS.clearKey, faults: 0x1 }))).toBe('accepted');
    rig.advance(1);
    expect((await rig.read()).faults).toEqual(['stuckOutput']);
    expect(rig.raw(CLEAR, encodeClearFrame({ key: CONSTANTS.clearKey, faults: 0x10000 }))).toBe('accepted');
    rig.advance(1);
    expect((await rig.read()).faults).toEqual([]);
  });
});
