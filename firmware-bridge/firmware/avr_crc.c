/* The checksum of crc.h in the assembler of avr-libc: a third of the time of crc.c, and most of the time of a frame. */
#include <util/crc16.h>

#include "crc.h"

uint16_t crc_byte(uint16_t crc, uint8_t byte) {
  return _crc_xmodem_update(crc, byte);
}

uint16_t crc_bytes(uint16_t crc, const uint8_t *bytes, uint8_t length) {
  for (; length != 0; length--) crc = _crc_xmodem_update(crc, *bytes++);
  return crc;
}
