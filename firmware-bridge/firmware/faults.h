/* Latched faults and the one that came first. Owns the latch; what a fault does is decided in board.c. */
#ifndef GALVANODE_FAULTS_H
#define GALVANODE_FAULTS_H

#include <stdint.h>

void faults_boot(void);
uint32_t faults_latched(void);
/* Bit number of the fault that came first, NO_FAULT when none is latched. */
uint8_t faults_first_out(void);
void faults_latch(uint32_t mask);
void faults_clear(uint32_t mask);

#endif
