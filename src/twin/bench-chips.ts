/**
 * The chips of the reference bench at the addresses of its board file, each joined to the plant and the wiring by plain
 * functions. Owns which quantity reaches which pin; registers are the chips', physics is the plant's.
 */
import type { Board } from '../model/board.js';
import type { Random } from '../model/random.js';
import type { Reactor } from '../model/reactor.js';
import { drivenPeltier_A } from './breakout-chips.js';
import type { Chip } from './chip.js';
import { Ad5693r } from './chips/ad5693r.js';
import { Ads1115, thermistor_V } from './chips/ads1115.js';
import { Ina228 } from './chips/ina228.js';
import { Pca9685 } from './chips/pca9685.js';
import { Sen0473 } from './chips/sen0473.js';
import { Sfm4300 } from './chips/sfm4300.js';
import { Slf3s } from './chips/slf3s.js';
import { Tmp117 } from './chips/tmp117.js';
import type { FaultPoints } from './faults/points.js';
import type { Plant } from './plant.js';
import type { Wiring } from './wiring.js';

export interface ChipSurroundings {
  readonly board: Board;
  readonly reactor: Reactor;
  readonly plant: Plant;
  readonly wiring: Wiring;
  readonly noise: Random;
  readonly points: FaultPoints;
}

/** The hydrogen sensor hangs on the bench's standing supply: it has been warm for long when anybody begins, s. */
const HYDROGEN_POWERED_S = 3600;

/** All chips of the bench but the galvanostat's; the flow sensor only where the reactor has a pump. */
export function chipsOf(s: ChipSurroundings): Chip[] {
  const chips = [...coolingChips(s), ...coolerSourceChips(s), ...gasChips(s), driverChip(s)];
  if (s.reactor.transport.kind === 'channel') chips.push(flowChip(s));
  return chips;
}

/** The four inputs of an ADS1115, all at ground. */
function grounded(): (() => number)[] {
  return [0, 1, 2, 3].map(() => () => 0);
}

function coolingChips({ board, reactor, plant, wiring, noise, points }: ChipSurroundings): Chip[] {
  const { thermometer, coolerMeter, housekeeping } = board.chips;
  const { seebeck_V_K, resistance_ohm } = reactor.heat.peltier;
  const inputs_V = grounded();
  inputs_V[housekeeping.hotSide.input] = () =>
    thermistor_V(points.hotSide_C.through(plant.hotSide_C), housekeeping.hotSide);
  inputs_V[housekeeping.supply.input] = () => wiring.railVoltage_V / housekeeping.supply.divider;
  return [
    new Tmp117({
      address: thermometer.address,
      temperature_C: () => points.thermometer_C.through(plant.probe_C) - thermometer.offset_K,
      noise: points.noiseOf('thermometer', noise.fork('thermometer')),
    }),
    new Ina228({
      address: coolerMeter.address,
      shunt_ohm: coolerMeter.shunt_ohm,
      current_A: () => points.coolerMeter_A.through(plant.inputs.peltier_A),
      // A module's voltage: Seebeck of its faces' difference, and its resistance (models of a TEC, physics/heat.ts).
      voltage_V: () => seebeck_V_K * (plant.hotSide_C - plant.block_C) + resistance_ohm * plant.inputs.peltier_A,
      noise: points.noiseOf('cooler-meter', noise.fork('cooler-meter')),
    }),
    new Ads1115({ address: housekeeping.address, inputs_V, noise: noise.fork('housekeeping') }),
  ];
}

/** The converter of the Peltier's current source; a bridge hangs on the PCA9685 and has no chip of its own on the bus. */
function coolerSourceChips({ board, wiring }: ChipSurroundings): Chip[] {
  const { coolerSource } = board.chips;
  if (coolerSource.driver === 'drv8871') return [];
  let current_A = 0;
  wiring.peltier_A = () => current_A;
  return [
    new Ad5693r({
      address: coolerSource.address,
      onVoltage: (voltage_V) => {
        current_A = voltage_V * coolerSource.scale_A_V;
      },
    }),
  ];
}

function gasChips({ board, plant, noise, points }: ChipSurroundings): Chip[] {
  const { vent, hydrogen, sweepFlow } = board.chips;
  const inputs_V = grounded();
  inputs_V[vent.input] = () =>
    vent.zero_V + points.vent_vol_percent.through(plant.ventHydrogen_vol_percent) / vent.scale_vol_percent_V;
  return [
    new Ads1115({ address: vent.address, inputs_V, noise: noise.fork('vent') }),
    new Sen0473({
      address: hydrogen.address,
      hydrogen_ppm: () => points.hydrogen_ppm.through(plant.ambientHydrogen_ppm),
      noise: points.noiseOf('hydrogen', noise.fork('hydrogen')),
      fullScale_ppm: hydrogen.range_ppm,
      poweredFor_s: HYDROGEN_POWERED_S,
    }),
    new Sfm4300({
      address: sweepFlow.address,
      flow_mL_min: () => points.sweepMeter_mL_min.through(plant.sweep_mL_min),
      noise: points.noiseOf('sweep-meter', noise.fork('sweep')),
      factor: sweepFlow.factor,
    }),
  ];
}

function driverChip({ board, reactor, plant, wiring }: ChipSurroundings): Chip {
  const { address, pump, hotSideFan, canopyFan } = board.chips.outputs;
  const { coolerSource } = board.chips;
  let bridgeShare = 0;
  if (coolerSource.driver === 'drv8871')
    wiring.peltier_A = () => drivenPeltier_A(bridgeShare, coolerSource, reactor, plant);
  const chip = new Pca9685({
    address,
    onDuty: (channel, share) => {
      if (channel === pump) wiring.pumpShare = share;
      if (channel === hotSideFan) wiring.hotSideFanShare = share;
      if (channel === canopyFan) wiring.canopyFanShare = share;
      if (coolerSource.driver === 'drv8871' && channel === coolerSource.channel) bridgeShare = share;
    },
  });
  wiring.onSafeEnabled = (enabled) => {
    chip.outputsEnabled = enabled;
  };
  return chip;
}

function flowChip({ board, plant, noise, points }: ChipSurroundings): Chip {
  const { address, factor, scale_per_mL_min } = board.chips.liquidFlow;
  return new Slf3s({
    address,
    flow_mL_min: () => points.flowMeter_mL_min.through(plant.flow_mL_min),
    noise: points.noiseOf('flow-meter', noise.fork('liquid-flow')),
    factor,
    scale_per_mL_min,
  });
}
