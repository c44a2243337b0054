/* Owns set point, ramp, DAC and the switching sequence. */
#include "galvanostat.h"

#include "calibration.h"
#include "hal.h"
#include "protocol.h"

enum output { OUTPUT_OFF, OUTPUT_CLOSING, OUTPUT_ON, OUTPUT_RELAY_TEST };

static enum output output;
static uint8_t range, settled_ms, flip_ms;
static bool moved;
static int32_t setpoint_nA, ramp_nA;
static int32_t slew; /* nA a millisecond, which is uA/s */

static void write_dac(void) {
  hal_dac(calibration_dac_code(ramp_nA));
}

void galvanostat_boot(void) {
  slew = (int32_t)SLEW_DEFAULT_UA_S;
  galvanostat_off();
  galvanostat_select_range(RANGE_COUNT - 1);
}

void galvanostat_select_range(uint8_t wanted) {
  range = wanted;
  calibration_select(range);
  hal_range(range);
}

uint8_t galvanostat_range(void) {
  return range;
}

void galvanostat_set_slew(uint32_t slew_uA_s) {
  slew = (int32_t)slew_uA_s;
}

uint32_t galvanostat_slew_uA_s(void) {
  return (uint32_t)slew;
}

void galvanostat_drive(int32_t wanted_nA) {
  setpoint_nA = wanted_nA;
  if (output != OUTPUT_OFF) return;
  output = OUTPUT_CLOSING;
  settled_ms = 0;
}

void galvanostat_flip(int32_t wanted_nA) {
  galvanostat_drive(wanted_nA);
  flip_ms = FLIP_TIME_MS;
}

void galvanostat_off(void) {
  output = OUTPUT_OFF;
  setpoint_nA = ramp_nA = 0;
  flip_ms = 0;
  moved = false;
  hal_dac(0);
}

void galvanostat_test_relay(bool closed) {
  output = closed ? OUTPUT_RELAY_TEST : OUTPUT_OFF;
}

void galvanostat_test_dac(int16_t code) {
  hal_dac(code);
}

static void close_in(bool contact_closed) {
  settled_ms = contact_closed ? (uint8_t)(settled_ms + 1) : 0;
  if (settled_ms < RELAY_SETTLE_MS) return;
  output = OUTPUT_ON;
  write_dac(); /* the code of zero current, offset included */
}

void galvanostat_tick(bool contact_closed) {
  const int32_t most = flip_ms != 0 ? (int32_t)FLIP_SLEW_UA_S : slew;
  if (output == OUTPUT_CLOSING) close_in(contact_closed);
  if (flip_ms != 0) flip_ms--;
  moved = output == OUTPUT_ON && ramp_nA != setpoint_nA;
  if (!moved) return;
  const int32_t distance = setpoint_nA - ramp_nA; /* both within the range: no overflow */
  ramp_nA += distance > most ? most : distance < -most ? -most : distance;
  write_dac();
}

bool galvanostat_connected(void) {
  return output != OUTPUT_OFF;
}

bool galvanostat_on(void) {
  return output == OUTPUT_ON;
}

bool galvanostat_slewing(void) {
  return moved || ramp_nA != setpoint_nA;
}

bool galvanostat_flipping(void) {
  return flip_ms != 0;
}

int32_t galvanostat_setpoint_nA(void) {
  return setpoint_nA;
}

int32_t galvanostat_ramp_nA(void) {
  return ramp_nA;
}

uint8_t galvanostat_lines(void) {
  switch (output) {
    case OUTPUT_ON: return HAL_RELAY | HAL_STAGE_ENABLE;
    case OUTPUT_CLOSING:
    case OUTPUT_RELAY_TEST: return HAL_RELAY;
    default: return 0;
  }
}
