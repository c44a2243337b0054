/* CRC-16/CCITT-FALSE: polynomial 0x1021, start at 0xFFFF, not reflected. A message followed by its CRC gives 0. */
#ifndef GALVANODE_CRC_H
#define GALVANODE_CRC_H

#include <stdint.h>

#define CRC_START ((uint16_t)0xffffu)

uint16_t crc_byte(uint16_t crc, uint8_t byte);
uint16_t crc_bytes(uint16_t crc, const uint8_t *bytes, uint8_t length);

#endif
