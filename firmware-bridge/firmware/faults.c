/* Owns the fault latch. */
#include "faults.h"

#include "protocol.h"

static uint32_t latched;
static uint8_t first_out;

static uint8_t lowest_bit(uint32_t mask) {
  uint8_t bit = 0;
  if (mask == 0) return NO_FAULT;
  while ((mask & 1u) == 0) {
    mask >>= 1;
    bit++;
  }
  return bit;
}

void faults_boot(void) {
  latched = 0;
  first_out = NO_FAULT;
}

uint32_t faults_latched(void) {
  return latched;
}

uint8_t faults_first_out(void) {
  return first_out;
}

void faults_latch(uint32_t mask) {
  if (latched == 0) first_out = lowest_bit(mask);
  latched |= mask;
}

void faults_clear(uint32_t mask) {
  latched &= ~mask;
  if (first_out != NO_FAULT && (latched >> first_out & 1u) == 0) first_out = lowest_bit(latched);
}
