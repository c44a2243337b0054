/*
 * The stored corrections: a gain in ppb and an offset in nA or uV for every converter of every range, each with its date
 * and checksum in non-volatile memory. Owns that memory and its slow writing; what a correction means in counts is
 * calibration.c's.
 *
 * True = indicated * (1 + gain) + offset; for the DAC, code of (wanted + offset) * (1 + gain).
 */
#ifndef GALVANODE_CORRECTIONS_H
#define GALVANODE_CORRECTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

enum converter { CONVERTER_CURRENT, CONVERTER_RETURN, CONVERTER_DAC, CONVERTERS };
/* Record of a converter: CONVERTERS * range + converter; behind them that of the voltage. */
#define VOLTAGE_RECORD (RANGE_COUNT * CONVERTERS)
#define RECORD_BYTES 12

struct correction {
  int32_t gain_ppb;
  int32_t offset; /* nA, for the voltage uV */
  uint16_t day;   /* since 1970-01-01; not recalled */
};

void corrections_boot(void);
/* Gain and offset as stored; a record that failed its checksum corrects nothing. */
struct correction corrections_recall(uint8_t record);
/* Looks at one record: true when it passes its checksum now. */
bool corrections_intact(uint8_t record);
/* True when all of them passed when last looked at. */
bool corrections_complete(void);
/* One bit a record. */
uint16_t corrections_valid(void);

/* Begins to store one; not while one is being stored. It counts as damaged until it has been read back. */
enum result corrections_store_current(const struct calibrate_current *wanted);
enum result corrections_store_voltage(const struct calibrate_voltage *wanted);
/* One millisecond of storing. True when a correction has just been stored and read back: that of `record`. */
bool corrections_tick(uint8_t *record);
bool corrections_storing(void);

/* Payloads of the two calibration frames; a record that is not valid shows zeros. */
void corrections_read_range(uint8_t range, uint8_t *payload);
void corrections_read_voltage(uint8_t *payload);

/* The bytes of a record; its place is part of the checksum. */
void corrections_compose(uint8_t record, const struct correction *correction, uint8_t *bytes);

#endif
