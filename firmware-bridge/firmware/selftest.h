/*
 * The self-test: converters, DAC, relay, comparator, stored calibration and the cause of the last reset, one after the
 * other in some 120 ms with the stage disabled all along. Owns the sequence and what it found; when it may begin is
 * decided in board.c.
 */
#ifndef GALVANODE_SELFTEST_H
#define GALVANODE_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

#include "hal.h"
#include "protocol.h"

void selftest_boot(uint8_t reset_cause);
void selftest_begin(void);
/* Breaks a running test off; what was found before is kept. */
void selftest_abort(void);
bool selftest_running(void);
bool selftest_passed(void);
/* One millisecond, with its sample. True when the test has just ended. */
bool selftest_tick(const struct hal_sample *sample);
const struct self_test *selftest_result(void);

#endif
