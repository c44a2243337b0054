/** Interlocks of current, voltage and charge. */
import { OFF_CURRENT_MA } from '../shutdown.js';
import { armed, energised, shown } from './conditions.js';
import type { Interlock } from './interlock.js';

/** The board trips at 105 % within milliseconds; the host says so if the board ever did not. */
const OVER_CURRENT_SHARE = 1.05;
/** Host and board count the same current with the same converter: more than rounding is a fault. */
const LEDGERS_AGREE_SHARE = 0.0005;
const LEDGERS_AGREE_C = 0.05;

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
