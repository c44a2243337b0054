/** A plant with the least control that runs a whole procedure: for tests of the plant only, at 10 to 50 ms steps. */
import { readFileSync } from 'node:fs';
import { parseReactor, type Reactor } from '../../src/model/reactor.js';
import { seeded, type Random } from '../../src/model/random.js';
import { Plant } from '../../src/twin/plant.js';

export function reactor(name: string): Reactor {
  const url = new URL(`../../boards/reactors/${name}.yaml`, import.meta.url);
  return parseReactor(readFileSync(url, 'utf8'), `${name}.yaml`);
}

/** The reactor in a bath that nothing warms: everything at `temperature_C` for good. */
export function isothermal(reactor: Reactor, temperature_C = 0): Reactor {
  return { ...reactor, heat: { ...reactor.heat, ambient_C: temperature_C, stirring_W: 0, liquid_J_K: 1e12 } };
}

/**
 * The cell of models 3a alone: two exponential electrodes without limits, at 0 degC. The donor route is the cathode line
 * there; a vessel of tonnes keeps its composition.
 */
export function plainCell(): Reactor {
  const batch = isothermal(reactor('batch-10ml'));
  const { kinetics } = batch;
  return {
    ...batch,
    cell: { ...batch.cell, liquid_mL: 1e7 },
    transport: { ...batch.transport, imineDiffusion_cm2_s: 1e9, donorDiffusion_cm2_s: 1e9 },
    kinetics: {
      ...kinetics,
      catalyst: { ...kinetics.catalyst, rate_per_s: 0 },
      pinacol: { ...kinetics.pinacol, exchange_A_cm2: 0 },
      background: { ...kinetics.background, exchange_A_cm2: 0 },
    },
  };
}

/** Moves a plant to an instant of its own time. */
export function advanceTo(plant: Plant, instant_s: number, step_s: number): void {
  while (instant_s - plant.elapsed_s > 1e-7) plant.advance(Math.min(step_s, instant_s - plant.elapsed_s));
}

/** PI at 1 Hz with feed-forward, conditional integration and a set point that ramps and tapers. */
export class TestLoop {
  setpoint_C: number;
  integral_A = 0;
  settled_s = 0;
  /** Integral of the error against the ramped set point and its extremes, K s. */
  error_K_s = 0;
  errorMin_K_s = 0;
  errorMax_K_s = 0;
  saturated = false;
  /** Feed-forward of the cell's electrical power. */
  jouleForward = true;

  constructor(
    private readonly plant: Plant,
    private readonly target_C: number,
    private readonly noise: Random,
  ) {
    this.setpoint_C = plant.liquid_C;
  }

  /** Once a second. */
  tick(): void {
    const { plant } = this;
    const control = plant.reactor.control.temperature;
    const measured_C = Math.round((plant.probe_C + 0.01 * this.noise.normal()) * 128) / 128;
    const toGo_K = this.setpoint_C - this.target_C;
    const rate_K_s = Math.min(control.rampRate_K_min / 60, toGo_K / control.taper_s);
    this.setpoint_C -= rate_K_s;
    const error_K = measured_C - this.setpoint_C;
    this.error_K_s += error_K;
    this.errorMin_K_s = Math.min(this.errorMin_K_s, this.error_K_s);
    this.errorMax_K_s = Math.max(this.errorMax_K_s, this.error_K_s);
    const forward_A =
      (this.jouleForward ? control.heatForward_A_W * plant.current_A * plant.voltage_V : 0) +
      control.ambientForward_A_K * (plant.ambient_C - this.setpoint_C) +
      control.rampForward_A_s_K * rate_K_s;
    const step_A = (control.gain_A_K * error_K) / control.integralTime_s;
    const wanted_A = control.gain_A_K * error_K + this.integral_A + step_A + forward_A;
    const applied_A = Math.min(control.currentMax_A, Math.max(control.currentMin_A, wanted_A));
    this.saturated = applied_A !== wanted_A;
    const pushing = (wanted_A > applied_A && step_A > 0) || (wanted_A < applied_A && step_A < 0);
    if (!pushing) this.integral_A += step_A;
    plant.inputs.peltier_A = applied_A;
    const reached = this.setpoint_C - this.target_C <= 0.002;
    this.settled_s = reached && Math.abs(measured_C - this.target_C) < control.settleBand_K ? this.settled_s + 1 : 0;
  }
}

export interface Rig {
  readonly plant: Plant;
  readonly loop: TestLoop;
}

/** Everything on as a procedure begins: nitrogen, fans, stirrer or pump; the loop cools from ambient. */
export function rig(reactor: Reactor, seed = 1): Rig {
  const plant = new Plant(reactor);
  Object.assign(plant.inputs, { stirring: true, sweepOpen: true, canopyFan: true, hotSideFan: true });
  if (reactor.transport.kind === 'channel') plant.inputs.pump_mL_min = reactor.transport.flow_mL_min;
  return { plant, loop: new TestLoop(plant, 0, seeded(seed)) };
}

/** Cools until settled; gives the duration, s. `watch` sees the plant once a second. */
export function coolDown({ plant, loop }: Rig, watch?: () => void): number {
  const settle_s = plant.reactor.control.temperature.settle_s;
  while (loop.settled_s < settle_s) {
    loop.tick();
    for (let i = 0; i < 20; i++) plant.advance(0.05);
    watch?.();
    if (plant.elapsed_s > 7200) throw new Error('the plant does not settle');
  }
  return plant.elapsed_s;
}

/** A run with its current settled: cooled, ramped and held for `held_s` since the current began. */
export function settledRun(of: Reactor, held_s: number, step_s = 0.05): Rig {
  const settled = rig(of);
  coolDown(settled);
  const current_A = nominalCurrent_A(of.name);
  pass(settled, { current_A, ramp_s: 120, until_C: current_A * (held_s - 60), step_s });
  settled.plant.inputs.setCurrent_A = current_A;
  settled.plant.inputs.connected = true;
  return settled;
}

export function nominalCurrent_A(name: string): number {
  const currents: Record<string, number> = { 'batch-10ml': 0.018, 'flow-12cm2': 0.08, 'batch-overdriven': 0.18 };
  const current_A = currents[name];
  if (current_A === undefined) throw new Error(`no nominal current for ${name}`);
  return current_A;
}

/** Runs plant and loop until `reached`, looking every `step_s`; gives the time since now, Infinity when not within `within_s`. */
export function runUntil({ plant, loop }: Rig, within_s: number, reached: () => boolean, step_s = 0.05): number {
  const from_s = plant.elapsed_s;
  const perSecond = Math.round(1 / step_s);
  while (plant.elapsed_s - from_s < within_s) {
    loop.tick();
    for (let i = 0; i < perSecond; i++) {
      plant.advance(step_s);
      if (reached()) return plant.elapsed_s - from_s;
    }
  }
  return Infinity;
}

export interface Passage {
  readonly current_A: number;
  readonly ramp_s: number;
  readonly until_C: number;
  readonly step_s: number;
}

/**
 * Passes current until the charge is reached, then cuts it; gives the time that current flowed. The last step is as
 * long as the charge asks for. `watch` sees the plant once a second with the time since the current began.
 */
export function pass({ plant, loop }: Rig, passage: Passage, watch?: (since_s: number) => void): number {
  const from_s = plant.elapsed_s;
  const perSecond = Math.round(1 / passage.step_s);
  plant.inputs.connected = true;
  for (;;) {
    loop.tick();
    for (let i = 0; i < perSecond; i++) {
      const middle_s = plant.elapsed_s - from_s + passage.step_s / 2;
      plant.inputs.setCurrent_A = passage.current_A * Math.min(1, passage.ramp_s > 0 ? middle_s / passage.ramp_s : 1);
      const missing_C = passage.until_C - plant.charge_C;
      plant.advance(Math.min(passage.step_s, missing_C / plant.inputs.setCurrent_A));
      if (passage.until_C - plant.charge_C < 1e-9 * passage.until_C) {
        plant.inputs.setCurrent_A = 0;
        plant.inputs.connected = false;
        return plant.elapsed_s - from_s;
      }
    }
    watch?.(Math.round(plant.elapsed_s - from_s));
  }
}
