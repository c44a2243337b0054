/* Owns the steps of the self-test and its result. */
#include "selftest.h"

#include "corrections.h"
#include "galvanostat.h"

#define OFFSET_SAMPLES 64
#define DAC_STEPS 3
#define SETTLE_MS 4 /* DAC, its converter channel and the comparator, after a change */
#define HALF_RANGE 16384
/* What hal.h calls a reset by the watchdog and by a brown-out. */
#define RESET_WATCHDOG 1
#define RESET_BROWN_OUT 2

enum state { STATE_NONE, STATE_RUNNING, STATE_PASSED, STATE_FAILED };
enum step { STEP_OFFSET, STEP_DAC, STEP_CLOSE, STEP_OPEN, STEP_COMPARATOR, STEP_EEPROM, STEP_CAUSE };

static const int16_t dac_codes[DAC_STEPS] = { HALF_RANGE, -HALF_RANGE, 0 };

static struct self_test found;
static enum step step;
static uint8_t in_step; /* ticks since the step began */
static uint8_t cause;
static int32_t current_codes, return_codes;
static bool quiet, was_open, so_far;

static void next(void) {
  step = (enum step)(step + 1);
  in_step = 0;
}

static void judge(uint8_t check, bool good) {
  found.checked |= check;
  if (!good) found.failed |= check;
  next();
}

void selftest_boot(uint8_t reset_cause) {
  cause = reset_cause;
  found = (struct self_test){ .state = STATE_NONE };
}

void selftest_begin(void) {
  found = (struct self_test){ .state = STATE_RUNNING };
  step = STEP_OFFSET;
  in_step = 0;
  current_codes = return_codes = 0;
  quiet = so_far = true;
}

void selftest_abort(void) {
  if (found.state == STATE_RUNNING) found.state = STATE_NONE;
}

bool selftest_running(void) {
  return found.state == STATE_RUNNING;
}

bool selftest_passed(void) {
  return found.state == STATE_PASSED;
}

static uint16_t magnitude(int32_t value) {
  return (uint16_t)(value < 0 ? -value : value);
}

static int16_t clipped(int32_t value) {
  return value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : (int16_t)value;
}

static bool small(int32_t codes) {
  return codes <= OFFSET_SAMPLES * TEST_OFFSET && codes >= -OFFSET_SAMPLES * TEST_OFFSET;
}

static void test_offset(const struct hal_sample *sample) {
  current_codes += sample->current;
  return_codes += sample->return_current;
  if (in_step < OFFSET_SAMPLES) return;
  found.current_offset = clipped(current_codes);
  found.return_offset = clipped(return_codes);
  judge(CHECKS_CONVERTER_OFFSET, small(current_codes) && small(return_codes));
}

static void test_dac(const struct hal_sample *sample) {
  const uint8_t index = (uint8_t)((in_step - 1) / SETTLE_MS);
  if (in_step % SETTLE_MS == 1) galvanostat_test_dac(dac_codes[index]);
  if (in_step % SETTLE_MS != 0) return;
  const uint16_t error = magnitude((int32_t)sample->dac - dac_codes[index]);
  if (error > found.dac_error) found.dac_error = error;
  if (index == DAC_STEPS - 1) judge(CHECKS_DAC, found.dac_error <= TEST_DAC);
}

static void test_close(bool closed) {
  if (in_step == 1) {
    was_open = !closed;
    galvanostat_test_relay(true);
    return;
  }
  if (!closed && in_step <= TEST_RELAY_TIME_MS) return;
  found.close_time_ms = (uint8_t)(in_step - 1);
  judge(CHECKS_RELAY_CLOSES, closed);
}

static void test_open(const struct hal_sample *sample, bool closed) {
  if (in_step <= SETTLE_MS) { /* a moment with the cell connected: nothing may flow */
    quiet = quiet && magnitude(sample->current) <= TEST_QUIET;
    return;
  }
  if (in_step == SETTLE_MS + 1) {
    if (!quiet) found.failed |= CHECKS_RELAY_CLOSES;
    galvanostat_off();
    return;
  }
  if (closed && in_step <= SETTLE_MS + 1 + TEST_RELAY_TIME_MS) return;
  found.open_time_ms = (uint8_t)(in_step - SETTLE_MS - 1);
  judge(CHECKS_RELAY_OPENS, was_open && !closed);
}

static void test_comparator(bool acted) {
  if (in_step == 1) hal_threshold(0);
  if (in_step == SETTLE_MS) {
    so_far = acted;
    hal_threshold(UINT16_MAX);
  }
  if (in_step == 2 * SETTLE_MS) judge(CHECKS_COMPARATOR, so_far && !acted);
}

static void test_eeprom(void) {
  if (in_step == 1) so_far = true;
  so_far = corrections_intact((uint8_t)(in_step - 1)) && so_far; /* one record a tick */
  if (in_step == CALIBRATIONS) judge(CHECKS_EEPROM, so_far);
}

bool selftest_tick(const struct hal_sample *sample) {
  const bool closed = (sample->lines & HAL_CONTACT_CLOSED) != 0;
  if (found.state != STATE_RUNNING) return false;
  in_step++;
  switch (step) {
    case STEP_OFFSET: test_offset(sample); return false;
    case STEP_DAC: test_dac(sample); return false;
    case STEP_CLOSE: test_close(closed); return false;
    case STEP_OPEN: test_open(sample, closed); return false;
    case STEP_COMPARATOR: test_comparator((sample->lines & HAL_OVER_CURRENT) != 0); return false;
    case STEP_EEPROM: test_eeprom(); return false;
    case STEP_CAUSE: break;
  }
  judge(CHECKS_RESET_CAUSE, cause != RESET_WATCHDOG && cause != RESET_BROWN_OUT);
  found.state = found.failed == 0 ? STATE_PASSED : STATE_FAILED;
  return true;
}

const struct self_test *selftest_result(void) {
  return &found;
}
