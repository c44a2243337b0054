/*
 * Counts to physical units and back, in fixed point. Owns the corrections of the selected range, in the form that a
 * tick needs: divisions are left out or happen when a limit is set.
 *
 * Charge is counted in units of 2^-26 nC ("fine"): one count of the smallest range during 1 ms is 7.8125 pC, exactly
 * 524288 of them, and every range is ten times the one before; a gain is then resolved to 2 ppm or better.
 */
#ifndef GALVANODE_CALIBRATION_H
#define GALVANODE_CALIBRATION_H

#include <stdint.h>

#define FINE_BITS 26

/* Takes the stored corrections of this range and of the voltage over. */
void calibration_select(uint8_t range);
/* Takes one over again, if it is one of these. */
void calibration_refresh(uint8_t record);
int32_t calibration_full_scale_nA(void);

/* Charge in fine units: the sum of current codes over some milliseconds, and how many (net of sign) they were. */
int64_t calibration_charge(int32_t codes, int16_t milliseconds);
/* Mean current in nA of a block, from the sum of its codes in the return lead. */
int32_t calibration_return_nA(int32_t codes);
/* Mean current in nA from the charge of a block. */
int32_t calibration_mean_nA(int64_t fine);
/* Mean cell voltage in uV of a block, from the sum of its codes. */
int32_t calibration_voltage_uV(int32_t codes);

/* Code that makes the stage deliver a current; saturates at the rails. */
int16_t calibration_dac_code(int32_t current_nA);
/* Converter codes of limits; a limit beyond the range saturates at its rail. */
int16_t calibration_current_code(uint32_t current_nA);
int16_t calibration_voltage_code(uint32_t voltage_uV);
/* Counts of a current for the comparator, which reaches twice the range. */
uint16_t calibration_threshold(uint32_t current_nA);

#endif
