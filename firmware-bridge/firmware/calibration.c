/* Owns the fixed-point corrections. See calibration.h for the units. Right shifts of negative values are arithmetic here. */
#include "calibration.h"

#include "corrections.h"
#include "protocol.h"

#define BLOCK_BITS 4
_Static_assert(1 << BLOCK_BITS == BLOCK_TIME_MS, "means are shifts: the block is a power of two");
_Static_assert(FINE_BITS + BLOCK_BITS == 30, "the shift of calibration_mean_nA");

#define FINE_PER_CODE INT32_C(524288) /* smallest range: 7.8125e-3 nC * 2^26 */
_Static_assert(RANGE_0_FULL_SCALE_NA == 256000, "7.8125 nA a count in the smallest range");

/* 1 nA during 1 ms is 1/1000 nC: 2^26 fine units over 1000, kept in units of 2^8 of them. */
#define OFFSET_BITS 8
#define OFFSET_PER_NA INT64_C(274877907) /* 2^18 over 1000, times 2^20 */
#define OFFSET_PER_NA_BITS 20

static int32_t current_gain, return_gain; /* fine units a count and millisecond */
static int32_t current_offset;            /* 2^8 fine units a millisecond */
static int32_t return_offset_nA;
static uint8_t selected;
static int32_t full_scale_nA;
static int32_t dac_gain, code_gain; /* counts a nA, times 2^(32 + code_shift): of the DAC, of the converter */
static uint8_t code_shift;
static int32_t dac_offset_nA;
static int32_t voltage_gain; /* uV a count, scaled by 2^16 */
static int32_t voltage_offset_uV;

/* A value of 31 bits times 1 + gain, at most 5 %, by two multiplications: 2^31 ppb are 9223372037 over 2^32. */
static int32_t corrected(int32_t value, int32_t gain_ppb) {
  const int64_t gain = ((int64_t)gain_ppb * INT64_C(9223372037)) >> 32;
  return (int32_t)(value + ((value * gain) >> 31));
}

/* The value of the smallest range in the selected one. */
static int32_t in_range(int32_t value) {
  for (uint8_t i = 0; i < selected; i++) value *= 10;
  return value;
}

/* Counts a nA without any error, times 2^(32 + code_shift): one count of the smallest range is 125/16 nA. Below 2^31. */
static int32_t exact_counts(void) {
  switch (selected) {
    case 0: code_shift = 1; return (INT64_C(1) << 37) / 125;
    case 1: code_shift = 4; return (INT64_C(1) << 40) / 1250;
    case 2: code_shift = 7; return (INT64_C(1) << 43) / 12500;
    default: code_shift = 10; return (INT64_C(1) << 46) / 125000;
  }
}

static int16_t saturated(int32_t code) {
  return code > INT16_MAX ? INT16_MAX : code < -INT16_MAX ? -INT16_MAX : (int16_t)code;
}

static struct correction stored(enum converter converter) {
  return corrections_recall((uint8_t)(selected * CONVERTERS + converter));
}

static void take_current(void) {
  const struct correction correction = stored(CONVERTER_CURRENT);
  current_gain = corrected(in_range(FINE_PER_CODE), correction.gain_ppb);
  current_offset = (int32_t)(correction.offset * OFFSET_PER_NA >> OFFSET_PER_NA_BITS);
  /* But for the square of the gain: for limits, not for readings. */
  code_gain = corrected(exact_counts(), -correction.gain_ppb);
}

static void take_return(void) {
  const struct correction correction = stored(CONVERTER_RETURN);
  return_gain = corrected(in_range(FINE_PER_CODE), correction.gain_ppb);
  return_offset_nA = correction.offset;
}

static void take_dac(void) {
  const struct correction correction = stored(CONVERTER_DAC);
  dac_gain = corrected(exact_counts(), correction.gain_ppb);
  dac_offset_nA = correction.offset;
}

static void take_voltage(void) {
  const struct correction correction = corrections_recall(VOLTAGE_RECORD);
  voltage_gain = corrected(INT32_C(1000) << 16, correction.gain_ppb);
  voltage_offset_uV = correction.offset;
}

void calibration_select(uint8_t range) {
  selected = range;
  full_scale_nA = in_range(RANGE_0_FULL_SCALE_NA);
  take_current();
  take_return();
  take_dac();
  take_voltage();
}

void calibration_refresh(uint8_t record) {
  if (record == VOLTAGE_RECORD) {
    take_voltage();
    return;
  }
  if (record / CONVERTERS != selected) return;
  switch (record % CONVERTERS) {
    case CONVERTER_CURRENT: take_current(); return;
    case CONVERTER_RETURN: take_return(); return;
    default: take_dac(); return;
  }
}

int32_t calibration_full_scale_nA(void) {
  return full_scale_nA;
}

int64_t calibration_charge(int32_t codes, int16_t milliseconds) {
  return (int64_t)codes * current_gain + (int64_t)((int32_t)milliseconds * (1 << OFFSET_BITS)) * current_offset;
}

/* 1000 over 2^30 are 4000 over 2^32. By words, as a product of 64 bits takes three times as long; exact all the same. */
int32_t calibration_mean_nA(int64_t fine) {
  const uint32_t lower = (uint32_t)fine;
  const uint32_t carried = (lower >> 16) * 4000u + ((lower & UINT16_MAX) * 4000u >> 16);
  return (int32_t)(fine >> 32) * 4000 + (int32_t)(carried >> 16);
}

int32_t calibration_return_nA(int32_t codes) {
  return calibration_mean_nA((int64_t)codes * return_gain) + return_offset_nA;
}

int32_t calibration_voltage_uV(int32_t codes) {
  return ((int32_t)(((int64_t)codes * voltage_gain) >> 16) >> BLOCK_BITS) + voltage_offset_uV;
}

int16_t calibration_dac_code(int32_t current_nA) {
  const int32_t scaled = (int32_t)((int64_t)(current_nA + dac_offset_nA) * dac_gain >> 32);
  return saturated((scaled + (INT32_C(1) << (code_shift - 1))) >> code_shift);
}

static int32_t counts_of(uint32_t current_nA) {
  return (int32_t)((int64_t)current_nA * code_gain >> 32) >> code_shift;
}

int16_t calibration_current_code(uint32_t current_nA) {
  return saturated(counts_of(current_nA));
}

uint16_t calibration_threshold(uint32_t current_nA) {
  const int32_t counts = counts_of(current_nA);
  return counts > (int32_t)UINT16_MAX ? UINT16_MAX : (uint16_t)counts;
}

int16_t calibration_voltage_code(uint32_t voltage_uV) {
  return saturated((int32_t)(voltage_uV / 1000)); /* limits are not so fine that the gain would matter */
}
