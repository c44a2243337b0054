/**
 * A reactor: one cell with its vessel, cooling plant and gas paths, as data. Owns the format of boards/reactors/*.yaml.
 * Must not know recipes, boards or how any number is used; it is the one table that the checker, the controller and the
 * simulated plant all read, so that they cannot disagree. Equations and symbols are those of src/physics.
 */
import { z } from 'zod';
import { dotted, readDocument } from './document.js';
import { type Outcome, Refusal } from './problem.js';
import { fields, validate } from './validate.js';

const positive = (description: string) => z.number().positive().describe(description);
const notNegative = (description: string) => z.number().nonnegative().describe(description);
const real = (description: string) => z.number().describe(description);

/** An exponential (Tafel) branch: j = exchange * e^{|V - potential| / b}, b = RT/(0.5 F). */
const branch = {
  exchange_A_cm2: notNegative('current density at the reference potential; 0 switches the route off'),
  potential_V: real('reference potential against ferrocene'),
};

const cell = fields({
  liquid_mL: positive('volume of the electrolyte, V'),
  area_cm2: positive('geometric area of one electrode face, A'),
  gap_cm: positive('distance between the electrodes, d'),
  conductivity_mS_cm: positive('conductivity of the electrolyte at 0 degC, k0'),
  lead_ohm: notNegative('resistance of leads and contacts, Rx'),
  anodeCapacitance_mF: positive('double layer of the felt anode, Ca'),
  cathodeCapacitance_mF: positive('double layer of the nickel cathode, Cc'),
  anodeStart_V: real('anode potential against ferrocene before the first current'),
  cathodeStart_V: real('cathode potential against ferrocene before the first current'),
});

const kinetics = fields({
  anode: fields(branch).describe('oxidation of DMF: one proton an electron'),
  donor: fields({ ...branch, reference_mM: positive('donor concentration at which exchange_A_cm2 holds') }).describe(
    'reduction of the residual proton donor to hydrogen',
  ),
  catalyst: fields({
    potential_V: real('half-wave potential of the catalyst, Ecat'),
    electrons: positive("electrons a turnover, n'"),
    diffusion_cm2_s: positive('diffusion coefficient of the catalyst, Dcat'),
    rate_per_s: notNegative('observed rate constant at the reference concentration of 1a, kcat'),
    reference_mM: positive('concentration of 1a at which rate_per_s holds'),
  }).describe('catalytic reduction of 1a to the aza-allyl anion and hydrogen'),
  pinacol: fields({ ...branch, reference_mM: positive('imine concentration at which exchange_A_cm2 holds') }).describe(
    'direct reduction of either imine: a loss',
  ),
  background: fields(branch).describe('reduction of solvent and electrolyte: no limit'),
  filmGrowth_ohm_cm4_C: notNegative('growth of the cathode film, ohm cm2 for each C/cm2 of background charge'),
});

const solution = fields({
  imine1a_mM: positive('N-allyl imine at the start'),
  imine2a_mM: positive('limiting sulfinyl imine at the start'),
  catalyst_mM: notNegative('catalyst at the start'),
  donor_mM: notNegative('residual proton donor at the start'),
  base_mM: notNegative('free base at the start'),
  additionHalf_mM: positive('2a at which half of the aza-allyl anions add to it, Ks'),
  catalystDecay_per_s: notNegative('first-order loss of the catalyst, kd'),
  neutralisation_per_M_s: notNegative('donor + base, second order, kn'),
});

const diffusion = {
  imineDiffusion_cm2_s: positive('diffusion coefficient of 1a and 2a at 0 degC'),
  donorDiffusion_cm2_s: positive('diffusion coefficient of the proton donor at 0 degC'),
};

const transport = z.discriminatedUnion('kind', [
  fields({
    kind: z.literal('stirred'),
    ...diffusion,
    film_um: positive('thickness of the diffusion film while the stirrer runs'),
    clearance_mL_min: positive('flow of liquid that carries bubbles out of the gap, Qb'),
  }),
  fields({
    kind: z.literal('channel'),
    ...diffusion,
    width_cm: positive('width of the channel'),
    length_cm: positive('length of the channel along the flow'),
    flow_mL_min: positive('design flow of the recirculating pump'),
    flowMin_mL_min: positive('least flow at which current may pass'),
    stillClearance_mL_min: positive('clearance of bubbles by buoyancy alone, pump stopped'),
    circuit: fields({
      pumpFull_mL_min: positive('flow of its pump at full drive'),
      meterScale_per_mL_min: positive('counts of its flow meter for each mL/min, which name the kind: 500, 10000'),
    })
      .optional()
      .describe('Pump head and flow meter of the cell itself, in place of those of the board.'),
  }),
]);

const hydrogen = fields({
  saturation_mM: positive('solubility of hydrogen at 1 bar'),
  release_per_s: positive('rate at which the excess over saturation forms bubbles, kb'),
  headspace_mL: positive('gas volume over the liquid, Vh'),
  sweep_mL_min: positive('nitrogen through the headspace'),
  sweepMin_mL_min: positive('least nitrogen at which hydrogen may be made'),
  line_mL: positive('volume of the line to the vent sensor'),
  ventSensor_t90_s: positive('response of the vent sensor to 90 %'),
  leakShare: z.number().min(0).max(1).describe('share of the free gas that leaks into the canopy, phi'),
  leakMixing_s: positive('lag of the leak into the canopy, tm'),
  canopy_L: positive('volume of the canopy'),
  canopy_L_min: positive('air drawn through the canopy by its fan'),
  canopyMin_L_min: positive('least draw at which hydrogen may be made'),
  canopyStill_L_min: notNegative('draw that remains when the fan has stopped'),
  ambientSensor_t90_s: positive('response of the ambient sensor to 90 %'),
  ambientBackground_ppm: notNegative('hydrogen in clean air'),
});

const heat = fields({
  liquid_J_K: positive('heat capacity of the liquid, Cl'),
  liquidToAmbient_W_K: positive('UA'),
  liquidToBlock_W_K: positive('UAjb'),
  block_J_K: positive('heat capacity of the cooled block, Cb'),
  blockToAmbient_W_K: notNegative('G'),
  hotSide_J_K: positive('heat capacity of the hot side, Chs'),
  hotSide_K_W: positive('resistance from hot side to ambient with the fan running, Rhs'),
  hotSideFanStopped_K_W: positive('the same with the fan stopped'),
  stirring_W: notNegative('heat of stirring or pumping, Pstir'),
  ambient_C: real('temperature of the room'),
  probe_s: positive('lag of a thermometer in its sheath'),
  peltier: fields({
    seebeck_V_K: positive('module Seebeck coefficient'),
    resistance_ohm: positive('module resistance'),
    conductance_W_K: positive('module heat conductance'),
  }),
});

const galvanostat = fields({
  output_V: positive('largest output voltage, shunt included'),
  complianceShare: z
    .number()
    .gt(0)
    .lt(1)
    .describe('share of the available cell voltage above which the stage says COMPL'),
  shunt_ohm: positive('shunt of the range that this cell uses'),
});

const temperatureControl = fields({
  period_s: positive('period of the temperature loop'),
  gain_A_K: positive('Kp, ampere of cooling for each K too warm'),
  integralTime_s: positive('Ti'),
  currentMin_A: real('lower clamp of the Peltier current; cooling is positive'),
  currentMax_A: positive('upper clamp; at most 0.8 of the current of coldest block'),
  heatForward_A_W: notNegative('feed-forward of the electrical power of the cell'),
  ambientForward_A_K: notNegative('feed-forward of ambient minus set point'),
  rampForward_A_s_K: notNegative('feed-forward of the rate of fall of the set point'),
  rampRate_K_min: positive('rate of the set point'),
  taper_s: positive('the rate is also at most the distance to the target over this time'),
  settleBand_K: positive('error within which the cell counts as settled'),
  settle_s: positive('time within that band before current may flow'),
});

const control = fields({
  temperature: temperatureControl,
  currentRamp_s: positive('linear ramp from zero to the current'),
  purge_s: positive('nitrogen before any current: five headspace volumes and more'),
  sensorWarmUp_s: positive('warm-up of hydrogen sensors with the canopy fan running'),
  sweepAfter_s: positive('nitrogen after the current has ended'),
});

const limits = fields({
  current_mA: positive('largest current that this reactor is laid out for'),
  voltage_V: positive('trip on cell voltage (LIM_V)'),
  temperatureMin_C: real('trip, whole procedure'),
  temperatureMax_C: real('trip, whole procedure, cool-down from ambient included'),
  bandWarn_K: positive('warn outside this band while current flows'),
  bandWarn_s: positive('for this long'),
  bandHold_K: positive('hold outside this band while current flows'),
  bandHold_s: positive('for this long'),
  transportRatio: positive('largest current over the sum of all limiting currents'),
  hotSideWarn_C: real('hot side of the Peltier module'),
  hotSideTrip_C: real('hot side of the Peltier module'),
  sweepHydrogen_vol_percent: positive('largest hydrogen in the sweep gas, all current taken as hydrogen'),
  ambientWarn_ppm: positive('ambient hydrogen'),
  ambientTrip_ppm: positive('ambient hydrogen'),
})
  .refine((l) => l.temperatureMin_C < l.temperatureMax_C, {
    path: ['temperatureMin_C'],
    message: 'must be below temperatureMax_C',
  })
  .refine((l) => l.bandWarn_K <= l.bandHold_K, { path: ['bandWarn_K'], message: 'must not exceed bandHold_K' })
  .refine((l) => l.hotSideWarn_C < l.hotSideTrip_C, { path: ['hotSideWarn_C'], message: 'must be below hotSideTrip_C' })
  .refine((l) => l.ambientWarn_ppm < l.ambientTrip_ppm, {
    path: ['ambientWarn_ppm'],
    message: 'must be below ambientTrip_ppm',
  });

export const reactorSchema = fields({
  reactor: z.literal(1).describe('version of this format'),
  name: z.string().regex(/^[a-z0-9_-]{1,32}$/, 'lower-case letters, digits, - and _, at most 32'),
  title: z.string().min(1),
  source: z.string().min(1).describe('where the numbers come from, in one sentence'),
  cell,
  kinetics,
  solution,
  transport,
  hydrogen,
  heat,
  galvanostat,
  control,
  limits,
});

export type Reactor = z.infer<typeof reactorSchema>;
export type TemperatureControl = Reactor['control']['temperature'];

/** Reads a reactor from the text of its file, or gives every problem at its line and column. */
export function readReactorText(text: string, fileName: string): Outcome<Reactor> {
  const { document, problems } = readDocument(fileName, new TextEncoder().encode(text), dotted, 'scientific');
  if (document === null) return { ok: false, problems };
  return validate(document, reactorSchema, problems);
}

/** The reactor of a file's text. Throws `Refusal` with every problem at its line and column. */
export function parseReactor(text: string, fileName: string): Reactor {
  const outcome = readReactorText(text, fileName);
  if (!outcome.ok) throw new Refusal(outcome.problems);
  return outcome.value;
}
