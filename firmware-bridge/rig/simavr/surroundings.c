/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/* Owns the pins and what they mean; wiring as in avr_pins.h and avr_slow.c of the firmware. */
#include "surroundings.h"

#include <math.h>
#include <simavr/avr_adc.h>
#include <simavr/avr_ioport.h>
#include <simavr/sim_io.h>
#include <stddef.h>
#include <string.h>

#include "converters.h"
#include "machine.h"

#define PIN_SAFE_EN 0
#define PIN_STRAP_LOW 1
#define PIN_STRAP_HIGH 2
#define PIN_OPEN_MASTER_RELAY 3
#define PIN_RANGE_0 0
#define PIN_RANGE_1 1
#define PIN_INTERLOCK 2
#define PIN_OVER_CURRENT 3
#define PIN_CONTACT 4
#define PIN_DOOR 5
#define PIN_STAGE_ENABLE 6
#define PIN_RELAY 7

#define ADC_CELL_TEMPERATURE 0
#define ADC_SUPPLY 6
#define ADC_BOARD_TEMPERATURE 7
#define REFERENCE_MV 5000.0
#define SUPPLY_DIVIDER 8

#define FULL_SCALE_COUNTS 32768.0
#define SMALLEST_RANGE_A 256e-6
#define COUNTS_PER_V 1000.0
#define NOISE_COUNTS 1.2
#define COMPLIANCE_V 25.5
#define CONTACT_CYCLES (5 * 1000 * CYCLES_PER_US)

static struct inputs inputs;
static double load_ohm; /* 0: the client sets the inputs */
static uint8_t port_b, port_c, port_d;
static avr_cycle_count_t coil_at;
static double last_counts[CONVERTER_CHANNELS];
static uint32_t noise_state;

static bool pin(uint8_t port, uint8_t number) {
  return (port >> number & 1) != 0;
}

/* Sum of two uniform numbers, each of width NOISE_COUNTS, in counts (xorshift32). */
static double noise(void) {
  double sum = 0;
  for (int i = 0; i < 2; i++) {
    noise_state ^= noise_state << 13;
    noise_state ^= noise_state >> 17;
    noise_state ^= noise_state << 5;
    sum += noise_state / 4294967296.0 - 0.5;
  }
  return sum * NOISE_COUNTS;
}

static double count_A(void) {
  const int range = (pin(port_d, PIN_RANGE_1) ? 2 : 0) + (pin(port_d, PIN_RANGE_0) ? 1 : 0);
  return SMALLEST_RANGE_A * pow(10, range) / FULL_SCALE_COUNTS;
}

void surroundings_outputs(struct outputs *outputs) {
  outputs->lines = (uint8_t)(pin(port_d, PIN_STAGE_ENABLE) | pin(port_d, PIN_RELAY) << 1 | pin(port_b, PIN_SAFE_EN) << 2 |
                             pin(port_c, PIN_OPEN_MASTER_RELAY) << 3);
  outputs->current_A = pin(port_d, PIN_STAGE_ENABLE) ? converters_setpoint() * count_A() : 0;
}

static void follow_load(void) {
  struct outputs outputs;
  surroundings_outputs(&outputs);
  const bool moved = machine->cycle - coil_at >= CONTACT_CYCLES;
  const bool coil = pin(port_d, PIN_RELAY);
  if (moved) inputs.lines = (uint8_t)(coil ? inputs.lines | LINE_CONTACT : inputs.lines & ~LINE_CONTACT);
  const double most_A = COMPLIANCE_V / load_ohm;
  const double wanted_A = (inputs.lines & LINE_CONTACT) != 0 ? outputs.current_A : 0;
  inputs.current_A = inputs.return_current_A = fmax(-most_A, fmin(most_A, wanted_A));
  inputs.voltage_V = inputs.current_A * load_ohm;
}

static void drive_pin(char port, uint8_t number, bool level) {
  avr_raise_irq(avr_io_getirq(machine, AVR_IOCTL_IOPORT_GETIRQ(port), number), level);
}

static void drive_pins(void) {
  drive_pin('D', PIN_INTERLOCK, (inputs.lines & LINE_INTERLOCK) != 0);
  drive_pin('D', PIN_DOOR, (inputs.lines & LINE_DOOR) != 0);
  drive_pin('D', PIN_CONTACT, (inputs.lines & LINE_CONTACT) != 0);
  /* Noise at its input: at a threshold of zero the comparator acts. */
  drive_pin('D', PIN_OVER_CURRENT, !(fabs(inputs.current_A / count_A() + noise()) <= converters_threshold()));
}

/* Once a millisecond, as the firmware reads the converter: the lines are sampled just behind it. */
static void convert_inputs(double counts[CONVERTER_CHANNELS]) {
  if (load_ohm > 0) follow_load();
  drive_pins();
  if ((inputs.lines & LINE_CONVERTER_HELD) == 0) {
    last_counts[0] = inputs.current_A / count_A() + noise();
    last_counts[1] = inputs.return_current_A / count_A() + noise();
    last_counts[2] = inputs.voltage_V * COUNTS_PER_V + noise();
    last_counts[3] = converters_setpoint() + noise();
  }
  memcpy(counts, last_counts, sizeof last_counts);
}

/* At the middle of 10 kOhm to the reference and a thermistor to ground: 10 kOhm at 25 degC, B 3950 K. No number: open. */
static double thermistor_mV(double temperature_C) {
  const double resistance = exp(3950.0 * (1 / (temperature_C + 273.15) - 1 / 298.15));
  return resistance >= 0 ? REFERENCE_MV * resistance / (resistance + 1) : REFERENCE_MV;
}

static void on_conversion(avr_irq_t *irq, uint32_t value, void *parameter) {
  (void)irq, (void)parameter;
  avr_adc_mux_t mux;
  double input_mV = 0;
  memset(&mux, 0, sizeof mux);
  memcpy(&mux, &value, sizeof value); /* the value carries the lower 32 bits of it */
  if (mux.src == ADC_CELL_TEMPERATURE) input_mV = thermistor_mV(inputs.cell_temperature_C);
  if (mux.src == ADC_BOARD_TEMPERATURE) input_mV = thermistor_mV(inputs.board_temperature_C);
  if (mux.src == ADC_SUPPLY) input_mV = inputs.supply_V * 1000 / SUPPLY_DIVIDER;
  const uint32_t seen_mV = input_mV > 0 ? (uint32_t)(fmin(input_mV, REFERENCE_MV) + 0.5) : 0;
  avr_raise_irq(avr_io_getirq(machine, AVR_IOCTL_ADC_GETIRQ, (int)mux.src), seen_mV);
}

static void on_port(avr_irq_t *irq, uint32_t value, void *parameter) {
  (void)irq;
  uint8_t *const port = parameter;
  if (port == &port_d && ((*port ^ value) >> PIN_RELAY & 1) != 0) coil_at = machine->cycle;
  *port = (uint8_t)value;
}

/* Port pins become inputs, and resistors to ground turn everything off. */
static void reset_pins(void) {
  if (pin(port_d, PIN_RELAY)) coil_at = machine->cycle;
  port_b = port_c = port_d = 0;
  drive_pin('C', PIN_STRAP_LOW, true);
  drive_pin('C', PIN_STRAP_HIGH, true);
  drive_pins();
}

static void watch_port(char name, uint8_t *port) {
  avr_irq_register_notify(avr_io_getirq(machine, AVR_IOCTL_IOPORT_GETIRQ(name), IOPORT_IRQ_REG_PORT), on_port, port);
}

void surroundings_attach(uint32_t seed) {
  noise_state = seed ^ 2463534242u;
  if (noise_state == 0) noise_state = 1;
  converters_attach(convert_inputs);
  watch_port('B', &port_b);
  watch_port('C', &port_c);
  watch_port('D', &port_d);
  avr_irq_register_notify(avr_io_getirq(machine, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_OUT_TRIGGER), on_conversion, NULL);
  machine_on_reset(reset_pins);
}

void surroundings_set(const struct inputs *given) {
  load_ohm = 0;
  inputs = *given;
}

void surroundings_load(double resistance_ohm) {
  load_ohm = resistance_ohm;
  inputs = (struct inputs){ 0, 0, 0, 20, 30, 24, LINE_INTERLOCK | LINE_DOOR };
}
