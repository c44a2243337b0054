/**
 * The GS-1's stored corrections: read, written, and proven to be in force. Owns the order of that; what a correction
 * does to a current is the board's. Only while the board is not armed.
 */
import {
  CALIBRATE_CURRENT,
  CALIBRATE_VOLTAGE,
  CALIBRATION,
  CONFIGURE,
  CONSTANTS,
  decodeCalibrationFrame,
  decodeSessionFrame,
  decodeVoltageCalibrationFrame,
  encodeCalibrateCurrentFrame,
  encodeCalibrateVoltageFrame,
  encodeConfigureFrame,
  RANGES,
  SESSION,
  VOLTAGE_CALIBRATION,
} from '../bus/protocol.gen.js';
import type { Gs1Link } from './gs1-link.js';
import { DeviceFault } from './ports.js';

/** true = indicated * (1 + gain) + offset; for the DAC, code of (wanted + offset) * (1 + gain). */
export interface Correction {
  readonly gain_ppb: number;
  readonly offset_nA: number;
}

export interface VoltageCorrection {
  readonly gain_ppb: number;
  readonly offset_uV: number;
}

/** Converters of one range, in the order of their codes. */
export const CONVERTERS = ['current', 'return', 'dac'] as const;
export type Converter = (typeof CONVERTERS)[number];

export type RangeCalibration = Readonly<Record<Converter, Correction>> & {
  /** Days since 1970-01-01 of the oldest of the three; 0 when one of them is damaged. */
  readonly day: number;
};

/** Bits of a valid mask that belong to a range, and the one of the voltage. */
const RANGE_MASK = 2 ** CONVERTERS.length - 1;
const VOLTAGE_BIT = CONVERTERS.length * RANGES.length;
/** Reads until a correction counts as stored; writing it takes some 50 ms of the board, a read 3 ms of the bus. */
const STORED_READS = 200;

export class Gs1Calibration {
  constructor(private readonly link: Gs1Link) {}

  /** Corrections of a range, which the board thereby selects. Rejects when the board is busy, armed or not to be read. */
  async read(range: number): Promise<RangeCalibration> {
    await this.select(range);
    return this.selected();
  }

  /** Corrections of the range in force; changes nothing. */
  async selected(): Promise<RangeCalibration> {
    const frame = decodeCalibrationFrame(await this.link.read(CALIBRATION));
    return {
      current: { gain_ppb: frame.currentGain_ppb, offset_nA: frame.currentOffset_nA },
      return: { gain_ppb: frame.returnGain_ppb, offset_nA: frame.returnOffset_nA },
      dac: { gain_ppb: frame.dacGain_ppb, offset_nA: frame.dacOffset_nA },
      day: ((frame.valid >> (CONVERTERS.length * frame.range)) & RANGE_MASK) === RANGE_MASK ? frame.day : 0,
    };
  }

  async readVoltage(): Promise<VoltageCorrection & { readonly day: number }> {
    const { gain_ppb, offset_uV, day } = decodeVoltageCalibrationFrame(await this.link.read(VOLTAGE_CALIBRATION));
    return { gain_ppb, offset_uV, day };
  }

  /** Stores one correction and waits until the board has read it back; rejects when it stored anything else. */
  async write(range: number, converter: Converter, correction: Correction, day: number): Promise<void> {
    const code = CONVERTERS.indexOf(converter);
    const { calibrateKey: key } = CONSTANTS;
    await this.link.command(
      CALIBRATE_CURRENT,
      encodeCalibrateCurrentFrame({ key, range, converter: code, ...correction, day }),
    );
    await this.stored(CONVERTERS.length * range + code);
    const { [converter]: found } = await this.read(range);
    this.compare(found.gain_ppb === correction.gain_ppb && found.offset_nA === correction.offset_nA);
  }

  async writeVoltage(correction: VoltageCorrection, day: number): Promise<void> {
    const { calibrateKey: key } = CONSTANTS;
    await this.link.command(CALIBRATE_VOLTAGE, encodeCalibrateVoltageFrame({ key, ...correction, day }));
    await this.stored(VOLTAGE_BIT);
    const found = await this.readVoltage();
    this.compare(found.gain_ppb === correction.gain_ppb && found.offset_uV === correction.offset_uV);
  }

  private compare(same: boolean): void {
    if (!same) throw new DeviceFault(this.link.name, 'it stored another correction than the one that was sent');
  }

  private async stored(bit: number): Promise<void> {
    for (let read = 0; read < STORED_READS; read++) {
      const { valid } = decodeVoltageCalibrationFrame(await this.link.read(VOLTAGE_CALIBRATION));
      if (((valid >> bit) & 1) === 1) return;
    }
    throw new DeviceFault(this.link.name, 'the correction was sent and is not valid: its memory may be worn out');
  }

  private async select(range: number): Promise<void> {
    const { deadman_ms, slew_uA_s, range: present } = decodeSessionFrame(await this.link.read(SESSION));
    if (present !== range) await this.link.command(CONFIGURE, encodeConfigureFrame({ range, deadman_ms, slew_uA_s }));
  }
}
