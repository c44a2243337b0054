/* Owns the samples and their sums. */
#include "measure.h"

#include "calibration.h"
#include "coulomb.h"
#include "fifo.h"
#include "protocol.h"

static struct hal_sample sample;
static struct block block;
static int32_t return_codes, voltage_codes;
static uint8_t filled_ms;

void measure_boot(void) {
  hal_sample(&sample);
  block = (struct block){ 0 };
  hal_slow(&block.slow);
  measure_restart();
}

void measure_restart(void) {
  return_codes = voltage_codes = 0;
  filled_ms = 0;
}

static void finish_block(void) {
  block.current_nA = calibration_mean_nA(coulomb_book());
  block.return_current_nA = calibration_return_nA(return_codes);
  block.voltage_uV = calibration_voltage_uV(voltage_codes);
  hal_slow(&block.slow);
  measure_restart();
}

bool measure_tick(uint32_t now_ms) {
  hal_sample(&sample);
  coulomb_sample(sample.current);
  fifo_sample(sample.current, sample.voltage, now_ms);
  return_codes += sample.return_current;
  voltage_codes += sample.voltage;
  if (++filled_ms < BLOCK_TIME_MS) return false;
  finish_block();
  return true;
}

const struct hal_sample *measure_sample(void) {
  return &sample;
}

const struct block *measure_block(void) {
  return &block;
}
