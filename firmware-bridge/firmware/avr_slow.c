/*
 * Owns the controller's converter. The thermistors (10 kOhm at 25 degC, B 3950 K) lie between input and ground with
 * 10 kOhm to the 5 V reference, so that a reading is a ratio; the supply is divided by eight. Four conversions of a
 * channel make one value of 12 bits; all three channels are new every 12 ms.
 */
#include "avr_slow.h"

#include <avr/io.h>
#include <avr/pgmspace.h>

#include "avr_pins.h"

#define CHANNELS 3
#define CONVERSIONS 4
#define FULL_SCALE 4096
#define SUPPLY_FULL_SCALE_MV 40000u

#define TEMPERATURE_STEP 64
#define TEMPERATURE_STEPS (FULL_SCALE / TEMPERATURE_STEP)

/* 1/128 degC at a reading of `step` steps: 1/T = 1/298.15 K + ln(R/10 kOhm)/B. Folded by the compiler. */
#define KELVIN(step) (1.0 / (1.0 / 298.15 + __builtin_log((step) / ((double)TEMPERATURE_STEPS - (step))) / 3950.0))
#define RAW(step) ((int16_t)__builtin_floor((KELVIN(step) - 273.15) * 128.0 + 0.5))
#define RAW_4(step) RAW(step), RAW((step) + 1.0), RAW((step) + 2.0), RAW((step) + 3.0)
#define RAW_16(step) RAW_4(step), RAW_4((step) + 4.0), RAW_4((step) + 8.0), RAW_4((step) + 12.0)

/* From the first step to the last but one: beyond them a thermistor is shorted (161 degC) or open (-46 degC). */
static const int16_t temperatures[TEMPERATURE_STEPS - 1] PROGMEM = {
  RAW_16(1.0), RAW_16(17.0), RAW_16(33.0), RAW_4(49.0), RAW_4(53.0), RAW_4(57.0), RAW(61.0), RAW(62.0), RAW(63.0)
};

static const uint8_t inputs[CHANNELS] = { ADC_CELL_TEMPERATURE, ADC_BOARD_TEMPERATURE, ADC_SUPPLY };
static uint16_t values[CHANNELS];
static uint16_t sum, entropy;
static uint8_t channel, conversions;

static void begin(void) {
  ADMUX = (uint8_t)(_BV(REFS0) | inputs[channel]);
  ADCSRA |= _BV(ADSC);
}

void slow_tick(void) {
  if ((ADCSRA & _BV(ADSC)) != 0) return;
  sum += ADC;
  if (++conversions == CONVERSIONS) {
    values[channel] = (uint16_t)(sum + CONVERSIONS / 2); /* a code stands for the middle of its step */
    sum = 0;
    conversions = 0;
    if (++channel == CHANNELS) channel = 0;
  }
  begin();
}

void slow_boot(void) {
  DIDR0 = _BV(ADC_CELL_TEMPERATURE);
  ADCSRA = _BV(ADEN) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
  begin();
  for (uint8_t i = 0; i < CHANNELS * CONVERSIONS; i++) {
    while ((ADCSRA & _BV(ADSC)) != 0) continue;
    entropy = (uint16_t)(entropy * 31u + ADC);
    slow_tick();
  }
}

static int16_t temperature_raw(uint16_t value) {
  const uint8_t step = (uint8_t)(value / TEMPERATURE_STEP);
  if (step < 1 || step >= TEMPERATURE_STEPS - 1) return INT16_MIN;
  const int16_t below = (int16_t)pgm_read_word(&temperatures[step - 1]);
  const int16_t above = (int16_t)pgm_read_word(&temperatures[step]);
  const int32_t share = value % TEMPERATURE_STEP;
  return (int16_t)(below + (above - below) * share / TEMPERATURE_STEP);
}

void slow_read(struct hal_slow *slow) {
  slow->cell_temperature = temperature_raw(values[0]);
  slow->board_temperature = temperature_raw(values[1]);
  slow->supply_mV = (uint16_t)((uint32_t)values[2] * SUPPLY_FULL_SCALE_MV / FULL_SCALE);
}

uint16_t slow_entropy(void) {
  return entropy;
}
