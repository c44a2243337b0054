/**
 * The chips around the breakout's stage, each joined to stage and plant by plain functions, with the errors that a
 * calibration leaves. Owns which quantity reaches which pin; registers are the chips', relays the stage's.
 *
 * The ammeter sits in the supply, before the polarity relay: it sees the amount of the current, never its direction. The
 * voltmeter's dividers hang on the leads of the cell, behind the relay: it sees both.
 */
import type { Board } from '../model/board.js';
import type { Random } from '../model/random.js';
import type { Reactor } from '../model/reactor.js';
import type { BreakoutStage } from './breakout-stage.js';
import type { Chip } from './chip.js';
import { Ad5693r } from './chips/ad5693r.js';
import { Ads1115 } from './chips/ads1115.js';
import { Ina228 } from './chips/ina228.js';
import { Mcp4725 } from './chips/mcp4725.js';
import { Mcp9600 } from './chips/mcp9600.js';
import type { Plant } from './plant.js';

export type BreakoutPart = Extract<Board['chips']['galvanostat'], { driver: 'breakout' }>;
type Bridge = Extract<Board['chips']['coolerSource'], { driver: 'drv8871' }>;

export interface BreakoutSurroundings {
  readonly part: BreakoutPart;
  readonly plant: Plant;
  readonly stage: BreakoutStage;
  /** Supply of the cell, V. */
  readonly supply_V: number;
  readonly ambient_C: number;
  readonly noise: Random;
}

/** Residual of a shunt and its converter calibrated against a bench meter that is good to 200 ppm. */
const AMMETER_GAIN = 200e-6;
/** Offset of the INA228, 1 µV at most, and its noise with four averages of 540 µs (estimate from its noise table), V. */
const AMMETER_OFFSET_V = 1e-6;
const AMMETER_NOISE_V = 1.5e-6;
/** Its oscillator, which times the CHARGE register. */
const OSCILLATOR = 0.005;
/** Match of the dividers after calibration. */
const DIVIDER_MATCH = 2e-4;
const SENSE_TOLERANCE = 1e-3;
/** Error of the thermocouple chip, K: half of the 1.5 K of its data sheet. */
const THERMOCOUPLE_K = 0.75;
const BOARD_WARMING_K = 8;

export function breakoutChips(s: BreakoutSurroundings): Chip[] {
  return [converterChip(s), ammeterChip(s), voltmeterChip(s), thermocoupleChip(s)];
}

function converterChip({ part, stage }: BreakoutSurroundings): Chip {
  const { address, converter } = part;
  const onVoltage = (voltage_V: number): void => stage.setVoltage(voltage_V);
  switch (converter.driver) {
    case 'ad5693r':
      return new Ad5693r({ address, onVoltage });
    case 'mcp4725':
      return new Mcp4725({ address, supply_V: converter.supply_V, onVoltage });
  }
}

function ammeterChip({ part, plant, supply_V, ambient_C, noise }: BreakoutSurroundings): Chip {
  const { address, shunt_ohm } = part.ammeter;
  const own = noise.fork('ammeter');
  const gain = 1 + AMMETER_GAIN * (2 * own.uniform() - 1);
  const offset_A = (AMMETER_OFFSET_V * (2 * own.uniform() - 1)) / shunt_ohm;
  const rate = 1 + OSCILLATOR * (2 * own.uniform() - 1);
  return new Ina228({
    address,
    shunt_ohm: shunt_ohm * gain,
    current_A: () => Math.abs(plant.current_A) + offset_A,
    charge_C: () => plant.absoluteCharge_C * rate,
    voltage_V: () => supply_V,
    die_C: () => ambient_C + BOARD_WARMING_K,
    noise: own,
    shuntNoise_V: AMMETER_NOISE_V,
  });
}

/** AIN0 and AIN1 the leads of anode and cathode behind their dividers, AIN2 the resistor under the MOSFET. */
function voltmeterChip({ part, plant, supply_V, noise }: BreakoutSurroundings): Chip {
  const { address, divider } = part.voltmeter;
  const own = noise.fork('voltmeter');
  const mismatch = DIVIDER_MATCH * (2 * own.uniform() - 1);
  const sense_ohm = part.stage.sense_ohm * (1 + SENSE_TOLERANCE * (2 * own.uniform() - 1));
  // The lead on the supply's side stands at the supply, whichever it is.
  const lead = (sign: number): number => supply_V - Math.max(0, -sign * plant.voltage_V);
  return new Ads1115({
    address,
    inputs_V: [
      () => (lead(1) * (1 + mismatch)) / divider,
      () => lead(-1) / divider,
      () => Math.abs(plant.current_A) * sense_ohm,
    ],
    noise: own,
  });
}

function thermocoupleChip({ part, plant, ambient_C, noise }: BreakoutSurroundings): Chip {
  const own = noise.fork('thermocouple');
  const error_K = THERMOCOUPLE_K * (2 * own.uniform() - 1);
  return new Mcp9600({
    address: part.thermocouple.address,
    hot_C: () => plant.probe_C + error_K,
    cold_C: () => ambient_C + BOARD_WARMING_K,
    noise: own,
  });
}

/**
 * Peltier current behind the bridge and its filter, A: what the duty's share of the supply drives through module and
 * filter against the module's own Seebeck voltage.
 */
export function drivenPeltier_A(share: number, { supply_V, load_ohm }: Bridge, reactor: Reactor, plant: Plant): number {
  const seebeck_V = reactor.heat.peltier.seebeck_V_K * (plant.hotSide_C - plant.block_C);
  return share === 0 ? 0 : Math.max(0, (share * supply_V - seebeck_V) / load_ohm);
}
