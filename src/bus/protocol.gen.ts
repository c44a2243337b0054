// Generated from protocol.yaml by generate.ts. Do not edit: change the table and run `npm run generate`.

/** Hash of everything in the table that the wire depends on; the board must report the same. */
export const PROTOCOL_HASH = 0x954118f7;

export const DEVICE = {
  name: 'GS-1',
  id: 0x4753,
  address: 0x2c,
} as const;

/** Current ranges, ascending; one count is the full scale over 32768. */
export const RANGES = [
  {
    code: 0,
    name: '256 uA',
    fullScale_nA: 256000,
  },
  {
    code: 1,
    name: '2.56 mA',
    fullScale_nA: 2560000,
  },
  {
    code: 2,
    name: '25.6 mA',
    fullScale_nA: 25600000,
  },
  {
    code: 3,
    name: '256 mA',
    fullScale_nA: 256000000,
  },
] as const;

export const STATUS = {
  /** Envelope in force and dead-man running. */
  armed: 0x1,
  /** Power stage enabled and connected to the cell. */
  outputOn: 0x2,
  /** Contact of the output relay as read back. */
  relayClosed: 0x4,
  /** Measured current within 0.1 % of the set point. */
  regulating: 0x8,
  /** Cell voltage above 95 % of what the stage can give. */
  compliance: 0x10,
  /** Output still on its way to the set point. */
  slewing: 0x20,
  /** An envelope waits for arming or is in force. */
  envelopeLoaded: 0x40,
  /** Emergency-stop chain closed. */
  interlockOk: 0x80,
  /** Door switch closed. */
  doorClosed: 0x100,
  /** SAFE_EN driven; cooler and pump may run. */
  safeEnabled: 0x200,
  /** The board asks for the master relay to open. */
  openMasterRelay: 0x400,
  /** At least one fault is latched. */
  fault: 0x800,
} as const;

export const DRIVE_FLAGS = {
  /** Relay closed and stage enabled; without it the set point must be zero. */
  outputEnable: 0x1,
} as const;

/** Latched faults by bit. `advice` is for the operator. */
export const FAULTS = [
  {
    bit: 0,
    name: 'interlock',
    description: 'Emergency-stop chain open',
    advice: 'Release the emergency stop, check the chain, then clear.',
  },
  {
    bit: 1,
    name: 'door',
    description: 'Door open while armed',
    advice: 'Close the door, then clear and start again from the counted charge.',
  },
  {
    bit: 2,
    name: 'supply',
    description: '24 V supply below 21.6 V',
    advice: 'Check the 24 V supply and its load, then clear.',
  },
  {
    bit: 3,
    name: 'overRange',
    description: 'Current converter at its rail',
    advice: 'Look for a short or a wrong range; run the self-test before going on.',
  },
  {
    bit: 4,
    name: 'overCurrent',
    description: 'Current above 105 % of the envelope',
    advice: 'The power stage did not obey its set point; run the self-test before going on.',
  },
  {
    bit: 5,
    name: 'overVoltage',
    description: 'Cell voltage above the envelope',
    advice: 'Check contacts, electrolyte and electrode fouling; the cell needs more voltage than allowed.',
  },
  {
    bit: 6,
    name: 'chargeLimit',
    description: 'Absolute charge reached the envelope',
    advice: 'The host did not stop in time; compare its ledger with the board before going on.',
  },
  {
    bit: 7,
    name: 'durationLimit',
    description: 'Output on for longer than the envelope',
    advice: 'The host did not stop in time; compare its ledger with the board before going on.',
  },
  {
    bit: 8,
    name: 'cellTemperature',
    description: 'Cell temperature T1 outside the envelope, or its sensor open or shorted',
    advice: 'Check cooling and the T1 sensor; let the cell return into its band, then clear.',
  },
  {
    bit: 9,
    name: 'polarity',
    description: 'Current flows against its set point',
    advice: 'Check the wiring of the power stage; do not go on before the sign is right.',
  },
  {
    bit: 10,
    name: 'shortCell',
    description: 'Less than 0.2 V across the cell at more than 5 mA',
    advice: 'Look for touching electrodes or leads.',
  },
  {
    bit: 11,
    name: 'openCell',
    description: 'Voltage at its limit and less than half of the current set',
    advice: 'Look for a lead that came off, a dry cell or a dead electrode.',
  },
  {
    bit: 12,
    name: 'notFollowing',
    description: 'Current off its set point by more than 5 % for 200 ms without reaching the voltage limit',
    advice: 'DAC or power stage stuck; run the self-test before going on.',
  },
  {
    bit: 13,
    name: 'leak',
    description: 'Current in the two leads of the cell differs',
    advice: 'Look for a wet lead or a path from the solution to earth.',
  },
  {
    bit: 14,
    name: 'converterStuck',
    description: 'Current converter repeats one code',
    advice: 'Power-cycle the board; replace it if this comes back.',
  },
  {
    bit: 15,
    name: 'relay',
    description: 'Output relay contact does not follow its command',
    advice: 'Check relay and coil supply; a welded relay must be replaced.',
  },
  {
    bit: 16,
    name: 'stuckOutput',
    description: 'More than 0.2 mA although the output is commanded to zero',
    advice: 'Master relay opened; the power stage is defective. Do not use the board.',
  },
  {
    bit: 17,
    name: 'deadman',
    description: 'The host fell silent or gave no valid heartbeat in time',
    advice: 'See why the host stopped; clear, then start again from the counted charge.',
  },
] as const;
export type FaultName = (typeof FAULTS)[number]['name'];

/** What became of a write. */
export const RESULTS = [
  {
    code: 0,
    name: 'none',
    description: 'no write since boot',
  },
  {
    code: 1,
    name: 'accepted',
    description: 'done',
  },
  {
    code: 2,
    name: 'badKey',
    description: 'wrong key',
  },
  {
    code: 3,
    name: 'badValue',
    description: 'a value outside its range',
  },
  {
    code: 4,
    name: 'notArmed',
    description: 'the board is not armed',
  },
  {
    code: 5,
    name: 'alreadyArmed',
    description: 'the board is armed already',
  },
  {
    code: 6,
    name: 'faultLatched',
    description: 'a fault is latched',
  },
  {
    code: 7,
    name: 'staleHeartbeat',
    description: 'the heartbeat does not answer an open challenge of this session',
  },
  {
    code: 8,
    name: 'outsideEnvelope',
    description: 'set point outside the armed envelope',
  },
  {
    code: 9,
    name: 'outsideRange',
    description: 'set point or envelope outside the current range',
  },
  {
    code: 10,
    name: 'outputOn',
    description: 'not while the output is on',
  },
  {
    code: 11,
    name: 'looserEnvelope',
    description: 'an armed envelope can only be tightened',
  },
  {
    code: 12,
    name: 'badEnvelope',
    description: 'envelope fails its own checksum or contradicts itself',
  },
  {
    code: 13,
    name: 'envelopeNotRead',
    description: 'no envelope loaded and read back since the last run',
  },
  {
    code: 14,
    name: 'notReady',
    description: 'interlock, door, supply, cell temperature or relay not in order',
  },
  {
    code: 15,
    name: 'causePresent',
    description: 'the cause of a fault has not gone',
  },
] as const;
export type ResultName = (typeof RESULTS)[number]['name'];

export const CONSTANTS = {
  /** Key of an arm frame. */
  armKey: 42330,
  /** Key of an off frame. */
  offKey: 4080,
  /** Key of a disarm frame. */
  disarmKey: 53594,
  /** Key of a clear frame. */
  clearKey: 49642,
  /** First-out when nothing is latched. */
  noFault: 255,
  /** Odd multiplier of the challenge. */
  heartbeatMix1: 2654435761,
  /** First odd multiplier of the mix. */
  heartbeatMix2: 2246822507,
  /** Second odd multiplier of the mix. */
  heartbeatMix3: 3266489909,
  /** Shortest dead-man time-out. */
  deadmanMin_ms: 50,
  /** Dead-man time-out after boot. */
  deadmanDefault_ms: 150,
  /** Longest dead-man time-out. */
  deadmanMax_ms: 250,
  /** Slew of set points after boot. */
  slewDefault_uA_s: 50000,
  /** Fastest slew. */
  slewMax_uA_s: 10000000,
  /** Mean that telemetry shows and slow checks look at. */
  blockTime_ms: 16,
  /** Contact closed before the stage is enabled. */
  relaySettle_ms: 20,
  /** Longest disagreement of relay and contact. */
  relayTime_ms: 100,
  /** Over-current trip above the envelope. */
  currentMargin_percent: 5,
  /** Time above the voltage limit before a trip. */
  overVoltageTime_ms: 5,
  /** Contact bounce of the chain that is forgiven. */
  interlockTime_ms: 5,
  /** Contact bounce of the door that is forgiven. */
  doorTime_ms: 20,
  /** Lowest supply. */
  supplyMin_mV: 21600,
  /** Largest current that counts as off. */
  zeroCurrent_uA: 200,
  /** Time to reach it after the command. */
  zeroTime_ms: 200,
  /** Difference of the leads allowed at rest. */
  leakFloor_uA: 200,
  /** Difference of the leads allowed in proportion. */
  leakShare_percent: 1,
  /** Time of a leak before a trip. */
  leakTime_ms: 48,
  /** Time of one and the same code before a trip. */
  converterStuckTime_ms: 200,
  /** Stage voltage before the shunt drop. */
  complianceVoltage_mV: 25500,
  /** Share of it that sets the compliance bit. */
  complianceShare_percent: 95,
  /** Time of an open cell before a trip. */
  openCellTime_ms: 96,
  /** Voltage below which a cell counts as shorted. */
  shortCellVoltage_mV: 200,
  /** Current above which that is looked at. */
  shortCellCurrent_uA: 5000,
  /** Time of a short before a trip. */
  shortCellTime_ms: 96,
  /** Deviation from the set point that is allowed. */
  followShare_percent: 5,
  /** Time of a larger deviation before a trip. */
  followTime_ms: 192,
  /** Time of a reversed current before a trip. */
  polarityTime_ms: 32,
} as const;

export interface FrameShape {
  readonly name: string;
  readonly command: number;
  readonly access: 'read' | 'write';
  readonly payloadLength: number;
}

/** The count that stands for `value`. Throws RangeError for what the wire cannot carry, NaN included. */
function count(field: string, value: number, scale: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) throw new RangeError(`${field}: ${value} is outside ${min} to ${max}`);
  return Math.round(value / scale);
}

function viewOf(payload: Uint8Array, length: number): DataView {
  if (payload.length !== length) throw new RangeError(`payload of ${payload.length} bytes, not ${length}`);
  return new DataView(payload.buffer, payload.byteOffset, length);
}

/** 64-bit values as doubles: exact up to 2^53 counts, 9,007,199 C in nC. */
function putInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 0x1_0000_0000));
  view.setUint32(at + 4, value >>> 0);
}

function getInt64(view: DataView, at: number): number {
  return view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
}

/** Who the board is. Read before anything else. */
export interface IdentityFrame {
  /** Always 0x4753, GS. */
  readonly deviceId: number;
  /** Hardware version. */
  readonly hardware: number;
  /** Firmware version. */
  readonly firmwareMajor: number;
  /** Firmware version. */
  readonly firmwareMinor: number;
  /** Firmware version. */
  readonly firmwarePatch: number;
  /** Hash of this table. */
  readonly protocolHash: number;
  /** Serial number. */
  readonly serial: number;
  /** Boots since manufacture. */
  readonly bootCount: number;
  /** New at every boot. */
  readonly bootNonce: number;
  /** 0 power, 1 watchdog, 2 brown-out, 3 external. */
  readonly resetCause: number;
}
export const IDENTITY = {
  name: 'identity',
  command: 0x00,
  access: 'read',
  payloadLength: 23,
} as const;
export function encodeIdentityFrame(frame: IdentityFrame): Uint8Array {
  const payload = new Uint8Array(23);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('identity.deviceId', frame.deviceId, 1, 0, 65535));
  view.setUint8(2, count('identity.hardware', frame.hardware, 1, 0, 255));
  view.setUint8(3, count('identity.firmwareMajor', frame.firmwareMajor, 1, 0, 255));
  view.setUint8(4, count('identity.firmwareMinor', frame.firmwareMinor, 1, 0, 255));
  view.setUint8(5, count('identity.firmwarePatch', frame.firmwarePatch, 1, 0, 255));
  view.setUint32(6, count('identity.protocolHash', frame.protocolHash, 1, 0, 4294967295));
  view.setUint32(10, count('identity.serial', frame.serial, 1, 0, 4294967295));
  view.setUint32(14, count('identity.bootCount', frame.bootCount, 1, 0, 4294967295));
  view.setUint32(18, count('identity.bootNonce', frame.bootNonce, 1, 0, 4294967295));
  view.setUint8(22, count('identity.resetCause', frame.resetCause, 1, 0, 255));
  return payload;
}
export function decodeIdentityFrame(payload: Uint8Array): IdentityFrame {
  const view = viewOf(payload, 23);
  return {
    deviceId: view.getUint16(0),
    hardware: view.getUint8(2),
    firmwareMajor: view.getUint8(3),
    firmwareMinor: view.getUint8(4),
    firmwarePatch: view.getUint8(5),
    protocolHash: view.getUint32(6),
    serial: view.getUint32(10),
    bootCount: view.getUint32(14),
    bootNonce: view.getUint32(18),
    resetCause: view.getUint8(22),
  };
}

/** State and measurement. Reading it latches the charge frame and poses the challenge of the next heartbeat. */
export interface TelemetryFrame {
  /** State; bits of status. */
  readonly status: number;
  /** Latched faults; bits of faults. */
  readonly faults: number;
  /** Bit of the fault that came first; 255 when none. */
  readonly firstOut: number;
  /** Time since boot. */
  readonly boardTime_ms: number;
  /** Conversions since boot; the challenge. */
  readonly sampleCounter: number;
  /** Cell current, mean of a block. */
  readonly current_nA: number;
  /** CE minus WE, mean of a block. */
  readonly voltage_uV: number;
  /** Committed set point. */
  readonly setpoint_nA: number;
  /** Cell temperature T1; one count is 0.0078125 degC. */
  readonly cellTemperature_C: number;
}
export const TELEMETRY = {
  name: 'telemetry',
  command: 0x01,
  access: 'read',
  payloadLength: 29,
} as const;
export function encodeTelemetryFrame(frame: TelemetryFrame): Uint8Array {
  const payload = new Uint8Array(29);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('telemetry.status', frame.status, 1, 0, 65535));
  view.setUint32(2, count('telemetry.faults', frame.faults, 1, 0, 4294967295));
  view.setUint8(6, count('telemetry.firstOut', frame.firstOut, 1, 0, 255));
  view.setUint32(7, count('telemetry.boardTime_ms', frame.boardTime_ms, 1, 0, 4294967295));
  view.setUint32(11, count('telemetry.sampleCounter', frame.sampleCounter, 1, 0, 4294967295));
  view.setInt32(15, count('telemetry.current_nA', frame.current_nA, 1, -2147483648, 2147483647));
  view.setInt32(19, count('telemetry.voltage_uV', frame.voltage_uV, 1, -2147483648, 2147483647));
  view.setInt32(23, count('telemetry.setpoint_nA', frame.setpoint_nA, 1, -2147483648, 2147483647));
  view.setInt16(27, count('telemetry.cellTemperature_C', frame.cellTemperature_C, 0.0078125, -256, 255.9921875));
  return payload;
}
export function decodeTelemetryFrame(payload: Uint8Array): TelemetryFrame {
  const view = viewOf(payload, 29);
  return {
    status: view.getUint16(0),
    faults: view.getUint32(2),
    firstOut: view.getUint8(6),
    boardTime_ms: view.getUint32(7),
    sampleCounter: view.getUint32(11),
    current_nA: view.getInt32(15),
    voltage_uV: view.getInt32(19),
    setpoint_nA: view.getInt32(23),
    cellTemperature_C: view.getInt16(27) * 0.0078125,
  };
}

/** Charge and slow channels of the instant at which telemetry was last read. */
export interface ChargeFrame {
  /** Low half of that sampleCounter. */
  readonly sampleTag: number;
  /** Charge since the envelope was loaded. */
  readonly netCharge_nC: number;
  /** The same, of either sign counted up. */
  readonly absoluteCharge_nC: number;
  /** Current in the return lead, mean of a block. */
  readonly returnCurrent_nA: number;
  /** Shunt and reference; one count is 0.0078125 degC. */
  readonly boardTemperature_C: number;
  /** Supply rail. */
  readonly supply_mV: number;
  /** Range code. */
  readonly range: number;
  /** Writes dropped for length or CRC, saturating. */
  readonly frameErrors: number;
}
export const CHARGE = {
  name: 'charge',
  command: 0x02,
  access: 'read',
  payloadLength: 29,
} as const;
export function encodeChargeFrame(frame: ChargeFrame): Uint8Array {
  const payload = new Uint8Array(29);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('charge.sampleTag', frame.sampleTag, 1, 0, 65535));
  putInt64(view, 2, count('charge.netCharge_nC', frame.netCharge_nC, 1, -9007199254740991, 9007199254740991));
  putInt64(
    view,
    10,
    count('charge.absoluteCharge_nC', frame.absoluteCharge_nC, 1, -9007199254740991, 9007199254740991),
  );
  view.setInt32(18, count('charge.returnCurrent_nA', frame.returnCurrent_nA, 1, -2147483648, 2147483647));
  view.setInt16(22, count('charge.boardTemperature_C', frame.boardTemperature_C, 0.0078125, -256, 255.9921875));
  view.setUint16(24, count('charge.supply_mV', frame.supply_mV, 1, 0, 65535));
  view.setUint8(26, count('charge.range', frame.range, 1, 0, 3));
  view.setUint16(27, count('charge.frameErrors', frame.frameErrors, 1, 0, 65535));
  return payload;
}
export function decodeChargeFrame(payload: Uint8Array): ChargeFrame {
  const view = viewOf(payload, 29);
  return {
    sampleTag: view.getUint16(0),
    netCharge_nC: getInt64(view, 2),
    absoluteCharge_nC: getInt64(view, 10),
    returnCurrent_nA: view.getInt32(18),
    boardTemperature_C: view.getInt16(22) * 0.0078125,
    supply_mV: view.getUint16(24),
    range: view.getUint8(26),
    frameErrors: view.getUint16(27),
  };
}

/** What became of the last complete write. */
export interface OutcomeFrame {
  /** Its sequence. */
  readonly lastSequence: number;
  /** Its command. */
  readonly lastCommand: number;
  /** Its result code. */
  readonly result: number;
}
export const OUTCOME = {
  name: 'outcome',
  command: 0x03,
  access: 'read',
  payloadLength: 3,
} as const;
export function encodeOutcomeFrame(frame: OutcomeFrame): Uint8Array {
  const payload = new Uint8Array(3);
  const view = new DataView(payload.buffer);
  view.setUint8(0, count('outcome.lastSequence', frame.lastSequence, 1, 0, 255));
  view.setUint8(1, count('outcome.lastCommand', frame.lastCommand, 1, 0, 255));
  view.setUint8(2, count('outcome.result', frame.result, 1, 0, 255));
  return payload;
}
export function decodeOutcomeFrame(payload: Uint8Array): OutcomeFrame {
  const view = viewOf(payload, 3);
  return {
    lastSequence: view.getUint8(0),
    lastCommand: view.getUint8(1),
    result: view.getUint8(2),
  };
}

/** Settings in force and the nonce that heartbeats and arming are made from. */
export interface SessionFrame {
  /** New at boot, at every arm and at every trip. */
  readonly nonce: number;
  /** State; bits of status. */
  readonly status: number;
  /** Run of the envelope; 0 when none is loaded. */
  readonly runTag: number;
  /** Checksum of the envelope. */
  readonly envelopeCrc: number;
  /** Range code. */
  readonly range: number;
  /** Dead-man time-out. */
  readonly deadman_ms: number;
  /** Slew of set points. */
  readonly slew_uA_s: number;
  /** Time with the output on since the envelope was loaded. */
  readonly outputTime_ms: number;
}
export const SESSION = {
  name: 'session',
  command: 0x04,
  access: 'read',
  payloadLength: 21,
} as const;
export function encodeSessionFrame(frame: SessionFrame): Uint8Array {
  const payload = new Uint8Array(21);
  const view = new DataView(payload.buffer);
  view.setUint32(0, count('session.nonce', frame.nonce, 1, 0, 4294967295));
  view.setUint16(4, count('session.status', frame.status, 1, 0, 65535));
  view.setUint16(6, count('session.runTag', frame.runTag, 1, 0, 65535));
  view.setUint16(8, count('session.envelopeCrc', frame.envelopeCrc, 1, 0, 65535));
  view.setUint8(10, count('session.range', frame.range, 1, 0, 3));
  view.setUint16(11, count('session.deadman_ms', frame.deadman_ms, 1, 0, 65535));
  view.setUint32(13, count('session.slew_uA_s', frame.slew_uA_s, 1, 0, 4294967295));
  view.setUint32(17, count('session.outputTime_ms', frame.outputTime_ms, 1, 0, 4294967295));
  return payload;
}
export function decodeSessionFrame(payload: Uint8Array): SessionFrame {
  const view = viewOf(payload, 21);
  return {
    nonce: view.getUint32(0),
    status: view.getUint16(4),
    runTag: view.getUint16(6),
    envelopeCrc: view.getUint16(8),
    range: view.getUint8(10),
    deadman_ms: view.getUint16(11),
    slew_uA_s: view.getUint32(13),
    outputTime_ms: view.getUint32(17),
  };
}

/** The envelope as stored. Must be read before arming. */
export interface EnvelopeFrame {
  /** Run. */
  readonly runTag: number;
  /** Largest current, either sign. */
  readonly current_nA: number;
  /** Largest cell voltage, either sign. */
  readonly voltage_uV: number;
  /** Largest absolute charge. */
  readonly charge_nC: number;
  /** Longest time with the output on. */
  readonly duration_ms: number;
  /** Lowest T1; one count is 0.0078125 degC. */
  readonly temperatureMin_C: number;
  /** Highest T1; one count is 0.0078125 degC. */
  readonly temperatureMax_C: number;
  /** CRC-16 of the 26 bytes before it. */
  readonly envelopeCrc: number;
}
export const ENVELOPE = {
  name: 'envelope',
  command: 0x05,
  access: 'read',
  payloadLength: 28,
} as const;
export function encodeEnvelopeFrame(frame: EnvelopeFrame): Uint8Array {
  const payload = new Uint8Array(28);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('envelope.runTag', frame.runTag, 1, 1, 65535));
  view.setUint32(2, count('envelope.current_nA', frame.current_nA, 1, 1, 256000000));
  view.setUint32(6, count('envelope.voltage_uV', frame.voltage_uV, 1, 1, 30000000));
  putInt64(view, 10, count('envelope.charge_nC', frame.charge_nC, 1, 1, 9007199254740991));
  view.setUint32(18, count('envelope.duration_ms', frame.duration_ms, 1, 1, 4294967295));
  view.setInt16(22, count('envelope.temperatureMin_C', frame.temperatureMin_C, 0.0078125, -60, 150));
  view.setInt16(24, count('envelope.temperatureMax_C', frame.temperatureMax_C, 0.0078125, -60, 150));
  view.setUint16(26, count('envelope.envelopeCrc', frame.envelopeCrc, 1, 0, 65535));
  return payload;
}
export function decodeEnvelopeFrame(payload: Uint8Array): EnvelopeFrame {
  const view = viewOf(payload, 28);
  return {
    runTag: view.getUint16(0),
    current_nA: view.getUint32(2),
    voltage_uV: view.getUint32(6),
    charge_nC: getInt64(view, 10),
    duration_ms: view.getUint32(18),
    temperatureMin_C: view.getInt16(22) * 0.0078125,
    temperatureMax_C: view.getInt16(24) * 0.0078125,
    envelopeCrc: view.getUint16(26),
  };
}

/** Stores an envelope. Not armed, it zeroes the charge counters; armed, it may only tighten. */
export interface LoadFrame {
  /** Run. */
  readonly runTag: number;
  /** Largest current, either sign. */
  readonly current_nA: number;
  /** Largest cell voltage, either sign. */
  readonly voltage_uV: number;
  /** Largest absolute charge. */
  readonly charge_nC: number;
  /** Longest time with the output on. */
  readonly duration_ms: number;
  /** Lowest T1; one count is 0.0078125 degC. */
  readonly temperatureMin_C: number;
  /** Highest T1; one count is 0.0078125 degC. */
  readonly temperatureMax_C: number;
  /** CRC-16 of the 26 bytes before it. */
  readonly envelopeCrc: number;
}
export const LOAD = {
  name: 'load',
  command: 0x10,
  access: 'write',
  payloadLength: 28,
} as const;
export function encodeLoadFrame(frame: LoadFrame): Uint8Array {
  const payload = new Uint8Array(28);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('load.runTag', frame.runTag, 1, 1, 65535));
  view.setUint32(2, count('load.current_nA', frame.current_nA, 1, 1, 256000000));
  view.setUint32(6, count('load.voltage_uV', frame.voltage_uV, 1, 1, 30000000));
  putInt64(view, 10, count('load.charge_nC', frame.charge_nC, 1, 1, 9007199254740991));
  view.setUint32(18, count('load.duration_ms', frame.duration_ms, 1, 1, 4294967295));
  view.setInt16(22, count('load.temperatureMin_C', frame.temperatureMin_C, 0.0078125, -60, 150));
  view.setInt16(24, count('load.temperatureMax_C', frame.temperatureMax_C, 0.0078125, -60, 150));
  view.setUint16(26, count('load.envelopeCrc', frame.envelopeCrc, 1, 0, 65535));
  return payload;
}
export function decodeLoadFrame(payload: Uint8Array): LoadFrame {
  const view = viewOf(payload, 28);
  return {
    runTag: view.getUint16(0),
    current_nA: view.getUint32(2),
    voltage_uV: view.getUint32(6),
    charge_nC: getInt64(view, 10),
    duration_ms: view.getUint32(18),
    temperatureMin_C: view.getInt16(22) * 0.0078125,
    temperatureMax_C: view.getInt16(24) * 0.0078125,
    envelopeCrc: view.getUint16(26),
  };
}

/** Range and times; only while the output is off. */
export interface ConfigureFrame {
  /** Range code. */
  readonly range: number;
  /** Dead-man time-out. */
  readonly deadman_ms: number;
  /** Slew of set points. */
  readonly slew_uA_s: number;
}
export const CONFIGURE = {
  name: 'configure',
  command: 0x11,
  access: 'write',
  payloadLength: 7,
} as const;
export function encodeConfigureFrame(frame: ConfigureFrame): Uint8Array {
  const payload = new Uint8Array(7);
  const view = new DataView(payload.buffer);
  view.setUint8(0, count('configure.range', frame.range, 1, 0, 3));
  view.setUint16(1, count('configure.deadman_ms', frame.deadman_ms, 1, 50, 250));
  view.setUint32(3, count('configure.slew_uA_s', frame.slew_uA_s, 1, 1, 10000000));
  return payload;
}
export function decodeConfigureFrame(payload: Uint8Array): ConfigureFrame {
  const view = viewOf(payload, 7);
  return {
    range: view.getUint8(0),
    deadman_ms: view.getUint16(1),
    slew_uA_s: view.getUint32(3),
  };
}

/** Puts the envelope in force: dead-man runs, SAFE_EN on, output still off. */
export interface ArmFrame {
  /** armKey. */
  readonly key: number;
  /** Run of the envelope meant. */
  readonly runTag: number;
  /** Checksum of the envelope meant. */
  readonly envelopeCrc: number;
  /** Nonce of the session frame; a replayed arm has the old one. */
  readonly nonce: number;
}
export const ARM = {
  name: 'arm',
  command: 0x12,
  access: 'write',
  payloadLength: 10,
} as const;
export function encodeArmFrame(frame: ArmFrame): Uint8Array {
  const payload = new Uint8Array(10);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('arm.key', frame.key, 1, 0, 65535));
  view.setUint16(2, count('arm.runTag', frame.runTag, 1, 1, 65535));
  view.setUint16(4, count('arm.envelopeCrc', frame.envelopeCrc, 1, 0, 65535));
  view.setUint32(6, count('arm.nonce', frame.nonce, 1, 0, 4294967295));
  return payload;
}
export function decodeArmFrame(payload: Uint8Array): ArmFrame {
  const view = viewOf(payload, 10);
  return {
    key: view.getUint16(0),
    runTag: view.getUint16(2),
    envelopeCrc: view.getUint16(4),
    nonce: view.getUint32(6),
  };
}

/** Heartbeat and set point of one control cycle; taken together or not at all. */
export interface DriveFrame {
  /** Answer to the last challenge. */
  readonly heartbeat: number;
  /** Set point. */
  readonly setpoint_nA: number;
  /** Output enable; bits of driveFlags. */
  readonly flags: number;
}
export const DRIVE = {
  name: 'drive',
  command: 0x13,
  access: 'write',
  payloadLength: 9,
} as const;
export function encodeDriveFrame(frame: DriveFrame): Uint8Array {
  const payload = new Uint8Array(9);
  const view = new DataView(payload.buffer);
  view.setUint32(0, count('drive.heartbeat', frame.heartbeat, 1, 0, 4294967295));
  view.setInt32(4, count('drive.setpoint_nA', frame.setpoint_nA, 1, -256000000, 256000000));
  view.setUint8(8, count('drive.flags', frame.flags, 1, 0, 255));
  return payload;
}
export function decodeDriveFrame(payload: Uint8Array): DriveFrame {
  const view = viewOf(payload, 9);
  return {
    heartbeat: view.getUint32(0),
    setpoint_nA: view.getInt32(4),
    flags: view.getUint8(8),
  };
}

/** Output off at once, relay open, still armed. Legal in every state. */
export interface OffFrame {
  /** offKey. */
  readonly key: number;
}
export const OFF = {
  name: 'off',
  command: 0x14,
  access: 'write',
  payloadLength: 2,
} as const;
export function encodeOffFrame(frame: OffFrame): Uint8Array {
  const payload = new Uint8Array(2);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('off.key', frame.key, 1, 0, 65535));
  return payload;
}
export function decodeOffFrame(payload: Uint8Array): OffFrame {
  const view = viewOf(payload, 2);
  return {
    key: view.getUint16(0),
  };
}

/** Output and SAFE_EN off. Legal in every state. */
export interface DisarmFrame {
  /** disarmKey. */
  readonly key: number;
}
export const DISARM = {
  name: 'disarm',
  command: 0x15,
  access: 'write',
  payloadLength: 2,
} as const;
export function encodeDisarmFrame(frame: DisarmFrame): Uint8Array {
  const payload = new Uint8Array(2);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('disarm.key', frame.key, 1, 0, 65535));
  return payload;
}
export function decodeDisarmFrame(payload: Uint8Array): DisarmFrame {
  const view = viewOf(payload, 2);
  return {
    key: view.getUint16(0),
  };
}

/** Clears the latched faults whose bit is one and whose cause has gone. Never arms. */
export interface ClearFrame {
  /** clearKey. */
  readonly key: number;
  /** Faults to clear; bits of faults. */
  readonly faults: number;
}
export const CLEAR = {
  name: 'clear',
  command: 0x16,
  access: 'write',
  payloadLength: 6,
} as const;
export function encodeClearFrame(frame: ClearFrame): Uint8Array {
  const payload = new Uint8Array(6);
  const view = new DataView(payload.buffer);
  view.setUint16(0, count('clear.key', frame.key, 1, 0, 65535));
  view.setUint32(2, count('clear.faults', frame.faults, 1, 0, 4294967295));
  return payload;
}
export function decodeClearFrame(payload: Uint8Array): ClearFrame {
  const view = viewOf(payload, 6);
  return {
    key: view.getUint16(0),
    faults: view.getUint32(2),
  };
}

/** Every frame, for tests and diagnosis. */
export const FRAMES: readonly FrameShape[] = [
  IDENTITY,
  TELEMETRY,
  CHARGE,
  OUTCOME,
  SESSION,
  ENVELOPE,
  LOAD,
  CONFIGURE,
  ARM,
  DRIVE,
  OFF,
  DISARM,
  CLEAR,
];
