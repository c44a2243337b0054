/*
 * The guard: looks at every sample and every block and says which faults they are. Owns the thresholds and how long
 * something must last; what a fault then does is decided in board.c.
 */
#ifndef GALVANODE_GUARD_H
#define GALVANODE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/* What the board is doing, as far as the guard needs to know. */
struct guarded {
  bool armed;
  bool connected; /* relay commanded closed */
  bool on;        /* stage enabled */
  bool slewing;
  bool flipping;
  int32_t setpoint_nA;
  int32_t ramp_nA;
  uint32_t output_time_ms;
};

void guard_boot(void);
/* Takes over the envelope's limits in codes of the present range, and sets the comparator; after a load, a change of range
 * and the self-test. */
void guard_set_limits(void);
/* Faults of this millisecond; and of the last full block, once a block. */
uint32_t guard_tick(const struct guarded *state);
uint32_t guard_block(const struct guarded *state);
/* Faults whose cause is there now, as far as it can be seen with the output off. */
uint32_t guard_causes(void);
/* True while the stage is near the end of its voltage. */
bool guard_compliance(void);

#endif
