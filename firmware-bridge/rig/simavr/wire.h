/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/*
 * The I2C bus: a host that makes one transfer, and the target side of the controller's TWI. Owns the bits' time and the
 * TWI's registers; knows no frame.
 */
#ifndef SIMAVR_WIRE_H
#define SIMAVR_WIRE_H

#include <stdbool.h>
#include <stdint.h>

enum wire_result { WIRE_DONE, WIRE_NACK, WIRE_TIMEOUT };

struct wire_transfer {
  uint8_t address;
  const uint8_t *written; /* NULL: nothing is written */
  uint8_t write_length;
  uint8_t *read; /* NULL: nothing is read */
  uint8_t read_length;
};

void wire_attach(uint32_t rate_Hz);
/* Runs the machine through the transfer and the bus-free time behind it. */
enum wire_result wire_transfer(const struct wire_transfer *transfer);
/* Longest time that the target has held the clock since power-up, cycles. */
uint32_t wire_longest_stretch(void);

#endif
