/**
 * Peltier supply from a DRV8871 bridge behind a channel of the PCA9685, and a filter that makes direct current of its
 * pulses. Owns the way from a current to a duty; the chip on the bus is the PCA9685's driver.
 *
 * Open loop: duty = I R / U leaves out the Seebeck voltage of the module, some 2 V at 40 K, so that less flows than was
 * asked, by up to a third; the temperature loop asks for more, and the meter shows what flows. IN2 of the bridge stays
 * low: it cannot heat.
 */
import { failed } from './answers.js';
import type { Actuator, Poll } from './ports.js';

export interface Drv8871Options {
  /** Share 0 to 1 of the supply on the bridge's output. */
  readonly output: Actuator;
  readonly supply_V: number;
  /** Module, filter and bridge together, at rest. */
  readonly load_ohm: number;
  /** A greater demand is cut to this. */
  readonly currentMax_A: number;
  readonly name?: string;
}

export class Drv8871Peltier implements Actuator {
  readonly name: string;

  constructor(private readonly options: Drv8871Options) {
    this.name = options.name ?? 'peltier';
  }

  open(): Promise<void> {
    return this.options.output.open();
  }

  /** Peltier current in A, cut to 0 to currentMax_A; not a number: nothing is sent, a 'range' fault. */
  write(current_A: number): Poll<null> {
    if (Number.isNaN(current_A))
      return { transfers: [], decode: () => failed('range', 'the demanded current is not a number') };
    const { output, supply_V, load_ohm, currentMax_A } = this.options;
    const wanted_A = Math.min(currentMax_A, Math.max(0, current_A));
    return output.write((wanted_A * load_ohm) / supply_V);
  }
}
