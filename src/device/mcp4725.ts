/**
 * Driver of the MCP4725 that sets the current of a small breakout stage. Owns the converter's registers; knows neither
 * the stage nor control.
 *
 * Facts (Microchip DS22039): 12 bits over the supply; fast write 0000 D11..D8, D7..D0, with power-down in bits 13:12 and 0
 * for on; a read gives status (bit 7: EEPROM ready), register in two bytes from the left, EEPROM. At power-up it takes
 * what its EEPROM holds, from the factory half of the supply: a current that nobody asked for. So the EEPROM is made to
 * hold zero once, at opening.
 */
import type { I2cBus } from '../bus/i2c.js';
import type { Clock } from '../model/clock.js';
import { answers, failed, hex } from './answers.js';
import { DeviceFault, type Poll, type Reading } from './ports.js';
import type { StageConverter } from './stage-converter.js';

const COUNTS = 4096;
const WRITE_BOTH = 0x60;
/** The EEPROM takes 25 ms, 50 ms at most. */
const EEPROM_MS = 60;
const READY = 0x80;
const POWER_DOWN = 0x06;

const DONE: Reading<null> = { ok: true, value: null };

/** Code for an output voltage over the supply, saturated at 0 and at full scale. */
export function mcp4725Code(voltage_V: number, supply_V: number): number {
  return Math.min(COUNTS - 1, Math.max(0, Math.round((voltage_V / supply_V) * COUNTS)));
}

export interface Mcp4725ConverterOptions {
  readonly bus: I2cBus;
  readonly clock: Clock;
  readonly address: number;
  readonly supply_V: number;
  readonly name?: string;
}

export class Mcp4725Converter implements StageConverter {
  readonly name: string;
  readonly span_V: number;

  constructor(private readonly options: Mcp4725ConverterOptions) {
    this.name = options.name ?? 'stage converter';
    this.span_V = options.supply_V;
  }

  async open(): Promise<void> {
    const { bus, clock, address } = this.options;
    await bus.transfer({ address, write: Uint8Array.of(0, 0) });
    if ((await this.stored()) !== 0) {
      await bus.transfer({ address, write: Uint8Array.of(WRITE_BOTH, 0, 0) });
      await clock.sleep(EEPROM_MS);
    }
    const stored = await this.stored();
    if (stored !== 0)
      throw new DeviceFault(this.name, `its EEPROM keeps ${hex(stored, 4)}: it would power up with a current`);
  }

  set(voltage_V: number): Poll<null> {
    const { address } = this.options;
    if (Number.isNaN(voltage_V)) {
      return { transfers: [], decode: () => failed('range', 'the demanded voltage is not a number') };
    }
    const code = mcp4725Code(voltage_V, this.span_V);
    return {
      transfers: [
        { address, write: Uint8Array.of(code >> 8, code & 0xff) },
        { address, read: 3 },
      ],
      decode: (replies) => {
        const reply = answers(replies, [0, 3]);
        if (!reply.ok) return reply;
        const status = reply.views[1].getUint8(0);
        const held = reply.views[1].getUint16(1) >> 4;
        if (held === code && !(status & POWER_DOWN)) return DONE;
        return failed('protocol', `status ${hex(status, 2)}, holds ${hex(held, 3)} after ${hex(code, 3)} was written`);
      },
    };
  }

  /** What the EEPROM holds, power-down bits included; no chip answers so that its busy bit reads ready and its code 0. */
  private async stored(): Promise<number> {
    const { bus, address } = this.options;
    const [status = 0, , , high = 0xff, low = 0xff] = await bus.transfer({ address, read: 5 });
    if (!(status & READY)) throw new DeviceFault(this.name, `status ${hex(status, 2)}: its EEPROM is being written`);
    return ((high & 0x7f) << 8) | low;
  }
}
