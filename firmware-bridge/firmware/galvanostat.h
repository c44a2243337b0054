/*
 * The output: set point, slew, range, and the order in which relay and power stage are switched. Closing: relay first,
 * stage when the contact has settled, then the ramp from zero. Opening: everything at once. Owns the DAC.
 */
#ifndef GALVANODE_GALVANOSTAT_H
#define GALVANODE_GALVANOSTAT_H

#include <stdbool.h>
#include <stdint.h>

void galvanostat_boot(void);
/* Only while off. */
void galvanostat_select_range(uint8_t range);
uint8_t galvanostat_range(void);
void galvanostat_set_slew(uint32_t slew_uA_s);
uint32_t galvanostat_slew_uA_s(void);
/* Closes the relay if it is open and ramps to the set point, nA. */
void galvanostat_drive(int32_t setpoint_nA);
/* The same at the slew of flips, for this change of set point. */
void galvanostat_flip(int32_t setpoint_nA);
/* Zero, stage off, relay open; not ramped. */
void galvanostat_off(void);
/* For the self-test, while off and with the stage disabled: the relay alone, and the DAC alone. */
void galvanostat_test_relay(bool closed);
void galvanostat_test_dac(int16_t code);
/* One millisecond. */
void galvanostat_tick(bool contact_closed);

/* True while the relay is commanded closed. */
bool galvanostat_connected(void);
/* True while the stage is enabled. */
bool galvanostat_on(void);
/* True while the output moves: on its way to a set point, or following one that moves. */
bool galvanostat_slewing(void);
/* True for the time that a flip may take. */
bool galvanostat_flipping(void);
int32_t galvanostat_setpoint_nA(void);
/* Where the ramp stands: the current that should flow now. */
int32_t galvanostat_ramp_nA(void);
/* Its part of the output lines of hal.h. */
uint8_t galvanostat_lines(void);

#endif
