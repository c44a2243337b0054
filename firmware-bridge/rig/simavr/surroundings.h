/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/*
 * What stands around the controller: lines in and out, analog stage, comparator, slow sensors. Owns the inputs as the
 * client sets them, or a resistor for a cell that follows the board by itself.
 */
#ifndef SIMAVR_SURROUNDINGS_H
#define SIMAVR_SURROUNDINGS_H

#include <stdbool.h>
#include <stdint.h>

/* Lines as in hal.h. */
#define LINE_INTERLOCK 0x01u
#define LINE_DOOR 0x02u
#define LINE_CONTACT 0x04u
#define LINE_CONVERTER_HELD 0x10u /* the converter repeats its last codes */

struct inputs {
  double current_A, return_current_A, voltage_V, cell_temperature_C, board_temperature_C, supply_V;
  uint8_t lines;
};

struct outputs {
  double current_A; /* what the stage is told to deliver; 0 while it is not enabled */
  uint8_t lines;    /* of hal.h */
};

void surroundings_attach(uint32_t seed);
void surroundings_set(const struct inputs *inputs);
/* A resistor that the board drives: the inputs follow the outputs from now on, with a relay contact that takes 5 ms. */
void surroundings_load(double resistance_ohm);
void surroundings_outputs(struct outputs *outputs);

#endif
