/* Owns thresholds and durations. Per millisecond only comparisons of codes; physical units once a block. */
#include "guard.h"

#include "calibration.h"
#include "corrections.h"
#include "coulomb.h"
#include "envelope.h"
#include "measure.h"
#include "protocol.h"

/* Converter noise is one count: a tight envelope still leaves this much above itself. */
#define CURRENT_MARGIN_COUNTS 8

/* A power relay with a diode across its coil lets go within this: asked so much earlier, it is open by ZERO_TIME_MS. */
#define MASTER_RELEASE_MS 20

enum watch {
  WATCH_INTERLOCK,
  WATCH_DOOR,
  WATCH_OVER_VOLTAGE,
  WATCH_CONVERTER,
  WATCH_RELAY,
  WATCH_ZERO,
  WATCH_POLARITY,
  WATCH_SHORT,
  WATCH_OPEN,
  WATCH_FOLLOW,
  WATCH_LEAK,
  WATCHES
};

static uint8_t lasted[WATCHES];
static int16_t current_limit, voltage_limit, zero_limit, previous_current;
static uint32_t shunt_drop; /* uV a nA, times 2^16 */
static bool compliance;

/* True once something has been so for `limit` looks in a row. */
static bool lasts(enum watch watch, bool now, uint8_t limit) {
  if (!now) {
    lasted[watch] = 0;
    return false;
  }
  if (lasted[watch] < limit) lasted[watch]++;
  return lasted[watch] >= limit;
}

static bool lasts_blocks(enum watch watch, bool now, uint8_t limit_ms) {
  return lasts(watch, now, (uint8_t)(limit_ms / BLOCK_TIME_MS));
}

static int32_t magnitude(int32_t value) {
  return value < 0 ? -value : value;
}

/* A share of a current without a division: 41 over 4096 is a hundredth within 0.1 % of itself. */
static int32_t percent_of(int32_t magnitude_nA, uint8_t percent) {
  return (int32_t)(((uint32_t)magnitude_nA >> 7) * (41u * percent) >> 5);
}

/* The shunt drops 1.024 V at full scale of every range: 4 uV a nA in the smallest, times 2^16. */
static uint32_t shunt_drop_of(int32_t full_scale_nA) {
  uint32_t decade = 1;
  for (int32_t scale_nA = full_scale_nA; scale_nA < 1000 * RANGE_0_FULL_SCALE_NA; scale_nA *= 10) decade *= 10;
  return UINT32_C(262) * decade; /* 262.144, within 0.06 % of itself: a volt of 24 */
}

void guard_boot(void) {
  for (uint8_t i = 0; i < WATCHES; i++) lasted[i] = 0;
  compliance = false;
  guard_set_limits();
}

void guard_set_limits(void) {
  const struct load *limits = envelope_limits();
  const uint32_t most_nA = limits->current_nA;
  const uint32_t current_nA = most_nA + (uint32_t)percent_of((int32_t)most_nA, CURRENT_MARGIN_PERCENT);
  const uint32_t comparator_nA = most_nA + (uint32_t)percent_of((int32_t)most_nA, COMPARATOR_MARGIN_PERCENT);
  shunt_drop = shunt_drop_of(calibration_full_scale_nA());
  const int16_t code = calibration_current_code(current_nA);
  current_limit = code > INT16_MAX - CURRENT_MARGIN_COUNTS ? INT16_MAX : (int16_t)(code + CURRENT_MARGIN_COUNTS);
  voltage_limit = calibration_voltage_code(limits->voltage_uV);
  zero_limit = calibration_current_code((uint32_t)ZERO_CURRENT_UA * 1000u);
  const uint16_t threshold = calibration_threshold(comparator_nA);
  hal_threshold(threshold > UINT16_MAX - CURRENT_MARGIN_COUNTS ? UINT16_MAX : (uint16_t)(threshold + CURRENT_MARGIN_COUNTS));
}

static bool at_rail(int16_t code) {
  return code == INT16_MAX || code == INT16_MIN;
}

static bool beyond(int16_t code, int16_t limit) {
  return code > limit || code < -limit;
}

static uint32_t armed_faults(const struct hal_sample *sample, bool armed) {
  const bool repeated = sample->current == previous_current;
  const bool interlock_open = (sample->lines & HAL_INTERLOCK_CLOSED) == 0;
  const bool door_open = (sample->lines & HAL_DOOR_CLOSED) == 0;
  uint32_t faults = 0;
  if (lasts(WATCH_INTERLOCK, armed && interlock_open, INTERLOCK_TIME_MS)) faults |= FAULT_INTERLOCK;
  if (lasts(WATCH_DOOR, armed && door_open, DOOR_TIME_MS)) faults |= FAULT_DOOR;
  if (lasts(WATCH_CONVERTER, armed && repeated, CONVERTER_STUCK_TIME_MS)) faults |= FAULT_CONVERTER_STUCK;
  if (lasts(WATCH_OVER_VOLTAGE, armed && beyond(sample->voltage, voltage_limit), OVER_VOLTAGE_TIME_MS)) {
    faults |= FAULT_OVER_VOLTAGE;
  }
  if (armed && (sample->lines & HAL_OVER_CURRENT) != 0) faults |= FAULT_COMPARATOR;
  if (armed && at_rail(sample->current)) faults |= FAULT_OVER_RANGE;
  if (armed && beyond(sample->current, current_limit)) faults |= FAULT_OVER_CURRENT;
  previous_current = sample->current;
  return faults;
}

uint32_t guard_tick(const struct guarded *state) {
  const struct hal_sample *sample = measure_sample();
  const bool commanded_zero = !state->on || (state->setpoint_nA == 0 && state->ramp_nA == 0);
  const bool contact_closed = (sample->lines & HAL_CONTACT_CLOSED) != 0;
  uint32_t faults = armed_faults(sample, state->armed);
  if (lasts(WATCH_ZERO, commanded_zero && beyond(sample->current, zero_limit), ZERO_TIME_MS - MASTER_RELEASE_MS)) {
    faults |= FAULT_STUCK_OUTPUT;
  }
  if (lasts(WATCH_RELAY, contact_closed != state->connected, RELAY_TIME_MS)) faults |= FAULT_RELAY;
  if (!corrections_complete() && !corrections_storing()) faults |= FAULT_CALIBRATION;
  return faults;
}

/* 95 % of what the stage has left after the shunt. */
static bool near_compliance(const struct block *block) {
  const uint32_t drop_uV = ((uint32_t)magnitude(block->current_nA) >> 8) * shunt_drop >> 8;
  const uint32_t available_uV = COMPLIANCE_VOLTAGE_MV * UINT32_C(1000) - drop_uV;
  return (uint32_t)magnitude(block->voltage_uV) * 100u > available_uV * COMPLIANCE_SHARE_PERCENT;
}

static uint32_t cell_faults(const struct guarded *state, const struct block *block) {
  const int32_t current_nA = magnitude(block->current_nA);
  const int32_t wanted_nA = magnitude(state->ramp_nA);
  const int32_t allowed_nA = percent_of(wanted_nA, FOLLOW_SHARE_PERCENT) + calibration_full_scale_nA() / 1024;
  const bool against = (block->current_nA < 0) != (state->ramp_nA < 0) && current_nA > allowed_nA && wanted_nA > allowed_nA;
  const bool shorted = magnitude(block->voltage_uV) < (int32_t)SHORT_CELL_VOLTAGE_MV * 1000 &&
                       current_nA > (int32_t)SHORT_CELL_CURRENT_UA * 1000;
  const bool open = compliance && wanted_nA > allowed_nA && current_nA < wanted_nA / 2;
  const bool deviates = magnitude(block->current_nA - state->ramp_nA) > allowed_nA;
  uint32_t faults = 0;
  if (lasts_blocks(WATCH_POLARITY, state->on && against && !state->flipping, POLARITY_TIME_MS)) faults |= FAULT_POLARITY;
  if (lasts_blocks(WATCH_SHORT, state->on && shorted, SHORT_CELL_TIME_MS)) faults |= FAULT_SHORT_CELL;
  if (lasts_blocks(WATCH_OPEN, state->on && open, OPEN_CELL_TIME_MS)) faults |= FAULT_OPEN_CELL;
  if (lasts_blocks(WATCH_FOLLOW, state->on && !state->slewing && !compliance && deviates, FOLLOW_TIME_MS)) {
    faults |= FAULT_NOT_FOLLOWING;
  }
  return faults;
}

static bool leaks(const struct block *block) {
  const int32_t allowed_nA = percent_of(magnitude(block->current_nA), LEAK_SHARE_PERCENT) + (int32_t)LEAK_FLOOR_UA * 1000;
  return magnitude(block->current_nA - block->return_current_nA) > allowed_nA;
}

static bool temperature_outside(const struct block *block) {
  const struct load *limits = envelope_limits();
  return block->slow.cell_temperature < limits->temperature_min_raw ||
         block->slow.cell_temperature > limits->temperature_max_raw;
}

uint32_t guard_block(const struct guarded *state) {
  const struct block *block = measure_block();
  const struct load *limits = envelope_limits();
  uint32_t faults = 0;
  compliance = state->on && near_compliance(block);
  faults |= cell_faults(state, block);
  if (lasts_blocks(WATCH_LEAK, state->armed && leaks(block), LEAK_TIME_MS)) faults |= FAULT_LEAK;
  if (!state->armed) return faults;
  if (block->slow.supply_mV < SUPPLY_MIN_MV) faults |= FAULT_SUPPLY;
  if (temperature_outside(block)) faults |= FAULT_CELL_TEMPERATURE;
  if (coulomb_booked_absolute_nC() >= limits->charge_nC) faults |= FAULT_CHARGE_LIMIT;
  if (state->output_time_ms >= limits->duration_ms) faults |= FAULT_DURATION_LIMIT;
  return faults;
}

uint32_t guard_causes(void) {
  const struct hal_sample *sample = measure_sample();
  const struct block *block = measure_block();
  uint32_t faults = 0;
  if ((sample->lines & HAL_INTERLOCK_CLOSED) == 0) faults |= FAULT_INTERLOCK;
  if ((sample->lines & HAL_DOOR_CLOSED) == 0) faults |= FAULT_DOOR;
  if ((sample->lines & HAL_CONTACT_CLOSED) != 0) faults |= FAULT_RELAY;
  if (block->slow.supply_mV < SUPPLY_MIN_MV) faults |= FAULT_SUPPLY;
  if (temperature_outside(block)) faults |= FAULT_CELL_TEMPERATURE;
  if (!corrections_complete()) faults |= FAULT_CALIBRATION;
  if ((sample->lines & HAL_OVER_CURRENT) != 0) faults |= FAULT_COMPARATOR;
  if (at_rail(sample->current)) faults |= FAULT_OVER_RANGE;
  if (beyond(sample->current, zero_limit)) faults |= FAULT_STUCK_OUTPUT | FAULT_OVER_CURRENT;
  return faults;
}

bool guard_compliance(void) {
  return compliance;
}
