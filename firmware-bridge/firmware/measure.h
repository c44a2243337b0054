/*
 * What the board knows of the cell: the sample of this millisecond, and the mean of the last full block in physical
 * units, which telemetry shows and slow checks look at. Owns the samples; judges nothing.
 */
#ifndef GALVANODE_MEASURE_H
#define GALVANODE_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "hal.h"

struct block {
  int32_t current_nA;
  int32_t return_current_nA;
  int32_t voltage_uV;
  struct hal_slow slow;
};

void measure_boot(void);
/* Begins a new block; for when charge was booked in the middle of one. */
void measure_restart(void);
/* Reads the hardware once; true when a block became full with it. */
bool measure_tick(uint32_t now_ms);
const struct hal_sample *measure_sample(void);
const struct block *measure_block(void);

#endif
