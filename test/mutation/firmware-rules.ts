/**
 * Mutants of what is neither the raising of a fault nor a constant, first half: the latch, the order of a trip, what a
 * command may do in which state, the dead-man, the envelope, the stops. One edit a line; `''` deletes.
 */
import type { Mutant } from './firmware-mutant.js';
import { edits } from './firmware-edit.js';

const LATCH = edits('faults.c', [
  ['a second fault takes the place of the first', '  latched |= mask;', '  latched = mask;'],
  ['the first-out is that of the last fault', '  if (latched == 0) first_out', '  first_out'],
  ['of two in one millisecond the last is the first-out', 'while ((mask & 1u) == 0) {', 'while (mask >> 1 != 0) {'],
  ['one clear clears all', '  latched &= ~mask;', '  if (mask != 0) latched = 0;'],
  ['clear clears nothing', '  latched &= ~mask;', ''],
  [
    'the first-out stays when its fault was cleared',
    '  if (first_out != NO_FAULT && (latched >> first_out',
    '  if (false && (latched >> first_out',
  ],
]);

const TRIP = edits('board.c', [
  ['a trip leaves relay and stage on', '  output_off();\n  armed = false;', '  armed = false;'],
  ['a trip leaves the board armed, SAFE_EN on', '  armed = false;\n  envelope_discard();', '  envelope_discard();'],
  ['a trip keeps the envelope', '  armed = false;\n  envelope_discard();', '  armed = false;'],
  ['a trip keeps the nonce', '  envelope_discard();\n  deadman_renew(time_ms);', '  envelope_discard();'],
  ['SAFE_EN is always on', '  if (armed) lines |= HAL_SAFE_EN;', '  lines |= HAL_SAFE_EN;'],
  ['the master relay is never asked for', '  if (open_master_relay) lines |= HAL_OPEN_MASTER_RELAY;', ''],
  [
    'a stuck output leaves the master relay',
    '  if ((fresh & FAULT_STUCK_OUTPUT) != 0) open_master_relay = true;\n',
    '',
    'stuckOutput',
  ],
  [
    'a welded relay leaves the master relay',
    '  if ((fresh & FAULT_RELAY) != 0 && !galvanostat_connected()) open_master_relay = true;\n',
    '',
    'relay',
  ],
  [
    'a relay that stays open asks for the master relay',
    '(fresh & FAULT_RELAY) != 0 && !galvanostat_connected()',
    '(fresh & FAULT_RELAY) != 0',
    'relay',
  ],
  [
    'a fault that is there already trips again and again',
    'faults & ~faults_latched();\n  if (fresh == 0)',
    'faults;\n  if (fresh == 0)',
  ],
  [
    'output off leaves the waveform running',
    '  waveform_stop();\n  galvanostat_off();\n  if (!selftest',
    '  galvanostat_off();\n  if (!selftest',
  ],
  [
    'output off does not break the self-test off',
    '  if (!selftest_running()) return;\n  selftest_abort();',
    '  if (!selftest_running()) return;',
  ],
  ['a self-test that is broken off leaves its threshold', '  guard_set_limits(); /* the', '  /* the'],
  ['blocks are never judged', '  if (judged) faults |= guard_block(&now);', ''],
  ['samples are never judged', '  uint32_t faults = guard_tick(&now);', '  uint32_t faults = 0;'],
  ['the stops are never looked at', '  if (judged) look_at_stops();', ''],
  ['a stop keeps the current on', 'output_time_ms) != 0) output_off();', 'output_time_ms) != 0) return;'],
  ['the time of the output stands still', '  if (now.on) output_time_ms++;', '', 'durationLimit'],
  [
    'the time of the output counts with it off',
    '  if (now.on) output_time_ms++;',
    '  output_time_ms++;',
    'durationLimit',
  ],
]);

const COMMANDS = edits('board.c', [
  ['arm takes any key', '  if (wanted->key != ARM_KEY) return RESULT_BAD_KEY;\n', ''],
  ['arm arms an armed board', '  if (armed) return RESULT_ALREADY_ARMED;\n', ''],
  [
    'arm does not wait for a store or a self-test',
    '  if (busy()) return RESULT_BUSY;\n  if (faults_latched() != 0)',
    '  if (faults_latched() != 0)',
  ],
  ['arm with a fault latched', '  if (faults_latched() != 0) return RESULT_FAULT_LATCHED;\n', ''],
  ['arm takes an old nonce', '  if (wanted->nonce != deadman_nonce()) return RESULT_STALE_HEARTBEAT;\n', ''],
  [
    'arm takes an envelope that was not read back',
    '  if (!envelope_is(wanted->run_tag, wanted->envelope_crc)) return RESULT_ENVELOPE_NOT_READ;\n',
    '',
  ],
  [
    'arm takes an envelope beyond the range',
    '  if (envelope_limits()->current_nA > (uint32_t)calibration_full_scale_nA()) return RESULT_OUTSIDE_RANGE;\n',
    '',
  ],
  ['arm with the bench not in order', '  if (guard_causes() != 0) return RESULT_NOT_READY;\n', ''],
  ['arm does not start the dead-man', '  deadman_start(time_ms);\n', ''],
  ['arm keeps the nonce', '  deadman_renew(time_ms);\n  deadman_start', '  deadman_start'],
  ['drive without arming', '  if (!armed) return RESULT_NOT_ARMED;\n', ''],
  ['drive with any heartbeat', '  if (!deadman_answered(wanted->heartbeat)) return RESULT_STALE_HEARTBEAT;\n', ''],
  ['drive goes on after a stop', 'if (stop_reached() != 0 && ', 'if (false && '],
  ['a refused set point feeds the dead-man', '    if (result != RESULT_ACCEPTED) return result;\n', ''],
  [
    'drive never feeds the dead-man',
    '  deadman_beat(time_ms);\n  write_lines();\n  return result;',
    '  write_lines();\n  return result;',
  ],
  [
    'a set point outside the envelope',
    '  if (!within(wanted->setpoint_nA, envelope_limits()->current_nA)) return RESULT_OUTSIDE_ENVELOPE;\n',
    '',
  ],
  [
    'a set point outside the range',
    '  if (!within(wanted->setpoint_nA, (uint32_t)calibration_full_scale_nA())) return RESULT_OUTSIDE_RANGE;\n',
    '',
  ],
  [
    'a set point is looked at in one direction',
    '(uint32_t)(value_nA < 0 ? -value_nA : value_nA) <= limit_nA',
    'value_nA <= (int32_t)limit_nA',
  ],
  [
    'a set point without output enable',
    '(waveform && !enable) || (zero && wanted->setpoint_nA != 0)',
    '(waveform && !enable)',
  ],
  ['a flag that nobody knows', '!valid_drive(wanted) || unknown ||', '!valid_drive(wanted) ||'],
  [
    'a waveform outside the envelope',
    '  if (!waveform_within(envelope_limits()->current_nA)) return RESULT_OUTSIDE_ENVELOPE;\n',
    '',
  ],
  [
    'a tightened envelope leaves the waveform',
    'if (waveform_running() && !waveform_within(envelope_limits()->current_nA)) {',
    'if (false) {',
  ],
  ['off leaves the output on', '  output_off();\n  deadman_void();', '  deadman_void();'],
  ['a drive under way behind off closes the relay again', '  deadman_void(); /* a', '  /* a'],
  ['disarm leaves all on', '  stand_down();\n  return RESULT_ACCEPTED;', '  return RESULT_ACCEPTED;'],
  ['clear with the cause still there', 'wanted & guard_causes();', '0;'],
  [
    'clear never gives the master relay back',
    'open_master_relay = open_master_relay && (faults_latched() & (FAULT_STUCK_OUTPUT | FAULT_RELAY)) != 0;',
    '',
  ],
  [
    'clear of another fault gives the master relay back',
    'open_master_relay && (faults_latched() & (FAULT_STUCK_OUTPUT | FAULT_RELAY)) != 0;',
    'false;',
  ],
  ['the range changes with the relay closed', '  if (galvanostat_connected()) return RESULT_OUTPUT_ON;\n', ''],
  [
    'a change of range keeps the limits',
    '  galvanostat_select_range(range);\n  guard_set_limits();',
    '  galvanostat_select_range(range);',
  ],
  ['a load keeps the limits', '  guard_set_limits();\n  return RESULT_ACCEPTED;', '  return RESULT_ACCEPTED;'],
  [
    'a load keeps the charge',
    '    coulomb_zero();\n    measure_restart();\n    output',
    '    measure_restart();\n    output',
    'chargeLimit',
  ],
  ['a load keeps the time of the output', '    output_time_ms = 0;\n', '', 'durationLimit'],
  ['a load keeps the stop', '    stop_clear();\n  }', '  }'],
  ['an armed board is calibrated and tested', 'armed ? RESULT_ALREADY_ARMED : busy()', 'busy()'],
]);

const DEAD_MAN = edits('deadman.c', [
  [
    'the dead-man never expires',
    '  return now_ms - last_beat_ms >= timeout_ms;',
    '  return now_ms == UINT32_MAX && last_beat_ms > timeout_ms;',
    'deadman',
  ],
  ['the dead-man expires a millisecond late', 'last_beat_ms >= timeout_ms', 'last_beat_ms > timeout_ms', 'deadman'],
  ['the time-out cannot be set', '  timeout_ms = wanted_ms;', '  (void)wanted_ms;', 'deadman'],
  ['an answer counts without a question', '  return open && heartbeat', '  return heartbeat', 'deadman'],
  ['any answer counts', 'heartbeat == mixed(nonce ^ (challenge * HEARTBEAT_MIX1))', '(heartbeat | 1) != 0', 'deadman'],
  [
    'an answer is not of the session',
    'mixed(nonce ^ (challenge * HEARTBEAT_MIX1))',
    'mixed(challenge * HEARTBEAT_MIX1)',
    'deadman',
  ],
  ['an answer is not of the sample', 'mixed(nonce ^ (challenge * HEARTBEAT_MIX1))', 'mixed(nonce)', 'deadman'],
  ['one answer counts twice', '  last_beat_ms = now_ms;\n  open = false;', '  last_beat_ms = now_ms;', 'deadman'],
  ['the same sample is a new question', '  if (sample_counter == challenge) return;', '', 'deadman'],
  ['the nonce does not change', '  nonce = mixed(nonce + now_ms + HEARTBEAT_MIX1);', '  (void)now_ms;', 'deadman'],
  [
    'off leaves the question open',
    'void deadman_void(void) {\n  open = false;',
    'void deadman_void(void) {',
    'deadman',
  ],
]);

const ENVELOPE = edits('envelope.c', [
  ['an armed envelope changes its run', 'return next->run_tag == now->run_tag && ', 'return '],
  ['an armed envelope is loosened in current', 'next->current_nA <= now->current_nA && ', '', 'overCurrent'],
  ['an armed envelope is loosened in voltage', ' && next->voltage_uV <= now->voltage_uV', '', 'overVoltage'],
  ['an armed envelope is loosened in charge', 'next->charge_nC <= now->charge_nC && ', '', 'chargeLimit'],
  ['an armed envelope is loosened in duration', ' && next->duration_ms <= now->duration_ms', '', 'durationLimit'],
  [
    'an armed envelope is loosened downwards',
    'next->temperature_min_raw >= now->temperature_min_raw && ',
    '',
    'cellTemperature',
  ],
  [
    'an armed envelope is loosened upwards',
    ' && next->temperature_max_raw <= now->temperature_max_raw',
    '',
    'cellTemperature',
  ],
  [
    'an armed envelope is loosened in all',
    'armed && !tighter(&next, &limits)',
    'false && armed && !tighter(&next, &limits)',
  ],
  ['an envelope outside its ranges', '  if (!valid_load(&next)) return RESULT_BAD_VALUE;\n', ''],
  [
    'an envelope that fails its checksum',
    '  if (crc_bytes(CRC_START, payload, PAYLOAD_LOAD) != 0) return RESULT_BAD_ENVELOPE;\n',
    '',
  ],
  [
    'an envelope without a band',
    '  if (next.temperature_min_raw >= next.temperature_max_raw) return RESULT_BAD_ENVELOPE;\n',
    '',
  ],
  ['a new envelope counts as read back', '  loaded = true;\n  read_back = false;', '  loaded = true;'],
  ['no envelope needs to be read back', 'loaded && read_back && limits', 'loaded && limits'],
  ['arming for another run', 'limits.run_tag == run_tag && ', 'run_tag != 0 && '],
  ['arming with another checksum', ' && limits.envelope_crc == crc', ' && (crc | 1) != 0'],
  [
    'an envelope serves two runs',
    'void envelope_discard(void) {\n  loaded = read_back = false;',
    'void envelope_discard(void) {',
  ],
]);

const STOP = edits('stop.c', [
  ['the stop by charge never comes', 'charge_nC != 0 && passed_nC >= charge_nC', 'false && passed_nC >= charge_nC'],
  ['the stop by charge ends the wrong case', 'passed_nC >= charge_nC', 'passed_nC < charge_nC'],
  ['the stop by charge is of one direction', 'net_charge_nC < 0 ? -net_charge_nC : net_charge_nC', 'net_charge_nC'],
  ['the stop by time never comes', 'time_ms != 0 && output_time_ms >= time_ms', 'false && output_time_ms >= time_ms'],
  ['the stop by time ends the wrong case', 'output_time_ms >= time_ms', 'output_time_ms < time_ms'],
  ['a stop takes any key', '  if (wanted->key != STOP_KEY) return RESULT_BAD_KEY;\n', ''],
  ['an armed stop comes later', 'armed && (charge_later || time_later)', 'armed && charge_later && time_later'],
  [
    'an armed stop is taken away',
    '(wanted->charge_nC == 0 || wanted->charge_nC > charge_nC)',
    'wanted->charge_nC > charge_nC',
  ],
  [
    'an armed stop by time is taken away',
    '(wanted->time_ms == 0 || wanted->time_ms > time_ms)',
    'wanted->time_ms > time_ms',
  ],
  ['a stop is forgotten at once', '  reached |= now;', ''],
  ['a new envelope keeps what was reached', '  time_ms = 0;\n  reached = 0;', '  time_ms = 0;'],
]);

export const RULE_MUTANTS: readonly Mutant[] = [LATCH, TRIP, COMMANDS, DEAD_MAN, ENVELOPE, STOP].flat();
