// Generated from protocol.yaml by generate.ts. Do not edit: change the table and run `npm run generate`.

/** Hash of everything in the table that the wire depends on; the board must report the same. */
export const PROTOCOL_HASH = 0x96b20707;

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
  /** Every stored calibration passes its checksum. */
  calibrationOk: 0x1000,
  /** The set point is that of the waveform. */
  waveform: 0x2000,
  /** The board has ended current or waveform by itself; see progress. */
  ended: 0x4000,
  /** The last self-test since boot has passed. */
  selfTestOk: 0x8000,
} as const;

export const DRIVE_FLAGS = {
  /** Relay closed and stage enabled; without it the set point must be zero. */
  outputEnable: 0x1,
  /** The set point is that of the waveform; the one of the frame must be zero. */
  waveform: 0x2,
} as const;

export const ENDINGS = {
  /** Net charge has reached its stop; the output is off. */
  charge: 0x1,
  /** Time with the output on has reached its stop; the output is off. */
  time: 0x2,
  /** The waveform has come to its end; the set point is zero. */
  waveform: 0x4,
} as const;

export const CHECKS = {
  /** Converters read zero with the output off and the relay open. */
  converterOffset: 0x1,
  /** The DAC follows its code with the stage disabled. */
  dac: 0x2,
  /** Relay contact closes in time, and no current flows through it. */
  relayCloses: 0x4,
  /** Relay contact is open before and opens in time after. */
  relayOpens: 0x8,
  /** Over-current comparator acts at a threshold of zero and rests at a high one. */
  comparator: 0x10,
  /** Every stored calibration passes its checksum. */
  eeprom: 0x20,
  /** The last reset was neither the watchdog nor a brown-out. */
  resetCause: 0x40,
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
  {
    bit: 18,
    name: 'comparator',
    description: 'Over-current comparator saw more than 110 % of the envelope',
    advice: 'The power stage did not obey its set point; run the self-test before going on.',
  },
  {
    bit: 19,
    name: 'calibration',
    description: 'A stored calibration is missing or damaged',
    advice: 'Calibrate the board again or write the values of its certificate, then clear.',
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
  {
    code: 16,
    name: 'busy',
    description: 'a calibration is being stored or a self-test is running',
  },
  {
    code: 17,
    name: 'ended',
    description: 'the heartbeat counts; the board has ended the current by itself',
  },
  {
    code: 18,
    name: 'laterStop',
    description: 'a stop of an armed board can only come earlier',
  },
  {
    code: 19,
    name: 'badWaveform',
    description: 'no waveform is set or a segment of it is missing',
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
  /** Key of frames that calibrate. */
  calibrateKey: 51739,
  /** Key of a stop frame. */
  stopKey: 22283,
  /** Key of a frame that begins the self-test. */
  selfTestKey: 24095,
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
  /** Threshold of the comparator above the envelope. */
  comparatorMargin_percent: 10,
  /** Slew of a polarity flip. */
  flipSlew_uA_s: 60000000,
  /** Time of a flip during which a reversed current is no fault. */
  flipTime_ms: 30,
  /** Set point at the slew of set points and then held. */
  segmentHold: 0,
  /** Straight from the set point before over the whole duration. */
  segmentRamp: 1,
  /** Set point at the slew of flips and then held. */
  segmentFlip: 2,
  /** Segments of a waveform at most. */
  segments: 32,
  /** Samples that wait to be taken at most. */
  samplesKept: 64,
  /** Stored calibrations: three a range, and the voltage. */
  calibrations: 13,
  /** Counts of offset that the self-test allows. */
  testOffset: 8,
  /** Counts of current that it allows with the relay closed. */
  testQuiet: 32,
  /** Counts by which the DAC may miss half of its range. */
  testDac: 200,
  /** Time that it gives the relay to move. */
  testRelayTime_ms: 50,
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

/** Where one frame at a time is put together and taken apart: a view of its own would cost more than the frame. */
const bytes = new Uint8Array(32);
const view = new DataView(bytes.buffer);

/** Lays a payload under the view. */
function lay(payload: Uint8Array, length: number): void {
  if (payload.length !== length) throw new RangeError(`payload of ${payload.length} bytes, not ${length}`);
  bytes.set(payload);
}

/** 64-bit values as doubles: exact up to 2^53 counts, 9,007,199 C in nC. */
function putInt64(at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 0x1_0000_0000));
  view.setUint32(at + 4, value >>> 0);
}

function putInt24(at: number, value: number): void {
  view.setInt8(at, value >> 16);
  view.setUint16(at + 1, value & 0xffff);
}

function getInt24(at: number): number {
  return view.getInt8(at) * 0x1_0000 + view.getUint16(at + 1);
}

function getInt64(at: number): number {
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
  return bytes.slice(0, 23);
}
export function decodeIdentityFrame(payload: Uint8Array): IdentityFrame {
  lay(payload, 23);
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
  view.setUint16(0, count('telemetry.status', frame.status, 1, 0, 65535));
  view.setUint32(2, count('telemetry.faults', frame.faults, 1, 0, 4294967295));
  view.setUint8(6, count('telemetry.firstOut', frame.firstOut, 1, 0, 255));
  view.setUint32(7, count('telemetry.boardTime_ms', frame.boardTime_ms, 1, 0, 4294967295));
  view.setUint32(11, count('telemetry.sampleCounter', frame.sampleCounter, 1, 0, 4294967295));
  view.setInt32(15, count('telemetry.current_nA', frame.current_nA, 1, -2147483648, 2147483647));
  view.setInt32(19, count('telemetry.voltage_uV', frame.voltage_uV, 1, -2147483648, 2147483647));
  view.setInt32(23, count('telemetry.setpoint_nA', frame.setpoint_nA, 1, -2147483648, 2147483647));
  view.setInt16(27, count('telemetry.cellTemperature_C', frame.cellTemperature_C, 0.0078125, -256, 255.9921875));
  return bytes.slice(0, 29);
}
export function decodeTelemetryFrame(payload: Uint8Array): TelemetryFrame {
  lay(payload, 29);
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
  view.setUint16(0, count('charge.sampleTag', frame.sampleTag, 1, 0, 65535));
  putInt64(2, count('charge.netCharge_nC', frame.netCharge_nC, 1, -9007199254740991, 9007199254740991));
  putInt64(10, count('charge.absoluteCharge_nC', frame.absoluteCharge_nC, 1, -9007199254740991, 9007199254740991));
  view.setInt32(18, count('charge.returnCurrent_nA', frame.returnCurrent_nA, 1, -2147483648, 2147483647));
  view.setInt16(22, count('charge.boardTemperature_C', frame.boardTemperature_C, 0.0078125, -256, 255.9921875));
  view.setUint16(24, count('charge.supply_mV', frame.supply_mV, 1, 0, 65535));
  view.setUint8(26, count('charge.range', frame.range, 1, 0, 3));
  view.setUint16(27, count('charge.frameErrors', frame.frameErrors, 1, 0, 65535));
  return bytes.slice(0, 29);
}
export function decodeChargeFrame(payload: Uint8Array): ChargeFrame {
  lay(payload, 29);
  return {
    sampleTag: view.getUint16(0),
    netCharge_nC: getInt64(2),
    absoluteCharge_nC: getInt64(10),
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
  view.setUint8(0, count('outcome.lastSequence', frame.lastSequence, 1, 0, 255));
  view.setUint8(1, count('outcome.lastCommand', frame.lastCommand, 1, 0, 255));
  view.setUint8(2, count('outcome.result', frame.result, 1, 0, 255));
  return bytes.slice(0, 3);
}
export function decodeOutcomeFrame(payload: Uint8Array): OutcomeFrame {
  lay(payload, 3);
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
  view.setUint32(0, count('session.nonce', frame.nonce, 1, 0, 4294967295));
  view.setUint16(4, count('session.status', frame.status, 1, 0, 65535));
  view.setUint16(6, count('session.runTag', frame.runTag, 1, 0, 65535));
  view.setUint16(8, count('session.envelopeCrc', frame.envelopeCrc, 1, 0, 65535));
  view.setUint8(10, count('session.range', frame.range, 1, 0, 3));
  view.setUint16(11, count('session.deadman_ms', frame.deadman_ms, 1, 0, 65535));
  view.setUint32(13, count('session.slew_uA_s', frame.slew_uA_s, 1, 0, 4294967295));
  view.setUint32(17, count('session.outputTime_ms', frame.outputTime_ms, 1, 0, 4294967295));
  return bytes.slice(0, 21);
}
export function decodeSessionFrame(payload: Uint8Array): SessionFrame {
  lay(payload, 21);
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
  view.setUint16(0, count('envelope.runTag', frame.runTag, 1, 1, 65535));
  view.setUint32(2, count('envelope.current_nA', frame.current_nA, 1, 1, 256000000));
  view.setUint32(6, count('envelope.voltage_uV', frame.voltage_uV, 1, 1, 30000000));
  putInt64(10, count('envelope.charge_nC', frame.charge_nC, 1, 1, 9007199254740991));
  view.setUint32(18, count('envelope.duration_ms', frame.duration_ms, 1, 1, 4294967295));
  view.setInt16(22, count('envelope.temperatureMin_C', frame.temperatureMin_C, 0.0078125, -60, 150));
  view.setInt16(24, count('envelope.temperatureMax_C', frame.temperatureMax_C, 0.0078125, -60, 150));
  view.setUint16(26, count('envelope.envelopeCrc', frame.envelopeCrc, 1, 0, 65535));
  return bytes.slice(0, 28);
}
export function decodeEnvelopeFrame(payload: Uint8Array): EnvelopeFrame {
  lay(payload, 28);
  return {
    runTag: view.getUint16(0),
    current_nA: view.getUint32(2),
    voltage_uV: view.getUint32(6),
    charge_nC: getInt64(10),
    duration_ms: view.getUint32(18),
    temperatureMin_C: view.getInt16(22) * 0.0078125,
    temperatureMax_C: view.getInt16(24) * 0.0078125,
    envelopeCrc: view.getUint16(26),
  };
}

/** Waveform and stops. */
export interface ProgressFrame {
  /** What the board has ended by itself; bits of endings. */
  readonly endings: number;
  /** Segment that runs or ran last. */
  readonly segment: number;
  /** Loops completed. */
  readonly loop: number;
  /** Time in the segment. */
  readonly segmentTime_ms: number;
  /** Segments of the waveform; 0 when none is set. */
  readonly waveformLength: number;
  /** CRC-16 of its wave frame and segment frames, payloads in order. */
  readonly waveformCrc: number;
  /** Net charge of either sign at which the board stops; 0 never. */
  readonly chargeStop_nC: number;
  /** Time with the output on at which the board stops; 0 never. */
  readonly timeStop_ms: number;
}
export const PROGRESS = {
  name: 'progress',
  command: 0x06,
  access: 'read',
  payloadLength: 23,
} as const;
export function encodeProgressFrame(frame: ProgressFrame): Uint8Array {
  view.setUint8(0, count('progress.endings', frame.endings, 1, 0, 255));
  view.setUint8(1, count('progress.segment', frame.segment, 1, 0, 255));
  view.setUint16(2, count('progress.loop', frame.loop, 1, 0, 65535));
  view.setUint32(4, count('progress.segmentTime_ms', frame.segmentTime_ms, 1, 0, 4294967295));
  view.setUint8(8, count('progress.waveformLength', frame.waveformLength, 1, 0, 255));
  view.setUint16(9, count('progress.waveformCrc', frame.waveformCrc, 1, 0, 65535));
  putInt64(11, count('progress.chargeStop_nC', frame.chargeStop_nC, 1, -9007199254740991, 9007199254740991));
  view.setUint32(19, count('progress.timeStop_ms', frame.timeStop_ms, 1, 0, 4294967295));
  return bytes.slice(0, 23);
}
export function decodeProgressFrame(payload: Uint8Array): ProgressFrame {
  lay(payload, 23);
  return {
    endings: view.getUint8(0),
    segment: view.getUint8(1),
    loop: view.getUint16(2),
    segmentTime_ms: view.getUint32(4),
    waveformLength: view.getUint8(8),
    waveformCrc: view.getUint16(9),
    chargeStop_nC: getInt64(11),
    timeStop_ms: view.getUint32(19),
  };
}

/** The oldest three samples that wait. Reading does not take them; see takeSamples. */
export interface SamplesFrame {
  /** Number of the first, counted from the last sampling frame. */
  readonly first: number;
  /** Samples that wait, these included. */
  readonly waiting: number;
  /** Samples that found no room, saturating. */
  readonly lost: number;
  /** Low half of the board time at its end. */
  readonly time1_ms: number;
  /** Mean current in counts of the range over 128, before its correction. */
  readonly current1: number;
  /** Mean cell voltage, before its correction; one count is 0.0078125 mV. */
  readonly voltage1_mV: number;
  /** The same of the second. */
  readonly time2_ms: number;
  /** The same of the second. */
  readonly current2: number;
  /** The same of the second; one count is 0.0078125 mV. */
  readonly voltage2_mV: number;
  /** The same of the third. */
  readonly time3_ms: number;
  /** The same of the third. */
  readonly current3: number;
  /** The same of the third; one count is 0.0078125 mV. */
  readonly voltage3_mV: number;
}
export const SAMPLES = {
  name: 'samples',
  command: 0x07,
  access: 'read',
  payloadLength: 29,
} as const;
export function encodeSamplesFrame(frame: SamplesFrame): Uint8Array {
  view.setUint16(0, count('samples.first', frame.first, 1, 0, 65535));
  view.setUint8(2, count('samples.waiting', frame.waiting, 1, 0, 255));
  view.setUint16(3, count('samples.lost', frame.lost, 1, 0, 65535));
  view.setUint16(5, count('samples.time1_ms', frame.time1_ms, 1, 0, 65535));
  putInt24(7, count('samples.current1', frame.current1, 1, -8388608, 8388607));
  putInt24(10, count('samples.voltage1_mV', frame.voltage1_mV, 0.0078125, -65536, 65535.9921875));
  view.setUint16(13, count('samples.time2_ms', frame.time2_ms, 1, 0, 65535));
  putInt24(15, count('samples.current2', frame.current2, 1, -8388608, 8388607));
  putInt24(18, count('samples.voltage2_mV', frame.voltage2_mV, 0.0078125, -65536, 65535.9921875));
  view.setUint16(21, count('samples.time3_ms', frame.time3_ms, 1, 0, 65535));
  putInt24(23, count('samples.current3', frame.current3, 1, -8388608, 8388607));
  putInt24(26, count('samples.voltage3_mV', frame.voltage3_mV, 0.0078125, -65536, 65535.9921875));
  return bytes.slice(0, 29);
}
export function decodeSamplesFrame(payload: Uint8Array): SamplesFrame {
  lay(payload, 29);
  return {
    first: view.getUint16(0),
    waiting: view.getUint8(2),
    lost: view.getUint16(3),
    time1_ms: view.getUint16(5),
    current1: getInt24(7),
    voltage1_mV: getInt24(10) * 0.0078125,
    time2_ms: view.getUint16(13),
    current2: getInt24(15),
    voltage2_mV: getInt24(18) * 0.0078125,
    time3_ms: view.getUint16(21),
    current3: getInt24(23),
    voltage3_mV: getInt24(26) * 0.0078125,
  };
}

/** Corrections of the present range. What is read is multiplied by 1 + gain, then the offset is added. */
export interface CalibrationFrame {
  /** Range code. */
  readonly range: number;
  /** Cell current. */
  readonly currentGain_ppb: number;
  /** Cell current. */
  readonly currentOffset_nA: number;
  /** Return lead. */
  readonly returnGain_ppb: number;
  /** Return lead. */
  readonly returnOffset_nA: number;
  /** Set point. */
  readonly dacGain_ppb: number;
  /** Set point; added before the gain. */
  readonly dacOffset_nA: number;
  /** Days from 1970-01-01 to the oldest of the three. */
  readonly day: number;
  /** One bit a calibration: three a range as in calibrateCurrent, then the voltage. */
  readonly valid: number;
}
export const CALIBRATION = {
  name: 'calibration',
  command: 0x08,
  access: 'read',
  payloadLength: 29,
} as const;
export function encodeCalibrationFrame(frame: CalibrationFrame): Uint8Array {
  view.setUint8(0, count('calibration.range', frame.range, 1, 0, 3));
  view.setInt32(1, count('calibration.currentGain_ppb', frame.currentGain_ppb, 1, -2147483648, 2147483647));
  view.setInt32(5, count('calibration.currentOffset_nA', frame.currentOffset_nA, 1, -2147483648, 2147483647));
  view.setInt32(9, count('calibration.returnGain_ppb', frame.returnGain_ppb, 1, -2147483648, 2147483647));
  view.setInt32(13, count('calibration.returnOffset_nA', frame.returnOffset_nA, 1, -2147483648, 2147483647));
  view.setInt32(17, count('calibration.dacGain_ppb', frame.dacGain_ppb, 1, -2147483648, 2147483647));
  view.setInt32(21, count('calibration.dacOffset_nA', frame.dacOffset_nA, 1, -2147483648, 2147483647));
  view.setUint16(25, count('calibration.day', frame.day, 1, 0, 65535));
  view.setUint16(27, count('calibration.valid', frame.valid, 1, 0, 65535));
  return bytes.slice(0, 29);
}
export function decodeCalibrationFrame(payload: Uint8Array): CalibrationFrame {
  lay(payload, 29);
  return {
    range: view.getUint8(0),
    currentGain_ppb: view.getInt32(1),
    currentOffset_nA: view.getInt32(5),
    returnGain_ppb: view.getInt32(9),
    returnOffset_nA: view.getInt32(13),
    dacGain_ppb: view.getInt32(17),
    dacOffset_nA: view.getInt32(21),
    day: view.getUint16(25),
    valid: view.getUint16(27),
  };
}

/** Correction of the cell voltage. */
export interface VoltageCalibrationFrame {
  /** Cell voltage. */
  readonly gain_ppb: number;
  /** Cell voltage. */
  readonly offset_uV: number;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** As in the calibration frame. */
  readonly valid: number;
}
export const VOLTAGE_CALIBRATION = {
  name: 'voltageCalibration',
  command: 0x09,
  access: 'read',
  payloadLength: 12,
} as const;
export function encodeVoltageCalibrationFrame(frame: VoltageCalibrationFrame): Uint8Array {
  view.setInt32(0, count('voltageCalibration.gain_ppb', frame.gain_ppb, 1, -2147483648, 2147483647));
  view.setInt32(4, count('voltageCalibration.offset_uV', frame.offset_uV, 1, -2147483648, 2147483647));
  view.setUint16(8, count('voltageCalibration.day', frame.day, 1, 0, 65535));
  view.setUint16(10, count('voltageCalibration.valid', frame.valid, 1, 0, 65535));
  return bytes.slice(0, 12);
}
export function decodeVoltageCalibrationFrame(payload: Uint8Array): VoltageCalibrationFrame {
  lay(payload, 12);
  return {
    gain_ppb: view.getInt32(0),
    offset_uV: view.getInt32(4),
    day: view.getUint16(8),
    valid: view.getUint16(10),
  };
}

/** What the self-test found. */
export interface SelfTestFrame {
  /** 0 not done since boot or broken off, 1 running, 2 passed, 3 failed. */
  readonly state: number;
  /** Checks that were made; bits of checks. */
  readonly checked: number;
  /** Checks that failed; bits of checks. */
  readonly failed: number;
  /** Offset of the current converter in counts over 64. */
  readonly currentOffset: number;
  /** Offset of the return converter in counts over 64. */
  readonly returnOffset: number;
  /** Largest deviation of the DAC in counts. */
  readonly dacError: number;
  /** Time that the relay took to close. */
  readonly closeTime_ms: number;
  /** Time that it took to open. */
  readonly openTime_ms: number;
}
export const SELF_TEST = {
  name: 'selfTest',
  command: 0x0a,
  access: 'read',
  payloadLength: 11,
} as const;
export function encodeSelfTestFrame(frame: SelfTestFrame): Uint8Array {
  view.setUint8(0, count('selfTest.state', frame.state, 1, 0, 3));
  view.setUint8(1, count('selfTest.checked', frame.checked, 1, 0, 255));
  view.setUint8(2, count('selfTest.failed', frame.failed, 1, 0, 255));
  view.setInt16(3, count('selfTest.currentOffset', frame.currentOffset, 1, -32768, 32767));
  view.setInt16(5, count('selfTest.returnOffset', frame.returnOffset, 1, -32768, 32767));
  view.setUint16(7, count('selfTest.dacError', frame.dacError, 1, 0, 65535));
  view.setUint8(9, count('selfTest.closeTime_ms', frame.closeTime_ms, 1, 0, 255));
  view.setUint8(10, count('selfTest.openTime_ms', frame.openTime_ms, 1, 0, 255));
  return bytes.slice(0, 11);
}
export function decodeSelfTestFrame(payload: Uint8Array): SelfTestFrame {
  lay(payload, 11);
  return {
    state: view.getUint8(0),
    checked: view.getUint8(1),
    failed: view.getUint8(2),
    currentOffset: view.getInt16(3),
    returnOffset: view.getInt16(5),
    dacError: view.getUint16(7),
    closeTime_ms: view.getUint8(9),
    openTime_ms: view.getUint8(10),
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
  view.setUint16(0, count('load.runTag', frame.runTag, 1, 1, 65535));
  view.setUint32(2, count('load.current_nA', frame.current_nA, 1, 1, 256000000));
  view.setUint32(6, count('load.voltage_uV', frame.voltage_uV, 1, 1, 30000000));
  putInt64(10, count('load.charge_nC', frame.charge_nC, 1, 1, 9007199254740991));
  view.setUint32(18, count('load.duration_ms', frame.duration_ms, 1, 1, 4294967295));
  view.setInt16(22, count('load.temperatureMin_C', frame.temperatureMin_C, 0.0078125, -60, 150));
  view.setInt16(24, count('load.temperatureMax_C', frame.temperatureMax_C, 0.0078125, -60, 150));
  view.setUint16(26, count('load.envelopeCrc', frame.envelopeCrc, 1, 0, 65535));
  return bytes.slice(0, 28);
}
export function decodeLoadFrame(payload: Uint8Array): LoadFrame {
  lay(payload, 28);
  return {
    runTag: view.getUint16(0),
    current_nA: view.getUint32(2),
    voltage_uV: view.getUint32(6),
    charge_nC: getInt64(10),
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
  view.setUint8(0, count('configure.range', frame.range, 1, 0, 3));
  view.setUint16(1, count('configure.deadman_ms', frame.deadman_ms, 1, 50, 250));
  view.setUint32(3, count('configure.slew_uA_s', frame.slew_uA_s, 1, 1, 10000000));
  return bytes.slice(0, 7);
}
export function decodeConfigureFrame(payload: Uint8Array): ConfigureFrame {
  lay(payload, 7);
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
  view.setUint16(0, count('arm.key', frame.key, 1, 0, 65535));
  view.setUint16(2, count('arm.runTag', frame.runTag, 1, 1, 65535));
  view.setUint16(4, count('arm.envelopeCrc', frame.envelopeCrc, 1, 0, 65535));
  view.setUint32(6, count('arm.nonce', frame.nonce, 1, 0, 4294967295));
  return bytes.slice(0, 10);
}
export function decodeArmFrame(payload: Uint8Array): ArmFrame {
  lay(payload, 10);
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
  view.setUint32(0, count('drive.heartbeat', frame.heartbeat, 1, 0, 4294967295));
  view.setInt32(4, count('drive.setpoint_nA', frame.setpoint_nA, 1, -256000000, 256000000));
  view.setUint8(8, count('drive.flags', frame.flags, 1, 0, 255));
  return bytes.slice(0, 9);
}
export function decodeDriveFrame(payload: Uint8Array): DriveFrame {
  lay(payload, 9);
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
  view.setUint16(0, count('off.key', frame.key, 1, 0, 65535));
  return bytes.slice(0, 2);
}
export function decodeOffFrame(payload: Uint8Array): OffFrame {
  lay(payload, 2);
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
  view.setUint16(0, count('disarm.key', frame.key, 1, 0, 65535));
  return bytes.slice(0, 2);
}
export function decodeDisarmFrame(payload: Uint8Array): DisarmFrame {
  lay(payload, 2);
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
  view.setUint16(0, count('clear.key', frame.key, 1, 0, 65535));
  view.setUint32(2, count('clear.faults', frame.faults, 1, 0, 4294967295));
  return bytes.slice(0, 6);
}
export function decodeClearFrame(payload: Uint8Array): ClearFrame {
  lay(payload, 6);
  return {
    key: view.getUint16(0),
    faults: view.getUint32(2),
  };
}

/** Stores one correction; not while armed. It is in force once the calibration frame shows it as valid. */
export interface CalibrateCurrentFrame {
  /** calibrateKey. */
  readonly key: number;
  /** Range code. */
  readonly range: number;
  /** 0 cell current, 1 return lead, 2 DAC. */
  readonly converter: number;
  /** Gain. */
  readonly gain_ppb: number;
  /** Offset; at most 1 % of the range. */
  readonly offset_nA: number;
  /** Days since 1970-01-01. */
  readonly day: number;
}
export const CALIBRATE_CURRENT = {
  name: 'calibrateCurrent',
  command: 0x17,
  access: 'write',
  payloadLength: 14,
} as const;
export function encodeCalibrateCurrentFrame(frame: CalibrateCurrentFrame): Uint8Array {
  view.setUint16(0, count('calibrateCurrent.key', frame.key, 1, 0, 65535));
  view.setUint8(2, count('calibrateCurrent.range', frame.range, 1, 0, 3));
  view.setUint8(3, count('calibrateCurrent.converter', frame.converter, 1, 0, 2));
  view.setInt32(4, count('calibrateCurrent.gain_ppb', frame.gain_ppb, 1, -50000000, 50000000));
  view.setInt32(8, count('calibrateCurrent.offset_nA', frame.offset_nA, 1, -2560000, 2560000));
  view.setUint16(12, count('calibrateCurrent.day', frame.day, 1, 1, 65535));
  return bytes.slice(0, 14);
}
export function decodeCalibrateCurrentFrame(payload: Uint8Array): CalibrateCurrentFrame {
  lay(payload, 14);
  return {
    key: view.getUint16(0),
    range: view.getUint8(2),
    converter: view.getUint8(3),
    gain_ppb: view.getInt32(4),
    offset_nA: view.getInt32(8),
    day: view.getUint16(12),
  };
}

/** Stores the correction of the cell voltage; not while armed. */
export interface CalibrateVoltageFrame {
  /** calibrateKey. */
  readonly key: number;
  /** Gain. */
  readonly gain_ppb: number;
  /** Offset. */
  readonly offset_uV: number;
  /** Days since 1970-01-01. */
  readonly day: number;
}
export const CALIBRATE_VOLTAGE = {
  name: 'calibrateVoltage',
  command: 0x18,
  access: 'write',
  payloadLength: 12,
} as const;
export function encodeCalibrateVoltageFrame(frame: CalibrateVoltageFrame): Uint8Array {
  view.setUint16(0, count('calibrateVoltage.key', frame.key, 1, 0, 65535));
  view.setInt32(2, count('calibrateVoltage.gain_ppb', frame.gain_ppb, 1, -50000000, 50000000));
  view.setInt32(6, count('calibrateVoltage.offset_uV', frame.offset_uV, 1, -300000, 300000));
  view.setUint16(10, count('calibrateVoltage.day', frame.day, 1, 1, 65535));
  return bytes.slice(0, 12);
}
export function decodeCalibrateVoltageFrame(payload: Uint8Array): CalibrateVoltageFrame {
  lay(payload, 12);
  return {
    key: view.getUint16(0),
    gain_ppb: view.getInt32(2),
    offset_uV: view.getInt32(6),
    day: view.getUint16(10),
  };
}

/** Period of the samples that are kept; drops those that wait and counts from 0 again. */
export interface SamplingFrame {
  /** Each is a mean over this time; 0 keeps none. */
  readonly period_ms: number;
}
export const SAMPLING = {
  name: 'sampling',
  command: 0x19,
  access: 'write',
  payloadLength: 2,
} as const;
export function encodeSamplingFrame(frame: SamplingFrame): Uint8Array {
  view.setUint16(0, count('sampling.period_ms', frame.period_ms, 1, 0, 500));
  return bytes.slice(0, 2);
}
export function decodeSamplingFrame(payload: Uint8Array): SamplingFrame {
  lay(payload, 2);
  return {
    period_ms: view.getUint16(0),
  };
}

/** Gives the room of all samples before this one back; without effect when it does not wait. */
export interface TakeSamplesFrame {
  /** Number of the first sample that was not yet read. */
  readonly next: number;
}
export const TAKE_SAMPLES = {
  name: 'takeSamples',
  command: 0x1a,
  access: 'write',
  payloadLength: 2,
} as const;
export function encodeTakeSamplesFrame(frame: TakeSamplesFrame): Uint8Array {
  view.setUint16(0, count('takeSamples.next', frame.next, 1, 0, 65535));
  return bytes.slice(0, 2);
}
export function decodeTakeSamplesFrame(payload: Uint8Array): TakeSamplesFrame {
  lay(payload, 2);
  return {
    next: view.getUint16(0),
  };
}

/** Stores one segment; not while a waveform runs. The waveform has to be set again after it. */
export interface SegmentFrame {
  /** Place. */
  readonly index: number;
  /** segmentHold, segmentRamp or segmentFlip. */
  readonly kind: number;
  /** Set point at its end. */
  readonly target_nA: number;
  /** Duration. */
  readonly duration_ms: number;
}
export const SEGMENT = {
  name: 'segment',
  command: 0x1b,
  access: 'write',
  payloadLength: 10,
} as const;
export function encodeSegmentFrame(frame: SegmentFrame): Uint8Array {
  view.setUint8(0, count('segment.index', frame.index, 1, 0, 31));
  view.setUint8(1, count('segment.kind', frame.kind, 1, 0, 2));
  view.setInt32(2, count('segment.target_nA', frame.target_nA, 1, -256000000, 256000000));
  view.setUint32(6, count('segment.duration_ms', frame.duration_ms, 1, 1, 1073741823));
  return bytes.slice(0, 10);
}
export function decodeSegmentFrame(payload: Uint8Array): SegmentFrame {
  lay(payload, 10);
  return {
    index: view.getUint8(0),
    kind: view.getUint8(1),
    target_nA: view.getInt32(2),
    duration_ms: view.getUint32(6),
  };
}

/** Makes a waveform of the first segments; not while one runs. A drive frame with its flag starts it. */
export interface WaveFrame {
  /** Segments; 0 for no waveform. */
  readonly length: number;
  /** Segment at which every further loop begins. */
  readonly loopFrom: number;
  /** Times that the end is reached, the first included. */
  readonly loops: number;
}
export const WAVE = {
  name: 'wave',
  command: 0x1c,
  access: 'write',
  payloadLength: 4,
} as const;
export function encodeWaveFrame(frame: WaveFrame): Uint8Array {
  view.setUint8(0, count('wave.length', frame.length, 1, 0, 32));
  view.setUint8(1, count('wave.loopFrom', frame.loopFrom, 1, 0, 31));
  view.setUint16(2, count('wave.loops', frame.loops, 1, 1, 65535));
  return bytes.slice(0, 4);
}
export function decodeWaveFrame(payload: Uint8Array): WaveFrame {
  lay(payload, 4);
  return {
    length: view.getUint8(0),
    loopFrom: view.getUint8(1),
    loops: view.getUint16(2),
  };
}

/** Where the board ends the current by itself, still armed and without a fault. A new envelope clears both. */
export interface StopFrame {
  /** stopKey. */
  readonly key: number;
  /** Net charge of either sign; 0 never. */
  readonly charge_nC: number;
  /** Time with the output on; 0 never. */
  readonly time_ms: number;
}
export const STOP = {
  name: 'stop',
  command: 0x1d,
  access: 'write',
  payloadLength: 14,
} as const;
export function encodeStopFrame(frame: StopFrame): Uint8Array {
  view.setUint16(0, count('stop.key', frame.key, 1, 0, 65535));
  putInt64(2, count('stop.charge_nC', frame.charge_nC, 1, 0, 9007199254740991));
  view.setUint32(10, count('stop.time_ms', frame.time_ms, 1, 0, 4294967295));
  return bytes.slice(0, 14);
}
export function decodeStopFrame(payload: Uint8Array): StopFrame {
  lay(payload, 14);
  return {
    key: view.getUint16(0),
    charge_nC: getInt64(2),
    time_ms: view.getUint32(10),
  };
}

/** Begins the self-test; not while armed. It closes the relay for a moment with the stage disabled. */
export interface RunSelfTestFrame {
  /** selfTestKey. */
  readonly key: number;
}
export const RUN_SELF_TEST = {
  name: 'runSelfTest',
  command: 0x1e,
  access: 'write',
  payloadLength: 2,
} as const;
export function encodeRunSelfTestFrame(frame: RunSelfTestFrame): Uint8Array {
  view.setUint16(0, count('runSelfTest.key', frame.key, 1, 0, 65535));
  return bytes.slice(0, 2);
}
export function decodeRunSelfTestFrame(payload: Uint8Array): RunSelfTestFrame {
  lay(payload, 2);
  return {
    key: view.getUint16(0),
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
  PROGRESS,
  SAMPLES,
  CALIBRATION,
  VOLTAGE_CALIBRATION,
  SELF_TEST,
  LOAD,
  CONFIGURE,
  ARM,
  DRIVE,
  OFF,
  DISARM,
  CLEAR,
  CALIBRATE_CURRENT,
  CALIBRATE_VOLTAGE,
  SAMPLING,
  TAKE_SAMPLES,
  SEGMENT,
  WAVE,
  STOP,
  RUN_SELF_TEST,
];
