/**
 * The plan: what a checked recipe becomes and what the procedure executes. A flat list of steps in plain numbers, each
 * with its unit in the key, and the limits that hold for the run.
 *
 * Only data. It must not know how a recipe is written, and nothing in it is checked again: the checker is the only maker.
 */
import type { PlanStep } from './plan-steps.js';
import type { Reactor } from './reactor.js';

export type CellMode = 'batch' | 'recirculating' | 'single-pass';

/** What a recipe may do without when it states its reason; each one is printed as a warning. */
export type Waiver = 'cooling' | 'purge' | 'hydrogen' | 'electrolysis';

export type { Aliquot, LeafStep, PlanStep, StepKind, TrackKind, TrackStep } from './plan-steps.js';

/**
 * What a hold does with each actuator, and what a resume waits for. The current is off while held, whatever the policy;
 * while the run finishes nothing is let go.
 */
export interface PausePolicy {
  readonly current: {
    /** Ramp to zero of an operator's hold; 0: at once. The guard's hold takes no longer than 2 s. */
    readonly down_s: number;
    /** Ramp back to the step's current; null: as fast as the step's own ramp. */
    readonly up_s: number | null;
  };
  /** release: the Peltier is off while held, and the current waits until the last cool step is met again. */
  readonly temperature: 'keep' | 'release';
  /** stop: the pump is off once the current is measured off, and the current waits until the last flow step is met again. */
  readonly flow: 'keep' | 'stop';
  /** The nitrogen valve is shut after so much sweep while held, and the last purge is repeated; null: it stays open. */
  readonly purgeStopAfter_s: number | null;
}

/** What a recipe gets that says nothing: ramp down within 2 s, keep everything else, come back by the step's own ramp. */
export const KEEP_ALL: PausePolicy = {
  current: { down_s: 2, up_s: null },
  temperature: 'keep',
  flow: 'keep',
  purgeStopAfter_s: null,
};

/** Derived numbers of the whole run, in the keys of `check --json`. Gas volumes at 25 °C and 1 atm. */
export interface PlanNumbers {
  readonly charge_C: number;
  /** Charge over Faraday's constant and the amount of the limiting reagent. */
  readonly charge_F_mol: number;
  /** Charge over current of the electrolysis: no ramp, no cooling. */
  readonly duration_s: number;
  /** Largest current of the run. */
  readonly current_mA: number;
  /** That current over the smaller electrode's geometric area. */
  readonly current_density_mA_cm2: number;
  /** Ceiling Q/2F: as if every electron made hydrogen. */
  readonly hydrogen_mL: number;
  readonly hydrogen_umol: number;
  /** Ceiling I/2F at the largest current. */
  readonly hydrogen_rate_mL_min: number;
  /** Hydrogen in the swept line at that rate; null when the recipe waives the purge and nothing sweeps. */
  readonly sweep_hydrogen_vol_percent: number | null;
  /** Steady voltage of the cell model at the largest current, the planned temperature and fresh solution. */
  readonly cell_voltage_V: number;
  /** Current times that voltage: an upper bound of the heat that the cell makes. */
  readonly heat_W: number;
}

/** Limits that the board enforces by itself while armed. */
export interface PlanEnvelope {
  /** 2 % over the largest set point, so that the trim of the current has room. */
  readonly current_mA: number;
  readonly voltage_V: number;
  /** 1 % over the planned charge: more than host and board may differ by, less than matters to the chemistry. */
  readonly charge_C: number;
  /** Longest time with the output on: 2 % over the guards of all electrolyses, so that the host's own guard comes first. */
  readonly duration_s: number;
  readonly temperatureMin_C: number;
  readonly temperatureMax_C: number;
}

/** Limits that the guard watches on the host, inside the envelope. */
export interface PlanLimits {
  readonly hydrogenWarn_ppm: number;
  readonly hydrogenTrip_ppm: number;
  /** Below this the hydrogen in the swept line could pass the recipe's limit; 0 when the purge is waived. */
  readonly sweepMin_mL_min: number;
  /** null when nothing is pumped. */
  readonly flowMin_mL_min: number | null;
  /** Error of the temperature while current flows: warn outside the first for 30 s, hold outside the second for 60 s. */
  readonly temperatureWarn_K: number;
  readonly temperatureHold_K: number;
  /** Hot side of the Peltier: the tighter of board and reactor. */
  readonly hotSideWarn_C: number;
  readonly hotSideTrip_C: number;
}

/** A row of the weighing table. */
export interface Weighing {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly amount_mmol: number;
  readonly equivalents: number;
  readonly mass_mg: number;
  /** One step of the balance, and the mass nearest to it: what to weigh. */
  readonly balance_mg: number;
  readonly weighed_mg: number;
  /** Equivalents that the balance puts it off; negative: too little. */
  readonly error_eq: number;
  /** Of a liquid whose density the recipe gives. */
  readonly volume_uL: number | null;
  readonly isPerchlorate: boolean;
  /** The mass as the source gives it, where the balance shows another one. */
  readonly source_mass?: string;
}

/** Series and entry that have made a recipe; its tags are free texts to sort records by. */
export interface PartOf {
  readonly series: string;
  readonly entry: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Plan {
  /** Name of the recipe, safe in a file name or topic. */
  readonly recipe: string;
  readonly title: string;
  /** Where the procedure was taken from, in one line. */
  readonly source: string;
  /** Fields that the source does not give, and where each comes from. */
  readonly derived: readonly { readonly field: string; readonly from: string }[];
  readonly reactor: Reactor;
  /** Name of the board that the plan was checked against. */
  readonly board: string;
  readonly mode: CellMode;
  readonly basis_mmol: number;
  /** Cells in parallel, each on a board of its own: every number of the plan is that of one. Absent: one. */
  readonly cells?: number;
  readonly steps: readonly PlanStep[];
  readonly numbers: PlanNumbers;
  readonly weighing: readonly Weighing[];
  readonly envelope: PlanEnvelope;
  readonly limits: PlanLimits;
  readonly waived: readonly Waiver[];
  readonly pause: PausePolicy;
  readonly recordRate_Hz: number;
  /** null for a recipe of its own. */
  readonly partOf: PartOf | null;
  readonly warnings: readonly string[];
  /** `--set` arguments as given, already in `text`. */
  readonly overrides: readonly string[];
  /** The recipe as it was, with its comments; with `--set`, as it was after them. */
  readonly text: string;
  /** Board and reactor files as they were. */
  readonly files: { readonly board: string; readonly reactor: string };
  /** SHA-256 of `text`, hexadecimal. */
  readonly sha256: string;
}
