/*
 * Frames in and out, as protocol.h describes them. Owns sequence, checksums and latched answers; decides nothing. A
 * write acts once, when it is complete, correct and new; everything else is dropped and counted.
 */
#ifndef GALVANODE_REGISTERS_H
#define GALVANODE_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

void registers_boot(void);
/* A write as the bus target got it, command first, address not included. False: a byte of it is not acknowledged. */
bool registers_write(const uint8_t *bytes, uint8_t length);
/* Makes telemetry and charge of this instant ready to be read. */
void registers_latch(void);
/* Fills `bytes` with the answer to a command; 0xFF from its end to `length`, as of an undriven bus. Needs room for
 * FRAME_MAX bytes, whatever the length. */
void registers_read(uint8_t command, uint8_t *bytes, uint8_t length);

#endif
