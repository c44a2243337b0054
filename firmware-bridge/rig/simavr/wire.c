/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/*
 * Owns the TWI. simavr 1.6 models a bus master; its target side answers a START with address by 0x80 instead of 0x60, a
 * STOP by 0xA8 or 0x60 instead of 0xA0, and never shows 0x88, 0xB8, 0xC0 and 0xC8. So what the registers do on a write is
 * replaced here and the module is kept only for its vector. States from the ATmega328P data sheet, "2-wire Serial
 * Interface", tables of slave receiver and slave transmitter.
 */
#include "wire.h"

#include <simavr/avr_twi.h>
#include <simavr/sim_io.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

/* SMBus T_TIMEOUT: a target that holds the clock so long has lost the bus. */
#define STRETCH_LIMIT_US 35000u
#define BITS_PER_BYTE 9
#define TWINT 0x80u
#define TWEA 0x40u
#define TWEN 0x04u
#define WRITABLE 0x65u /* TWEA, TWSTA, TWEN, TWIE */
#define NO_STATE 0xf8u

enum phase { PHASE_ADDRESS, PHASE_WRITE, PHASE_READ, PHASE_STOP };
enum addressed { FOR_NOBODY, FOR_WRITE, FOR_READ, FOR_IDLE_READ };

static avr_twi_t *twi;
static avr_io_addr_t twcr;
static uint32_t bit_cycles, longest_stretch;

static struct {
  const struct wire_transfer *transfer;
  enum phase phase;
  bool reading; /* the part of the transfer that is under way */
  enum addressed addressed;
  uint8_t position;
  uint8_t waiting_bits; /* the clock is held, and these bits follow */
  avr_cycle_count_t held_at;
  bool done;
  enum wire_result result;
} bus;

static avr_cycle_count_t next_phase(avr_t *avr, avr_cycle_count_t when, void *parameter);

static void finish(enum wire_result result) {
  bus.result = result;
  bus.done = true;
  bus.addressed = FOR_NOBODY;
  machine_wake();
}

static avr_cycle_count_t give_up(avr_t *avr, avr_cycle_count_t when, void *parameter) {
  (void)avr, (void)when, (void)parameter;
  bus.waiting_bits = 0;
  finish(WIRE_TIMEOUT);
  return 0;
}

static bool holds_clock(void) {
  return (machine->data[twcr] & TWINT) != 0;
}

static void show(uint8_t status) {
  machine->data[twi->r_twsr] = (uint8_t)((machine->data[twi->r_twsr] & 0x07) | status);
  avr_raise_interrupt(machine, &twi->twi);
}

static void after_bits(uint8_t bits) {
  avr_cycle_timer_register(machine, bits * bit_cycles, next_phase, NULL);
}

/* Goes on when the target lets the clock go, at once when it does not hold it. */
static void follow(enum phase phase, uint8_t bits) {
  bus.phase = phase;
  if (!holds_clock()) {
    after_bits(bits);
    return;
  }
  bus.waiting_bits = bits;
  bus.held_at = machine->cycle;
  avr_cycle_timer_register_usec(machine, STRETCH_LIMIT_US, give_up, NULL);
}

static void address_phase(void) {
  const struct wire_transfer *transfer = bus.transfer;
  const uint8_t control = machine->data[twcr];
  if (bus.addressed == FOR_WRITE) { /* repeated START */
    bus.addressed = FOR_NOBODY;
    show(0xa0);
    follow(PHASE_ADDRESS, BITS_PER_BYTE);
    return;
  }
  const uint8_t mask = (uint8_t)~(machine->data[twi->r_twamr] >> 1) & 0x7f;
  const uint8_t own = machine->data[twi->r_twar] >> 1;
  if ((control & TWEN) == 0 || (control & TWEA) == 0 || ((own ^ transfer->address) & mask) != 0) {
    finish(WIRE_NACK);
    return;
  }
  machine->data[twi->r_twdr] = (uint8_t)(transfer->address << 1 | (bus.reading ? 1 : 0));
  bus.addressed = bus.reading ? FOR_READ : FOR_WRITE;
  bus.position = 0;
  show(bus.reading ? 0xa8 : 0x60);
  const uint8_t length = bus.reading ? transfer->read_length : transfer->write_length;
  if (length == 0) follow(PHASE_STOP, 1);
  else follow(bus.reading ? PHASE_READ : PHASE_WRITE, BITS_PER_BYTE);
}

static void write_phase(void) {
  machine->data[twi->r_twdr] = bus.transfer->written[bus.position++];
  if ((machine->data[twcr] & TWEA) == 0) {
    bus.addressed = FOR_NOBODY;
    show(0x88);
    finish(WIRE_NACK);
    return;
  }
  show(0x80);
  if (bus.position < bus.transfer->write_length) follow(PHASE_WRITE, BITS_PER_BYTE);
  else if (bus.transfer->read == NULL) follow(PHASE_STOP, 1);
  else {
    bus.reading = true;
    follow(PHASE_ADDRESS, 1);
  }
}

static void read_phase(void) {
  const bool last = bus.position + 1 == bus.transfer->read_length;
  bus.transfer->read[bus.position++] = bus.addressed == FOR_READ ? machine->data[twi->r_twdr] : 0xff;
  if (last) {
    if (bus.addressed == FOR_READ) show(0xc0); /* the host does not acknowledge its last byte */
    bus.addressed = FOR_NOBODY;
    follow(PHASE_STOP, 1);
    return;
  }
  if (bus.addressed == FOR_READ) {
    const bool ends = (machine->data[twcr] & TWEA) == 0;
    show(ends ? 0xc8 : 0xb8);
    if (ends) bus.addressed = FOR_IDLE_READ;
  }
  follow(PHASE_READ, BITS_PER_BYTE);
}

static avr_cycle_count_t next_phase(avr_t *avr, avr_cycle_count_t when, void *parameter) {
  (void)avr, (void)when, (void)parameter;
  switch (bus.phase) {
    case PHASE_ADDRESS: address_phase(); break;
    case PHASE_WRITE: write_phase(); break;
    case PHASE_READ: read_phase(); break;
    case PHASE_STOP:
      if (bus.addressed == FOR_WRITE) show(0xa0);
      finish(WIRE_DONE);
      break;
  }
  return 0;
}

static void write_control(avr_t *avr, avr_io_addr_t address, uint8_t value, void *parameter) {
  (void)address, (void)parameter;
  const uint8_t before = avr->data[twcr];
  if ((value & TWINT) != 0) avr_clear_interrupt(avr, &twi->twi);
  avr->data[twcr] = (uint8_t)((value & WRITABLE) | ((value & TWINT) != 0 ? 0 : before & TWINT));
  if ((value & TWEN) == 0) {
    avr_clear_interrupt(avr, &twi->twi);
    avr->data[twcr] = 0;
    avr->data[twi->r_twsr] |= NO_STATE;
  }
  if (holds_clock() || bus.waiting_bits == 0) return;
  const uint32_t stretch = (uint32_t)(avr->cycle - bus.held_at);
  if (stretch > longest_stretch) longest_stretch = stretch;
  const uint8_t bits = bus.waiting_bits;
  bus.waiting_bits = 0;
  avr_cycle_timer_cancel(avr, give_up, NULL);
  after_bits(bits);
}

static void write_data(avr_t *avr, avr_io_addr_t address, uint8_t value, void *parameter) {
  (void)parameter;
  avr->data[address] = value;
}

static uint8_t read_data(avr_t *avr, avr_io_addr_t address, void *parameter) {
  (void)parameter;
  return avr->data[address];
}

/* The emulator has dropped the timers of the transfer: whatever was under way is not acknowledged any more. */
static void reset_wire(void) {
  if (bus.transfer != NULL && !bus.done) finish(WIRE_NACK);
}

void wire_attach(uint32_t rate_Hz) {
  for (avr_io_t *io = machine->io_port; io != NULL; io = io->next) {
    if (strcmp(io->kind, "twi") == 0) twi = (avr_twi_t *)io;
  }
  if (twi == NULL) abort();
  bit_cycles = CRYSTAL_HZ / rate_Hz;
  twcr = twi->twen.reg;
  machine->io[AVR_DATA_TO_IO(twcr)].w.c = write_control;
  machine->io[AVR_DATA_TO_IO(twi->r_twdr)].w.c = write_data;
  machine->io[AVR_DATA_TO_IO(twi->r_twdr)].r.c = read_data;
  machine_on_reset(reset_wire);
}

enum wire_result wire_transfer(const struct wire_transfer *transfer) {
  const avr_cycle_count_t latest = machine->cycle + STRETCH_LIMIT_US * CYCLES_PER_US;
  memset(&bus, 0, sizeof bus);
  while (holds_clock() && machine->cycle < latest) machine_step();
  if (holds_clock()) return WIRE_TIMEOUT;
  bus.transfer = transfer;
  bus.reading = transfer->written == NULL && transfer->read != NULL;
  after_bits(BITS_PER_BYTE + 1);
  while (!bus.done) machine_step();
  bus.transfer = NULL;
  avr_cycle_timer_cancel(machine, next_phase, NULL);
  avr_cycle_timer_cancel(machine, give_up, NULL);
  machine_run(2 * bit_cycles);
  return bus.result;
}

uint32_t wire_longest_stretch(void) {
  return longest_stretch;
}
