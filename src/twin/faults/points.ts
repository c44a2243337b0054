/**
 * Every place of a simulated bench at which a fault can be put in, by name: what the board's converters see, what its
 * outputs reach, what the chips measure, contacts and wires. Owns the list of places; what breaks there is targets.ts's.
 */
import type { Random } from '../../model/random.js';
import { Tap } from './tap.js';

/** A contact or a tacho as the wires bring it; true is the healthy state. */
export const CONTACTS = [
  'e-stop-closed',
  'door-closed',
  'tray-dry',
  'thermal-cutout-closed',
  'canopy-fan-turning',
  'hot-side-fan-turning',
] as const;
export type Contact = (typeof CONTACTS)[number];

export class FaultPoints {
  // From the board's commands to the copper. The stage is told a current by the DAC; its FET and its relay are apart.
  readonly dac_A = new Tap<number>();
  readonly stage_A = new Tap<number>();
  readonly outputRelay = new Tap<boolean>();
  /** The way from the stage through the relay, whatever its contact says. */
  readonly outputPath = new Tap<boolean>();
  readonly masterRelay = new Tap<boolean>();
  readonly relayRequest = new Tap<boolean>();
  readonly safeEnabled = new Tap<boolean>();
  readonly cooler_A = new Tap<number>();
  readonly pump_mL_min = new Tap<number>();
  readonly canopyFan = new Tap<boolean>();
  readonly hotSideFan = new Tap<boolean>();
  readonly sweepOpen = new Tap<boolean>();

  // From the plant to the board's converters.
  readonly shunt_A = new Tap<number>();
  readonly returnLead_A = new Tap<number>();
  readonly voltage_V = new Tap<number>();
  readonly safetyThermometer_C = new Tap<number>();
  readonly supply_V = new Tap<number>();

  // From the plant to the chips.
  readonly thermometer_C = new Tap<number>();
  readonly coolerMeter_A = new Tap<number>();
  readonly hotSide_C = new Tap<number>();
  readonly vent_vol_percent = new Tap<number>();
  readonly hydrogen_ppm = new Tap<number>();
  readonly sweepMeter_mL_min = new Tap<number>();
  readonly flowMeter_mL_min = new Tap<number>();

  readonly contacts: Readonly<Record<Contact, Tap<boolean>>> = {
    'e-stop-closed': new Tap(),
    'door-closed': new Tap(),
    'tray-dry': new Tap(),
    'thermal-cutout-closed': new Tap(),
    'canopy-fan-turning': new Tap(),
    'hot-side-fan-turning': new Tap(),
  };

  /** Noise of a chip by its name: a sensor that is stuck repeats its last code, noise and all. */
  readonly noise = new Map<string, Tap<number>>();

  /** The noise of a chip, through its tap. Draws go on while it is hushed, so that all after it is as without. */
  noiseOf(chip: string, own: Random): Random {
    const tap = new Tap<number>();
    this.noise.set(chip, tap);
    return { uniform: () => own.uniform(), normal: () => tap.through(own.normal()), fork: (name) => own.fork(name) };
  }
}
