/**
 * ADS1115 converter, as the drivers of its two places on the bench use it: single conversions that are begun in one poll
 * and fetched in the next. Owns register values and the proof that a result is new and of the right input; knows nothing
 * of what hangs on the inputs.
 *
 * Facts (TI SBAS444): writing configuration with bit 15 begins a conversion; bit 15 reads 1 when none runs; result is
 * signed, full scale / 32768 a bit; data rate ±10 %. Single conversions and not continuous ones, because only then a
 * result can be told from an old one. At 8 SPS (125 ms, at most 139 ms) noise is least.
 */
import { BusFault, type I2cBus, type Reply, type Transfer } from '../bus/i2c.js';
import { answers, type Failed, failed, failedTransfer, hex } from './answers.js';
import { DeviceFault } from './ports.js';

const CONVERSION = 0;
const CONFIG = 1;
const IDLE = 1 << 15;
const START = 1 << 15;
const MUX_GROUND = 1 << 14;
const SINGLE = 1 << 8;
const COMPARATOR_OFF = 0b11;
const POWER_ON_CONFIG = 0x8583;

/** Full scales of the programmable amplifier, V; the place is the PGA code. */
const FULL_SCALE_V = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256] as const;
export type Ads1115FullScale_V = (typeof FULL_SCALE_V)[number];

/** Data rates in use, and their codes: 8 SPS is the quietest, 250 SPS ends within a cycle of 20 ms. */
const RATE_CODE = { 8: 0, 250: 5 } as const;

/** One input against ground, or AIN0 against AIN1, and its range. */
export interface Ads1115Input {
  readonly input: number;
  /** Only input 0 has the one after it as its other end. */
  readonly against?: 'ground' | 'next';
  /** 8 when not given. */
  readonly rate_Hz?: keyof typeof RATE_CODE;
  readonly fullScale_V: Ads1115FullScale_V;
}

/** Configuration that begins one conversion of an input. Throws RangeError for one that the chip does not have. */
export function ads1115Config({ input, fullScale_V, against = 'ground', rate_Hz = 8 }: Ads1115Input): number {
  if (!(Number.isInteger(input) && input >= 0 && input <= 3)) throw new RangeError(`ADS1115 has no input AIN${input}`);
  if (against === 'next' && input !== 0) throw new RangeError('of the pairs only AIN0 against AIN1 is wired');
  const mux = against === 'next' ? 0 : MUX_GROUND | (input << 12);
  const gain = FULL_SCALE_V.indexOf(fullScale_V);
  return START | mux | (gain << 9) | SINGLE | (RATE_CODE[rate_Hz] << 5) | COMPARATOR_OFF;
}

/** Voltage of a signed result, V. */
export function ads1115_V(code: number, fullScale_V: number): number {
  return (code / 32768) * fullScale_V;
}

/** True when a result stands at an end of the converter: the voltage is at least that far out. */
export function ads1115Railed(code: number): boolean {
  return code >= 0x7fff || code <= -0x8000;
}

export type Conversion = { readonly ok: true; readonly voltage_V: number } | Failed;

/** The transfers of one input: fetch the conversion begun before, begin the next. */
export class Ads1115Channel {
  readonly begin: Transfer;
  readonly fetch: readonly Transfer[];
  private readonly config: number;

  constructor(
    address: number,
    private readonly input: Ads1115Input,
  ) {
    this.config = ads1115Config(input);
    this.begin = { address, write: Uint8Array.of(CONFIG, this.config >> 8, this.config & 0xff) };
    this.fetch = [
      { address, write: Uint8Array.of(CONFIG), read: 2 },
      { address, write: Uint8Array.of(CONVERSION), read: 2 },
    ];
  }

  /**
   * Begins a conversion and reads the configuration back, which an absent chip or another one does not answer so: the
   * ADS1115 has no identity register. Rejects with BusFault or DeviceFault.
   */
  async open(bus: I2cBus, name: string): Promise<void> {
    await bus.transfer(this.begin);
    const [high = 0, low = 0] = await bus.transfer({
      address: this.begin.address,
      write: Uint8Array.of(CONFIG),
      read: 2,
    });
    const config = (high << 8) | low;
    if ((config & ~IDLE) !== (this.config & ~IDLE)) {
      throw new DeviceFault(
        name,
        `configuration ${hex(config, 4)} read back, ${hex(this.config, 4)} written: not an ADS1115`,
      );
    }
  }

  /** The conversion that `fetch` brought, or undefined while it still runs. */
  decode(replies: readonly Reply[]): Conversion | undefined {
    const reply = answers(replies, [2, 2]);
    if (!reply.ok) return reply;
    const config = reply.views[0].getUint16(0);
    if ((config & ~IDLE) !== (this.config & ~IDLE)) {
      const why = config === POWER_ON_CONFIG ? 'the chip was powered again' : 'not what was written';
      return failed('protocol', `configuration ${hex(config, 4)}: ${why}`);
    }
    if (!(config & IDLE)) return undefined;
    const code = reply.views[1].getInt16(0);
    if (ads1115Railed(code))
      return failed('range', `AIN${this.input.input} is at or beyond ±${this.input.fullScale_V} V`);
    return { ok: true, voltage_V: ads1115_V(code, this.input.fullScale_V) };
  }
}

/** Whether a conversion was begun: a start that failed on the bus must not be fetched, for the old result still stands. */
export function begun(reply: Reply | undefined): Failed | undefined {
  if (reply === undefined) return failed('protocol', 'no reply to the start of the conversion');
  return reply instanceof BusFault ? failedTransfer(reply) : undefined;
}
