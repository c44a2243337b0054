/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/* The two converters on the SPI port, ADS131M04 and DAC8563, as avr_converters.c wires them. Owns the port's time and the frames. */
#ifndef SIMAVR_CONVERTERS_H
#define SIMAVR_CONVERTERS_H

#include <stdint.h>

enum { CONVERTER_CHANNELS = 4 };

/* Counts of the four channels (full scale 32768) at the beginning of a frame. */
typedef void (*convert)(double counts[CONVERTER_CHANNELS]);

void converters_attach(convert convert);
/* What the DAC holds: the set point in counts of the range, signed, and the comparator's threshold. */
int16_t converters_setpoint(void);
uint16_t converters_threshold(void);

#endif
