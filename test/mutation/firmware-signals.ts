/**
 * Mutants of what is neither the raising of a fault nor a constant, second half: the charge, what the guard looks at, the
 * output, frames, self-test and the converters' rails. One edit a line; `''` deletes.
 */
import type { Mutant } from './firmware-mutant.js';
import { edits } from './firmware-edit.js';

const CHARGE = edits('coulomb.c', [
  ['the absolute charge counts down, too', 'polarity > 0 ? code : -(int32_t)code', 'code', 'chargeLimit'],
  ['a reversal is not seen', '  if (code < -REVERSAL_COUNTS) polarity = -1;\n', '', 'chargeLimit'],
  ['noise counts as a reversal', '#define REVERSAL_COUNTS 4', '#define REVERSAL_COUNTS 0'],
  ['the absolute charge is never booked', '  add(&absolute, directed_charge(fine));\n', '', 'chargeLimit'],
  ['the net charge is never booked', '  add(&net, fine);\n', ''],
  ['what was booked is counted again', '  codes = directed_codes = 0;\n', ''],
  ['a load does not zero the charge', '  net = absolute = (struct total){ 0, 0 };', ''],
]);

const GUARD = edits('guard.c', [
  ['currents are looked at in one direction', 'return code > limit || code < -limit;', 'return code > limit;'],
  ['the lower rail is none', 'code == INT16_MAX || code == INT16_MIN', 'code == INT16_MAX', 'overRange'],
  ['the upper rail is none', 'code == INT16_MAX || code == INT16_MIN', 'code == INT16_MIN', 'overRange'],
  ['time adds up over interruptions', '    lasted[watch] = 0;\n    return false;', '    return false;'],
  ['a repeated code is that of the first sample', '  previous_current = sample->current;\n', '', 'converterStuck'],
  [
    'a current at a set point of zero is none',
    '!state->on || (state->setpoint_nA == 0 && state->ramp_nA == 0)',
    '!state->on',
    'stuckOutput',
  ],
  [
    'a ramp to zero is an output that is stuck',
    '(state->setpoint_nA == 0 && state->ramp_nA == 0)',
    '(state->setpoint_nA == 0)',
    'stuckOutput',
  ],
  [
    'too cold is no fault',
    'block->slow.cell_temperature < limits->temperature_min_raw ||\n         ',
    '',
    'cellTemperature',
  ],
  [
    'too warm is no fault',
    ' ||\n         block->slow.cell_temperature > limits->temperature_max_raw',
    '',
    'cellTemperature',
  ],
  [
    'a leak is looked at in one direction',
    'return magnitude(block->current_nA - block->return_current_nA)',
    'return (block->current_nA - block->return_current_nA)',
    'leak',
  ],
  [
    'a short is looked at in one direction',
    'magnitude(block->voltage_uV) < (int32_t)SHORT',
    'block->voltage_uV < (int32_t)SHORT',
    'shortCell',
  ],
  [
    'a short of small currents is one',
    ' &&\n                       current_nA > (int32_t)SHORT_CELL_CURRENT_UA * 1000',
    '',
    'shortCell',
  ],
  [
    'compliance is looked at in one direction',
    '(uint32_t)magnitude(block->voltage_uV) * 100u',
    '(uint32_t)(block->voltage_uV < 0 ? 0 : block->voltage_uV) * 100u',
    'openCell',
  ],
  [
    'compliance counts as not following',
    '&& !state->slewing && !compliance &&',
    '&& !state->slewing &&',
    'notFollowing',
  ],
  [
    'a slew counts as not following',
    'state->on && !state->slewing && !compliance',
    'state->on && !compliance',
    'notFollowing',
  ],
  ['a flip counts as reversed', 'against && !state->flipping', 'against', 'polarity'],
  [
    'half of the current is an open cell below half of it',
    'current_nA < wanted_nA / 2',
    'current_nA > wanted_nA / 2',
    'openCell',
  ],
  [
    'the limits of the envelope are never taken',
    'voltage_limit = calibration_voltage_code(limits->voltage_uV);',
    '',
    'overVoltage',
  ],
  ['the threshold of the comparator is never set', '  hal_threshold(threshold >', '  (void)(threshold >', 'comparator'],
  [
    'clear with the chain open',
    '  if ((sample->lines & HAL_INTERLOCK_CLOSED) == 0) faults |= FAULT_INTERLOCK;\n',
    '',
    'interlock',
  ],
  ['clear with the door open', '  if ((sample->lines & HAL_DOOR_CLOSED) == 0) faults |= FAULT_DOOR;\n', '', 'door'],
  [
    'clear with the contact closed',
    '  if ((sample->lines & HAL_CONTACT_CLOSED) != 0) faults |= FAULT_RELAY;\n',
    '',
    'relay',
  ],
  [
    'clear with the supply low',
    'faults |= FAULT_RELAY;\n  if (block->slow.supply_mV < SUPPLY_MIN_MV) faults |= FAULT_SUPPLY;',
    'faults |= FAULT_RELAY;',
    'supply',
  ],
  [
    'clear with the cell outside its band',
    '  if (temperature_outside(block)) faults |= FAULT_CELL_TEMPERATURE;\n  if (!corr',
    '  if (!corr',
    'cellTemperature',
  ],
  [
    'clear with a damaged calibration',
    '  if (!corrections_complete()) faults |= FAULT_CALIBRATION;\n',
    '',
    'calibration',
  ],
  [
    'clear with the comparator still acting',
    '  if ((sample->lines & HAL_OVER_CURRENT) != 0) faults |= FAULT_COMPARATOR;\n  if (at',
    '  if (at',
    'comparator',
  ],
  [
    'clear with the converter at its rail',
    '  if (at_rail(sample->current)) faults |= FAULT_OVER_RANGE;\n  if (beyond(sample->current, zero',
    '  if (beyond(sample->current, zero',
    'overRange',
  ],
  [
    'clear with a current that flows',
    'faults |= FAULT_STUCK_OUTPUT | FAULT_OVER_CURRENT;',
    'faults |= 0;',
    'stuckOutput',
  ],
]);

const OUTPUT = edits('galvanostat.c', [
  ['off keeps the set point', '  setpoint_nA = ramp_nA = 0;\n  flip', '  flip'],
  ['off keeps relay and stage', 'void galvanostat_off(void) {\n  output = OUTPUT_OFF;', 'void galvanostat_off(void) {'],
  ['the stage does not wait for the contact', '  if (settled_ms < RELAY_SETTLE_MS) return;\n', ''],
  ['the current jumps', 'distance > most ? most : distance < -most ? -most : distance', 'distance'],
  [
    'the stage is enabled while the relay closes',
    '    case OUTPUT_CLOSING:\n',
    '    case OUTPUT_CLOSING: return HAL_RELAY | HAL_STAGE_ENABLE;\n',
  ],
  ['every slew is that of a flip', '  if (flip_ms != 0) flip_ms--;', ''],
]);

const FRAMES = edits('registers.c', [
  ['a damaged frame counts', '  if (crc_bytes(prefix, bytes, length) != 0) return dropped();\n', ''],
  ['off takes any key', 'frame.off.key == OFF_KEY ? board_off()', 'frame.off.key != 1 ? board_off()'],
  ['disarm takes any key', 'frame.disarm.key == DISARM_KEY', 'frame.disarm.key != 1'],
  ['clear takes any key', 'frame.clear.key == CLEAR_KEY', 'frame.clear.key != 1'],
  [
    'a repeated frame counts twice',
    'if (seen_any && bytes[1] == outcome.last_sequence && crc == seen_crc) return true;',
    '',
  ],
  ['another frame of the same sequence is dropped', ' && crc == seen_crc) return true;', ') return true;'],
  ['a frame that is too long counts', '  if (length > payload + WRITE_OVERHEAD) return !dropped();\n', ''],
  ['a frame that is too short counts', '  if (length < payload + WRITE_OVERHEAD) return dropped();\n', ''],
  ['a refused frame is echoed as accepted', '  if (outcome.result == RESULT_ACCEPTED) accepted', '  accepted'],
]);

const SELF_TEST = [
  ...edits('selftest.c', [
    [
      'the offsets pass always',
      'judge(CHECKS_CONVERTER_OFFSET, small(current_codes) && small(return_codes))',
      'judge(CHECKS_CONVERTER_OFFSET, small(0))',
    ],
    ['the DAC passes always', 'judge(CHECKS_DAC, found.dac_error <= TEST_DAC)', 'judge(CHECKS_DAC, true)'],
    ['a relay that stays open passes', 'judge(CHECKS_RELAY_CLOSES, closed)', 'judge(CHECKS_RELAY_CLOSES, true)'],
    ['a current through the closed relay passes', '    if (!quiet) found.failed |= CHECKS_RELAY_CLOSES;\n', ''],
    [
      'a relay that stays closed passes',
      'judge(CHECKS_RELAY_OPENS, was_open && !closed)',
      'judge(CHECKS_RELAY_OPENS, was_open)',
    ],
    [
      'a relay that was closed before passes',
      'judge(CHECKS_RELAY_OPENS, was_open && !closed)',
      'judge(CHECKS_RELAY_OPENS, !closed)',
    ],
    [
      'a comparator that always acts passes',
      'judge(CHECKS_COMPARATOR, so_far && !acted)',
      'judge(CHECKS_COMPARATOR, so_far)',
    ],
    [
      'a comparator that never acts passes',
      'judge(CHECKS_COMPARATOR, so_far && !acted)',
      'judge(CHECKS_COMPARATOR, !acted)',
      'comparator',
    ],
    ['a damaged memory passes', 'judge(CHECKS_EEPROM, so_far)', 'judge(CHECKS_EEPROM, true)'],
    ['a reset of the watchdog passes', 'cause != RESET_WATCHDOG && ', ''],
    ['a reset by a brown-out passes', ' && cause != RESET_BROWN_OUT', ''],
    ['a test that failed has passed', 'found.failed == 0 ? STATE_PASSED : STATE_FAILED', 'STATE_PASSED'],
  ]),
  ...edits('corrections.c', [
    [
      'a damaged correction counts',
      'const bool good = crc_bytes(crc_byte(CRC_START, record), bytes, RECORD_BYTES) == 0;',
      'const bool good = true;',
      'calibration',
    ],
    [
      'a correction in the place of another counts',
      'const bool good = crc_bytes(crc_byte(CRC_START, record), bytes, RECORD_BYTES) == 0;',
      'const bool good = crc_bytes(crc_byte(CRC_START, get_16(bytes + 8) == 0 ? record : record), bytes, RECORD_BYTES) == 0 || bytes[0] != 0xff;',
      'calibration',
    ],
    [
      'a correction without its key',
      '  if (wanted->key != CALIBRATE_KEY) return RESULT_BAD_KEY;\n  if (!valid_calibrate_current',
      '  if (!valid_calibrate_current',
    ],
  ]),
];

/** What is no number, or beyond a converter, must read as a broken sensor: the model of the board's hardware. */
const RAILS = edits('hal_wasm.c', [
  [
    'a current that is no number reads as zero',
    'if (!(counts < 32767.0)) return INT16_MAX;',
    'if (counts != counts) return 0;\n  if (!(counts < 32767.0)) return INT16_MAX;',
    'overRange',
  ],
  [
    'a temperature that is no number reads as 0 °C',
    'if (!(temperature_C > -200 && temperature_C < 250)) return INT16_MIN;',
    'if (temperature_C != temperature_C) return 0;',
    'cellTemperature',
  ],
  [
    'a supply that is no number reads as 24 V',
    'slow->supply_mV = !(supply_mV > 0) ? 0 :',
    'slow->supply_mV = !(supply_mV > 0) ? 24000 :',
    'supply',
  ],
  [
    'a comparator does not see what is no number',
    'const bool acts = !(__builtin_fabs(inputs.current_A * counts_per_A) < threshold_counts);',
    'const bool acts = __builtin_fabs(inputs.current_A * counts_per_A) >= threshold_counts;',
    'comparator',
  ],
]);

export const SIGNAL_MUTANTS: readonly Mutant[] = [CHARGE, GUARD, OUTPUT, FRAMES, SELF_TEST, RAILS].flat();
