/*
 * Serial number and boot count, in the EEPROM behind the bytes that belong to the firmware above. Owns their layout.
 */
#ifndef GALVANODE_AVR_STORE_H
#define GALVANODE_AVR_STORE_H

#include <stdint.h>

/* As numbered at manufacture; all ones when it never was. */
uint32_t store_serial(void);
/* Counts this boot and returns its number; some 20 ms. */
uint32_t store_count_boot(void);

#endif
