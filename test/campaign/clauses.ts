/**
 * What is unsafe, row by row of the fault catalogue, as data over the plant's truth. A limit is the catalogue's, plus what
 * the reference bench needs to see it where the catalogue counts from a sample; each says so. Knows no host and no board.
 */
import { FINAL_STATES } from '../../src/model/state.js';
import { cools, flows, type Clause, type PlantView } from './view.js';

/** A chunk of the twin at rest: a cause begins up to so long before anybody can see it, ms. */
export const CHUNK_MS = 10;
/** Off that is not obeyed opens the master relay in this, and the current decays through the cell, ms. */
export const SECOND_STEP_MS = 200;
/** A control cycle that must end and one that must act, ms. */
const CYCLES_MS = 100;
/** Chips of 0.5 s: the sample that sees it, and the cycle that acts on it. */
const HALF_SECOND_CHIP_MS = 500 + CYCLES_MS;
/** A hold ramps to zero in two seconds and is then measured. */
export const RAMP_DOWN_MS = 2000 + SECOND_STEP_MS;
/** The hydrogen sensor's own noise and resolution at full scale. */
const HYDROGEN_SHARE = 1.05;
/** A thermometer in its sheath lags by 6 s; at 0.3 K/s, twice the fastest heating of a healthy bench, that is 2 K. */
const SHEATH_K = 2;

const ended = (view: PlantView): boolean => FINAL_STATES.has(view.run) || view.run === 'idle';

const strays = (v: PlantView): boolean =>
  v.connected && !v.compliance && !(Math.abs(v.current_mA - v.commanded_mA) <= 0.5 + 0.06 * Math.abs(v.commanded_mA));

export const CLAUSES: readonly Clause[] = [
  {
    id: 'over-current',
    rows: 'H1',
    cause: (v, plan) => !(Math.abs(v.current_mA) <= 1.1 * plan.envelope.current_mA),
    off: null,
    limit_ms: 20,
    latched: true,
    why: 'more than 110 % of the envelope for longer than 20 ms',
  },
  {
    id: 'over-charge',
    rows: 'H31',
    cause: (v, plan) => !(v.absoluteCharge_C <= 1.001 * plan.envelope.charge_C),
    off: null,
    limit_ms: 0,
    latched: true,
    why: 'more charge than the envelope by a thousandth',
  },
  {
    id: 'host-silent',
    rows: 'B2 B4 B5 P1-P6 O1 O5',
    cause: (v) => !(v.silence_ms <= 250),
    off: 'all',
    limit_ms: 0,
    latched: true,
    why: 'no heartbeat for 250 ms',
  },
  {
    id: 'ended-on',
    rows: 'P11 H28',
    cause: ended,
    off: 'all',
    limit_ms: 50,
    latched: false,
    why: 'the run is idle or has ended',
  },
  {
    id: 'polarity',
    rows: 'H7',
    cause: (v) => !(v.current_mA >= -5),
    off: null,
    limit_ms: 50 + CHUNK_MS,
    latched: true,
    why: 'current flows the wrong way',
  },
  {
    id: 'not-obeyed',
    rows: 'H2',
    cause: (v) => v.commanded_mA === 0 && flows(v),
    off: null,
    limit_ms: SECOND_STEP_MS + 2 * CHUNK_MS, // the board looks at its own grid, and the relay follows
    latched: true,
    why: 'current although the board commands none',
  },
  {
    id: 'not-following',
    rows: 'H8',
    cause: (v) => v.commandRests && strays(v),
    off: 'current',
    limit_ms: 400,
    latched: true,
    why: 'the stage does not follow its DAC by 6 %',
  },
  {
    id: 'not-following-in-ramp',
    rows: 'H8',
    // The row asks for a step that is not followed; while a set point moves nobody judges, so a ramp of 2 s and the step's time.
    cause: strays,
    off: 'current',
    limit_ms: 2000 + 400 + CYCLES_MS,
    latched: true,
    why: 'the stage does not follow its DAC by 6 %, ramps included',
  },
  {
    id: 'over-voltage',
    rows: 'H4',
    cause: (v, plan) => !(Math.abs(v.voltage_V) <= 1.05 * plan.envelope.voltage_V),
    off: 'cell',
    limit_ms: 500,
    latched: true,
    why: 'cell voltage 5 % above the envelope',
  },
  {
    id: 'compliance',
    rows: 'H4',
    cause: (v) => v.compliance && flows(v),
    off: 'current',
    limit_ms: 5000 + RAMP_DOWN_MS + CYCLES_MS,
    latched: false,
    why: 'the stage is at its voltage limit',
  },
  {
    id: 'open-cell',
    rows: 'H5',
    cause: (v) => v.connected && v.compliance && v.commanded_mA > 5 && !(v.current_mA >= 0.5 * v.commanded_mA),
    off: 'cell',
    limit_ms: 500,
    latched: true,
    why: 'at its voltage limit with less than half of the current that was set',
  },
  {
    id: 'hot-cell',
    rows: 'H17',
    cause: (v, plan) => !(v.liquid_C <= plan.envelope.temperatureMax_C + SHEATH_K),
    off: 'current',
    limit_ms: 500 + CYCLES_MS,
    latched: true,
    why: 'the liquid is hotter than the envelope by more than a sheath hides',
  },
  {
    id: 'cold-cell',
    rows: 'H18',
    cause: (v, plan) => !(v.liquid_C >= plan.envelope.temperatureMin_C - SHEATH_K),
    off: 'all',
    limit_ms: 1000 + HALF_SECOND_CHIP_MS,
    sampled_ms: 500,
    latched: true,
    why: 'the liquid is colder than the envelope by more than a sheath hides',
  },
  {
    id: 'peltier-heats',
    rows: 'H13',
    // The cell's own thermometer has to see one kelvin behind its sheath.
    cause: (v) => v.peltierSign < 0 && cools(v) && !(v.liquid_C <= v.coldest_C + 1 + SHEATH_K),
    off: 'all',
    limit_ms: 2000 + HALF_SECOND_CHIP_MS,
    sampled_ms: 500,
    latched: true,
    why: 'a reversed Peltier has warmed the cell by three kelvin',
  },
  {
    id: 'hot-side',
    rows: 'H15',
    cause: (v, plan) => !(v.hotSide_C <= plan.limits.hotSideTrip_C + 1),
    off: 'all',
    limit_ms: 1000 + 1000 + CYCLES_MS, // its converter is read once a second
    sampled_ms: 1000,
    latched: true,
    why: 'the hot side is above its trip',
  },
  {
    id: 'hot-side-fan',
    rows: 'H15',
    cause: (v) => !v.hotSideFanTurning,
    off: 'current',
    limit_ms: 1500 + CHUNK_MS,
    latched: true,
    why: 'the fan of the hot side stands still',
  },
  {
    id: 'canopy-fan',
    rows: 'H23',
    cause: (v) => !v.canopyFanTurning,
    off: 'current',
    limit_ms: 2000 + CHUNK_MS,
    latched: true,
    why: 'the canopy fan stands still',
  },
  {
    id: 'flow',
    rows: 'H19 H20',
    cause: (v, plan) => !(v.flow_mL_min >= (plan.limits.flowMin_mL_min ?? -Infinity)),
    off: 'current',
    limit_ms: 3000 + HALF_SECOND_CHIP_MS,
    sampled_ms: 500,
    latched: true,
    why: 'too little flow through the cell',
  },
  {
    id: 'sweep',
    rows: 'M6 (sweep gas of boards.md)',
    cause: (v, plan) => !(v.sweep_mL_min >= plan.limits.sweepMin_mL_min),
    off: 'current',
    limit_ms: 2000 + 2 * HALF_SECOND_CHIP_MS,
    sampled_ms: 500,
    latched: true,
    why: 'too little sweep gas',
  },
  {
    id: 'hydrogen',
    rows: 'M8 M9 M10',
    cause: (v, plan) => !(v.hydrogen_ppm < HYDROGEN_SHARE * plan.limits.hydrogenTrip_ppm),
    off: 'current',
    limit_ms: 500 + HALF_SECOND_CHIP_MS,
    sampled_ms: 500,
    latched: true,
    why: 'hydrogen above the full scale of the ambient sensor',
  },
  {
    id: 'e-stop',
    rows: 'H24',
    cause: (v) => !v.eStopClosed,
    off: 'power',
    limit_ms: 50,
    latched: true,
    why: 'the emergency stop is open',
  },
  {
    id: 'thermal-cutout',
    rows: 'H17 H30',
    cause: (v) => !v.cutoutClosed,
    off: 'power',
    limit_ms: 50,
    latched: true,
    why: 'the thermal cut-out is open',
  },
  {
    id: 'door',
    rows: 'H26',
    cause: (v) => !v.doorClosed,
    off: 'current',
    limit_ms: 100,
    latched: true,
    why: 'the door is open',
  },
  {
    id: 'tray',
    rows: 'H22',
    cause: (v) => !v.trayDry,
    off: 'power',
    limit_ms: 500,
    latched: true,
    why: 'there is liquid in the tray',
  },
  {
    id: 'supply',
    rows: 'H27',
    cause: (v) => !(v.supply_V >= 21.4),
    off: 'current',
    limit_ms: 20 + CHUNK_MS,
    latched: true,
    why: 'the 24 V supply sags',
  },
];
