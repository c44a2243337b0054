/**
 * What a galvanostat whose loop the host closes needs from the converter before its op-amp. Owns this interface alone.
 */
import type { Poll } from './ports.js';

export interface StageConverter {
  readonly name: string;
  /** Voltage of its full scale. */
  readonly span_V: number;
  /** Zero volt, read back. Rejects with BusFault or DeviceFault. */
  open(): Promise<void>;
  /** Brings the output to a voltage, cut to 0 and to the span, and checks that the chip holds it. */
  set(voltage_V: number): Poll<null>;
}
