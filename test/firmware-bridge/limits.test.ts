/** Where a limit lies: what is just inside it goes on, what is just outside trips. */
import { describe, expect, it } from 'vitest';
import {
  CHECKS,
  CONSTANTS,
  decodeSelfTestFrame,
  encodeRunSelfTestFrame,
  type FaultName,
  RANGES,
  RUN_SELF_TEST,
  SELF_TEST,
  STATUS,
} from '../../src/bus/protocol.gen.js';
import { allOff, envelope, payloadOf, Rig, session } from './rig.js';

interface Limit {
  readonly fault: FaultName;
  readonly setpoint_A: number;
  readonly inside: (rig: Rig) => void;
  readonly outside: (rig: Rig) => void;
  readonly limits?: Partial<typeof envelope>;
}

const inputs = (change: Rig['inputs']) => (rig: Rig) => {
  rig.inputs = change;
};
/** The stage delivers so much, whatever it is told. */
const delivers = (current_A: number) => (rig: Rig) => {
  rig.stage = () => current_A;
};
/** Both leads alike, at a voltage across the cell. */
const cell = (current_A: number, voltage_V: number) => inputs({ current_A, returnCurrent_A: current_A, voltage_V });

/** One count of the largest range is 7.8 µA, its noise one count, and the calibration is good to 220 ppm. */
const LIMITS: readonly Limit[] = [
  { fault: 'overCurrent', setpoint_A: 0.1, inside: delivers(0.1047), outside: delivers(0.1055) },
  { fault: 'overCurrent', setpoint_A: -0.1, inside: delivers(-0.1047), outside: delivers(-0.1055) },
  // Between the rail and 110 % of the range's full scale nothing but the rail sees it.
  {
    fault: 'overRange',
    setpoint_A: 0.25,
    inside: delivers(0.2548),
    outside: delivers(0.265),
    limits: { current_A: 0.256 },
  },
  {
    fault: 'overRange',
    setpoint_A: -0.25,
    inside: delivers(-0.2548),
    outside: delivers(-0.265),
    limits: { current_A: 0.256 },
  },
  { fault: 'overVoltage', setpoint_A: 0.08, inside: cell(0.08, 19.97), outside: cell(0.08, 20.03) },
  { fault: 'overVoltage', setpoint_A: 0.08, inside: cell(0.08, 19.97), outside: cell(0.08, -20.03) },
  { fault: 'supply', setpoint_A: 0.08, inside: inputs({ supply_V: 21.68 }), outside: inputs({ supply_V: 21.52 }) },
  {
    fault: 'cellTemperature',
    setpoint_A: 0.08,
    inside: inputs({ cellTemperature_C: 29.9 }),
    outside: inputs({ cellTemperature_C: 30.1 }),
  },
  {
    fault: 'cellTemperature',
    setpoint_A: 0.08,
    inside: inputs({ cellTemperature_C: -9.9 }),
    outside: inputs({ cellTemperature_C: -10.1 }),
  },
  // 0.2 mA and 1 %: 1.2 mA at 100 mA; and at 4 mA 0.24 mA, most of it the floor.
  {
    fault: 'leak',
    setpoint_A: 0.1,
    inside: inputs({ returnCurrent_A: 0.09885 }),
    outside: inputs({ returnCurrent_A: 0.09875 }),
  },
  {
    fault: 'leak',
    setpoint_A: 0.1,
    inside: inputs({ returnCurrent_A: 0.10115 }),
    outside: inputs({ returnCurrent_A: 0.10125 }),
  },
  {
    fault: 'leak',
    setpoint_A: 0.004,
    inside: inputs({ returnCurrent_A: 0.00378 }),
    outside: inputs({ returnCurrent_A: 0.00374 }),
    limits: { current_A: 0.02 },
  },
  { fault: 'shortCell', setpoint_A: 0.08, inside: cell(0.08, 0.205), outside: cell(0.08, 0.195) },
  { fault: 'shortCell', setpoint_A: -0.08, inside: cell(-0.08, -0.205), outside: cell(-0.08, -0.195) },
  {
    fault: 'shortCell',
    setpoint_A: 0.005,
    inside: cell(0.0049, 0.1),
    outside: cell(0.0051, 0.1),
    limits: { current_A: 0.02 },
  },
  // 5 % and a 1024th of the full scale: 4.25 mA at 80 mA.
  { fault: 'notFollowing', setpoint_A: 0.08, inside: delivers(0.0759), outside: delivers(0.0756) },
  { fault: 'notFollowing', setpoint_A: 0.08, inside: delivers(0.0841), outside: delivers(0.0844) },
  {
    fault: 'openCell',
    setpoint_A: 0.08,
    inside: cell(0.0405, 25.3),
    outside: cell(0.0395, 25.3),
    limits: { voltage_V: 30 },
  },
  {
    fault: 'openCell',
    setpoint_A: -0.08,
    inside: cell(-0.0405, -25.3),
    outside: cell(-0.0395, -25.3),
    limits: { voltage_V: 30 },
  },
  {
    fault: 'stuckOutput',
    setpoint_A: 0,
    inside: cell(0.000195, 0.1),
    outside: cell(0.000215, 0.1),
    limits: { current_A: 0.02 },
  },
];

async function goesOn(rig: Rig, setpoint_A: number): Promise<readonly string[]> {
  for (let i = 0; i < 30 && !allOff(rig); i++) {
    rig.advance(20, () => allOff(rig));
    await rig.read();
    await rig.drive(setpoint_A);
  }
  rig.advance(1);
  return (await rig.read()).faults;
}

describe('a limit', () => {
  it.each(LIMITS)('of $fault at $setpoint_A A', async ({ fault, setpoint_A, inside, outside, limits = {} }) => {
    const rig = new Rig(5);
    await rig.armed(limits);
    await rig.cycles(8 + Math.ceil(Math.abs(setpoint_A) * 400), setpoint_A);
    inside(rig);
    expect(await goesOn(rig, setpoint_A)).toEqual([]);
    expect(rig.firmware.safeEnabled).toBe(true);
    outside(rig);
    const found = await goesOn(rig, setpoint_A);
    expect([found[0], allOff(rig)]).toEqual([fault, true]);
  });

  it.each([1, -1])('of the voltage is near at 95 %% of what the shunt leaves, sign %i', async (sign) => {
    // 80 mA drop 0.32 V in the shunt of the largest range: 95 % of 25.18 V are 23.92 V.
    const rig = new Rig(5);
    await rig.running(sign * 0.08, { voltage_V: 30 });
    cell(sign * 0.08, sign * 23.85)(rig);
    expect(await rig.cycles(2, sign * 0.08)).toMatchObject({ compliance: false, faults: [] });
    cell(sign * 0.08, sign * 23.99)(rig);
    expect(await rig.cycles(2, sign * 0.08)).toMatchObject({ compliance: true, faults: [] });
  });

  it('of the voltage explains a current that is missing: no other fault comes of it', async () => {
    const rig = new Rig(5);
    await rig.running(0.08, { voltage_V: 30 });
    cell(0.06, 25.3)(rig);
    expect(await goesOn(rig, 0.08)).toEqual([]);
  });
});

/** Runs the self-test while `during` moves what the board sees, millisecond by millisecond. */
function tested(rig: Rig, during: (rig: Rig, ms: number) => void) {
  expect(rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: CONSTANTS.selfTestKey }))).toBe('accepted');
  for (let ms = 0; ms < 400; ms++) {
    during(rig, ms);
    rig.advance(1);
  }
  return decodeSelfTestFrame(payloadOf(rig, SELF_TEST));
}

describe('a limit of the self-test', () => {
  const COUNT_A = RANGES[3].fullScale_nA / 32_768 / 1e9;
  /** What the converters of this board read at nothing, counts: no correction reaches the self-test. */
  const rest = (rig: Rig): number => tested(rig, () => undefined).currentOffset / 64;

  it.each([
    [CONSTANTS.testOffset - 0.7, 0],
    [CONSTANTS.testOffset + 0.7, CHECKS.converterOffset],
    [-CONSTANTS.testOffset + 0.7, 0],
    [-CONSTANTS.testOffset - 0.7, CHECKS.converterOffset],
  ])('of the converters at %d counts', (counts, failed) => {
    const rig = new Rig(3);
    const current_A = (counts - rest(rig)) * COUNT_A;
    expect(tested(rig, () => (rig.inputs = { current_A, returnCurrent_A: 0 })).failed).toBe(failed);
  });

  it.each([
    [CONSTANTS.testQuiet - 6, 0],
    [CONSTANTS.testQuiet + 6, CHECKS.relayCloses],
  ])('of the current through the closed relay at %d counts', (counts, failed) => {
    const rig = new Rig(3);
    const current_A = (counts - rest(rig)) * COUNT_A;
    const connected = (): void => {
      rig.inputs = rig.firmware.relayClosed ? { current_A, returnCurrent_A: current_A } : {};
    };
    expect(tested(rig, connected).failed).toBe(failed);
  });

  it.each([
    [CONSTANTS.testRelayTime_ms - 3, 0],
    [CONSTANTS.testRelayTime_ms + 3, CHECKS.relayCloses],
  ])('of the relay, whose contact comes after %i ms', (late_ms, failed) => {
    const rig = new Rig(3);
    let coil_ms = 0;
    const found = tested(rig, () => {
      coil_ms = rig.firmware.relayClosed ? coil_ms + 1 : 0;
      rig.inputs = { relayContactClosed: coil_ms > late_ms };
    });
    expect(found.failed & CHECKS.relayCloses).toBe(failed);
  });

  it.each([
    [CONSTANTS.testRelayTime_ms - 3, 0],
    [CONSTANTS.testRelayTime_ms + 4, CHECKS.relayOpens],
  ])('of the relay, whose contact goes after %i ms', (late_ms, failed) => {
    const rig = new Rig(3);
    let open_ms = Infinity;
    const found = tested(rig, () => {
      open_ms = rig.firmware.relayClosed ? 0 : open_ms + 1;
      rig.inputs = { relayContactClosed: open_ms <= late_ms };
    });
    expect(found.failed & CHECKS.relayOpens).toBe(failed);
  });

  it('and what it finds ends what was about to begin: a damaged record voids the envelope', async () => {
    const rig = new Rig(3);
    await rig.board.open();
    await rig.board.load(envelope);
    const { nonce, status } = session(rig);
    expect(status & STATUS.envelopeLoaded).not.toBe(0);
    rig.firmware.eeprom[17] = 0x5a;
    expect(tested(rig, () => undefined).failed).toBe(CHECKS.eeprom);
    expect(session(rig).status & STATUS.envelopeLoaded).toBe(0);
    expect(session(rig).nonce).not.toBe(nonce);
    expect((await rig.read()).faults).toEqual(['calibration']);
  });
});
