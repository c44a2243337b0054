/*
 * The armed envelope: the limits of a run. Loaded and read back before arming; while armed it can only become tighter;
 * it serves one run and is gone after disarm or trip. Owns the limits and the rules of changing them.
 */
#ifndef GALVANODE_ENVELOPE_H
#define GALVANODE_ENVELOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

void envelope_boot(void);
/* Stores the limits of a load frame's payload, or says why not. */
enum result envelope_load(const uint8_t *payload, bool armed);
/* The limits in force, as a payload; reading them back is part of loading. */
void envelope_read(uint8_t *payload);
bool envelope_loaded(void);
/* True when this envelope was loaded and read back and is the one meant. */
bool envelope_is(uint16_t run_tag, uint16_t crc);
/* The limits last loaded; they stay readable after the envelope was used up. */
const struct load *envelope_limits(void);
void envelope_discard(void);

#endif
