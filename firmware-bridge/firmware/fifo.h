/*
 * Samples that wait for the host: means of current and voltage over a settable period, numbered, kept until the host
 * says that it has them. A full store drops what is new and counts it, so that what waits stays without a gap. Owns the
 * store. What is kept is as converted: whoever reads it corrects it with the stored calibration.
 */
#ifndef GALVANODE_FIFO_H
#define GALVANODE_FIFO_H

#include <stdint.h>

void fifo_boot(void);
/* Period in ms, 0 for none; what waits is dropped, and numbers begin at 0. */
void fifo_begin(uint16_t period_ms);
/* One conversion, once a millisecond. */
void fifo_sample(int16_t current, int16_t voltage, uint32_t now_ms);
/* A mean must not span a change of range. */
void fifo_restart(void);
/* The payload of a samples frame. */
void fifo_read(uint8_t *payload);
/* Everything before number `next` has been read. */
void fifo_take(uint16_t next);

#endif
