/*
 * Waveforms: up to 32 segments that move the set point without the host, who still has to answer challenges. Owns the
 * segments and where the waveform stands. Says which set point is wanted next; limits, output and the rest of what a set
 * point has to pass are not its own.
 */
#ifndef GALVANODE_WAVEFORM_H
#define GALVANODE_WAVEFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

void waveform_boot(void);
/* Stores a segment, or makes a waveform of the first ones; refused while one runs. */
enum result waveform_store(const struct segment *wanted);
enum result waveform_set(const struct wave *wanted);
/* True when no segment wants more than this, either sign. */
bool waveform_within(uint32_t current_nA);
/* Begins at this set point. */
enum result waveform_start(int32_t from_nA);
void waveform_stop(void);
bool waveform_running(void);
/* True from its end to the next stop. */
bool waveform_done(void);
/* One millisecond: the set point wanted, and whether it is the first of a flip. Zero once it has come to its end. */
int32_t waveform_tick(bool *flip);
/* Its part of the progress frame. */
void waveform_progress(struct progress *progress);

#endif
