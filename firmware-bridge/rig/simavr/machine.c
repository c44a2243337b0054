/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/* Owns the emulator. */
#include "machine.h"

#include <simavr/avr_eeprom.h>
#include <simavr/sim_hex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS 4
#define FLASH_END 0x8000u
/* rjmp to itself, in the last word of the flash. */
#define LOOP_ADDRESS (FLASH_END - 2)
#define LOOP_LOW 0xffu
#define LOOP_HIGH 0xcfu
#define SREG_I 7
#define SUPPLY_MV 5000

avr_t *machine;
static after_reset calls[CALLS];
static uint8_t call_count;
static bool reached;
static avr_cycle_count_t target, reset_at;
static uint32_t resets;

static avr_cycle_count_t nothing(avr_t *avr, avr_cycle_count_t when, void *parameter) {
  (void)avr, (void)when, (void)parameter;
  return 0;
}

void machine_wake(void) {
  avr_cycle_timer_register(machine, 1, nothing, NULL);
}

static avr_cycle_count_t at_target(avr_t *avr, avr_cycle_count_t when, void *parameter) {
  (void)avr, (void)when, (void)parameter;
  reached = true;
  machine_wake();
  return 0;
}

static void on_reset(avr_io_t *io) {
  (void)io;
  reset_at = machine->cycle;
  resets++;
  if (!reached && target > machine->cycle) avr_cycle_timer_register(machine, target - machine->cycle, at_target, NULL);
  for (uint8_t i = 0; i < call_count; i++) calls[i]();
}

/* The emulator would sleep in real time. */
static void no_sleep(avr_t *avr, avr_cycle_count_t cycles) {
  (void)avr, (void)cycles;
}

bool machine_load(const char *hex_file) {
  static avr_io_t watcher = { .kind = "galvanode", .reset = on_reset };
  uint32_t size = 0, start = 0;
  uint8_t *const code = read_ihex_file(hex_file, &size, &start);
  machine = avr_make_mcu_by_name("atmega328p");
  if (code == NULL || machine == NULL || size > LOOP_ADDRESS) return false;
  avr_init(machine);
  machine->frequency = CRYSTAL_HZ;
  machine->vcc = machine->avcc = machine->aref = SUPPLY_MV;
  machine->log = LOG_NONE;
  machine->sleep = no_sleep;
  avr_loadcode(machine, code, size, start);
  machine->codeend = FLASH_END;
  machine->flash[LOOP_ADDRESS] = LOOP_LOW;
  machine->flash[LOOP_ADDRESS + 1] = LOOP_HIGH;
  free(code);
  reached = true;
  avr_register_io(machine, &watcher);
  return true;
}

void machine_on_reset(after_reset call) {
  if (call_count == CALLS) abort();
  calls[call_count++] = call;
}

void machine_power_cycle(void) {
  memset(machine->data + 0x100, 0, machine->ramend + 1u - 0x100);
  avr_reset(machine);
  resets = 0;
}

void machine_step(void) {
  const int state = avr_run(machine);
  if (state != cpu_Done && state != cpu_Crashed) return;
  fprintf(stderr, "the core has stopped (state %d) at 0x%04x\n", state, (unsigned)machine->pc);
  exit(3);
}

void machine_run(avr_cycle_count_t cycles) {
  if (cycles == 0) return;
  reached = false;
  target = machine->cycle + cycles;
  avr_cycle_timer_register(machine, cycles, at_target, NULL);
  while (!reached) machine_step();
}

void machine_hang(void) {
  machine->sreg[SREG_I] = 0;
  machine->state = cpu_Running;
  machine->pc = LOOP_ADDRESS;
}

void machine_eeprom_set(uint16_t offset, uint8_t *bytes, uint16_t length) {
  avr_eeprom_desc_t part = { .ee = bytes, .offset = offset, .size = length };
  avr_ioctl(machine, AVR_IOCTL_EEPROM_SET, &part);
}

bool machine_eeprom_get(uint16_t offset, uint8_t *bytes, uint16_t length) {
  avr_eeprom_desc_t part = { .ee = bytes, .offset = offset, .size = length };
  return avr_ioctl(machine, AVR_IOCTL_EEPROM_GET, &part) == 0;
}

avr_cycle_count_t machine_since_reset(void) {
  return machine->cycle - reset_at;
}

uint32_t machine_resets(void) {
  return resets;
}
