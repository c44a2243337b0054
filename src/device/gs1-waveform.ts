/**
 * Waveforms of the GS-1: up to 32 segments that the board runs by itself while the host answers its challenges (see
 * `driveWaveform` of the driver). Owns the loading and its proof; limits, dead-man and trips are the board's.
 */
import { crc16 } from '../bus/frame.js';
import {
  CONSTANTS,
  decodeProgressFrame,
  encodeSegmentFrame,
  encodeWaveFrame,
  PROGRESS,
  SEGMENT,
  WAVE,
} from '../bus/protocol.gen.js';
import type { Gs1Link } from './gs1-link.js';
import { endingsOf } from './gs1-stops.js';
import { DeviceFault } from './ports.js';

/** `ramp` goes straight from the set point before to `target_A`; `flip` goes there at the slew of flips and holds. */
export interface Segment {
  readonly kind: 'hold' | 'ramp' | 'flip';
  readonly target_A: number;
  /** Whole milliseconds, up to 12 days. */
  readonly duration_s: number;
}

export interface Waveform {
  readonly segments: readonly Segment[];
  /** Times that the end is reached; 1 when not given. */
  readonly loops?: number;
  /** Segment at which every further loop begins; the first when not given. */
  readonly loopFrom?: number;
}

export interface WaveformProgress {
  readonly segment: number;
  readonly loopsDone: number;
  readonly segmentTime_s: number;
  readonly done: boolean;
}

const KINDS = { hold: CONSTANTS.segmentHold, ramp: CONSTANTS.segmentRamp, flip: CONSTANTS.segmentFlip } as const;

export class Gs1Waveform {
  constructor(private readonly link: Gs1Link) {}

  /**
   * Sends a waveform and compares the checksum of what the board stored. Nothing moves yet. Throws RangeError for what
   * the board cannot hold, DeviceFault when it refuses or stored anything else.
   */
  async load({ segments, loops = 1, loopFrom = 0 }: Waveform): Promise<void> {
    if (!(segments.length >= 1 && segments.length <= CONSTANTS.segments))
      throw new RangeError(`a waveform has 1 to ${CONSTANTS.segments} segments, not ${segments.length}`);
    const frames = segments.map((segment, index) => segmentPayload(segment, index));
    const wave = encodeWaveFrame({ length: segments.length, loopFrom, loops });
    for (const frame of frames) await this.link.command(SEGMENT, frame);
    await this.link.command(WAVE, wave);
    const { waveformCrc, waveformLength } = decodeProgressFrame(await this.link.read(PROGRESS));
    const crc = [wave, ...frames].reduce((sum, payload) => crc16(payload, sum), 0xffff);
    if (waveformCrc !== crc || waveformLength !== segments.length)
      throw new DeviceFault(this.link.name, 'it stored another waveform than the one that was sent');
  }

  /** Takes the waveform away. */
  async clear(): Promise<void> {
    await this.link.command(WAVE, encodeWaveFrame({ length: 0, loopFrom: 0, loops: 1 }));
  }

  async progress(): Promise<WaveformProgress> {
    const frame = decodeProgressFrame(await this.link.read(PROGRESS));
    return {
      segment: frame.segment,
      loopsDone: frame.loop,
      segmentTime_s: frame.segmentTime_ms * 1e-3,
      done: endingsOf(frame).includes('waveform'),
    };
  }
}

function segmentPayload({ kind, target_A, duration_s }: Segment, index: number): Uint8Array {
  const target_nA = Math.round(target_A * 1e9);
  return encodeSegmentFrame({ index, kind: KINDS[kind], target_nA, duration_ms: Math.round(duration_s * 1e3) });
}
