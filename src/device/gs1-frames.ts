/**
 * The GS-1's frames in the words of the lab: amperes, coulombs and names instead of counts and bits, and the answer to
 * its challenge. Pure; knows no bus. The driver beside it knows the order of things.
 */
import { crc16 } from '../bus/frame.js';
import {
  CONSTANTS,
  encodeLoadFrame,
  FAULTS,
  LOAD,
  RANGES,
  STATUS,
  type ChargeFrame,
  type FaultName,
  type TelemetryFrame,
} from '../bus/protocol.gen.js';
import type { Envelope, GalvanostatReading } from './ports.js';

const NANO = 1e-9;
const MICRO = 1e-6;
const MILLI = 1e-3;

/** Largest current of the board, A. */
export const FULL_SCALE_A = Math.max(...RANGES.map((range) => range.fullScale_nA)) * NANO;

/** Every fault there is, as a mask. */
export const ALL_FAULTS = FAULTS.reduce((mask, fault) => mask + 2 ** fault.bit, 0);

/** Answer to a challenge: the mix of deadman.c, with the multipliers of the table. */
export function heartbeat(nonce: number, challenge: number): number {
  let x = nonce ^ Math.imul(challenge, CONSTANTS.heartbeatMix1);
  x = Math.imul(x ^ (x >>> 16), CONSTANTS.heartbeatMix2);
  x = Math.imul(x ^ (x >>> 13), CONSTANTS.heartbeatMix3);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Code of the smallest range in which the over-current trip of this envelope can still be seen. */
export function rangeFor(current_A: number): number {
  const share = 1 + CONSTANTS.currentMargin_percent / 100;
  const fits = RANGES.find((range) => current_A * share <= range.fullScale_nA * NANO);
  return fits?.code ?? RANGES.length - 1;
}

/** The payload of a load frame, with its checksum. Throws RangeError for a limit that the board does not have. */
export function envelopePayload(envelope: Envelope): Uint8Array {
  const payload = encodeLoadFrame({
    runTag: envelope.runTag,
    current_nA: Math.round(envelope.current_A / NANO),
    voltage_uV: Math.round(envelope.voltage_V / MICRO),
    charge_nC: Math.round(envelope.charge_C / NANO),
    duration_ms: Math.round(envelope.duration_s / MILLI),
    temperatureMin_C: envelope.temperatureMin_C,
    temperatureMax_C: envelope.temperatureMax_C,
    envelopeCrc: 0,
  });
  new DataView(payload.buffer).setUint16(LOAD.payloadLength - 2, crc16(payload, 0xffff, 0, LOAD.payloadLength - 2));
  return payload;
}

/** The envelope's own checksum, its last two bytes. */
export function envelopeCrc(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint16(LOAD.payloadLength - 2);
}

/** The faults of these names as a mask. Throws RangeError for a name that is none. */
export function faultMask(names: readonly string[]): number {
  return names.reduce((mask, name) => {
    const fault = FAULTS.find((candidate) => candidate.name === name);
    if (fault === undefined) throw new RangeError(`"${name}" is no fault of this board`);
    return mask + 2 ** fault.bit;
  }, 0);
}

/** Names of latched faults, the one that came first in front. */
export function faultNames(mask: number, firstOut: number): FaultName[] {
  if (mask === 0) return [];
  const latched = FAULTS.filter((fault) => ((mask >>> fault.bit) & 1) === 1);
  return [
    ...latched.filter((fault) => fault.bit === firstOut),
    ...latched.filter((fault) => fault.bit !== firstOut),
  ].map((fault) => fault.name);
}

/** Both telemetry frames of one instant as a reading. */
export function readingOf(telemetry: TelemetryFrame, charge: ChargeFrame): GalvanostatReading {
  const is = (mask: number): boolean => (telemetry.status & mask) !== 0;
  return {
    boardTime_ms: telemetry.boardTime_ms,
    sampleCounter: telemetry.sampleCounter,
    current_A: telemetry.current_nA * NANO,
    returnCurrent_A: charge.returnCurrent_nA * NANO,
    voltage_V: telemetry.voltage_uV * MICRO,
    setpoint_A: telemetry.setpoint_nA * NANO,
    netCharge_C: charge.netCharge_nC * NANO,
    absoluteCharge_C: charge.absoluteCharge_nC * NANO,
    cellTemperature_C: telemetry.cellTemperature_C,
    boardTemperature_C: charge.boardTemperature_C,
    armed: is(STATUS.armed),
    outputOn: is(STATUS.outputOn),
    regulating: is(STATUS.regulating),
    compliance: is(STATUS.compliance),
    safeEnabled: is(STATUS.safeEnabled),
    interlockOk: is(STATUS.interlockOk) && is(STATUS.doorClosed),
    calibrationOk: is(STATUS.calibrationOk),
    faults: faultNames(telemetry.faults, telemetry.firstOut),
  };
}
