/*
 * Owns the checksum, without a table: the remainder of one byte under x^16 + x^12 + x^5 + 1 is the byte itself, folded
 * once by four places, at the places of the polynomial. Three shifts a byte, and no memory.
 */
#include "crc.h"

uint16_t crc_byte(uint16_t crc, uint8_t byte) {
  uint8_t x = (uint8_t)((uint8_t)(crc >> 8) ^ byte);
  x = (uint8_t)(x ^ (x >> 4));
  return (uint16_t)((uint16_t)(crc << 8) ^ (uint16_t)((uint16_t)x << 12) ^ (uint16_t)((uint16_t)x << 5) ^ x);
}

uint16_t crc_bytes(uint16_t crc, const uint8_t *bytes, uint8_t length) {
  for (uint8_t i = 0; i < length; i++) crc = crc_byte(crc, bytes[i]);
  return crc;
}
