/*
 * Owns the SPI port. Both converters take SPI mode 1 and their frames most significant bit first; SCK is 8 MHz.
 *
 * ADS131M04 (own 8.192 MHz crystal, oversampling 1024: 4,000 conversions a second, so that what a tick reads is 0.5 ms
 * old at most, its two-deep buffer included). A frame is six words of 24 bits: command or status, four channels, and a
 * CRC-16/CCITT-FALSE of the five words before it in the upper two bytes of the last. Full scale is 1.2 V; the shunts
 * and dividers of the board give 1.024 V at full scale of a range, at 32.768 V of the cell, at full scale of the DAC.
 *
 * DAC8563 (powers up at mid-scale, which is no current). A frame is 24 bits: two idle, three command, three address, 16
 * data. Commands and registers of both from their data sheets.
 */
#include "avr_converters.h"

#include <avr/io.h>

#include "avr_pins.h"
#include "crc.h"

#define ADC_WORD 3
#define ADC_WORDS (1 + CHANNELS + 1)
#define ADC_FRAME (ADC_WORD * ADC_WORDS)
#define ADC_CHECKED (ADC_FRAME - 1) /* up to the CRC; behind it one byte of zeros */
#define ADC_WRITE_CLOCK 0x6180u     /* write one register, from address 3 */
#define ADC_CLOCK 0x0f0eu           /* all four channels, oversampling 1024, high resolution */

/* 1.2 V are 2^23 codes and 1.024 V 2^15 counts: counts = codes * 300 / 2^16, and these many codes are the last below the rail. */
#define COUNTS_PER_65536_CODES 300
#define RAIL_CODES INT32_C(7158168)

#define DAC_WRITE_AND_UPDATE 0x18u /* plus the channel */
#define DAC_REFERENCE 0x38u
#define DAC_REFERENCE_ON 0x0001u

static uint8_t exchange(uint8_t byte) {
  SPDR = byte;
  while ((SPSR & _BV(SPIF)) == 0) continue;
  return SPDR;
}

static void write_dac(uint8_t command, uint16_t data) {
  PORTB &= (uint8_t)~_BV(PIN_DAC_SYNC);
  exchange(command);
  exchange((uint8_t)(data >> 8));
  exchange((uint8_t)data);
  PORTB |= _BV(PIN_DAC_SYNC);
}

void converters_write(enum output output, uint16_t code) {
  write_dac((uint8_t)(DAC_WRITE_AND_UPDATE + output), code);
}

static void exchange_adc(uint16_t command, uint16_t data, uint8_t *frame) {
  PORTB &= (uint8_t)~_BV(PIN_ADC_CS);
  frame[0] = exchange((uint8_t)(command >> 8));
  frame[1] = exchange((uint8_t)command);
  frame[2] = exchange(0);
  frame[3] = exchange((uint8_t)(data >> 8));
  frame[4] = exchange((uint8_t)data);
  for (uint8_t i = 5; i < ADC_FRAME; i++) frame[i] = exchange(0);
  PORTB |= _BV(PIN_ADC_CS);
}

void converters_boot(void) {
  uint8_t frame[ADC_FRAME];
  PORTB |= _BV(PIN_ADC_CS) | _BV(PIN_DAC_SYNC);
  DDRB |= _BV(PIN_ADC_CS) | _BV(PIN_DAC_SYNC) | _BV(PIN_MOSI) | _BV(PIN_SCK);
  SPCR = _BV(SPE) | _BV(MSTR) | _BV(CPHA);
  SPSR = _BV(SPI2X);
  write_dac(DAC_REFERENCE, DAC_REFERENCE_ON);
  exchange_adc(ADC_WRITE_CLOCK, ADC_CLOCK, frame);
  exchange_adc(0, 0, frame); /* two reads empty its buffer of what was converted before */
  exchange_adc(0, 0, frame);
}

static int16_t counts_of(const uint8_t *word) {
  const int32_t codes = (int32_t)((uint32_t)word[0] << 24 | (uint32_t)word[1] << 16 | (uint16_t)(word[2] << 8)) >> 8;
  if (codes > RAIL_CODES) return INT16_MAX;
  if (codes < -RAIL_CODES) return INT16_MIN;
  return (int16_t)((codes * COUNTS_PER_65536_CODES + 0x8000) >> 16);
}

bool converters_read(int16_t *counts) {
  uint8_t frame[ADC_FRAME];
  exchange_adc(0, 0, frame);
  if (crc_bytes(CRC_START, frame, ADC_CHECKED) != 0) {
    exchange_adc(0, 0, frame);
    if (crc_bytes(CRC_START, frame, ADC_CHECKED) != 0) return false;
  }
  for (uint8_t i = 0; i < CHANNELS; i++) counts[i] = counts_of(frame + ADC_WORD * (1 + i));
  return true;
}
