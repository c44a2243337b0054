/**
 * MCP4725 12-bit voltage output converter at register level (Microchip DS22039): fast write, write of the register and of
 * the EEPROM with its 25 ms of being busy, power-down, read-back, general behaviour at power-up (from the EEPROM).
 * Knows neither what hangs on its output nor the driver.
 */
import type { Chip } from '../chip.js';
import { padded } from './words.js';

const COUNTS = 4096;
const EEPROM_WRITE_S = 0.025;
const READY = 0x80;
const POWERED = 0x40;
const WRITE_REGISTER = 0b010;
const WRITE_BOTH = 0b011;

/** The factory's EEPROM: half of the supply, on. */
const FACTORY: Setting = { code: COUNTS / 2, down: 0 };

interface Setting {
  readonly code: number;
  /** Power-down code; 0 is on, the others pull the output to ground. */
  readonly down: number;
}

export interface Mcp4725Options {
  readonly address: number;
  /** Supply, which is its reference. */
  readonly supply_V: number;
  /** Called when the output changes, V; power-up from a factory EEPROM is such a change. */
  readonly onVoltage: (voltage_V: number) => void;
  /** What the EEPROM holds at first; zero and on, as a breakout bench must have it, when not given. */
  readonly stored?: 'zero' | 'factory';
}

export class Mcp4725 implements Chip {
  readonly address: number;
  private stored: Setting;
  private held: Setting;
  private voltage_V = 0;
  private busyUntil_s = 0;

  constructor(private readonly options: Mcp4725Options) {
    this.address = options.address;
    this.stored = options.stored === 'factory' ? FACTORY : { code: 0, down: 0 };
    this.held = this.stored;
    this.drive();
  }

  reset(): void {
    this.held = this.stored;
    this.busyUntil_s = 0;
    this.drive();
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    const [first = 0, second = 0, third = 0] = bytes;
    const command = first >> 5;
    if (bytes.length >= 2 && first >> 6 === 0) {
      this.held = { down: (first >> 4) & 3, code: ((first & 0x0f) << 8) | second };
    } else if (bytes.length >= 3 && (command === WRITE_REGISTER || command === WRITE_BOTH)) {
      if (now_s < this.busyUntil_s) return true; // new commands are ignored while the EEPROM is written
      this.held = { down: (first >> 1) & 3, code: (second << 4) | (third >> 4) };
      if (command === WRITE_BOTH) {
        this.stored = this.held;
        this.busyUntil_s = now_s + EEPROM_WRITE_S;
      }
    }
    this.drive();
    return true;
  }

  /** Status, register in two bytes from the left, EEPROM in two bytes. */
  read(length: number, now_s: number): Uint8Array | undefined {
    const { held, stored } = this;
    const status = (now_s < this.busyUntil_s ? 0 : READY) | POWERED | (held.down << 1);
    return padded(
      Uint8Array.of(
        status,
        held.code >> 4,
        (held.code & 0x0f) << 4,
        (stored.down << 5) | (stored.code >> 8),
        stored.code & 0xff,
      ),
      length,
    );
  }

  private drive(): void {
    const voltage_V = this.held.down === 0 ? (this.held.code / COUNTS) * this.options.supply_V : 0;
    if (voltage_V === this.voltage_V) return;
    this.voltage_V = voltage_V;
    this.options.onVoltage(voltage_V);
  }
}
