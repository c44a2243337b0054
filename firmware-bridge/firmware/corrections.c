/* Owns the records and their checksums. A write is one byte at a time, when the memory is ready for it. */
#include "corrections.h"

#include "crc.h"
#include "hal.h"

_Static_assert(CALIBRATIONS == VOLTAGE_RECORD + 1, "three a range and the voltage");
_Static_assert(CALIBRATIONS * RECORD_BYTES <= HAL_EEPROM_SIZE, "all of them fit");
#define SHOWN_BYTES 8 /* gain and offset, at the beginning of a record */
_Static_assert(PAYLOAD_CALIBRATION == CONVERTERS * SHOWN_BYTES + 5, "range, corrections as stored, day and validity");
_Static_assert(PAYLOAD_VOLTAGE_CALIBRATION == SHOWN_BYTES + 4, "correction as stored, day and validity");
#define ALL_VALID ((uint16_t)((1u << CALIBRATIONS) - 1))

static uint16_t valid; /* one bit a record */
static bool storing;
static uint8_t stored_record, stored_bytes;
static uint8_t pending[RECORD_BYTES];

void corrections_boot(void) {
  storing = false;
  valid = 0;
  for (uint8_t record = 0; record < CALIBRATIONS; record++) corrections_intact(record);
}

void corrections_compose(uint8_t record, const struct correction *correction, uint8_t *bytes) {
  put_32(bytes, (uint32_t)correction->gain_ppb);
  put_32(bytes + 4, (uint32_t)correction->offset);
  put_16(bytes + 8, correction->day);
  put_16(bytes + 10, crc_bytes(crc_byte(CRC_START, record), bytes, RECORD_BYTES - 2));
}

bool corrections_intact(uint8_t record) {
  const uint16_t bit = (uint16_t)(1u << record);
  uint8_t bytes[RECORD_BYTES];
  hal_eeprom_read((uint8_t)(record * RECORD_BYTES), bytes, RECORD_BYTES);
  const bool good = crc_bytes(crc_byte(CRC_START, record), bytes, RECORD_BYTES) == 0;
  valid = (uint16_t)(good ? valid | bit : valid & ~bit);
  return good;
}

/* Gain and offset, as in the frames and in the record; zeros when it is not valid or being written. */
static bool read_values(uint8_t record, uint8_t *bytes) {
  const bool good = !storing && (valid >> record & 1u) != 0;
  for (uint8_t i = 0; i < SHOWN_BYTES; i++) bytes[i] = 0;
  if (good) hal_eeprom_read((uint8_t)(record * RECORD_BYTES), bytes, SHOWN_BYTES);
  return good;
}

struct correction corrections_recall(uint8_t record) {
  uint8_t bytes[SHOWN_BYTES];
  read_values(record, bytes);
  return (struct correction){ .gain_ppb = (int32_t)get_32(bytes), .offset = (int32_t)get_32(bytes + 4) };
}

bool corrections_complete(void) {
  return valid == ALL_VALID;
}

uint16_t corrections_valid(void) {
  return valid;
}

static enum result store(uint8_t record, const struct correction *correction) {
  if (storing) return RESULT_BUSY;
  corrections_compose(record, correction, pending);
  storing = true;
  stored_record = record;
  stored_bytes = 0;
  valid = (uint16_t)(valid & ~(1u << record));
  return RESULT_ACCEPTED;
}

enum result corrections_store_current(const struct calibrate_current *wanted) {
  int32_t most_nA = RANGE_0_FULL_SCALE_NA / 100; /* 1 % of the range */
  if (wanted->key != CALIBRATE_KEY) return RESULT_BAD_KEY;
  if (!valid_calibrate_current(wanted)) return RESULT_BAD_VALUE;
  for (uint8_t i = 0; i < wanted->range; i++) most_nA *= 10;
  if (wanted->offset_nA > most_nA || wanted->offset_nA < -most_nA) return RESULT_BAD_VALUE;
  const struct correction correction = { wanted->gain_ppb, wanted->offset_nA, wanted->day };
  return store((uint8_t)(wanted->range * CONVERTERS + wanted->converter), &correction);
}

enum result corrections_store_voltage(const struct calibrate_voltage *wanted) {
  if (wanted->key != CALIBRATE_KEY) return RESULT_BAD_KEY;
  if (!valid_calibrate_voltage(wanted)) return RESULT_BAD_VALUE;
  const struct correction correction = { wanted->gain_ppb, wanted->offset_uV, wanted->day };
  return store(VOLTAGE_RECORD, &correction);
}

bool corrections_tick(uint8_t *record) {
  if (!storing || !hal_eeprom_ready()) return false;
  if (stored_bytes < RECORD_BYTES) {
    hal_eeprom_write((uint8_t)(stored_record * RECORD_BYTES + stored_bytes), pending[stored_bytes]);
    stored_bytes++;
    return false;
  }
  storing = false;
  *record = stored_record;
  corrections_intact(stored_record);
  return true;
}

bool corrections_storing(void) {
  return storing;
}

/* Gain and offset into a payload, and the day they are of. */
static uint16_t show(uint8_t record, uint8_t *payload) {
  uint8_t day[2];
  if (!read_values(record, payload)) return 0;
  hal_eeprom_read((uint8_t)(record * RECORD_BYTES + SHOWN_BYTES), day, sizeof day);
  return get_16(day);
}

void corrections_read_range(uint8_t range, uint8_t *payload) {
  uint16_t oldest = UINT16_MAX;
  put_8(payload, range);
  for (uint8_t i = 0; i < CONVERTERS; i++) {
    const uint16_t day = show((uint8_t)(range * CONVERTERS + i), payload + 1 + i * SHOWN_BYTES);
    if (day < oldest) oldest = day;
  }
  put_16(payload + 1 + CONVERTERS * SHOWN_BYTES, oldest);
  put_16(payload + 3 + CONVERTERS * SHOWN_BYTES, valid);
}

void corrections_read_voltage(uint8_t *payload) {
  put_16(payload + SHOWN_BYTES, show(VOLTAGE_RECORD, payload));
  put_16(payload + SHOWN_BYTES + 2, valid);
}
