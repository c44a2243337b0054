/*
 * The slow channels on the controller's own converter: two thermistors and the supply. Owns that converter; one
 * conversion is under way at any time, and nobody waits for it.
 */
#ifndef GALVANODE_AVR_SLOW_H
#define GALVANODE_AVR_SLOW_H

#include <stdint.h>

#include "hal.h"

/* Waits for a first value of each channel, some 1.3 ms. */
void slow_boot(void);
/* Takes the conversion that has ended and begins the next; once a millisecond. */
void slow_tick(void);
void slow_read(struct hal_slow *slow);
/* Noise of the converter, gathered at boot. */
uint16_t slow_entropy(void);

#endif
