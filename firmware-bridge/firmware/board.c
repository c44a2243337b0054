/* Owns the state of the board and the order of a tick. */
#include "board.h"

#include "calibration.h"
#include "corrections.h"
#include "coulomb.h"
#include "deadman.h"
#include "envelope.h"
#include "faults.h"
#include "fifo.h"
#include "galvanostat.h"
#include "guard.h"
#include "hal.h"
#include "measure.h"
#include "selftest.h"
#include "stop.h"
#include "waveform.h"

/* How far a correction is on its way from the memory into use. */
enum taking { TAKING_NONE, TAKING_SCALE, TAKING_LIMITS };

static bool armed, open_master_relay;
static bool block_waits; /* for its judgement */
static enum taking taking;
static uint8_t taken_record;
static uint32_t time_ms, output_time_ms;

static void write_lines(void) {
  uint8_t lines = galvanostat_lines();
  if (armed) lines |= HAL_SAFE_EN;
  if (open_master_relay) lines |= HAL_OPEN_MASTER_RELAY;
  hal_lines(lines);
}

void board_boot(void) {
  struct hal_boot boot;
  hal_lines(0);
  hal_boot(&boot);
  armed = open_master_relay = block_waits = false;
  taking = TAKING_NONE;
  time_ms = output_time_ms = 0;
  faults_boot();
  envelope_boot();
  deadman_boot(boot.entropy);
  corrections_boot();
  galvanostat_boot();
  coulomb_zero();
  fifo_boot();
  waveform_boot();
  stop_clear();
  selftest_boot(boot.reset_cause);
  measure_boot();
  guard_boot();
}

/* Relay open, stage off, and nothing that would move either again by itself. */
static void output_off(void) {
  waveform_stop();
  galvanostat_off();
  if (!selftest_running()) return;
  selftest_abort();
  guard_set_limits(); /* the comparator's threshold may have been the test's */
}

/* Output off, nothing armed, and no frame made before this moment good for anything. */
static void stand_down(void) {
  output_off();
  armed = false;
  envelope_discard();
  deadman_renew(time_ms);
  write_lines();
}

/* Latches what is new. Any fault ends the run; an output that will not go off also asks for the master relay. */
static void trip(uint32_t faults) {
  const uint32_t fresh = faults & ~faults_latched();
  if (fresh == 0) return;
  faults_latch(fresh);
  if ((fresh & FAULT_STUCK_OUTPUT) != 0) open_master_relay = true;
  if ((fresh & FAULT_RELAY) != 0 && !galvanostat_connected()) open_master_relay = true;
  stand_down();
}

static struct guarded state(void) {
  return (struct guarded){
    .armed = armed,
    .connected = galvanostat_connected(),
    .on = galvanostat_on(),
    .slewing = galvanostat_slewing(),
    .flipping = galvanostat_flipping(),
    .setpoint_nA = galvanostat_setpoint_nA(),
    .ramp_nA = galvanostat_ramp_nA(),
    .output_time_ms = output_time_ms,
  };
}

/* Whatever counted in codes so far was of the range and calibration before. */
static void between_scales(void) {
  coulomb_book();
  measure_restart();
  fifo_restart();
}

static void select_range(uint8_t range) {
  between_scales();
  galvanostat_select_range(range);
  guard_set_limits();
}

/*
 * What is stored is read back, taken into use, and the limits follow it: one step a tick, and none in a tick that has
 * filled a block, which has enough to do.
 */
static void take_correction(void) {
  if (block_waits) return;
  switch (taking) {
    case TAKING_NONE:
      if (corrections_tick(&taken_record)) taking = TAKING_SCALE;
      return;
    case TAKING_SCALE:
      between_scales();
      calibration_refresh(taken_record);
      taking = TAKING_LIMITS;
      return;
    case TAKING_LIMITS:
      guard_set_limits();
      taking = TAKING_NONE;
      return;
  }
}

static void run_waveform(void) {
  bool flip;
  if (!waveform_running() || !galvanostat_on()) return;
  const int32_t wanted_nA = waveform_tick(&flip);
  if (flip) galvanostat_flip(wanted_nA);
  else galvanostat_drive(wanted_nA);
}

static void look_at_stops(void) {
  if (armed && stop_look(coulomb_booked_net_nC(), output_time_ms) != 0) output_off();
}

/* A block is judged with the sample after its last: to fill it and to judge it would take most of one tick. */
void board_tick(void) {
  const struct guarded now = state();
  const bool judged = block_waits;
  hal_watchdog();
  time_ms++;
  if (now.on) output_time_ms++;
  block_waits = measure_tick(time_ms);
  uint32_t faults = guard_tick(&now);
  if (judged) faults |= guard_block(&now);
  if (armed && deadman_expired(time_ms)) faults |= FAULT_DEADMAN;
  if (selftest_running()) faults &= ~FAULT_CALIBRATION; /* what the test finds is latched at its end */
  if (faults != 0) trip(faults);
  if (judged) look_at_stops();
  take_correction();
  if (selftest_tick(measure_sample())) guard_set_limits();
  run_waveform();
  galvanostat_tick((measure_sample()->lines & HAL_CONTACT_CLOSED) != 0);
  write_lines();
}

static bool busy(void) {
  return corrections_storing() || taking != TAKING_NONE || selftest_running();
}

enum result board_load(const uint8_t *payload) {
  if (busy()) return RESULT_BUSY;
  const enum result result = envelope_load(payload, armed);
  if (result != RESULT_ACCEPTED) return result;
  if (armed) {
    if (waveform_running() && !waveform_within(envelope_limits()->current_nA)) {
      waveform_stop();
      galvanostat_drive(0);
    }
  } else {
    coulomb_zero();
    measure_restart();
    output_time_ms = 0;
    stop_clear();
  }
  guard_set_limits();
  return RESULT_ACCEPTED;
}

enum result board_configure(const struct configure *wanted) {
  if (!valid_configure(wanted)) return RESULT_BAD_VALUE;
  if (busy()) return RESULT_BUSY;
  if (galvanostat_connected()) return RESULT_OUTPUT_ON;
  select_range(wanted->range);
  galvanostat_set_slew(wanted->slew_uA_s);
  deadman_set_timeout(wanted->deadman_ms);
  return RESULT_ACCEPTED;
}

enum result board_arm(const struct arm *wanted) {
  if (wanted->key != ARM_KEY) return RESULT_BAD_KEY;
  if (!valid_arm(wanted)) return RESULT_BAD_VALUE;
  if (armed) return RESULT_ALREADY_ARMED;
  if (busy()) return RESULT_BUSY;
  if (faults_latched() != 0) return RESULT_FAULT_LATCHED;
  if (wanted->nonce != deadman_nonce()) return RESULT_STALE_HEARTBEAT;
  if (!envelope_is(wanted->run_tag, wanted->envelope_crc)) return RESULT_ENVELOPE_NOT_READ;
  if (envelope_limits()->current_nA > (uint32_t)calibration_full_scale_nA()) return RESULT_OUTSIDE_RANGE;
  if (guard_causes() != 0) return RESULT_NOT_READY;
  armed = true;
  deadman_renew(time_ms);
  deadman_start(time_ms);
  write_lines();
  return RESULT_ACCEPTED;
}

static bool within(int32_t value_nA, uint32_t limit_nA) {
  return (uint32_t)(value_nA < 0 ? -value_nA : value_nA) <= limit_nA;
}

/* What is wrong with a drive frame, apart from its heartbeat; RESULT_NONE when nothing is. */
static enum result refusal_of(const struct drive *wanted) {
  const uint8_t known = DRIVE_FLAGS_OUTPUT_ENABLE | DRIVE_FLAGS_WAVEFORM;
  const bool enable = (wanted->flags & DRIVE_FLAGS_OUTPUT_ENABLE) != 0;
  const bool waveform = (wanted->flags & DRIVE_FLAGS_WAVEFORM) != 0;
  const bool unknown = (wanted->flags & (uint8_t)~known) != 0;
  const bool zero = !enable || waveform; /* where the set point has to be */
  if (!valid_drive(wanted) || unknown || (waveform && !enable) || (zero && wanted->setpoint_nA != 0)) return RESULT_BAD_VALUE;
  return RESULT_NONE;
}

static enum result begin_waveform(void) {
  if (waveform_running() || waveform_done()) return RESULT_ACCEPTED; /* it goes on, or has to be stopped first */
  if (!waveform_within(envelope_limits()->current_nA)) return RESULT_OUTSIDE_ENVELOPE;
  if (!waveform_within((uint32_t)calibration_full_scale_nA())) return RESULT_OUTSIDE_RANGE;
  const enum result result = waveform_start(galvanostat_setpoint_nA());
  if (result == RESULT_ACCEPTED && !galvanostat_connected()) galvanostat_drive(0);
  return result;
}

static enum result take_setpoint(const struct drive *wanted) {
  if (!within(wanted->setpoint_nA, envelope_limits()->current_nA)) return RESULT_OUTSIDE_ENVELOPE;
  if (!within(wanted->setpoint_nA, (uint32_t)calibration_full_scale_nA())) return RESULT_OUTSIDE_RANGE;
  waveform_stop();
  if ((wanted->flags & DRIVE_FLAGS_OUTPUT_ENABLE) != 0) {
    galvanostat_drive(wanted->setpoint_nA);
  } else {
    galvanostat_off();
  }
  return RESULT_ACCEPTED;
}

enum result board_drive(const struct drive *wanted) {
  enum result result = refusal_of(wanted);
  if (result != RESULT_NONE) return result;
  if (!armed) return RESULT_NOT_ARMED;
  if (!deadman_answered(wanted->heartbeat)) return RESULT_STALE_HEARTBEAT;
  if (stop_reached() != 0 && (wanted->flags & DRIVE_FLAGS_OUTPUT_ENABLE) != 0) {
    result = RESULT_ENDED;
  } else {
    result = (wanted->flags & DRIVE_FLAGS_WAVEFORM) != 0 ? begin_waveform() : take_setpoint(wanted);
    if (result != RESULT_ACCEPTED) return result;
  }
  deadman_beat(time_ms);
  write_lines();
  return result;
}

enum result board_off(void) {
  output_off();
  deadman_void(); /* a drive frame still under way behind this one must not close the relay again */
  write_lines();
  return RESULT_ACCEPTED;
}

enum result board_disarm(void) {
  stand_down();
  return RESULT_ACCEPTED;
}

enum result board_clear(uint32_t faults) {
  const uint32_t wanted = faults & faults_latched();
  const uint32_t staying = wanted & guard_causes();
  faults_clear(wanted & ~staying);
  open_master_relay = open_master_relay && (faults_latched() & (FAULT_STUCK_OUTPUT | FAULT_RELAY)) != 0;
  write_lines();
  return staying == 0 ? RESULT_ACCEPTED : RESULT_CAUSE_PRESENT;
}

/* Storing and testing are for a board that is not armed and does neither. */
static enum result standing_by(void) {
  return armed ? RESULT_ALREADY_ARMED : busy() ? RESULT_BUSY : RESULT_ACCEPTED;
}

enum result board_calibrate_current(const struct calibrate_current *wanted) {
  const enum result result = standing_by();
  return result == RESULT_ACCEPTED ? corrections_store_current(wanted) : result;
}

enum result board_calibrate_voltage(const struct calibrate_voltage *wanted) {
  const enum result result = standing_by();
  return result == RESULT_ACCEPTED ? corrections_store_voltage(wanted) : result;
}

enum result board_run_self_test(const struct run_self_test *wanted) {
  if (wanted->key != SELF_TEST_KEY) return RESULT_BAD_KEY;
  const enum result result = standing_by();
  if (result == RESULT_ACCEPTED) selftest_begin();
  return result;
}

enum result board_stop(const struct stop *wanted) {
  return stop_set(wanted, armed);
}

enum result board_sampling(const struct sampling *wanted) {
  if (!valid_sampling(wanted)) return RESULT_BAD_VALUE;
  fifo_begin(wanted->period_ms);
  return RESULT_ACCEPTED;
}

/* Within 0.1 % (a 1024th) of the set point and two counts of the range. */
static bool regulating(void) {
  const int32_t setpoint_nA = galvanostat_setpoint_nA();
  const int32_t error_nA = measure_block()->current_nA - setpoint_nA;
  const int32_t allowed_nA = ((setpoint_nA < 0 ? -setpoint_nA : setpoint_nA) >> 10) + (calibration_full_scale_nA() >> 14);
  return galvanostat_on() && !galvanostat_slewing() && error_nA <= allowed_nA && error_nA >= -allowed_nA;
}

uint16_t board_status(void) {
  const uint8_t lines = measure_sample()->lines;
  uint16_t status = 0;
  if (armed) status |= STATUS_ARMED | STATUS_SAFE_ENABLED;
  if (galvanostat_on()) status |= STATUS_OUTPUT_ON;
  if ((lines & HAL_CONTACT_CLOSED) != 0) status |= STATUS_RELAY_CLOSED;
  if (regulating()) status |= STATUS_REGULATING;
  if (guard_compliance()) status |= STATUS_COMPLIANCE;
  if (galvanostat_slewing()) status |= STATUS_SLEWING;
  if (envelope_loaded()) status |= STATUS_ENVELOPE_LOADED;
  if ((lines & HAL_INTERLOCK_CLOSED) != 0) status |= STATUS_INTERLOCK_OK;
  if ((lines & HAL_DOOR_CLOSED) != 0) status |= STATUS_DOOR_CLOSED;
  if (open_master_relay) status |= STATUS_OPEN_MASTER_RELAY;
  if (faults_latched() != 0) status |= STATUS_FAULT;
  if (corrections_complete()) status |= STATUS_CALIBRATION_OK;
  if (waveform_running()) status |= STATUS_WAVEFORM;
  if (board_endings() != 0) status |= STATUS_ENDED;
  if (selftest_passed()) status |= STATUS_SELF_TEST_OK;
  return status;
}

uint8_t board_endings(void) {
  return (uint8_t)(stop_reached() | (waveform_done() ? ENDINGS_WAVEFORM : 0));
}

uint32_t board_time_ms(void) {
  return time_ms;
}

uint32_t board_samples(void) {
  return time_ms; /* one a millisecond */
}

uint32_t board_output_time_ms(void) {
  return output_time_ms;
}
