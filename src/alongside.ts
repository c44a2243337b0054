/**
 * The twin alongside: a nominal plant of the run's reactor that follows the measured current, sweep and flow in step with
 * the run, its temperature held by its own loop at the same ramped set point. A root, because it joins the twin's plant
 * to a port of the control core. It sees observations only and drives nothing; no chip, no noise, no fault is in it.
 */
import type { Expectation, Expected } from './control/expectation.js';
import { TemperatureLoop } from './control/temperature-loop.js';
import { alternates } from './model/counted-charge.js';
import type { Observation } from './model/observation.js';
import type { Plan } from './model/plan.js';
import { FARADAY_C_MOL } from './physics/constants.js';
import { leavesOf } from './procedure/pause.js';
import { Plant } from './twin/plant.js';
import { HydrogenPath } from './twin/plant/hydrogen.js';

/** It moves once a second: the control loop of the temperature does, and what is judged is a mean of ten. */
const STEP_S = 1;
/** Where the current alternates the mean of a second says nothing of it: half waves last a second and more. */
const ALTERNATING_STEP_S = 0.1;
/** The most that is caught up with in one step: a process that slept goes on from where it is, s. */
const LONGEST_S = 10;
/** A current below this share of the reactor's is none: the relay may be open. */
const FLOWING_SHARE = 1e-3;
const NOTHING: Expected = {
  voltage_V: null,
  temperature_C: null,
  vent_hydrogen_vol_percent: null,
  ventCeiling_vol_percent: null,
};

/** What was measured over one step. */
interface Followed {
  readonly dt_s: number;
  readonly current_mA: number;
  readonly temperatureSetpoint_C: number | null;
  readonly sweep_mL_min: number;
  readonly flow_mL_min: number;
}

/**
 * Whether the twin's kinetics are those of the recipe, so that they say how much hydrogen is due: with a catalyst, with
 * nothing added that may take the electrons, and with an anode that makes protons. A metal that dissolves, zinc, lies
 * below ferrocene and makes none.
 */
export function makesKnownHydrogen({ weighing, reactor }: Pick<Plan, 'weighing' | 'reactor'>): boolean {
  const roles = new Set(weighing.map(({ role }) => role));
  return roles.has('catalyst') && !roles.has('reagent') && reactor.kinetics.anode.potential_V > 0;
}

/** Temperature that the steps bring the cell to last, °C; null when none does. */
function targetOf(steps: Plan['steps']): number | null {
  const last = leavesOf(steps).findLast((step) => step.kind === 'cool' || step.kind === 'heat');
  return last?.target_C ?? null;
}

export class TwinAlongside implements Expectation {
  private readonly plant: Plant;
  private readonly knowsHydrogen: boolean;
  private readonly step_s: number;
  private readonly ceiling: HydrogenPath;
  private readonly loop: TemperatureLoop;
  private expected: Expected = NOTHING;
  private begun = false;
  private waited_s = 0;
  private lastCharge_C = 0;
  private lastEnergy_J = 0;
  private passed_C = 0;

  /** `carried_C`: charge of the run that this one goes on from, amounts of both polarities. */
  constructor(
    private readonly plan: Plan,
    carried_C = 0,
  ) {
    const { reactor } = plan;
    this.step_s = alternates(plan) ? ALTERNATING_STEP_S : STEP_S;
    this.plant = new Plant(reactor);
    this.knowsHydrogen = makesKnownHydrogen(plan);
    this.ceiling = new HydrogenPath(reactor.hydrogen, reactor.cell.liquid_mL);
    const { inputs } = this.plant;
    inputs.stirring = inputs.canopyFan = inputs.hotSideFan = true;
    // The set point that it is given has been ramped already.
    this.loop = new TemperatureLoop({ ...reactor.control.temperature, taper_s: 0 }, reactor.heat.ambient_C);
    this.catchUp(carried_C);
  }

  next(seen: Observation, dt_s: number): Expected {
    if (!this.begun && !this.begin(seen)) return NOTHING;
    this.waited_s += dt_s;
    if (this.waited_s < this.step_s - 1e-9) return this.expected;
    const current_mA = ((seen.charge_C - this.lastCharge_C) / this.waited_s) * 1000;
    this.lastCharge_C = seen.charge_C;
    this.move({
      dt_s: Math.min(LONGEST_S, this.waited_s),
      current_mA,
      temperatureSetpoint_C: seen.temperature_setpoint_C,
      sweep_mL_min: seen.sweep_mL_min ?? this.plan.reactor.hydrogen.sweep_mL_min,
      flow_mL_min: seen.flow_mL_min ?? 0,
    });
    this.waited_s = 0;
    this.expected = this.read(current_mA, seen.setpoint_mA);
    return this.expected;
  }

  /** Takes the liquid as it is measured. */
  private begin(seen: Observation): boolean {
    if (seen.temperature_C === null) return false;
    this.begun = true;
    this.lastCharge_C = seen.charge_C;
    this.plant.settle(seen.temperature_C);
    return true;
  }

  /**
   * Before the run, and not in its first cycle: 30 h take seconds, and by then the board waits 150 ms for a heartbeat.
   * The cell is taken to have been at its target, and is put at the measured temperature when the run begins.
   */
  private catchUp(carried_C: number): void {
    const { numbers, reactor, limits, steps } = this.plan;
    const { current_mA } = numbers;
    if (!(carried_C > 0) || !(current_mA > 0)) return;
    const temperatureSetpoint_C = targetOf(steps) ?? reactor.heat.ambient_C;
    this.plant.settle(temperatureSetpoint_C);
    const { sweep_mL_min } = reactor.hydrogen;
    const flow_mL_min = limits.flowMin_mL_min ?? 0;
    const followed = { dt_s: STEP_S, current_mA, temperatureSetpoint_C, sweep_mL_min, flow_mL_min };
    for (let left = Math.round((carried_C / current_mA) * 1000); left > 0; left--) this.move(followed);
  }

  private move({ dt_s, current_mA, temperatureSetpoint_C, sweep_mL_min, flow_mL_min }: Followed): void {
    const { plant, plan } = this;
    const { inputs, defects } = plant;
    const energy_J = plant.energy_J;
    const power_W = (energy_J - this.lastEnergy_J) / dt_s;
    this.lastEnergy_J = energy_J;
    inputs.setCurrent_A = current_mA / 1000;
    inputs.connected = Math.abs(current_mA) > FLOWING_SHARE * plan.reactor.limits.current_mA;
    inputs.pump_mL_min = flow_mL_min;
    inputs.sweepOpen = sweep_mL_min > 0;
    defects.sweepShare = Math.max(0, sweep_mL_min) / plan.reactor.hydrogen.sweep_mL_min;
    inputs.peltier_A = this.loop.next(temperatureSetpoint_C, Infinity, plant.probe_C, power_W, dt_s);
    plant.advance(dt_s);
    this.passed_C += (Math.abs(current_mA) / 1000) * dt_s;
    this.ceiling.advance(dt_s, this.passed_C / (2 * FARADAY_C_MOL), {
      sweep_mL_min: plant.sweep_mL_min,
      canopy_L_min: plant.canopyFlow_L_min,
      clearance_mL_min: 1,
      leakShare: 0,
    });
  }

  private read(current_mA: number, setpoint_mA: number): Expected {
    const { plant, ceiling } = this;
    const flows = setpoint_mA !== 0 && Math.abs(current_mA) > FLOWING_SHARE * this.plan.reactor.limits.current_mA;
    return {
      voltage_V: flows ? plant.voltage_V : null,
      temperature_C: plant.probe_C,
      vent_hydrogen_vol_percent: this.knowsHydrogen ? plant.ventHydrogen_vol_percent : null,
      ventCeiling_vol_percent: 100 * ceiling.ventSensor,
    };
  }
}
