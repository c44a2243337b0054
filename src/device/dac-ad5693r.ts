/**
 * Driver of the AD5693R that sets the current of the breakout's stage. Owns the converter's registers; knows neither the
 * stage nor control. Facts as in peltier-ad5693r.ts; here every cycle writes, so there is no demand to remember.
 */
import type { I2cBus, Transfer } from '../bus/i2c.js';
import { answers, failed, hex } from './answers.js';
import { ad5693rCode } from './peltier-ad5693r.js';
import { DeviceFault, type Poll, type Reading } from './ports.js';
import type { StageConverter } from './stage-converter.js';

const WRITE_AND_UPDATE = 0x30;
const WRITE_CONTROL = 0x40;
const CONTROL_GAIN_2 = 1 << 11;

const DONE: Reading<null> = { ok: true, value: null };

export interface Ad5693rConverterOptions {
  readonly bus: I2cBus;
  readonly address: number;
  readonly reference_V: number;
  readonly gain: 1 | 2;
  readonly name?: string;
}

export class Ad5693rConverter implements StageConverter {
  readonly name: string;
  readonly span_V: number;
  private readonly control: Transfer;

  constructor(private readonly options: Ad5693rConverterOptions) {
    this.name = options.name ?? 'stage converter';
    this.span_V = options.reference_V * options.gain;
    const control = options.gain === 2 ? CONTROL_GAIN_2 : 0;
    this.control = { address: options.address, write: Uint8Array.of(WRITE_CONTROL, control >> 8, control & 0xff) };
  }

  async open(): Promise<void> {
    const { bus } = this.options;
    const zero = this.set(0);
    const reading = zero.decode(await bus.batch(zero.transfers));
    if (reading?.ok !== true) throw new DeviceFault(this.name, reading?.detail ?? 'no answer');
  }

  /** Reference and gain go with every code, so that a chip that was powered again gives no other current. */
  set(voltage_V: number): Poll<null> {
    const { address } = this.options;
    if (Number.isNaN(voltage_V)) {
      return { transfers: [], decode: () => failed('range', 'the demanded voltage is not a number') };
    }
    const code = ad5693rCode(voltage_V, this.span_V);
    return {
      transfers: [
        this.control,
        { address, write: Uint8Array.of(WRITE_AND_UPDATE, code >> 8, code & 0xff) },
        { address, read: 2 },
      ],
      decode: (replies) => {
        const reply = answers(replies, [0, 0, 2]);
        if (!reply.ok) return reply;
        const held = reply.views[2].getUint16(0);
        return held === code
          ? DONE
          : failed('protocol', `reads ${hex(held, 4)} back after ${hex(code, 4)} was written`);
      },
    };
  }
}
