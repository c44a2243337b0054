/*
 * The firmware on its microcontroller: start-up, the millisecond, the watchdog, and the calls of hal.h that are not in a
 * file of their own (avr_*.c). ATmega328P, 16 MHz crystal, 5 V; brown-out detector at 4.3 V and no boot loader, by fuses.
 *
 * Everything but bytes on the bus happens in the main loop: a tick when the timer says so, then the frames of that tick;
 * writes and answers between ticks. A tick that comes late is made up for, so that board time is the crystal's. Two general
 * purpose registers tell whoever looks from outside, a debugger or an emulator: that a tick runs, and how many were late.
 */
#include "hal.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/wdt.h>
#include <util/atomic.h>

#include "avr_bus.h"
#include "avr_converters.h"
#include "avr_pins.h"
#include "avr_slow.h"
#include "avr_store.h"
#include "board.h"
#include "protocol.h"
#include "registers.h"

/* 16 MHz / 64 / 250 = 1 kHz. */
#define TICK_PRESCALER (_BV(CS01) | _BV(CS00))
#define TICK_TOP 249

#define TICK_MARK GPIOR0
#define TICK_RUNS 0
#define LATE_TICKS GPIOR1

static uint8_t reset_flags __attribute__((section(".noinit")));
static uint32_t boot_count;
static volatile uint8_t due;
static volatile bool comparator_acted;

/* Before anything else runs: after a watchdog reset the watchdog goes on, at its shortest time. */
void save_reset_flags(void) __attribute__((naked, used, section(".init3")));
void save_reset_flags(void) {
  reset_flags = MCUSR;
  MCUSR = 0;
  wdt_disable();
}

/* Several flags can be set: power brings a brown-out with it, and a reset by hand may follow either. */
static uint8_t reset_cause(void) {
  if ((reset_flags & _BV(PORF)) != 0) return 0;
  if ((reset_flags & _BV(WDRF)) != 0) return 1;
  if ((reset_flags & _BV(BORF)) != 0) return 2;
  return (reset_flags & _BV(EXTRF)) != 0 ? 3 : 0;
}

/* A strap to ground moves the address by one; both or none leave it. */
static uint8_t strapped_address(void) {
  const uint8_t pins = PINC;
  const bool low = (pins & _BV(PIN_STRAP_LOW)) == 0, high = (pins & _BV(PIN_STRAP_HIGH)) == 0;
  if (low == high) return DEVICE_ADDRESS;
  return low ? DEVICE_ADDRESS - 1 : DEVICE_ADDRESS + 1;
}

static void pins_boot(void) {
  PORTC = _BV(PIN_STRAP_LOW) | _BV(PIN_STRAP_HIGH); /* pull-ups of the straps; every output is low */
  DDRB = _BV(PIN_SAFE_EN);
  DDRC = _BV(PIN_OPEN_MASTER_RELAY);
  DDRD = _BV(PIN_RANGE_0) | _BV(PIN_RANGE_1) | _BV(PIN_STAGE_ENABLE) | _BV(PIN_RELAY);
}

/* The comparator is heard once a sample: however it chatters, it cannot keep the main loop from its work. */
ISR(INT1_vect) {
  comparator_acted = true;
  EIMSK = 0;
}

static void listen_to_comparator(void) {
  EICRA = _BV(ISC11) | _BV(ISC10); /* rising edge */
  EIFR = _BV(INTF1);
  EIMSK = _BV(INT1);
}

ISR(TIMER0_COMPA_vect) {
  if (due < UINT8_MAX) due++;
}

static void timer_boot(void) {
  TCCR0A = _BV(WGM01);
  OCR0A = TICK_TOP;
  TIMSK0 = _BV(OCIE0A);
  TCCR0B = TICK_PRESCALER;
}

static bool tick_due(void) {
  bool now = false;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    now = due != 0;
    if (now) due--;
  }
  return now;
}

static void __attribute__((noinline)) tick(void) {
  TICK_MARK |= _BV(TICK_RUNS);
  board_tick();
  TICK_MARK &= (uint8_t)~_BV(TICK_RUNS);
  bus_tick();
  bus_serve();
  registers_latch();
  if (due != 0 && LATE_TICKS < UINT8_MAX) LATE_TICKS++;
}

/* Until the next interrupt, unless there is something to do already. */
static void rest(void) {
  cli();
  if (due == 0 && !bus_waits()) {
    sleep_enable();
    sei();
    sleep_cpu();
    sleep_disable();
  }
  sei();
}

static void __attribute__((noinline)) boot(void) {
  pins_boot();
  converters_boot();
  slow_boot();
  boot_count = store_count_boot();
  board_boot();
  registers_boot();
  listen_to_comparator();
  timer_boot();
  bus_open(strapped_address());
  wdt_enable(WDTO_120MS);
  set_sleep_mode(SLEEP_MODE_IDLE);
  sei();
}

int main(void) {
  boot();
  for (;;) {
    bus_serve();
    if (tick_due()) tick();
    else rest();
  }
}

void hal_boot(struct hal_boot *boot) {
  boot->serial = store_serial();
  boot->boot_count = boot_count;
  boot->entropy = boot_count * 2654435761u ^ boot->serial ^ slow_entropy();
  boot->reset_cause = reset_cause();
  boot->address = strapped_address();
}

static uint8_t lines_in(void) {
  const uint8_t pins = PIND;
  uint8_t lines = 0;
  EIMSK = 0;
  if ((pins & _BV(PIN_INTERLOCK)) != 0) lines |= HAL_INTERLOCK_CLOSED;
  if ((pins & _BV(PIN_DOOR)) != 0) lines |= HAL_DOOR_CLOSED;
  if ((pins & _BV(PIN_CONTACT)) != 0) lines |= HAL_CONTACT_CLOSED;
  if (comparator_acted || (pins & _BV(PIN_OVER_CURRENT)) != 0) lines |= HAL_OVER_CURRENT;
  comparator_acted = false;
  EIMSK = _BV(INT1);
  return lines;
}

/* A converter that cannot be understood reads as one at its rail. */
void hal_sample(struct hal_sample *sample) {
  int16_t counts[CHANNELS];
  bus_answer();
  slow_tick();
  if (!converters_read(counts)) {
    for (uint8_t i = 0; i < CHANNELS; i++) counts[i] = INT16_MIN;
  }
  sample->current = counts[CHANNEL_CURRENT];
  sample->return_current = counts[CHANNEL_RETURN_CURRENT];
  sample->voltage = counts[CHANNEL_VOLTAGE];
  sample->dac = counts[CHANNEL_DAC];
  sample->lines = lines_in();
}

void hal_slow(struct hal_slow *slow) {
  bus_answer();
  slow_read(slow);
}

void hal_range(uint8_t range) {
  PORTD = (uint8_t)((PORTD & ~(_BV(PIN_RANGE_0) | _BV(PIN_RANGE_1))) | range << PIN_RANGE_0);
}

void hal_dac(int16_t code) {
  converters_write(OUTPUT_SETPOINT, (uint16_t)code ^ 0x8000u);
}

void hal_threshold(uint16_t counts) {
  converters_write(OUTPUT_THRESHOLD, counts);
}

void hal_lines(uint8_t lines) {
  uint8_t port = PORTD & (uint8_t)~(_BV(PIN_STAGE_ENABLE) | _BV(PIN_RELAY));
  if ((lines & HAL_STAGE_ENABLE) != 0) port |= _BV(PIN_STAGE_ENABLE);
  if ((lines & HAL_RELAY) != 0) port |= _BV(PIN_RELAY);
  PORTD = port;
  if ((lines & HAL_SAFE_EN) != 0) PORTB |= _BV(PIN_SAFE_EN);
  else PORTB &= (uint8_t)~_BV(PIN_SAFE_EN);
  if ((lines & HAL_OPEN_MASTER_RELAY) != 0) PORTC |= _BV(PIN_OPEN_MASTER_RELAY);
  else PORTC &= (uint8_t)~_BV(PIN_OPEN_MASTER_RELAY);
}

void hal_watchdog(void) {
  wdt_reset();
}
