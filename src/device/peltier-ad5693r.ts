/**
 * Driver of the AD5693R whose voltage sets the current of the Peltier source. Owns the converter's registers; knows no
 * other chip and nothing of control.
 *
 * Facts (AD5693R data sheet): 16 bits over reference * gain; command 3 writes and updates, 4 writes control: D12 REF is
 * inverted (1 turns the internal 2.5 V reference OFF), D11 doubles the span. No identity register; a plain read gives the
 * input register back, which after command 3 is what drives the output (check on the first board).
 */
import type { I2cBus, Transfer } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { answers, failed, hex } from './answers.js';
import { Demand } from './demand.js';
import { type Actuator, DeviceFault, type Poll, type Reading } from './ports.js';

const WRITE_AND_UPDATE = 0x30;
const WRITE_CONTROL = 0x40;
const CONTROL_GAIN_2 = 1 << 11;
const MAX_CODE = 0xffff;

const DONE: Reading<null> = { ok: true, value: null };

/** Code for an output voltage over a span (reference times gain), saturated at 0 and at full scale. */
export function ad5693rCode(voltage_V: number, span_V: number): number {
  return Math.min(MAX_CODE, Math.max(0, Math.round((voltage_V / span_V) * 65536)));
}

export interface Ad5693rPeltierOptions {
  readonly bus: I2cBus;
  readonly clock: Clock;
  readonly address: number;
  /** Internal reference, V; nothing else than 2.5 is built in. */
  readonly reference_V?: number;
  readonly gain: 1 | 2;
  /** Current of the source per volt of the converter. */
  readonly scale_A_V: number;
  /** A greater demand is cut to this. */
  readonly currentMax_A: number;
  /** An unchanged demand is written and read back again after so long. */
  readonly refresh_s?: number;
  readonly name?: string;
}

export class Ad5693rPeltier implements Actuator {
  readonly name: string;
  private readonly span_V: number;
  private readonly control: Transfer;
  private readonly demand: Demand;

  constructor(private readonly options: Ad5693rPeltierOptions) {
    this.name = options.name ?? 'peltier';
    this.span_V = (options.reference_V ?? 2.5) * options.gain;
    const control = options.gain === 2 ? CONTROL_GAIN_2 : 0;
    this.control = { address: options.address, write: Uint8Array.of(WRITE_CONTROL, control >> 8, control & 0xff) };
    this.demand = new Demand(options.clock, options.refresh_s ?? 1);
  }

  /** Sets reference, gain and zero current, and reads the zero back. */
  async open(): Promise<void> {
    const { bus, address } = this.options;
    this.demand.forget();
    await bus.transfer(this.control);
    await bus.transfer(this.set(0));
    const [high = 0xff, low = 0xff] = await bus.transfer({ address, read: 2 });
    if (high !== 0 || low !== 0)
      throw new DeviceFault(this.name, `reads ${hex((high << 8) | low, 4)} back after 0 was written`);
  }

  /**
   * Peltier current in A, cut to 0 to currentMax_A (the source is unipolar). A demand that is not a number sends nothing
   * and is a 'range' fault. Reference and gain are written with every code, so that a chip that was powered again cannot
   * give another current than the one asked for.
   */
  write(current_A: number): Poll<null> {
    if (Number.isNaN(current_A)) {
      return { transfers: [], decode: () => failed('range', 'the demanded current is not a number') };
    }
    const { address, scale_A_V, currentMax_A } = this.options;
    const wanted_A = Math.min(currentMax_A, Math.max(0, current_A));
    const code = ad5693rCode(wanted_A / scale_A_V, this.span_V);
    if (!this.demand.due(code)) return { transfers: [], decode: () => DONE };
    return {
      transfers: [this.control, this.set(code), { address, read: 2 }],
      decode: (replies) => {
        this.demand.forget();
        const reply = answers(replies, [0, 0, 2]);
        if (!reply.ok) return reply;
        const held = reply.views[2].getUint16(0);
        if (held !== code) return failed('protocol', `reads ${hex(held, 4)} back after ${hex(code, 4)} was written`);
        this.demand.proved(code);
        return DONE;
      },
    };
  }

  private set(code: number): Transfer {
    return { address: this.options.address, write: Uint8Array.of(WRITE_AND_UPDATE, code >> 8, code & 0xff) };
  }
}
