/*
 * The board as one thing: idle, armed, output on; what each command does and what a fault does. Owns that state and the
 * order of a tick; frames are registers.c, thresholds guard.c.
 */
#ifndef GALVANODE_BOARD_H
#define GALVANODE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

void board_boot(void);
/* One millisecond. */
void board_tick(void);

enum result board_load(const uint8_t *payload);
enum result board_configure(const struct configure *wanted);
enum result board_arm(const struct arm *wanted);
enum result board_drive(const struct drive *wanted);
enum result board_off(void);
enum result board_disarm(void);
enum result board_clear(uint32_t faults);
enum result board_calibrate_current(const struct calibrate_current *wanted);
enum result board_calibrate_voltage(const struct calibrate_voltage *wanted);
enum result board_run_self_test(const struct run_self_test *wanted);
enum result board_stop(const struct stop *wanted);
enum result board_sampling(const struct sampling *wanted);

uint16_t board_status(void);
/* Bits of `endings`. */
uint8_t board_endings(void);
uint32_t board_time_ms(void);
uint32_t board_samples(void);
/* Time with the output on since the envelope was loaded. */
uint32_t board_output_time_ms(void);

#endif
