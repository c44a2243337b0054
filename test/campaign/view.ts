/**
 * What the oracle looks at: the plant's truth at one instant, in flat numbers, and what a clause on it is. Owns the
 * vocabulary alone; how it is filled from a world is the oracle's, which numbers are unsafe is clauses.ts's.
 */
import type { Plan } from '../../src/model/plan.js';
import { FINAL_STATES, type RunState } from '../../src/model/state.js';

export interface PlantView {
  /** Of the bench's time, at the end of a chunk. */
  now_ms: number;
  run: RunState;
  /** Something has been on in this run. */
  energisedBefore: boolean;
  /** Longest time since then without a set point frame that reached the galvanostat, which is the host's heartbeat, ms. */
  silence_ms: number;
  /** A part that by itself keeps an output on against every command is broken: off takes its second step. */
  stuckOn: boolean;
  /** Transfers have been spoilt in this run: samples may have missed their period. */
  busHurt: boolean;
  current_mA: number;
  /** What the board's DAC asks of its stage. */
  commanded_mA: number;
  /** The command has not moved by a hundredth for 50 ms: no ramp is under way. */
  commandRests: boolean;
  absoluteCharge_C: number;
  voltage_V: number;
  compliance: boolean;
  connected: boolean;
  powered: boolean;
  peltier_A: number;
  /** -1 where the Peltier heats the cell that it is told to cool. */
  peltierSign: number;
  pump_mL_min: number;
  flow_mL_min: number;
  sweep_mL_min: number;
  liquid_C: number;
  /** Lowest since the Peltier began to carry current. */
  coldest_C: number;
  hotSide_C: number;
  /** At the ambient sensor, behind its response. */
  hydrogen_ppm: number;
  supply_V: number;
  eStopClosed: boolean;
  doorClosed: boolean;
  trayDry: boolean;
  cutoutClosed: boolean;
  canopyFanTurning: boolean;
  hotSideFanTurning: boolean;
}

/** What has to be off when a cause has stood for its time. `heat`: current or Peltier; `run`: the run itself has to end. */
export type Energised = 'current' | 'commanded' | 'heat' | 'cell' | 'power' | 'all' | 'run';

export interface Clause {
  readonly id: string;
  /** Rows of the fault catalogue. */
  readonly rows: string;
  /** True while the plant is in the state that must not last. Written so that NaN is one. */
  readonly cause: (view: PlantView, plan: Plan) => boolean;
  /** What must be off then; null: the cause itself is what must not be. */
  readonly off: Energised | null;
  /** How long the cause may last with it still on, ms. */
  readonly limit_ms: number;
  /** Seen by the host in samples of this period, ms: a hurt bus may cost three of them (rule 6). Absent: the board sees it. */
  readonly sampled_ms?: number;
  /** A trip: nothing may come on again in this run once it was due. */
  readonly latched: boolean;
  readonly why: string;
}

/** |I| up to this is off, mA. */
export const OFF_MA = 0.2;

/** A set point that the board judges by what comes of it, mA. */
const COMMANDED_MA = 5;

export const flows = (view: PlantView): boolean => !(Math.abs(view.current_mA) <= OFF_MA);
export const cools = (view: PlantView): boolean => !(view.peltier_A === 0);
export const pumps = (view: PlantView): boolean => !(view.pump_mL_min === 0);

export function isOn(view: PlantView, what: Energised): boolean {
  switch (what) {
    case 'current':
      return flows(view);
    case 'commanded':
      return view.commandRests && !(Math.abs(view.commanded_mA) <= COMMANDED_MA);
    case 'heat':
      return flows(view) || cools(view);
    case 'cell':
      return view.connected;
    case 'power':
      return view.powered || flows(view);
    case 'all':
      return energised(view);
    case 'run':
      return !(view.run === 'idle' || FINAL_STATES.has(view.run));
  }
}

/** True when any energy flows. */
export const energised = (view: PlantView): boolean => flows(view) || cools(view) || pumps(view);

/** A bench on which nothing is wrong and nothing is on. */
export function restingView(): PlantView {
  return {
    now_ms: 0,
    run: 'idle',
    energisedBefore: false,
    silence_ms: 0,
    stuckOn: false,
    busHurt: false,
    current_mA: 0,
    commanded_mA: 0,
    commandRests: true,
    absoluteCharge_C: 0,
    voltage_V: 0,
    compliance: false,
    connected: false,
    powered: false,
    peltier_A: 0,
    peltierSign: 1,
    pump_mL_min: 0,
    flow_mL_min: 25,
    sweep_mL_min: 100,
    liquid_C: 20,
    coldest_C: 20,
    hotSide_C: 25,
    hydrogen_ppm: 0.5,
    supply_V: 24,
    eStopClosed: true,
    doorClosed: true,
    trayDry: true,
    cutoutClosed: true,
    canopyFanTurning: true,
    hotSideFanTurning: true,
  };
}
