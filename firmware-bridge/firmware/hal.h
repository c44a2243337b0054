/*
 * The calls that touch hardware. The firmware above knows codes, lines and nothing else; what stands behind them is a
 * microcontroller (hal_avr.c) or the simulated bench (hal_wasm.c). Currents are in counts of the selected range (full
 * scale over 32768), the cell voltage in counts of 1 mV, temperatures in counts of 1/128 degC.
 */
#ifndef GALVANODE_HAL_H
#define GALVANODE_HAL_H

#include <stdbool.h>
#include <stdint.h>

/* Lines in. The comparator's is set when it acted at any time since the sample before, however short that was. */
#define HAL_INTERLOCK_CLOSED 0x01u
#define HAL_DOOR_CLOSED 0x02u
#define HAL_CONTACT_CLOSED 0x04u
#define HAL_OVER_CURRENT 0x08u

/* Lines out. A reset, and nothing else than the firmware running, leaves all of them low. */
#define HAL_STAGE_ENABLE 0x01u
#define HAL_RELAY 0x02u
#define HAL_SAFE_EN 0x04u
#define HAL_OPEN_MASTER_RELAY 0x08u

/* The simultaneous-sampling converter and the input lines, every millisecond. */
struct hal_sample {
  int16_t current;
  int16_t return_current;
  int16_t voltage;
  int16_t dac; /* output of the set-point DAC as its own converter channel reads it, counts of the DAC */
  uint8_t lines;
};

/* The slow channels, once a block. A broken sensor reads INT16_MIN. */
struct hal_slow {
  int16_t cell_temperature;
  int16_t board_temperature;
  uint16_t supply_mV;
};

struct hal_boot {
  uint32_t serial;
  uint32_t boot_count;
  uint32_t entropy; /* differs from boot to boot */
  uint8_t reset_cause; /* 0 power, 1 watchdog, 2 brown-out, 3 external */
  uint8_t address; /* 7-bit bus address as strapped */
};

/* Bytes of non-volatile memory that belong to the firmware above; behind them the port keeps serial and boot count. */
#define HAL_EEPROM_SIZE 160u

void hal_boot(struct hal_boot *boot);
void hal_sample(struct hal_sample *sample);
void hal_slow(struct hal_slow *slow);
void hal_range(uint8_t range);
void hal_dac(int16_t code);
void hal_lines(uint8_t lines);

/* Threshold of the over-current comparator: either direction, counts of the range, up to twice its full scale. At 0 it
 * always acts, as a window of no width does. */
void hal_threshold(uint16_t counts);

/* Once a tick and from nowhere else: a tick that does not end leaves the watchdog to reset the board. */
void hal_watchdog(void);

/* Address from 0 to HAL_EEPROM_SIZE - 1; blank bytes read 0xFF. Never called while a write is under way. */
void hal_eeprom_read(uint8_t address, uint8_t *bytes, uint8_t length);
/* Begins to write one byte and returns at once. Only when ready; takes some 4 ms. */
void hal_eeprom_write(uint8_t address, uint8_t byte);
/* True when nothing is being written. */
bool hal_eeprom_ready(void);

#endif
