/*
 * The board's own end of the current: at a net charge, or after a time with the output on. Not a fault; the board stays
 * armed and cooling goes on. Owns both stops and whether they were reached; what then happens is decided in board.c.
 */
#ifndef GALVANODE_STOP_H
#define GALVANODE_STOP_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

/* None set, none reached. */
void stop_clear(void);
/* Sets both; armed, neither may come later than it would have. */
enum result stop_set(const struct stop *wanted, bool armed);
/* Bits of `endings` that have just been reached. */
uint8_t stop_look(int64_t net_charge_nC, uint32_t output_time_ms);
/* Bits of `endings` reached so far. */
uint8_t stop_reached(void);
/* Its part of the progress frame. */
void stop_progress(struct progress *progress);

#endif
