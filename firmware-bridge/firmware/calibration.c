/* Owns the fixed-point corrections. See calibration.h for the units. Right shifts of negative values are arithmetic here. */
#include "calibration.h"

#include "hal.h"
#include "protocol.h"

#define BLOCK_BITS 4
_Static_assert(1 << BLOCK_BITS == BLOCK_TIME_MS, "means are shifts: the block is a power of two");

#define PPB INT64_C(1000000000)
#define FINE_PER_CODE INT64_C(524288) /* smallest range: 7.8125e-3 nC * 2^26 */
_Static_assert(RANGE_0_FULL_SCALE_NA == 256000, "7.8125 nA a count in the smallest range");

struct line {
  int32_t gain;   /* fine units a count and millisecond */
  int64_t offset; /* fine units a millisecond */
};

static struct line current, return_current;
static int32_t full_scale_nA;
static int32_t dac_gain; /* counts a nA, scaled by 2^dac_shift */
static uint8_t dac_shift;
static int32_t dac_offset_nA;
static int32_t voltage_gain; /* uV a count, scaled by 2^16 */
static int32_t voltage_offset_uV;

static int64_t corrected(int64_t value, int32_t gain_ppb) {
  return value + value * gain_ppb / PPB;
}

static struct line line_of(int64_t fine_per_code, int32_t gain_ppb, int32_t offset_nA) {
  struct line line;
  line.gain = (int32_t)corrected(fine_per_code, gain_ppb);
  line.offset = offset_nA * (INT64_C(1) << FINE_BITS) / 1000; /* 1 nA during 1 ms is 1/1000 nC */
  return line;
}

static int16_t saturated(int64_t code) {
  return code > INT16_MAX ? INT16_MAX : code < -INT16_MAX ? -INT16_MAX : (int16_t)code;
}

void calibration_boot(void) {
  struct hal_voltage_calibration stored;
  hal_voltage_calibration(&stored);
  voltage_gain = (int32_t)corrected(INT64_C(1000) << 16, stored.gain_ppb);
  voltage_offset_uV = stored.offset_uV;
}

void calibration_select(uint8_t range) {
  /* 2^shift / counts per nA stays below 2^31 in every range; 7.8125 nA = 125/16 nA. */
  static const uint8_t shifts[RANGE_COUNT] = { 30, 33, 36, 40 };
  struct hal_current_calibration stored;
  int32_t decade = 1;
  for (uint8_t i = 0; i < range; i++) decade *= 10;
  hal_current_calibration(range, &stored);
  current = line_of(FINE_PER_CODE * decade, stored.adc_gain_ppb, stored.adc_offset_nA);
  return_current = line_of(FINE_PER_CODE * decade, stored.return_gain_ppb, stored.return_offset_nA);
  full_scale_nA = RANGE_0_FULL_SCALE_NA * decade;
  dac_shift = shifts[range];
  dac_gain = (int32_t)corrected((INT64_C(1) << (dac_shift + 4)) / ((int64_t)125 * decade), stored.dac_gain_ppb);
  dac_offset_nA = stored.dac_offset_nA;
}

int32_t calibration_full_scale_nA(void) {
  return full_scale_nA;
}

int64_t calibration_charge(int32_t codes, int16_t milliseconds) {
  return (int64_t)codes * current.gain + milliseconds * current.offset;
}

int32_t calibration_mean_nA(int64_t fine) {
  return (int32_t)((fine * 1000) >> (FINE_BITS + BLOCK_BITS));
}

int32_t calibration_return_nA(int32_t codes) {
  return calibration_mean_nA((int64_t)codes * return_current.gain + (int64_t)BLOCK_TIME_MS * return_current.offset);
}

int32_t calibration_voltage_uV(int32_t codes) {
  return (int32_t)(((int64_t)codes * voltage_gain) >> (16 + BLOCK_BITS)) + voltage_offset_uV;
}

int16_t calibration_dac_code(int32_t current_nA) {
  const int64_t scaled = ((int64_t)current_nA + dac_offset_nA) * dac_gain;
  return saturated((scaled + (INT64_C(1) << (dac_shift - 1))) >> dac_shift);
}

int16_t calibration_current_code(uint32_t current_nA) {
  return saturated(((int64_t)current_nA << FINE_BITS) / 1000 / current.gain);
}

int16_t calibration_voltage_code(uint32_t voltage_uV) {
  return saturated(((int64_t)voltage_uV << 16) / voltage_gain);
}
