/**
 * AD5693R 16-bit voltage output converter at register level: input and DAC register, control register with its reference
 * and gain bits, power-down, software reset, readback. Knows neither what hangs on its output nor the driver.
 *
 * Commands (first byte, high nibble): 1 input register, 2 update, 3 input register and update, 4 control register.
 * Control: D15 reset, D14:13 power-down, D12 REF (1 = internal reference OFF), D11 gain of 2 (AD5693R data sheet).
 */
import type { Chip } from '../chip.js';
import { bigEndian, word } from './words.js';

const CONTROL_RESET = 1 << 15;
const CONTROL_POWER_DOWN = 3 << 13;
const CONTROL_REFERENCE_OFF = 1 << 12;
const CONTROL_GAIN_2 = 1 << 11;
const INTERNAL_REFERENCE_V = 2.5;

export interface Ad5693rOptions {
  readonly address: number;
  /** Called when the output changes, V. */
  readonly onVoltage: (voltage_V: number) => void;
  /** Voltage at the REF pin from outside, used while the internal reference is off; none on the reference bench. */
  readonly externalReference_V?: number;
}

export class Ad5693r implements Chip {
  readonly address: number;
  private input = 0;
  private code = 0;
  private control = 0;
  private voltage_V = 0;

  constructor(private readonly options: Ad5693rOptions) {
    this.address = options.address;
  }

  reset(): void {
    this.input = 0;
    this.code = 0;
    this.control = 0;
    this.drive();
  }

  write(bytes: Uint8Array): boolean {
    // The 24-bit shift register acts on each full group of three bytes; an incomplete one is dropped at STOP.
    for (let i = 0; i + 3 <= bytes.length; i += 3) this.execute((bytes[i] ?? 0) >> 4, word(bytes, i + 1));
    this.drive();
    return true;
  }

  read(length: number): Uint8Array | undefined {
    return bigEndian(this.input, 2, length);
  }

  private execute(command: number, data: number): void {
    switch (command) {
      case 1:
        this.input = data;
        break;
      case 2:
        this.code = this.input;
        break;
      case 3:
        this.input = data;
        this.code = data;
        break;
      case 4:
        if (data & CONTROL_RESET) this.reset();
        else this.control = data;
        break;
      default:
        break; // no operation
    }
  }

  private drive(): void {
    const reference_V =
      this.control & CONTROL_REFERENCE_OFF ? (this.options.externalReference_V ?? 0) : INTERNAL_REFERENCE_V;
    const gain = this.control & CONTROL_GAIN_2 ? 2 : 1;
    const on = (this.control & CONTROL_POWER_DOWN) === 0;
    const voltage_V = on ? (this.code / 65536) * reference_V * gain : 0;
    if (voltage_V === this.voltage_V) return;
    this.voltage_V = voltage_V;
    this.options.onVoltage(voltage_V);
  }
}
