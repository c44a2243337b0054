/*
 * The two-wire target. Owns the TWI and the bytes under way; what they mean is registers.c's. The interrupt copies bytes
 * and nothing else; writes are acted on, and answers made, from the main loop.
 *
 * An answer is begun when its command has come, which is two bus bytes before its first byte has to be there. What is
 * missing then is waited for by holding the clock; bus_answer between the steps of a tick keeps that short.
 */
#ifndef GALVANODE_AVR_BUS_H
#define GALVANODE_AVR_BUS_H

#include <stdbool.h>
#include <stdint.h>

void bus_open(uint8_t address);
/* Acts on a write that is complete, then makes the answer that is asked for. Between ticks only. */
void bus_serve(void);
/* Makes the answer that is asked for, unless a write has to be acted on before. Changes nothing that a tick looks at. */
void bus_answer(void);
/* A millisecond has passed: an answer that nobody fetched becomes too old. */
void bus_tick(void);
/* True while something waits for bus_serve. */
bool bus_waits(void);

#endif
