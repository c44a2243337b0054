/*
 * Owns the EEPROM. The boot count lies twice, each with its own checksum, and is written to the older place: a supply
 * that fails while it is written costs one count and no more.
 */
#include "avr_store.h"

#include <avr/eeprom.h>
#include <stdbool.h>

#include "crc.h"
#include "hal.h"

#define SERIAL_ADDRESS HAL_EEPROM_SIZE
#define BOOTS_ADDRESS (SERIAL_ADDRESS + sizeof(uint32_t))
#define SLOTS 2

struct slot {
  uint32_t boots;
  uint8_t crc[2]; /* most significant byte first */
};

static void *place(uint8_t slot) {
  return (void *)(BOOTS_ADDRESS + slot * sizeof(struct slot));
}

uint32_t store_serial(void) {
  return eeprom_read_dword((const uint32_t *)SERIAL_ADDRESS);
}

/* Of a slot, or 0 when there is none in it. */
static uint32_t boots_in(uint8_t slot) {
  struct slot stored;
  eeprom_read_block(&stored, place(slot), sizeof stored);
  return crc_bytes(CRC_START, (const uint8_t *)&stored, sizeof stored) == 0 ? stored.boots : 0;
}

uint32_t store_count_boot(void) {
  const uint32_t first = boots_in(0), second = boots_in(1);
  const uint8_t older = first <= second ? 0 : 1;
  struct slot next = { (older == 0 ? second : first) + 1, { 0, 0 } };
  const uint16_t crc = crc_bytes(CRC_START, (const uint8_t *)&next.boots, sizeof next.boots);
  next.crc[0] = (uint8_t)(crc >> 8);
  next.crc[1] = (uint8_t)crc;
  eeprom_update_block(&next, place(older), sizeof next);
  eeprom_busy_wait();
  return next.boots;
}

void hal_eeprom_read(uint8_t address, uint8_t *bytes, uint8_t length) {
  eeprom_read_block(bytes, (const void *)(uint16_t)address, length);
}

void hal_eeprom_write(uint8_t address, uint8_t byte) {
  eeprom_write_byte((uint8_t *)(uint16_t)address, byte);
}

bool hal_eeprom_ready(void) {
  return eeprom_is_ready();
}
