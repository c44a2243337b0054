/** Interlocks of current, voltage and charge. */
import { OFF_CURRENT_MA } from '../shutdown.js';
import { armed, energised, shown } from './conditions.js';
import type { Interlock } from './interlock.js';

/** The board trips at 105 % within milliseconds; the host says so if the board ever did not. */
const OVER_CURRENT_SHARE = 1.05;
/** Host and board count the same current with the same converter: more than rounding is a fault. */
const LEDGERS_AGREE_SHARE = 0.0005;
const LEDGERS_AGREE_C = 0.05;
/**
 * Two shunts calibrated to 220 ppm each agree better than this, and a drift of 0.5 % (faults, H10) is well beyond it from
 * 10 mA on; the floor is the noise of the mean of 2 s.
 */
const SHUNTS_AGREE_SHARE = 0.003;
const SHUNTS_AGREE_MA = 0.02;
/** The board judges a set point at rest by the same share within 200 ms; the host judges ramps too. */
const FOLLOWS_SHARE = 0.05;
const FOLLOWS_MA = 0.5;
/** Noise over its own baseline that a bubble or a slug of air makes (faults, H12). */
const NOISE_RATIO = 5;
/** The recipes that ship raise their cell by 0.008 V/min at most at a steady current. */
const TREND_V_MIN = 0.03;

export const electrical: readonly Interlock[] = [
  {
    id: 'over-current',
    catalogue: 'H1',
    severity: 'alarm',
    reaction: 'open-relay',
    delay_s: 0.1,
    latched: true,
    applies: armed,
    healthy: (seen, c) =>
      seen.current_mA === null || Math.abs(seen.current_mA) <= OVER_CURRENT_SHARE * c.plan.envelope.current_mA,
    describe: (seen, c) =>
      `cell current ${shown(seen.current_mA, 'mA', 2)}, envelope ${c.plan.envelope.current_mA.toFixed(2)} mA`,
    consequence: 'Charge and heat beyond the plan; the board did not limit it.',
    action: 'Do not start again: the board’s own limit failed. Measure the galvanostat into a resistor.',
  },
  {
    id: 'over-voltage',
    catalogue: 'H4',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0.2,
    latched: true,
    applies: energised,
    healthy: (seen, c) => seen.voltage_V === null || Math.abs(seen.voltage_V) <= c.plan.envelope.voltage_V,
    describe: (seen, c) =>
      `cell voltage ${shown(seen.voltage_V, 'V', 2)}, limit ${c.plan.envelope.voltage_V.toFixed(2)} V`,
    consequence: 'The substrate is starved or the cell has lost contact; solvent is being reduced instead.',
    action: 'Look at electrodes, leads and liquid level; check the amount of electrolyte and the conversion.',
  },
  {
    id: 'compliance',
    catalogue: 'H4',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 5,
    latched: true,
    applies: energised,
    healthy: (seen) => seen.board === null || !seen.board.compliance,
    describe: (seen) => `the galvanostat is at its voltage limit (${shown(seen.voltage_V, 'V', 1)} at the cell)`,
    consequence: 'The current is below its set point.',
    action: 'Look for a dry electrode, a loose lead or a fouled cathode.',
  },
  {
    id: 'current-when-off',
    catalogue: 'H2',
    severity: 'alarm',
    reaction: 'open-relay',
    delay_s: 0.2,
    latched: true,
    applies: (seen, c) => !c.energised && seen.board !== null && !seen.board.outputOn,
    healthy: (seen) => seen.current_mA === null || Math.abs(seen.current_mA) <= OFF_CURRENT_MA,
    describe: (seen) => `${shown(seen.current_mA, 'mA', 2)} flow although the output is off`,
    consequence: 'The output stage does not obey.',
    action: 'Pull the plug of the galvanostat; do not use it again before repair.',
  },
  {
    id: 'charge-cap',
    catalogue: 'H31',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0,
    latched: true,
    applies: armed,
    healthy: (seen, c) => seen.absolute_charge_C <= c.plan.envelope.charge_C,
    describe: (seen, c) =>
      `${seen.absolute_charge_C.toFixed(2)} C counted, envelope ${c.plan.envelope.charge_C.toFixed(2)} C`,
    consequence: 'More charge than the recipe allows.',
    action: 'Compare the ledgers of host and board before the work-up.',
  },
  {
    id: 'not-following',
    catalogue: 'H8',
    severity: 'alarm',
    reaction: 'abort',
    delay_s: 0.9,
    latched: true,
    applies: (seen, c) => c.energised && seen.board !== null && !seen.board.compliance,
    healthy: (seen, c) => c.strays_mA <= FOLLOWS_MA + FOLLOWS_SHARE * Math.abs(seen.setpoint_mA),
    describe: (seen, c) =>
      `${shown(seen.current_mA, 'mA', 2)} flow at a set point of ${seen.setpoint_mA.toFixed(2)} mA, ${c.strays_mA.toFixed(2)} mA from where it should be by now`,
    consequence: 'The stage does not follow, and in a ramp the board does not judge that.',
    action: 'Run the self-test; look at output relay, leads and power stage before the next run.',
  },
  {
    id: 'shunts-disagree',
    catalogue: 'H10',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 10,
    latched: true,
    applies: energised,
    healthy: (seen, c) =>
      Math.abs(c.shuntDifference_mA) <= SHUNTS_AGREE_MA + SHUNTS_AGREE_SHARE * Math.abs(seen.current_mA ?? 0),
    describe: (seen, c) =>
      `the current into the cell is ${c.shuntDifference_mA.toFixed(2)} mA more than the one out of it, at ${shown(seen.current_mA, 'mA', 2)}`,
    consequence:
      'One of the two meters has drifted, or current takes another way: the charge is not known well enough.',
    action: 'Look for a wet lead; run the self-test and compare both with a meter in the lead before you resume.',
  },
  {
    id: 'voltage-noisy',
    catalogue: 'H12',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 2,
    latched: false,
    applies: energised,
    healthy: (_, c) => c.voltageNoise <= NOISE_RATIO,
    describe: (_, c) => `the noise of the cell voltage is ${c.voltageNoise.toFixed(1)} times what it was`,
    consequence: 'Bubbles or a pulsing flow; after 30 s of it the run is held.',
    action: 'Look for gas in the flow, a loose lead or a pump that pulses.',
  },
  {
    id: 'voltage-unsteady',
    catalogue: 'H12',
    severity: 'alarm',
    reaction: 'hold',
    delay_s: 30,
    latched: true,
    applies: energised,
    healthy: (_, c) => c.voltageNoise <= NOISE_RATIO,
    describe: (_, c) =>
      `the noise of the cell voltage has been ${c.voltageNoise.toFixed(1)} times what it was for 30 s`,
    consequence: 'The electrodes are not wetted evenly; selectivity suffers.',
    action: 'Drive the gas out, check leads and pump, then resume.',
  },
  {
    id: 'voltage-rising',
    catalogue: 'H11',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 60,
    latched: false,
    applies: energised,
    healthy: (_, c) => c.voltageTrend_V_min <= TREND_V_MIN,
    describe: (_, c) => `the cell voltage rises by ${c.voltageTrend_V_min.toFixed(2)} V/min at the same current`,
    consequence: 'A film grows on an electrode, or the substrate runs out; the voltage limit comes nearer.',
    action: 'Compare with the conversion expected by now; clean or reverse the electrodes after the run.',
  },
  {
    id: 'charge-disagreement',
    catalogue: 'A15',
    severity: 'warning',
    reaction: 'warn',
    delay_s: 10,
    latched: false,
    applies: armed,
    healthy: (seen, c) =>
      Math.abs(c.chargeDifference_C) <= LEDGERS_AGREE_C + LEDGERS_AGREE_SHARE * seen.absolute_charge_C,
    describe: (_, c) => `host and board differ by ${c.chargeDifference_C.toFixed(3)} C`,
    consequence: 'One of the two charge counts is wrong.',
    action: 'Both are in the record; check the clock and the range calibration of the board.',
  },
];
