/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/*
 * Owns the SPI port. simavr 1.6 gives every byte 100 us whatever the clock is set to; here it takes eight bits of the
 * clock that SPCR and SPSR select. Frames from the data sheets of ADS131M04 and DAC8563.
 */
#include "converters.h"

#include <simavr/avr_ioport.h>
#include <simavr/avr_spi.h>
#include <simavr/sim_io.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define PIN_DAC_SYNC 1
#define PIN_ADC_CS 2
#define ADC_WORD 3
#define ADC_CHECKED (ADC_WORD * (1 + CONVERTER_CHANNELS))
#define ADC_FRAME (ADC_CHECKED + ADC_WORD)
#define ADC_STATUS 0x050f /* 24-bit words, four channels with new data */
#define CODES_PER_COUNT (65536.0 / 300.0) /* 1.024 V of 1.2 V are 32768 counts */
#define CODE_MAX 8388607.0
#define DAC_FRAME 3
#define DAC_WRITE_AND_UPDATE 0x18
#define DAC_COMMAND 0x3f
#define DAC_MIDSCALE 0x8000

static avr_spi_t *spi;
static convert sample;
static uint8_t adc_frame[ADC_FRAME], adc_at;
static uint8_t dac_frame[DAC_FRAME], dac_at;
static bool adc_selected, dac_selected;
static uint8_t received;
static uint16_t outputs[2];

static uint16_t crc_bytes(const uint8_t *bytes, uint8_t length) {
  uint16_t crc = 0xffff; /* CRC-16/CCITT-FALSE */
  for (uint8_t i = 0; i < length; i++) {
    crc ^= (uint16_t)(bytes[i] << 8);
    for (uint8_t bit = 0; bit < 8; bit++) crc = (uint16_t)((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
  }
  return crc;
}

static int32_t code_of(double counts) {
  const double code = counts * CODES_PER_COUNT;
  if (!(code < CODE_MAX)) return (int32_t)CODE_MAX; /* no number reads as the rail */
  return code < -CODE_MAX ? -(int32_t)CODE_MAX : (int32_t)(code + (code < 0 ? -0.5 : 0.5));
}

static void begin_adc_frame(void) {
  double counts[CONVERTER_CHANNELS];
  sample(counts);
  memset(adc_frame, 0, sizeof adc_frame);
  adc_frame[0] = ADC_STATUS >> 8;
  adc_frame[1] = ADC_STATUS & 0xff;
  for (uint8_t i = 0; i < CONVERTER_CHANNELS; i++) {
    const uint32_t code = (uint32_t)code_of(counts[i]);
    uint8_t *const word = adc_frame + ADC_WORD * (1 + i);
    word[0] = (uint8_t)(code >> 16);
    word[1] = (uint8_t)(code >> 8);
    word[2] = (uint8_t)code;
  }
  const uint16_t crc = crc_bytes(adc_frame, ADC_CHECKED);
  adc_frame[ADC_CHECKED] = (uint8_t)(crc >> 8);
  adc_frame[ADC_CHECKED + 1] = (uint8_t)crc;
  adc_at = 0;
}

static void on_adc_select(avr_irq_t *irq, uint32_t level, void *parameter) {
  (void)irq, (void)parameter;
  if (level == 0 && !adc_selected) begin_adc_frame();
  adc_selected = level == 0;
}

static void on_dac_sync(avr_irq_t *irq, uint32_t level, void *parameter) {
  (void)irq, (void)parameter;
  if (level == 0 && !dac_selected) dac_at = 0;
  const uint8_t command = dac_frame[0] & DAC_COMMAND;
  if (level != 0 && dac_selected && dac_at == DAC_FRAME && (command & ~1) == DAC_WRITE_AND_UPDATE) {
    outputs[command & 1] = (uint16_t)(dac_frame[1] << 8 | dac_frame[2]);
  }
  dac_selected = level == 0;
}

static uint8_t exchange(uint8_t sent) {
  if (dac_selected && dac_at < DAC_FRAME) dac_frame[dac_at++] = sent;
  return adc_selected && adc_at < ADC_FRAME ? adc_frame[adc_at++] : 0xff;
}

static avr_cycle_count_t byte_done(avr_t *avr, avr_cycle_count_t when, void *parameter) {
  (void)when, (void)parameter;
  received = exchange(avr->data[spi->r_spdr]);
  avr_raise_interrupt(avr, &spi->spi);
  return 0;
}

static void write_data(avr_t *avr, avr_io_addr_t address, uint8_t value, void *parameter) {
  (void)parameter;
  static const uint8_t dividers[] = { 4, 16, 64, 128 };
  const uint8_t rate = (uint8_t)(avr_regbit_get(avr, spi->spr[1]) << 1 | avr_regbit_get(avr, spi->spr[0]));
  const uint32_t divider = avr_regbit_get(avr, spi->spr[2]) != 0 ? dividers[rate] / 2u : dividers[rate];
  avr->data[address] = value;
  avr_regbit_clear(avr, spi->spi.raised);
  if (avr_regbit_get(avr, spi->spe) != 0) avr_cycle_timer_register(avr, 8 * divider, byte_done, NULL);
}

static uint8_t read_data(avr_t *avr, avr_io_addr_t address, void *parameter) {
  (void)address, (void)parameter;
  avr_regbit_clear(avr, spi->spi.raised);
  return received;
}

/* Chip selects float high; the DAC keeps its outputs, for it has power of its own. */
static void reset_converters(void) {
  adc_selected = dac_selected = false;
}

void converters_attach(convert convert) {
  for (avr_io_t *io = machine->io_port; io != NULL; io = io->next) {
    if (strcmp(io->kind, "spi") == 0) spi = (avr_spi_t *)io;
  }
  if (spi == NULL) abort();
  sample = convert;
  outputs[0] = DAC_MIDSCALE;
  machine->io[AVR_DATA_TO_IO(spi->r_spdr)].w.c = write_data;
  machine->io[AVR_DATA_TO_IO(spi->r_spdr)].r.c = read_data;
  avr_irq_register_notify(avr_io_getirq(machine, AVR_IOCTL_IOPORT_GETIRQ('B'), PIN_ADC_CS), on_adc_select, NULL);
  avr_irq_register_notify(avr_io_getirq(machine, AVR_IOCTL_IOPORT_GETIRQ('B'), PIN_DAC_SYNC), on_dac_sync, NULL);
  machine_on_reset(reset_converters);
}

int16_t converters_setpoint(void) {
  return (int16_t)(outputs[0] - DAC_MIDSCALE);
}

uint16_t converters_threshold(void) {
  return outputs[1];
}
