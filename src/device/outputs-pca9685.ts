/**
 * Driver of the PCA9685 that drives pump and fans. One object owns the chip and gives an actuator for each channel.
 * Knows nothing of control; demands are shares of full drive, 0 to 1.
 *
 * Facts (NXP PCA9685): powers up asleep with all channels full off; PRE_SCALE = round(25 MHz / (4096 f)) - 1, at least 3,
 * taken only in sleep; oscillator up 0.5 ms after waking; a channel is four registers from 06h + 4n: ON_L, ON_H, OFF_L,
 * OFF_H, with bit 4 of the high bytes for full on and full off; auto-increment lets a channel go in one block, which
 * takes effect at its STOP. No identity register. OE# hangs on SAFE_EN, so that the board can take all outputs away.
 */
import type { I2cBus, Transfer } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { answers, failed, hex, withSetup } from './answers.js';
import { Demand } from './demand.js';
import { type Actuator, DeviceFault, type Poll, type Reading } from './ports.js';

const MODE1 = 0x00;
const MODE2 = 0x01;
const LED0 = 0x06;
const ALL_LED = 0xfa;
const PRESCALE = 0xfe;

const AUTO_INCREMENT = 0x20;
const SLEEP = 0x10;
/** Totem pole, changes at STOP, and low (not floating) while OE# is high. */
const TOTEM_POLE = 0x04;
const FULL = 0x10;
const OSCILLATOR_Hz = 25e6;
const OSCILLATOR_START_ms = 1;

const DONE: Reading<null> = { ok: true, value: null };

/** Prescaler for a PWM frequency, Hz. */
export function pca9685Prescale(frequency_Hz: number): number {
  return Math.min(255, Math.max(3, Math.round(OSCILLATOR_Hz / (4096 * frequency_Hz)) - 1));
}

/** Count of 4096 for a share, saturated at 0 and 1. */
export function pca9685Count(share: number): number {
  return Math.min(4096, Math.max(0, Math.round(share * 4096)));
}

/** ON_L, ON_H, OFF_L, OFF_H for a count of 0 to 4096; the ends have bits of their own. */
export function pca9685Registers(count: number): readonly [number, number, number, number] {
  if (count <= 0) return [0, 0, 0, FULL];
  if (count >= 4096) return [0, FULL, 0, 0];
  return [0, 0, count & 0xff, count >> 8];
}

export interface Pca9685OutputsOptions {
  readonly bus: I2cBus;
  readonly clock: Clock;
  readonly address: number;
  readonly frequency_Hz: number;
  /** Channel of each actuator, 0 to 15; no two the same. */
  readonly channels: {
    readonly pump: number;
    readonly canopyFan: number;
    readonly hotSideFan: number;
    /** Input of a bridge, where the Peltier hangs on one. */
    readonly bridge?: number;
  };
  /** An unchanged demand is written and read back again after so long. */
  readonly refresh_s?: number;
  readonly name?: string;
}

export class Pca9685Outputs {
  readonly name: string;
  readonly pump: Actuator;
  readonly canopyFan: Actuator;
  readonly hotSideFan: Actuator;
  /** null where no bridge is driven. */
  readonly bridge: Actuator | null;
  private readonly prescale: number;
  private readonly configure: readonly Transfer[];
  private readonly demands = new Map<number, Demand>();
  private opening: Promise<void> | undefined;
  /** Set when a channel did not read back: the chip may have been powered again, asleep and all off. */
  private lost = false;

  constructor(private readonly options: Pca9685OutputsOptions) {
    this.name = options.name ?? 'outputs';
    const { address, channels } = options;
    this.prescale = pca9685Prescale(options.frequency_Hz);
    const set = (register: number, ...values: number[]): Transfer => ({
      address,
      write: Uint8Array.of(register, ...values),
    });
    this.configure = [
      set(MODE1, SLEEP | AUTO_INCREMENT),
      set(PRESCALE, this.prescale),
      set(MODE2, TOTEM_POLE),
      set(ALL_LED, 0, 0, 0, FULL),
      set(MODE1, AUTO_INCREMENT), // awake; the all-call address stays off
    ];
    this.pump = this.actuator('pump', channels.pump);
    this.canopyFan = this.actuator('canopyFan', channels.canopyFan);
    this.hotSideFan = this.actuator('hotSideFan', channels.hotSideFan);
    this.bridge = channels.bridge === undefined ? null : this.actuator('bridge', channels.bridge);
  }

  /** Configures the chip once, all outputs off, and reads the configuration back; later calls wait for the same opening. */
  open(): Promise<void> {
    this.opening ??= this.prepare().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  private actuator(name: string, channel: number): Actuator {
    if (!(Number.isInteger(channel) && channel >= 0 && channel <= 15) || this.demands.has(channel)) {
      throw new RangeError(`${this.name}: channel ${channel} of ${name} does not exist or is taken`);
    }
    const demand = new Demand(this.options.clock, this.options.refresh_s ?? 1);
    this.demands.set(channel, demand);
    return { name, open: () => this.open(), write: (share) => this.write(channel, demand, share) };
  }

  private async prepare(): Promise<void> {
    const { bus, address, clock } = this.options;
    for (const transfer of this.configure) await bus.transfer(transfer);
    await clock.sleep(OSCILLATOR_START_ms);
    const [mode1 = 0, mode2 = 0] = await bus.transfer({ address, write: Uint8Array.of(MODE1), read: 2 });
    const [prescale = 0] = await bus.transfer({ address, write: Uint8Array.of(PRESCALE), read: 1 });
    if (mode1 !== AUTO_INCREMENT || mode2 !== TOTEM_POLE || prescale !== this.prescale) {
      const read = [mode1, mode2, prescale].map((value) => hex(value, 2)).join(' ');
      throw new DeviceFault(this.name, `MODE1, MODE2, PRE_SCALE read ${read}: not a PCA9685 as configured`);
    }
    this.forget();
  }

  private forget(): void {
    this.lost = false;
    for (const demand of this.demands.values()) demand.forget();
  }

  /** Share 0 to 1, cut to that; not a number: nothing is sent, a 'range' fault. */
  private write(channel: number, demand: Demand, share: number): Poll<null> {
    if (Number.isNaN(share))
      return { transfers: [], decode: () => failed('range', 'the demanded share is not a number') };
    const count = pca9685Count(share);
    if (!this.lost && !demand.due(count)) return { transfers: [], decode: () => DONE };
    const poll = this.channelWrite(channel, demand, count);
    if (!this.lost) return poll;
    this.forget(); // every channel is off after the set-up: each is written again
    return withSetup(this.configure, poll);
  }

  private channelWrite(channel: number, demand: Demand, count: number): Poll<null> {
    const { address } = this.options;
    const register = LED0 + 4 * channel;
    const wanted = pca9685Registers(count);
    return {
      transfers: [
        { address, write: Uint8Array.of(register, ...wanted) },
        { address, write: Uint8Array.of(register), read: 4 },
        { address, write: Uint8Array.of(MODE1), read: 1 },
      ],
      decode: (replies) => {
        demand.forget();
        const reply = answers(replies, [0, 4, 1]);
        if (!reply.ok) return reply;
        const [, held, mode] = reply.views;
        const same = wanted.every((value, i) => held.getUint8(i) === value);
        if (!same || mode.getUint8(0) !== AUTO_INCREMENT) {
          this.lost = true;
          return failed(
            'protocol',
            `channel ${channel} reads ${hex(held.getUint32(0), 8)}, MODE1 ${hex(mode.getUint8(0), 2)}`,
          );
        }
        demand.proved(count);
        return DONE;
      },
    };
  }
}
