/*
 * The coulomb counter: every millisecond's current, net and absolute, in whole nC and a rest of 2^-26 nC, so that
 * nothing is lost over ranges, reversals and days. Owns the charge; knows neither limits nor frames.
 */
#ifndef GALVANODE_COULOMB_H
#define GALVANODE_COULOMB_H

#include <stdint.h>

void coulomb_zero(void);
/* One current code of the selected range, once a millisecond. */
void coulomb_sample(int16_t code);
/* Books what was sampled since the last call; before a change of range and at the end of a block. Fine charge, net. */
int64_t coulomb_book(void);
/* Charge up to and with the last sample, nC. */
int64_t coulomb_net_nC(void);
int64_t coulomb_absolute_nC(void);
/* Charge up to the last booking, nC: at no cost, for limits that are looked at once a block. */
int64_t coulomb_booked_net_nC(void);
int64_t coulomb_booked_absolute_nC(void);

#endif
