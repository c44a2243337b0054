/**
 * The converters on the board's SPI bus, at the level of their registers and frames: an ADS131M04 and a DAC8563. Owns
 * what they remember; knows volts, not what these stand for. Frames from their data sheets; both are mode 1, most
 * significant bit first.
 */
import { crc16 } from '../../../src/bus/frame.js';

/** One chip on the bus, from its select line falling to its rising again. */
interface SpiChip {
  select(): void;
  exchange(byte: number): number;
  deselect(): void;
}

const WORD_BYTES = 3;
const CHANNELS = 4;
const FRAME_BYTES = WORD_BYTES * (1 + CHANNELS + 1);
/** Full scale at gain 1: 2^23 codes. */
const ADC_FULL_SCALE_V = 1.2;

const STATUS_WORD = 0x050f; // word length 24 bits, data ready on four channels
const WRITE_REGISTER = 0x6000;
const WRITE_MASK = 0xe07f; // one register
const CLOCK_REGISTER = 0x03;
const CLOCK_AFTER_RESET = 0x0f0e;
const CHANNELS_ENABLED_SHIFT = 8;

export class Ads131m04 implements SpiChip {
  private readonly frame = new Uint8Array(FRAME_BYTES);
  private readonly received = new Uint8Array(FRAME_BYTES);
  private position = 0;
  private response = STATUS_WORD;
  private clock = CLOCK_AFTER_RESET;
  private codes: readonly number[] = [0, 0, 0, 0];
  private spoilt = 0;
  /** A broken converter repeats its last codes. */
  held = false;

  /** `convert` gives the volts at the four inputs now; what is no number is at the rail. */
  constructor(private readonly convert: () => readonly number[]) {}

  /** Spoils one bit in each of the next frames. */
  spoil(frames: number): void {
    this.spoilt = frames;
  }

  select(): void {
    this.position = 0;
    if (!this.held) this.codes = this.convert().map(codeOf);
    const view = new DataView(this.frame.buffer);
    view.setUint16(0, this.response);
    for (let channel = 0; channel < CHANNELS; channel++) {
      const enabled = ((this.clock >> CHANNELS_ENABLED_SHIFT) & (1 << channel)) !== 0;
      const code = enabled ? (this.codes[channel] ?? 0) : 0;
      view.setInt16(WORD_BYTES * (1 + channel), code >> 8);
      view.setUint8(WORD_BYTES * (1 + channel) + 2, code & 0xff);
    }
    view.setUint16(FRAME_BYTES - WORD_BYTES, crc16(this.frame.subarray(0, FRAME_BYTES - WORD_BYTES)));
    if (this.spoilt > 0) {
      this.spoilt--;
      this.frame[5] = (this.frame[5] ?? 0) ^ 0x10;
    }
  }

  exchange(byte: number): number {
    if (this.position >= FRAME_BYTES) return 0;
    this.received[this.position] = byte;
    return this.frame[this.position++] ?? 0;
  }

  deselect(): void {
    this.response = STATUS_WORD;
    if (this.position < FRAME_BYTES) return;
    const view = new DataView(this.received.buffer);
    const command = view.getUint16(0);
    if ((command & WRITE_MASK) !== WRITE_REGISTER) return;
    const register = (command >> 7) & 0x3f;
    if (register === CLOCK_REGISTER) this.clock = view.getUint16(WORD_BYTES);
    this.response = 0x4000 | (register << 7);
  }
}

function codeOf(volts: number): number {
  const codes = Math.round((volts / ADC_FULL_SCALE_V) * 0x80_0000);
  if (!(codes <= 0x7f_ffff)) return 0x7f_ffff;
  return Math.max(codes, -0x80_0000);
}

const WRITE_AND_UPDATE = 3;
const REFERENCE = 7;
const MID_SCALE = 0x8000;

/** Two channels of 16 bits; without its reference switched on it gives nothing. */
export class Dac8563 implements SpiChip {
  private readonly codes = [MID_SCALE, MID_SCALE];
  private referenceOn = false;
  private shifted = 0;
  private bytes = 0;

  /** Code of a channel. Mid-scale while there is no reference. */
  code(channel: number): number {
    return this.referenceOn ? (this.codes[channel] ?? MID_SCALE) : MID_SCALE;
  }

  select(): void {
    this.shifted = this.bytes = 0;
  }

  exchange(byte: number): number {
    if (this.bytes < 3) this.shifted = (this.shifted << 8) | byte;
    this.bytes++;
    return 0;
  }

  deselect(): void {
    if (this.bytes < 3) return;
    const command = (this.shifted >> 19) & 7;
    const channel = (this.shifted >> 16) & 7;
    const data = this.shifted & 0xffff;
    if (command === WRITE_AND_UPDATE && channel < this.codes.length) this.codes[channel] = data;
    if (command === REFERENCE) this.referenceOn = (data & 1) !== 0;
  }
}

/** Which chip the processor talks to, from the levels of their select lines. */
export class SpiBus {
  private readonly selected = new Set<SpiChip>();

  line(chip: SpiChip, low: boolean): void {
    if (low === this.selected.has(chip)) return;
    if (low) {
      this.selected.add(chip);
      chip.select();
    } else {
      this.selected.delete(chip);
      chip.deselect();
    }
  }

  /** What the selected chips make of a byte; 0xFF from an undriven line. */
  exchange(byte: number): number {
    let reply = 0xff;
    for (const chip of this.selected) reply &= chip.exchange(byte);
    return reply;
  }
}
