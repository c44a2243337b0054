import { describe, expect, it } from 'vitest';
import {
  CONFIGURE,
  CHECKS,
  CONSTANTS,
  decodeIdentityFrame,
  decodeSelfTestFrame,
  encodeConfigureFrame,
  encodeRunSelfTestFrame,
  IDENTITY,
  RUN_SELF_TEST,
  SELF_TEST,
  STATUS,
  type SelfTestFrame,
} from '../../src/bus/protocol.gen.js';
import type { ResetCause } from '../../src/twin/firmware.js';
import { allOff, envelope, payloadOf, Rig, session } from './rig.js';

const NONE = 0;
const RUNNING = 1;
const PASSED = 2;
const FAILED = 3;
const ALL = Object.values(CHECKS).reduce((sum, bit) => sum + bit, 0);

const begin = (rig: Rig, key: number = CONSTANTS.selfTestKey): string =>
  rig.raw(RUN_SELF_TEST, encodeRunSelfTestFrame({ key }));
const result = (rig: Rig): SelfTestFrame => decodeSelfTestFrame(payloadOf(rig, SELF_TEST));
const ok = (rig: Rig): boolean => (session(rig).status & STATUS.selfTestOk) !== 0;

/** Runs it to its end, never with the stage enabled or SAFE_EN on. */
function tested(rig: Rig): SelfTestFrame {
  expect(begin(rig)).toBe('accepted');
  rig.advance(400, () => {
    expect([rig.firmware.stageEnabled, rig.firmware.safeEnabled, rig.firmware.dacCurrent_A]).toEqual([false, false, 0]);
    return result(rig).state !== RUNNING;
  });
  return result(rig);
}

describe('the self-test', () => {
  it('of a good board passes in every range, and leaves it as it was', async () => {
    const rig = new Rig(3);
    expect([result(rig).state, ok(rig)]).toEqual([NONE, false]);
    for (const range of [0, 1, 2, 3]) {
      expect(rig.raw(CONFIGURE, encodeConfigureFrame({ range, deadman_ms: 150, slew_uA_s: 50_000 }))).toBe('accepted');
      const from_ms = rig.firmware.time_ms;
      const found = tested(rig);
      expect(found).toMatchObject({ state: PASSED, checked: ALL, failed: 0 });
      expect(rig.firmware.time_ms - from_ms).toBeLessThan(250);
      expect([found.closeTime_ms, found.openTime_ms].every((ms) => ms >= 4 && ms <= 7)).toBe(true);
      expect(found.dacError).toBeLessThan(5);
    }
    expect([ok(rig), allOff(rig), session(rig).status & STATUS.fault]).toEqual([true, true, 0]);
    await rig.running(0.05);
    expect(await rig.cycles(1, 0.05)).toMatchObject({ outputOn: true, faults: [] });
  });

  it.each<[keyof typeof CHECKS, (rig: Rig) => void]>([
    ['converterOffset', (rig) => (rig.inputs = { current_A: 1e-4 })], // 12.8 counts of 256 mA
    ['converterOffset', (rig) => (rig.inputs = { returnCurrent_A: -1e-4 })],
    ['dac', (rig) => rig.firmware.holdDac(true)],
    ['relayCloses', (rig) => (rig.inputs = { relayContactClosed: false })],
    ['comparator', (rig) => rig.firmware.killComparator(true)],
    ['eeprom', (rig) => (rig.firmware.eeprom[17] = 0x5a)],
    ['resetCause', (rig) => rig.firmware.reset('watchdog')],
    ['resetCause', (rig) => rig.firmware.reset('brownOut')],
  ])('finds %s', (check, breaks) => {
    const rig = new Rig(3);
    breaks(rig);
    rig.advance(2);
    expect(tested(rig)).toMatchObject({ state: FAILED, checked: ALL, failed: CHECKS[check] });
    expect([ok(rig), allOff(rig)]).toEqual([false, true]);
  });

  it('finds a welded relay, one that was closed before, and one that stays closed', () => {
    const welded = new Rig(3);
    welded.inputs = { relayContactClosed: true };
    expect(tested(welded).failed).toBe(CHECKS.relayOpens);
    const late = new Rig(3);
    late.inputs = { relayContactClosed: true };
    expect(begin(late)).toBe('accepted');
    late.advance(200, () => late.firmware.relayClosed);
    late.inputs = {};
    late.advance(200);
    expect(result(late)).toMatchObject({ state: FAILED, failed: CHECKS.relayOpens });
    const sticky = new Rig(3);
    expect(begin(sticky)).toBe('accepted');
    sticky.advance(200, () => sticky.firmware.relayClosed);
    sticky.advance(6);
    sticky.inputs = { relayContactClosed: true };
    sticky.advance(150);
    expect(result(sticky)).toMatchObject({ state: FAILED, failed: CHECKS.relayOpens });
    expect(session(sticky).status & STATUS.openMasterRelay).not.toBe(0);
  });

  it('finds a current through the closed relay', () => {
    const rig = new Rig(3);
    expect(begin(rig)).toBe('accepted');
    rig.advance(200, () => rig.firmware.relayClosed);
    rig.inputs = { current_A: 3e-4, returnCurrent_A: 3e-4 };
    rig.advance(12);
    rig.inputs = {};
    rig.advance(200);
    expect(result(rig)).toMatchObject({ state: FAILED, failed: CHECKS.relayCloses });
  });

  it('finds a comparator that always acts', () => {
    const rig = new Rig(3);
    expect(begin(rig)).toBe('accepted');
    rig.advance(200, () => (result(rig).checked & CHECKS.relayOpens) !== 0);
    rig.inputs = { current_A: Number.NaN, returnCurrent_A: 0 };
    rig.advance(30);
    rig.inputs = {};
    rig.advance(200);
    expect(result(rig).failed).toBe(CHECKS.comparator);
  });

  it('is not begun while armed, twice, or with a wrong key', async () => {
    const rig = new Rig(3);
    await rig.armed();
    expect(begin(rig)).toBe('alreadyArmed');
    await rig.board.disarm();
    expect(begin(rig, CONSTANTS.armKey)).toBe('badKey');
    expect(result(rig).state).toBe(NONE);
    expect(begin(rig)).toBe('accepted');
    expect(begin(rig)).toBe('busy');
    await expect(rig.board.load(envelope)).rejects.toThrow(/busy/);
    rig.advance(300);
    await rig.armed();
  });

  it('may run with a fault latched, and does not clear it', async () => {
    const rig = new Rig(3);
    await rig.running(0.05);
    rig.advance(200);
    expect(tested(rig).state).toBe(PASSED);
    expect((await rig.read()).faults).toEqual(['deadman']);
  });

  it('is broken off by off and by disarm, with everything off at once', async () => {
    for (const way of ['off', 'disarm'] as const) {
      const rig = new Rig(3);
      await rig.board.open();
      expect(begin(rig)).toBe('accepted');
      rig.advance(200, () => rig.firmware.relayClosed);
      await rig.board[way]();
      expect([allOff(rig), result(rig).state]).toEqual([true, NONE]);
      rig.advance(200);
      expect([allOff(rig), result(rig).state]).toEqual([true, NONE]);
    }
  });

  it('puts the threshold of the comparator back', async () => {
    for (const ms of [1000, 95]) {
      const rig = new Rig(5);
      await rig.board.open();
      expect(begin(rig)).toBe('accepted');
      rig.advance(ms); // at its end, and in the middle of it
      expect(result(rig).state).toBe(ms === 95 ? RUNNING : PASSED);
      await rig.board.off();
      rig.advance(10);
      await rig.running(0.05);
      rig.firmware.holdConverter(true);
      rig.inputs = { current_A: 0.112 };
      expect(rig.advance(100, () => allOff(rig))).toBeLessThanOrEqual(2);
    }
  });
});

describe('the cause of a reset', () => {
  it.each<[ResetCause, number]>([
    ['power', 0],
    ['watchdog', 1],
    ['brownOut', 2],
    ['external', 3],
  ])('%s is told with the identity', (cause, code) => {
    const rig = new Rig();
    rig.firmware.reset(cause);
    expect(decodeIdentityFrame(payloadOf(rig, IDENTITY)).resetCause).toBe(code);
  });
});
