/** The figures of a run that a person asks for at its end, reduced from its samples. Pure but for its sums. */
import type { Sample } from '../model/sample.js';
import { GAS_VOLUME_mL_MOL } from '../physics/constants.js';
import type { Efficiency } from './efficiency.js';

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface Figures {
  /** Temperature while current flowed, °C; null when none did. */
  readonly temperature_C: Range | null;
  /** Mean of the same, °C. */
  readonly temperatureMean_C: number | null;
  readonly voltage_V: Range | null;
  readonly hydrogenMax_ppm: number | null;
  readonly ventMax_vol_percent: number | null;
  /** Hydrogen that left by the vent line, by its sensor and the sweep flow, µmol. */
  readonly ventHydrogen_umol: number;
  /** Faradaic efficiency of hydrogen as it was told last; null when it never meant anything. */
  readonly efficiency: Efficiency | null;
  /** Electrical energy that the cell took, J. */
  readonly energy_J: number;
  /** Absent where nothing was pumped. */
  readonly liquid?: FlowedLiquid;
}

/** Liquid by its meter from the first current to the last, mL. What flows while the run is held passes without a charge. */
export interface FlowedLiquid {
  readonly passed_mL: number;
  readonly charged_mL: number;
}

/** A current above this counts as flowing, as a share of the set point. */
const FLOWING_SHARE = 0.5;
/** Longer gaps between samples are not integrated over, s. */
const LONGEST_STEP_S = 5;

export class FigureBook {
  private temperature: Range | null = null;
  private temperatureSum = 0;
  private temperatureCount = 0;
  private voltage: Range | null = null;
  private hydrogenMax_ppm: number | null = null;
  private ventMax: number | null = null;
  private vented_umol = 0;
  private efficiency: Efficiency | null = null;
  private energy_J = 0;
  private last_s: number | null = null;
  private charged_mL = 0;
  private uncharged_mL = 0;
  /** Since the last current: counts only once there is another. */
  private pending_mL = 0;

  add(sample: Sample): void {
    const dt_s = this.last_s === null ? 0 : Math.min(LONGEST_STEP_S, Math.max(0, sample.elapsed_s - this.last_s));
    this.last_s = sample.elapsed_s;
    this.addGas(sample, dt_s);
    this.addLiquid(sample, dt_s);
    const { faradaic_efficiency: value, faradaic_efficiency_uncertainty: uncertainty } = sample;
    this.efficiency = value === null || uncertainty === null ? null : { value, uncertainty };
    const { current_mA, voltage_V } = sample;
    if (current_mA === null || sample.setpoint_mA === 0) return;
    if (!(Math.abs(current_mA) >= FLOWING_SHARE * Math.abs(sample.setpoint_mA))) return;
    this.addTemperature(sample.temperature_C);
    if (voltage_V === null) return;
    this.voltage = widened(this.voltage, voltage_V);
    this.energy_J += Math.abs((current_mA / 1000) * voltage_V) * dt_s;
  }

  get figures(): Figures {
    return {
      temperature_C: this.temperature,
      temperatureMean_C: this.temperatureCount === 0 ? null : this.temperatureSum / this.temperatureCount,
      voltage_V: this.voltage,
      hydrogenMax_ppm: this.hydrogenMax_ppm,
      ventMax_vol_percent: this.ventMax,
      ventHydrogen_umol: this.vented_umol,
      efficiency: this.efficiency,
      energy_J: this.energy_J,
      ...(this.charged_mL > 0
        ? { liquid: { passed_mL: this.charged_mL + this.uncharged_mL, charged_mL: this.charged_mL } }
        : {}),
    };
  }

  private addLiquid({ flow_mL_min, setpoint_mA }: Sample, dt_s: number): void {
    const flowed_mL = (Math.max(0, flow_mL_min ?? 0) / 60) * dt_s;
    if (setpoint_mA === 0) {
      if (this.charged_mL > 0) this.pending_mL += flowed_mL;
      return;
    }
    this.charged_mL += flowed_mL;
    this.uncharged_mL += this.pending_mL;
    this.pending_mL = 0;
  }

  private addTemperature(temperature_C: number | null): void {
    if (temperature_C === null) return;
    this.temperature = widened(this.temperature, temperature_C);
    this.temperatureSum += temperature_C;
    this.temperatureCount++;
  }

  /** The flow meter sees the nitrogen before the cell: what leaves is nitrogen over (1 - x). */
  private addGas(sample: Sample, dt_s: number): void {
    const { hydrogen_ppm, vent_hydrogen_vol_percent, sweep_mL_min } = sample;
    if (hydrogen_ppm !== null) this.hydrogenMax_ppm = Math.max(this.hydrogenMax_ppm ?? 0, hydrogen_ppm);
    if (vent_hydrogen_vol_percent === null) return;
    this.ventMax = Math.max(this.ventMax ?? 0, vent_hydrogen_vol_percent);
    if (sweep_mL_min === null) return;
    const share = vent_hydrogen_vol_percent / 100;
    const hydrogen_mL_min = (sweep_mL_min * share) / (1 - share);
    this.vented_umol += (hydrogen_mL_min / 60 / GAS_VOLUME_mL_MOL) * 1e6 * dt_s;
  }
}

function widened(range: Range | null, value: number): Range {
  if (range === null) return { min: value, max: value };
  return value >= range.min && value <= range.max
    ? range
    : { min: Math.min(range.min, value), max: Math.max(range.max, value) };
}
