/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/*
 * The ATmega328P of the board: program, power, time. Owns the one instance of the emulator; knows no peripheral of the
 * board. Time is in cycles of the 16 MHz crystal and moves only while a caller runs it.
 */
#ifndef SIMAVR_MACHINE_H
#define SIMAVR_MACHINE_H

#include <simavr/sim_avr.h>
#include <stdbool.h>
#include <stdint.h>

#define CRYSTAL_HZ 16000000u
#define CYCLES_PER_US (CRYSTAL_HZ / 1000000u)

extern avr_t *machine;

/* Called after every reset, whatever its cause: the emulator has dropped all cycle timers and forgotten all input pins. */
typedef void (*after_reset)(void);

/* Reads a .hex; false when it is none. */
bool machine_load(const char *hex_file);
void machine_on_reset(after_reset call);
/* Power off and on: memory is lost, the EEPROM stays. */
void machine_power_cycle(void);
/* One step of the core. Ends the process when the core has crashed: nothing that it would say then is worth reading. */
void machine_step(void);
void machine_run(avr_cycle_count_t cycles);
/* Ends the step that is under way at this cycle; a sleeping core would sleep on to the next timer. */
void machine_wake(void);
/* The program is caught in a loop with interrupts off, as after a fault in it. */
void machine_hang(void);
void machine_eeprom_set(uint16_t offset, uint8_t *bytes, uint16_t length);
/* Bytes of `length` from `offset`; false when they are not all there. */
bool machine_eeprom_get(uint16_t offset, uint8_t *bytes, uint16_t length);
/* Cycles since the last reset, and resets since power-up. */
avr_cycle_count_t machine_since_reset(void);
uint32_t machine_resets(void);

#endif
