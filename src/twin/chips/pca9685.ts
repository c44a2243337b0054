/**
 * PCA9685 sixteen-channel 12-bit PWM generator at register level (NXP): auto-increment, sleep and restart, prescaler that
 * takes only in sleep, full-on and full-off bits, ALL_LED, and the output-enable pin. Its all-call address is not answered.
 * Knows neither what its outputs drive nor the driver.
 */
import type { Chip } from '../chip.js';

const MODE1 = 0x00;
const MODE2 = 0x01;
const LED0 = 0x06;
const LAST_LED = 0x45;
const ALL_LED = 0xfa;
const PRESCALE = 0xfe;
const CHANNELS = 16;

const RESTART = 0x80;
const AUTO_INCREMENT = 0x20;
const SLEEP = 0x10;
/** Bit 4 of ON_H and OFF_H: always on, always off. */
const FULL = 0x10;
const OSCILLATOR_Hz = 25e6;

/** Share of the time that an output is high, from its four registers; full-off wins over full-on. */
export function pca9685Share(onLow: number, onHigh: number, offLow: number, offHigh: number): number {
  if (offHigh & FULL) return 0;
  if (onHigh & FULL) return 1;
  const on = ((onHigh & 0x0f) << 8) | onLow;
  const off = ((offHigh & 0x0f) << 8) | offLow;
  return ((off - on + 4096) % 4096) / 4096;
}

export interface Pca9685Options {
  readonly address: number;
  /** Called when the share (0 to 1) of a channel changes, output-enable and sleep included. */
  readonly onDuty: (channel: number, share: number) => void;
}

export class Pca9685 implements Chip {
  readonly address: number;
  private readonly registers = new Uint8Array(256);
  private readonly shares = new Float64Array(CHANNELS);
  private pointer = 0;
  private enabled = true;
  /** Set by sleep while outputs ran: they stay off after waking until RESTART or a write to a channel. */
  private halted = false;

  constructor(private readonly options: Pca9685Options) {
    this.address = options.address;
    this.reset();
  }

  /** The OE# pin, true when it allows the outputs. On the reference bench it hangs on SAFE_EN. */
  set outputsEnabled(enabled: boolean) {
    this.enabled = enabled;
    this.drive();
  }

  get outputsEnabled(): boolean {
    return this.enabled;
  }

  /** PWM frequency as prescaled, Hz. */
  get frequency_Hz(): number {
    return OSCILLATOR_Hz / (4096 * (this.register(PRESCALE) + 1));
  }

  reset(): void {
    this.registers.fill(0);
    this.registers.set([0x11, 0x04, 0xe2, 0xe4, 0xe8, 0xe0]);
    for (let channel = 0; channel < CHANNELS; channel++) this.registers[LED0 + 4 * channel + 3] = FULL;
    this.registers[PRESCALE] = 0x1e;
    this.pointer = 0;
    this.halted = false;
    this.drive();
  }

  write(bytes: Uint8Array): boolean {
    const [pointer, ...values] = bytes;
    if (pointer === undefined) return true;
    this.pointer = pointer;
    for (const value of values) {
      this.store(this.pointer, value);
      this.advance();
    }
    this.drive(); // outputs change at STOP (MODE2 OCH = 0)
    return true;
  }

  read(length: number): Uint8Array | undefined {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      // ALL_LED registers read as 0.
      bytes[i] = this.pointer >= ALL_LED && this.pointer < PRESCALE ? 0 : this.register(this.pointer);
      this.advance();
    }
    return bytes;
  }

  private register(index: number): number {
    return this.registers[index] ?? 0;
  }

  private advance(): void {
    if (!(this.register(MODE1) & AUTO_INCREMENT)) return;
    this.pointer = this.pointer === LAST_LED ? 0 : (this.pointer + 1) & 0xff;
  }

  private store(register: number, value: number): void {
    if (register === MODE1) {
      this.setMode1(value);
    } else if (register === PRESCALE) {
      if (this.register(MODE1) & SLEEP) this.registers[PRESCALE] = Math.max(3, value);
    } else if (register >= ALL_LED && register < PRESCALE) {
      for (let channel = 0; channel < CHANNELS; channel++)
        this.registers[LED0 + 4 * channel + register - ALL_LED] = value;
      this.resume();
    } else if (register >= LED0 && register <= LAST_LED) {
      this.registers[register] = value;
      this.resume();
    } else if (register === MODE2 || register < LED0) {
      this.registers[register] = value;
    }
  }

  private setMode1(value: number): void {
    const wasAwake = !(this.register(MODE1) & SLEEP);
    if (value & SLEEP && wasAwake && this.shares.some((share) => share > 0)) this.halted = true;
    // Writing 1 to RESTART while awake resumes the halted channels; the bit itself then reads 0.
    if (value & RESTART && !(value & SLEEP) && wasAwake) this.halted = false;
    this.registers[MODE1] = (value & ~RESTART) | (this.halted ? RESTART : 0);
  }

  private resume(): void {
    this.halted = false;
    this.registers[MODE1] = this.register(MODE1) & ~RESTART;
  }

  private drive(): void {
    const running = this.enabled && !this.halted && !(this.register(MODE1) & SLEEP);
    for (let channel = 0; channel < CHANNELS; channel++) {
      const base = LED0 + 4 * channel;
      const share = running
        ? pca9685Share(this.register(base), this.register(base + 1), this.register(base + 2), this.register(base + 3))
        : 0;
      if (share === this.shares[channel]) continue;
      this.shares[channel] = share;
      this.options.onDuty(channel, share);
    }
  }
}
