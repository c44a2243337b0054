/*
 * The calls that touch hardware. The firmware above knows codes, lines and nothing else; what stands behind them is a
 * microcontroller (hal_avr.c) or the simulated bench (hal_wasm.c). Currents are in counts of the selected range (full
 * scale over 32768), the cell voltage in counts of 1 mV, temperatures in counts of 1/128 degC.
 */
#ifndef GALVANODE_HAL_H
#define GALVANODE_HAL_H

#include <stdint.h>

/* Lines in. */
#define HAL_INTERLOCK_CLOSED 0x01u
#define HAL_DOOR_CLOSED 0x02u
#define HAL_CONTACT_CLOSED 0x04u

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
  uint8_t lines;
};

/* The slow channels, once a block. A broken sensor reads INT16_MIN. */
struct hal_slow {
  int16_t cell_temperature;
  int16_t board_temperature;
  uint16_t supply_mV;
};

/* Stored corrections of one range: true = indicated * (1 + gain) + offset; for the DAC, code = (wanted + offset) * (1 + gain). */
struct hal_current_calibration {
  int32_t adc_gain_ppb, adc_offset_nA;
  int32_t return_gain_ppb, return_offset_nA;
  int32_t dac_gain_ppb, dac_offset_nA;
};

struct hal_voltage_calibration {
  int32_t gain_ppb, offset_uV;
};

struct hal_boot {
  uint32_t serial;
  uint32_t boot_count;
  uint32_t entropy; /* differs from boot to boot */
  uint8_t reset_cause;
  uint8_t address; /* 7-bit bus address as strapped */
};

void hal_boot(struct hal_boot *boot);
void hal_current_calibration(uint8_t range, struct hal_current_calibration *calibration);
void hal_voltage_calibration(struct hal_voltage_calibration *calibration);
void hal_sample(struct hal_sample *sample);
void hal_slow(struct hal_slow *slow);
void hal_range(uint8_t range);
void hal_dac(int16_t code);
void hal_lines(uint8_t lines);

#endif
