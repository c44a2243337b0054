/* Owns the samples that wait. A sample is kept as it goes over the wire: time 16 bits, current and voltage 24 each. */
#include "fifo.h"

#include "protocol.h"

#define SAMPLE_BYTES 8
#define SCALE_BITS 7 /* of a mean: 128 parts of a count */
#define RECIPROCAL_BITS 30
#define SHOWN 3
#define HEADER 5
_Static_assert(PAYLOAD_SAMPLES == HEADER + SHOWN * SAMPLE_BYTES, "samples stand in the frame as they are kept");
_Static_assert((SAMPLES_KEPT & (SAMPLES_KEPT - 1)) == 0, "places are masked, and the count of samples fits a byte");

static uint8_t kept[SAMPLES_KEPT][SAMPLE_BYTES];
static uint8_t oldest, waiting;
static uint16_t first, lost; /* number of the oldest */
static uint16_t period_ms, summed_ms;
static int32_t current_codes, voltage_codes;
static int32_t reciprocal; /* of the period, times 2^RECIPROCAL_BITS */

void fifo_boot(void) {
  fifo_begin(0);
}

void fifo_begin(uint16_t wanted_ms) {
  period_ms = wanted_ms;
  if (wanted_ms != 0) reciprocal = (INT32_C(1) << RECIPROCAL_BITS) / wanted_ms;
  oldest = waiting = 0;
  first = lost = 0;
  fifo_restart();
}

void fifo_restart(void) {
  current_codes = voltage_codes = 0;
  summed_ms = 0;
}

static int32_t mean(int32_t codes) {
  const int64_t rounded = (int64_t)codes * reciprocal + (INT64_C(1) << (RECIPROCAL_BITS - SCALE_BITS - 1));
  return (int32_t)(rounded >> 16) >> (RECIPROCAL_BITS - SCALE_BITS - 16); /* below 2^46; whole bytes first */
}

static void keep(uint16_t time_ms, int32_t current, int32_t voltage) {
  if (waiting == SAMPLES_KEPT) {
    if (lost < UINT16_MAX) lost++;
    return;
  }
  uint8_t *place = kept[(oldest + waiting) & (SAMPLES_KEPT - 1)];
  put_16(place, time_ms);
  put_24(place + 2, (uint32_t)current);
  put_24(place + 5, (uint32_t)voltage);
  waiting++;
}

void fifo_sample(int16_t current, int16_t voltage, uint32_t now_ms) {
  if (period_ms == 0) return;
  current_codes += current;
  voltage_codes += voltage;
  if (++summed_ms < period_ms) return;
  keep((uint16_t)now_ms, mean(current_codes), mean(voltage_codes));
  fifo_restart();
}

void fifo_read(uint8_t *payload) {
  put_16(payload, first);
  put_8(payload + 2, waiting);
  put_16(payload + 3, lost);
  for (uint8_t shown = 0; shown < SHOWN; shown++) {
    const uint8_t *place = kept[(oldest + shown) & (SAMPLES_KEPT - 1)];
    uint8_t *to = payload + HEADER + shown * SAMPLE_BYTES;
    for (uint8_t i = 0; i < SAMPLE_BYTES; i++) to[i] = shown < waiting ? place[i] : 0;
  }
}

void fifo_take(uint16_t next) {
  const uint16_t taken = (uint16_t)(next - first);
  if (taken > waiting) return;
  oldest = (uint8_t)((oldest + taken) & (SAMPLES_KEPT - 1));
  waiting = (uint8_t)(waiting - taken);
  first = next;
}
