/**
 * Samples that the GS-1 keeps between two visits: 64 means of current and voltage over a settable time. Owns the
 * correction of what the board kept as converted, the way back from 16 bits of time, and the proof that none is missing.
 */
import {
  CONSTANTS,
  decodeSamplesFrame,
  encodeSamplingFrame,
  encodeTakeSamplesFrame,
  RANGES,
  SAMPLES,
  SAMPLING,
  TAKE_SAMPLES,
  type SamplesFrame,
} from '../bus/protocol.gen.js';
import type { Correction, Gs1Calibration, VoltageCorrection } from './gs1-calibration.js';
import type { Gs1Link } from './gs1-link.js';
import { DeviceFault } from './ports.js';

export interface KeptSample {
  /** Counted from the last `begin`. */
  readonly number: number;
  /** Low 16 bits of the board's time at the end of the mean, ms: it wraps every 65.536 s. */
  readonly boardTime16_ms: number;
  readonly current_A: number;
  readonly voltage_V: number;
}

export interface KeptSamples {
  readonly samples: readonly KeptSample[];
  /** Samples that found no room since `begin`. */
  readonly lost: number;
}

const PARTS_A_COUNT = 128;
const COUNTS = 32_768;

interface Scale {
  readonly full_nA: number;
  readonly current: Correction;
  readonly voltage: VoltageCorrection;
}

export class Gs1Samples {
  private scale: Scale | undefined;
  private taken = 0;

  constructor(
    private readonly link: Gs1Link,
    private readonly calibration: Gs1Calibration,
  ) {}

  /**
   * Keeps a sample every `period_ms`, 1 to 500, from now on; 0 keeps none. In the range now selected, whose code is
   * `range`: to be begun again after another was selected or calibrated.
   */
  async begin(period_ms: number, range: number): Promise<void> {
    const full_nA = RANGES.find(({ code }) => code === range)?.fullScale_nA;
    if (full_nA === undefined) throw new RangeError(`there is no range ${range}`);
    const { current } = await this.calibration.selected();
    this.scale = { full_nA, current, voltage: await this.calibration.readVoltage() };
    this.taken = 0;
    await this.link.command(SAMPLING, encodeSamplingFrame({ period_ms }));
  }

  /** All that wait. They are given back to the board three by three once they are here, so that a lost answer loses none. */
  async take(): Promise<KeptSamples> {
    const { scale } = this;
    if (scale === undefined) throw new DeviceFault(this.link.name, 'no samples were begun');
    const samples: KeptSample[] = [];
    let lost = 0;
    for (let read = 0; read < CONSTANTS.samplesKept; read++) {
      const frame = decodeSamplesFrame(await this.link.read(SAMPLES));
      if (frame.first !== (this.taken & 0xffff))
        throw new DeviceFault(this.link.name, `sample ${this.taken} is missing: what waits begins at ${frame.first}`);
      const shown = samplesOf(frame, this.taken, scale);
      samples.push(...shown);
      ({ lost } = frame);
      if (shown.length === 0) break;
      this.taken += shown.length;
      await this.link.command(TAKE_SAMPLES, encodeTakeSamplesFrame({ next: this.taken & 0xffff }));
      if (frame.waiting === shown.length) break;
    }
    return { samples, lost };
  }
}

function samplesOf(frame: SamplesFrame, first: number, scale: Scale): KeptSample[] {
  const raw = [
    [frame.time1_ms, frame.current1, frame.voltage1_mV],
    [frame.time2_ms, frame.current2, frame.voltage2_mV],
    [frame.time3_ms, frame.current3, frame.voltage3_mV],
  ] as const;
  const { full_nA, current, voltage } = scale;
  return raw.slice(0, frame.waiting).map(([boardTime16_ms, parts, voltage_mV], index) => ({
    number: first + index,
    boardTime16_ms,
    current_A: corrected((parts / PARTS_A_COUNT / COUNTS) * full_nA, current.gain_ppb, current.offset_nA) * 1e-9,
    voltage_V: corrected(voltage_mV * 1e3, voltage.gain_ppb, voltage.offset_uV) * 1e-6,
  }));
}

function corrected(indicated: number, gain_ppb: number, offset: number): number {
  return indicated * (1 + gain_ppb * 1e-9) + offset;
}
