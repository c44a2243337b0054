/**
 * What every GS-1 does, however its firmware runs: one suite body for all emulations and for a real board behind them.
 * Values and windows, not bytes: a board's transfers take time, its converters have noise, its filters a delay.
 */
import { describe, expect, it } from 'vitest';
import type { EmulatedBoard } from '../../firmware-bridge/rig/emulated-board.js';
import { seal } from '../../src/bus/frame.js';
import {
  ARM,
  CHARGE,
  CLEAR,
  CONFIGURE,
  CONSTANTS,
  decodeChargeFrame,
  decodeIdentityFrame,
  decodeOutcomeFrame,
  DEVICE,
  DISARM,
  DRIVE,
  encodeArmFrame,
  encodeClearFrame,
  encodeConfigureFrame,
  encodeDisarmFrame,
  encodeOffFrame,
  ENVELOPE,
  IDENTITY,
  LOAD,
  OFF,
  OUTCOME,
  PROTOCOL_HASH,
  TELEMETRY,
  type FaultName,
} from '../../src/bus/protocol.gen.js';
import { envelopeCrc, envelopePayload } from '../../src/device/gs1-frames.js';
import type { GalvanostatReading } from '../../src/device/ports.js';
import type { BoardInputs } from '../../src/twin/firmware.js';
import { allOff, BoardRig, envelope, payloadOf, session } from '../firmware-bridge/rig.js';

export interface ContractBoard {
  readonly name: string;
  readonly load: (options: { readonly seed: number }) => EmulatedBoard;
  /** Longest control cycle's worth of transfers, ms: what is seen between them is seen that much later. */
  readonly bus_ms: number;
  /** Delay of the slow channels, ms. */
  readonly filter_ms: number;
}

type Rig = BoardRig<EmulatedBoard>;

interface Trip {
  readonly fault: FaultName;
  readonly within_ms: number;
  /** Seen through the slow channels. */
  readonly slow?: true;
  readonly cause: (rig: Rig) => void;
}

const inputs = (change: Partial<BoardInputs>) => (rig: Rig) => {
  rig.inputs = change;
};

/** What the inputs of a board can provoke at 80 mA, and how soon everything has to be off. */
const TRIPS: readonly Trip[] = [
  { fault: 'interlock', within_ms: 6, cause: inputs({ interlockClosed: false }) },
  { fault: 'door', within_ms: 21, cause: inputs({ doorClosed: false }) },
  { fault: 'supply', within_ms: 17, slow: true, cause: inputs({ supply_V: 20.5 }) },
  { fault: 'supply', within_ms: 17, slow: true, cause: inputs({ supply_V: Number.NaN }) },
  { fault: 'overRange', within_ms: 2, cause: inputs({ current_A: Number.NaN }) },
  { fault: 'overCurrent', within_ms: 2, cause: inputs({ current_A: -0.107 }) },
  { fault: 'overVoltage', within_ms: 6, cause: inputs({ voltage_V: 20.1 }) },
  { fault: 'overVoltage', within_ms: 6, cause: inputs({ voltage_V: Number.NaN }) },
  { fault: 'cellTemperature', within_ms: 17, slow: true, cause: inputs({ cellTemperature_C: 30.5 }) },
  { fault: 'cellTemperature', within_ms: 17, slow: true, cause: inputs({ cellTemperature_C: Number.NaN }) },
  { fault: 'polarity', within_ms: 49, cause: (rig) => (rig.stage = (dac_A) => -dac_A) },
  { fault: 'shortCell', within_ms: 300, cause: (rig) => (rig.resistance_ohm = 0.1) },
  { fault: 'notFollowing', within_ms: 400, cause: (rig) => (rig.stage = () => 0.07) },
  { fault: 'leak', within_ms: 70, cause: inputs({ returnCurrent_A: 0.0785 }) },
  { fault: 'converterStuck', within_ms: 202, cause: (rig) => rig.firmware.holdConverter(true) },
  { fault: 'relay', within_ms: 101, cause: inputs({ relayContactClosed: false }) },
];

/** Fast enough that a run begins within a few cycles. */
const FAST = { slew_A_s: 2 } as const;
const CYCLE_MS = 25;

async function beat(rig: Rig, cycles: number, setpoint_A: number): Promise<void> {
  for (let i = 0; i < cycles; i++) {
    rig.advance(CYCLE_MS);
    await rig.read();
    await rig.drive(setpoint_A);
  }
}

/** Armed and at a current. */
async function running(rig: Rig, setpoint_A: number, limits: Partial<typeof envelope> = {}): Promise<void> {
  await rig.armed(limits);
  await beat(rig, 5, setpoint_A);
  expect(await look(rig)).toMatchObject({ armed: true, outputOn: true, faults: [] });
}

/** A reading of a new sample. */
async function look(rig: Rig): Promise<GalvanostatReading> {
  rig.advance(1);
  return rig.read();
}

/** Board time until everything is off, with beats all the while. */
async function untilOff(rig: Rig, limit_ms: number): Promise<number> {
  const from_ms = rig.firmware.time_ms;
  while (rig.firmware.time_ms - from_ms <= limit_ms && !allOff(rig)) {
    rig.advance(20, () => allOff(rig));
    if (allOff(rig)) break;
    await rig.read();
    await rig.drive(0.08);
  }
  return rig.firmware.time_ms - from_ms;
}

function frameErrors(rig: Rig): number {
  payloadOf(rig, TELEMETRY);
  return decodeChargeFrame(payloadOf(rig, CHARGE)).frameErrors;
}

export function gs1Contract({ name, load, bus_ms, filter_ms }: ContractBoard): void {
  const rigOf = (seed: number): Rig => new BoardRig(load({ seed }), FAST);

  describe(`GS-1 in ${name}: frames`, () => {
    it('says who it is', async () => {
      const rig = rigOf(1);
      const identity = decodeIdentityFrame(payloadOf(rig, IDENTITY));
      expect(identity).toMatchObject({ deviceId: DEVICE.id, protocolHash: PROTOCOL_HASH });
      expect(identity).toMatchObject({ serial: 1, bootCount: 1, resetCause: 0 });
      expect(identity.bootNonce).not.toBe(session(rig).nonce);
      expect(await look(rig)).toMatchObject({ armed: false, outputOn: false, safeEnabled: false, faults: [] });
    });

    it('acts on a frame once, and echoes the sequence of the last it accepted', async () => {
      const rig = rigOf(2);
      const payload = encodeConfigureFrame({ range: 2, deadman_ms: 120, slew_uA_s: 5000 });
      const frame = seal(DEVICE.address, CONFIGURE.command, 0x41, payload);
      expect(rig.firmware.write(frame)).toBe(true);
      expect(session(rig)).toMatchObject({ range: 2, deadman_ms: 120, slew_uA_s: 5000 });
      expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range: 3, deadman_ms: 150, slew_uA_s: 5000 }), 0x42)).toBe(
        'accepted',
      );
      expect(rig.firmware.read(IDENTITY.command, 1)[0]).toBe(0x42);
      expect(rig.raw(DISARM, encodeDisarmFrame({ key: 1 }), 0x43)).toBe('badKey');
      expect(rig.firmware.read(IDENTITY.command, 1)[0]).toBe(0x42);
      const off = encodeDisarmFrame({ key: CONSTANTS.disarmKey });
      const { nonce } = session(rig);
      expect(rig.raw(DISARM, off, 0x44)).toBe('accepted');
      const renewed = session(rig).nonce;
      expect(renewed).not.toBe(nonce);
      expect(rig.raw(DISARM, off, 0x44)).toBe('accepted'); // the same frame once more: taken for done
      expect(session(rig).nonce).toBe(renewed);
    });

    it('drops what is broken off, spoilt, too long or unknown, and counts it', async () => {
      const rig = rigOf(3);
      await rig.armed();
      const before = session(rig);
      const errors = frameErrors(rig);
      const frame = seal(DEVICE.address, DISARM.command, 0x51, encodeDisarmFrame({ key: CONSTANTS.disarmKey }));
      for (let length = 2; length < frame.length; length++) {
        expect(rig.firmware.write(frame.subarray(0, length))).toBe(true);
        rig.advance(1); // a board whose frame still waits for its main loop acknowledges no other
      }
      for (let bit = 0; bit < 8 * frame.length; bit += 7) {
        const spoilt = frame.slice();
        spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        rig.firmware.write(spoilt);
      }
      expect(rig.firmware.write(Uint8Array.of(...frame, 0))).toBe(false);
      expect(rig.firmware.write(new Uint8Array(40).fill(LOAD.command))).toBe(false);
      expect(rig.firmware.write(Uint8Array.of(0x77, 1, 2))).toBe(false);
      rig.firmware.write(new Uint8Array(9)); // clock pulses of a bus recovery
      expect(decodeOutcomeFrame(payloadOf(rig, OUTCOME)).lastSequence).not.toBe(0x51);
      expect(frameErrors(rig)).toBeGreaterThanOrEqual(errors + frame.length - 2);
      expect([...rig.firmware.read(0x77, 3)]).toEqual([255, 255, 255]);
      expect([...rig.firmware.read(OUTCOME.command, 9)].slice(6)).toEqual([255, 255, 255]);
      await look(rig);
      expect(await rig.drive(0)).toBeUndefined();
      expect(session(rig)).toMatchObject({ nonce: before.nonce, runTag: envelope.runTag });
    });
  });

  describe(`GS-1 in ${name}: arming`, () => {
    it('needs key, run, read-back, checksum and the present nonce', async () => {
      const rig = rigOf(4);
      const armFrame = (change: Partial<Parameters<typeof encodeArmFrame>[0]> = {}): Uint8Array =>
        encodeArmFrame({
          key: CONSTANTS.armKey,
          runTag: envelope.runTag,
          envelopeCrc: envelopeCrc(envelopePayload(envelope)),
          nonce: session(rig).nonce,
          ...change,
        });
      expect(rig.raw(ARM, armFrame())).toBe('envelopeNotRead');
      expect(rig.raw(LOAD, envelopePayload(envelope))).toBe('accepted');
      expect(rig.raw(ARM, armFrame())).toBe('envelopeNotRead');
      expect([...payloadOf(rig, ENVELOPE)]).toEqual([...envelopePayload(envelope)]);
      expect(rig.raw(ARM, armFrame({ key: 1 }))).toBe('badKey');
      expect(rig.raw(ARM, armFrame({ runTag: 8 }))).toBe('envelopeNotRead');
      expect(rig.raw(ARM, armFrame({ nonce: 1 }))).toBe('staleHeartbeat');
      const good = armFrame();
      expect(rig.raw(ARM, good)).toBe('accepted');
      expect([rig.firmware.safeEnabled, rig.firmware.relayClosed, rig.firmware.stageEnabled]).toEqual([
        true,
        false,
        false,
      ]);
      expect(rig.raw(ARM, armFrame())).toBe('alreadyArmed');
      await rig.board.disarm();
      expect(allOff(rig)).toBe(true);
      expect(rig.raw(ARM, good)).not.toBe('accepted');
    });

    it('is refused while something is not in order', async () => {
      const rig = rigOf(5);
      await rig.board.open();
      await rig.board.load(envelope);
      for (const change of [
        { interlockClosed: false },
        { doorClosed: false },
        { supply_V: 20 },
        { cellTemperature_C: 31 },
        { relayContactClosed: true },
        { current_A: 0.001 },
      ]) {
        rig.inputs = change;
        rig.advance(17 + filter_ms);
        await expect(rig.board.arm()).rejects.toThrow(/notReady/);
      }
      rig.inputs = {};
      rig.advance(17 + filter_ms);
      await rig.board.arm();
    });

    it('lets an envelope only be tightened, and belong to one run', async () => {
      const rig = rigOf(6);
      await rig.armed();
      const loaded = (change: Partial<typeof envelope>): string =>
        rig.raw(LOAD, envelopePayload({ ...envelope, ...change }));
      expect(loaded({ current_A: 0.11 })).toBe('looserEnvelope');
      expect(loaded({ temperatureMin_C: -11 })).toBe('looserEnvelope');
      expect(loaded({ runTag: 8 })).toBe('looserEnvelope');
      expect(loaded({ current_A: 0.09, charge_C: 1999 })).toBe('accepted');
      expect(loaded({})).toBe('looserEnvelope');
      await look(rig);
      expect(await rig.drive(0.095)).toMatch(/outsideEnvelope/);
      await look(rig);
      expect(await rig.drive(0.09)).toBeUndefined();
    });
  });

  describe(`GS-1 in ${name}: current`, () => {
    it('closes the relay first, regulates, reverses, and counts the charge', async () => {
      const rig = rigOf(7);
      await rig.armed();
      await beat(rig, 1, 0.05);
      expect([rig.firmware.relayClosed, rig.firmware.stageEnabled, rig.firmware.dacCurrent_A]).toEqual([
        true,
        false,
        0,
      ]);
      await beat(rig, 8, 0.05);
      const forward = await look(rig);
      expect(forward).toMatchObject({ outputOn: true, regulating: true, setpoint_A: 0.05, faults: [] });
      expect(Math.abs(forward.current_A / 0.05 - 1)).toBeLessThan(5e-4);
      expect(forward.voltage_V).toBeCloseTo(3, 1);
      await beat(rig, 8, -0.08);
      const back = await look(rig);
      expect(back.current_A).toBeCloseTo(-0.08, 4);
      // What the plant has done and the board not yet counted, or the reverse, is a transfer at the most.
      const skew_C = 0.1 * (bus_ms + 2) * 1e-3;
      expect(Math.abs(back.netCharge_C - rig.net_C)).toBeLessThan(skew_C);
      expect(Math.abs(back.absoluteCharge_C - rig.absolute_C)).toBeLessThan(skew_C);
      expect(back.absoluteCharge_C).toBeGreaterThan(0.02);
    });

    it('goes off with off, stays armed, and ends with disarm or a reset', async () => {
      const rig = rigOf(8);
      await running(rig, 0.05);
      await rig.board.off();
      expect([rig.firmware.stageEnabled, rig.firmware.relayClosed, rig.firmware.dacCurrent_A]).toEqual([
        false,
        false,
        0,
      ]);
      await beat(rig, 6, 0);
      expect(await look(rig)).toMatchObject({ armed: true, safeEnabled: true, outputOn: false, faults: [] });
      await beat(rig, 4, 0.05);
      expect(rig.firmware.stageEnabled).toBe(true);
      rig.firmware.reset();
      expect(allOff(rig)).toBe(true);
      rig.advance(30);
      expect(decodeIdentityFrame(payloadOf(rig, IDENTITY))).toMatchObject({ serial: 1, bootCount: 2, resetCause: 0 });
      expect(await rig.drive(0.05)).toMatch(/notArmed/);
      expect(allOff(rig)).toBe(true);
    });
  });

  describe(`GS-1 in ${name}: dead-man`, () => {
    it('turns everything off in its time, by the board, latches, and is cleared by ones', async () => {
      const rig = rigOf(9);
      for (let trial = 0; trial < 4; trial++) {
        await running(rig, 0.05);
        rig.advance(3 + 7 * trial);
        await look(rig);
        const before_ms = rig.firmware.time_ms;
        expect(await rig.drive(0.05)).toBeUndefined();
        const after_ms = rig.firmware.time_ms;
        rig.advance(1000, () => allOff(rig));
        expect(rig.firmware.time_ms - after_ms).toBeLessThanOrEqual(CONSTANTS.deadmanDefault_ms + 1);
        expect(rig.firmware.time_ms - before_ms).toBeGreaterThanOrEqual(CONSTANTS.deadmanDefault_ms - 1);
        rig.advance(20);
        expect((await look(rig)).faults).toEqual(['deadman']);
        expect(rig.raw(CLEAR, encodeClearFrame({ key: CONSTANTS.clearKey, faults: 0x1 }))).toBe('accepted');
        rig.advance(1);
        expect((await look(rig)).faults).toEqual(['deadman']);
        await rig.board.clear();
      }
    });

    it('takes neither a replay, nor an answer to nothing, nor a late one', async () => {
      const rig = rigOf(10);
      await running(rig, 0.05);
      rig.advance(20);
      await look(rig);
      const drive = rig.board.drive(0.05);
      expect(await rig.send(drive)).toEqual({ ok: true, value: null });
      const replay = drive.transfers[0]?.write?.slice(2, -2) ?? new Uint8Array();
      expect(rig.raw(DRIVE, replay)).toBe('staleHeartbeat');
      rig.advance(20);
      expect(await rig.drive(0.05)).toMatch(/staleHeartbeat/); // no telemetry was read
      await look(rig);
      expect(rig.raw(DRIVE, replay)).toBe('staleHeartbeat');
      const late = rig.board.drive(0.05);
      expect(rig.raw(OFF, encodeOffFrame({ key: CONSTANTS.offKey }))).toBe('accepted');
      await rig.batch(late.transfers);
      expect(rig.lastResult()).toBe('staleHeartbeat');
      expect(rig.firmware.relayClosed).toBe(false);
    });
  });

  describe(`GS-1 in ${name}: trips`, () => {
    it('come in time, take everything off, and stay until cleared', async () => {
      const rig = rigOf(11);
      for (const { fault, within_ms, slow, cause } of TRIPS) {
        await running(rig, 0.08);
        const { nonce } = session(rig);
        cause(rig);
        const limit_ms = within_ms + bus_ms + (slow === true ? filter_ms : 0);
        expect(await untilOff(rig, 2 * limit_ms), fault).toBeLessThanOrEqual(limit_ms);
        rig.advance(1);
        expect((await look(rig)).faults[0]).toBe(fault);
        expect(session(rig).nonce).not.toBe(nonce);
        rig.firmware.holdConverter(false);
        rig.inputs = {};
        rig.stage = (dac_A) => dac_A;
        rig.resistance_ohm = 60;
        rig.advance(17 + filter_ms);
        expect((await look(rig)).faults).toContain(fault);
        await rig.board.clear();
        rig.advance(2);
        expect(await look(rig), fault).toMatchObject({ armed: false, faults: [] });
        expect(allOff(rig)).toBe(true);
      }
    });

    it.each([
      ['chargeLimit', { charge_C: 0.02 }],
      ['durationLimit', { duration_s: 0.25 }],
    ] as const)('%s ends the run', async (fault, limits) => {
      const rig = rigOf(12);
      await rig.armed(limits);
      await untilOff(rig, 600);
      rig.advance(2);
      expect((await look(rig)).faults).toEqual([fault]);
      expect(rig.absolute_C).toBeLessThan(0.02 + 0.08 * (17 + bus_ms) * 1e-3);
      expect(rig.absolute_C).toBeGreaterThan(0.014);
    });

    it('ask for the master relay when the current does not go off', async () => {
      const rig = rigOf(13);
      await running(rig, 0.08);
      rig.inputs = { current_A: 0.08, returnCurrent_A: 0.08 };
      await rig.board.off();
      expect([rig.firmware.relayClosed, rig.firmware.openMasterRelay]).toEqual([false, false]);
      await beat(rig, 9, 0);
      expect(rig.firmware.openMasterRelay).toBe(true);
      rig.inputs = {};
      rig.advance(20);
      await rig.board.clear();
      expect(rig.firmware.openMasterRelay).toBe(false);
    });
  });
}
