/** How long a cause may last before the board trips: neither a millisecond more, nor less. */
import { describe, expect, it } from 'vitest';
import { CONSTANTS, encodeArmFrame, ARM, ENVELOPE, type FaultName, LOAD } from '../../src/bus/protocol.gen.js';
import { envelopeCrc, envelopePayload } from '../../src/device/gs1-frames.js';
import { allOff, envelope, payloadOf, Rig, session } from './rig.js';

interface Timed {
  readonly fault: FaultName;
  readonly time_ms: number;
  /** So much sooner it may come: a code that was the same by chance just before counts, too. */
  readonly early_ms?: number;
  readonly cause: (rig: Rig) => void;
  readonly limits?: Partial<typeof envelope>;
}

/** By sample: the cause is seen in the millisecond that begins with it. */
const BY_SAMPLE: readonly Timed[] = [
  {
    fault: 'interlock',
    time_ms: CONSTANTS.interlockTime_ms,
    cause: (rig) => (rig.inputs = { interlockClosed: false }),
  },
  { fault: 'door', time_ms: CONSTANTS.doorTime_ms, cause: (rig) => (rig.inputs = { doorClosed: false }) },
  { fault: 'overVoltage', time_ms: CONSTANTS.overVoltageTime_ms, cause: (rig) => (rig.inputs = { voltage_V: 21 }) },
  { fault: 'relay', time_ms: CONSTANTS.relayTime_ms, cause: (rig) => (rig.inputs = { relayContactClosed: false }) },
  {
    fault: 'converterStuck',
    time_ms: CONSTANTS.converterStuckTime_ms,
    early_ms: 3,
    cause: (rig) => rig.firmware.holdConverter(true),
  },
  // Below 110 % of the range's full scale nothing but the rail sees it.
  {
    fault: 'overRange',
    time_ms: 1,
    cause: (rig) => (rig.inputs = { current_A: 0.265 }),
    limits: { current_A: 0.256 },
  },
  { fault: 'overCurrent', time_ms: 1, cause: (rig) => (rig.inputs = { current_A: 0.12 }) },
];

/** By block of 16 ms: whole blocks, judged a millisecond after their end. */
const BY_BLOCK: readonly Timed[] = [
  { fault: 'leak', time_ms: CONSTANTS.leakTime_ms, cause: (rig) => (rig.inputs = { returnCurrent_A: 0.06 }) },
  { fault: 'polarity', time_ms: CONSTANTS.polarityTime_ms, cause: (rig) => (rig.stage = (dac_A) => -dac_A) },
  { fault: 'shortCell', time_ms: CONSTANTS.shortCellTime_ms, cause: (rig) => (rig.resistance_ohm = 0.1) },
  {
    fault: 'openCell',
    time_ms: CONSTANTS.openCellTime_ms,
    cause: (rig) => (rig.resistance_ohm = 1e9),
    limits: { voltage_V: 30 },
  },
  { fault: 'notFollowing', time_ms: CONSTANTS.followTime_ms, cause: (rig) => (rig.stage = () => 0.07) },
];

/** At 80 mA with a heartbeat just taken, `phase_ms` after the beginning of a block or thereabouts. */
async function atPhase(phase_ms: number, limits: Partial<typeof envelope> = {}): Promise<Rig> {
  const rig = new Rig(5, { deadman_ms: CONSTANTS.deadmanMax_ms });
  await rig.running(0.08, limits);
  rig.advance(1 + phase_ms);
  await rig.read();
  await rig.drive(0.08);
  return rig;
}

async function fromCauseToOff({ cause, limits, fault }: Timed, phase_ms: number): Promise<number> {
  const rig = await atPhase(phase_ms, limits);
  cause(rig);
  const passed_ms = rig.advance(CONSTANTS.deadmanMax_ms - 1, () => allOff(rig));
  rig.advance(1);
  expect((await rig.read()).faults).toContain(fault);
  return passed_ms;
}

describe('a trip', () => {
  it.each(BY_SAMPLE)('by sample: $fault after $time_ms ms', async (timed) => {
    for (const phase_ms of [0, 3, 9]) {
      const passed_ms = await fromCauseToOff(timed, phase_ms);
      expect(passed_ms).toBeLessThanOrEqual(timed.time_ms);
      expect(passed_ms).toBeGreaterThanOrEqual(timed.time_ms - (timed.early_ms ?? 0));
    }
  });

  it.each(BY_BLOCK)('by block: $fault after $time_ms ms, a block earlier or later', async (timed) => {
    const found: number[] = [];
    for (let phase_ms = 0; phase_ms < CONSTANTS.blockTime_ms; phase_ms++)
      found.push(await fromCauseToOff(timed, phase_ms));
    // The block in which the cause begins may count as one of them, by how much of it has the cause.
    expect(Math.min(...found)).toBeGreaterThan(timed.time_ms - CONSTANTS.blockTime_ms);
    expect(Math.max(...found)).toBeLessThanOrEqual(timed.time_ms + CONSTANTS.blockTime_ms + 1);
  });

  it.each(BY_SAMPLE.filter(({ time_ms }) => time_ms > 1))(
    'is none of $fault a millisecond short of it',
    async (timed) => {
      const rig = await atPhase(5);
      timed.cause(rig);
      rig.advance(timed.time_ms - 1 - (timed.early_ms ?? 0));
      rig.inputs = {};
      rig.firmware.holdConverter(false);
      rig.advance(20);
      expect(await rig.read()).toMatchObject({ outputOn: true, faults: [] });
    },
  );

  it('of a current that stays comes so early that a relay of 20 ms is open when off has to be reached', async () => {
    const rig = await atPhase(0);
    rig.inputs = { current_A: 0.08, returnCurrent_A: 0.08 };
    await rig.board.off();
    expect(rig.advance(400, () => rig.firmware.openMasterRelay)).toBe(CONSTANTS.zeroTime_ms - 20);
  });
});

describe('times that are no trips', () => {
  it('the stage waits for the contact as long as the table says', async () => {
    const rig = new Rig();
    await rig.armed();
    await rig.cycles(1, 0.05);
    // The contact of this rig follows its coil after 5 ms; the tick that sees it closed is the first of the time.
    const closed_ms = rig.advance(100, () => rig.firmware.stageEnabled);
    expect(closed_ms).toBe(CONSTANTS.relaySettle_ms + 4);
  });

  it('a flip moves at 60 mA a millisecond, and for its time a reversed current is no fault', async () => {
    const rig = new Rig(5);
    await rig.running(0.09);
    await rig.board.waveform.load({ segments: [{ kind: 'flip', target_A: -0.09, duration_s: 0.5 }] });
    rig.advance(1);
    await rig.read();
    await rig.send(rig.board.driveWaveform());
    const seen_mA = Array.from({ length: 4 }, () => {
      rig.advance(1);
      return Math.round(rig.firmware.dacCurrent_A * 1000);
    });
    expect(seen_mA).toEqual([30, -30, -90, -90]);
  });

  it('a board that nobody configured has the dead-man and the slew of the table', async () => {
    const rig = new Rig();
    const { deadman_ms, slew_uA_s } = session(rig);
    expect([deadman_ms, slew_uA_s]).toEqual([CONSTANTS.deadmanDefault_ms, CONSTANTS.slewDefault_uA_s]);
    const payload = envelopePayload(envelope);
    expect(rig.raw(LOAD, payload)).toBe('accepted');
    payloadOf(rig, ENVELOPE);
    const arm = { key: CONSTANTS.armKey, runTag: envelope.runTag, envelopeCrc: envelopeCrc(payload) };
    expect(rig.raw(ARM, encodeArmFrame({ ...arm, nonce: session(rig).nonce }))).toBe('accepted');
    expect(rig.advance(1000, () => allOff(rig))).toBe(CONSTANTS.deadmanDefault_ms);
  });
});
