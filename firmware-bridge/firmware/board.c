/* Owns the state of the board and the order of a tick. */
#include "board.h"

#include "calibration.h"
#include "coulomb.h"
#include "deadman.h"
#include "envelope.h"
#include "faults.h"
#include "galvanostat.h"
#include "guard.h"
#include "hal.h"
#include "measure.h"

static bool armed, open_master_relay;
static uint32_t time_ms, samples, output_time_ms;

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
  armed = open_master_relay = false;
  time_ms = samples = output_time_ms = 0;
  faults_boot();
  envelope_boot();
  deadman_boot(boot.entropy);
  calibration_boot();
  galvanostat_boot();
  coulomb_zero();
  measure_boot();
  guard_boot();
}

/* Output off, nothing armed, and no frame made before this moment good for anything. */
static void stand_down(void) {
  galvanostat_off();
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
    .setpoint_nA = galvanostat_setpoint_nA(),
    .ramp_nA = galvanostat_ramp_nA(),
    .output_time_ms = output_time_ms,
  };
}

void board_tick(void) {
  const struct guarded now = state();
  time_ms++;
  samples++;
  if (now.on) output_time_ms++;
  const bool block_full = measure_tick();
  uint32_t faults = guard_tick(&now);
  if (block_full) faults |= guard_block(&now);
  if (armed && deadman_expired(time_ms)) faults |= FAULT_DEADMAN;
  if (faults != 0) trip(faults);
  galvanostat_tick((measure_sample()->lines & HAL_CONTACT_CLOSED) != 0);
  write_lines();
}

enum result board_load(const uint8_t *payload) {
  const enum result result = envelope_load(payload, armed);
  if (result != RESULT_ACCEPTED) return result;
  if (!armed) {
    coulomb_zero();
    measure_restart();
    output_time_ms = 0;
  }
  guard_set_limits();
  return RESULT_ACCEPTED;
}

enum result board_configure(const struct configure *wanted) {
  if (!valid_configure(wanted)) return RESULT_BAD_VALUE;
  if (galvanostat_connected()) return RESULT_OUTPUT_ON;
  coulomb_book();
  measure_restart();
  galvanostat_select_range(wanted->range);
  galvanostat_set_slew(wanted->slew_uA_s);
  deadman_set_timeout(wanted->deadman_ms);
  guard_set_limits();
  return RESULT_ACCEPTED;
}

enum result board_arm(const struct arm *wanted) {
  if (wanted->key != ARM_KEY) return RESULT_BAD_KEY;
  if (!valid_arm(wanted)) return RESULT_BAD_VALUE;
  if (armed) return RESULT_ALREADY_ARMED;
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

enum result board_drive(const struct drive *wanted) {
  const bool enable = (wanted->flags & DRIVE_FLAGS_OUTPUT_ENABLE) != 0;
  const bool unknown = (wanted->flags & (uint8_t)~DRIVE_FLAGS_OUTPUT_ENABLE) != 0;
  if (!valid_drive(wanted) || unknown || (!enable && wanted->setpoint_nA != 0)) return RESULT_BAD_VALUE;
  if (!armed) return RESULT_NOT_ARMED;
  if (!deadman_answered(wanted->heartbeat)) return RESULT_STALE_HEARTBEAT;
  if (!within(wanted->setpoint_nA, envelope_limits()->current_nA)) return RESULT_OUTSIDE_ENVELOPE;
  if (!within(wanted->setpoint_nA, (uint32_t)calibration_full_scale_nA())) return RESULT_OUTSIDE_RANGE;
  deadman_beat(time_ms);
  if (enable) {
    galvanostat_drive(wanted->setpoint_nA);
  } else {
    galvanostat_off();
  }
  write_lines();
  return RESULT_ACCEPTED;
}

enum result board_off(void) {
  galvanostat_off();
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

/* Within 0.1 % of the set point and two counts of the range. */
static bool regulating(void) {
  const int32_t setpoint_nA = galvanostat_setpoint_nA();
  const int32_t error_nA = measure_block()->current_nA - setpoint_nA;
  const int32_t allowed_nA = (setpoint_nA < 0 ? -setpoint_nA : setpoint_nA) / 1000 + calibration_full_scale_nA() / 16384;
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
  return status;
}

uint32_t board_time_ms(void) {
  return time_ms;
}

uint32_t board_samples(void) {
  return samples;
}

uint32_t board_output_time_ms(void) {
  return output_time_ms;
}
