/* Owns the two stops; 0 stands for never. */
#include "stop.h"

static int64_t charge_nC;
static uint32_t time_ms;
static uint8_t reached;

void stop_clear(void) {
  charge_nC = 0;
  time_ms = 0;
  reached = 0;
}

enum result stop_set(const struct stop *wanted, bool armed) {
  if (wanted->key != STOP_KEY) return RESULT_BAD_KEY;
  if (!valid_stop(wanted)) return RESULT_BAD_VALUE;
  const bool charge_later = charge_nC != 0 && (wanted->charge_nC == 0 || wanted->charge_nC > charge_nC);
  const bool time_later = time_ms != 0 && (wanted->time_ms == 0 || wanted->time_ms > time_ms);
  if (armed && (charge_later || time_later)) return RESULT_LATER_STOP;
  charge_nC = wanted->charge_nC;
  time_ms = wanted->time_ms;
  return RESULT_ACCEPTED;
}

uint8_t stop_look(int64_t net_charge_nC, uint32_t output_time_ms) {
  const int64_t passed_nC = net_charge_nC < 0 ? -net_charge_nC : net_charge_nC;
  uint8_t now = 0;
  if (charge_nC != 0 && passed_nC >= charge_nC) now |= ENDINGS_CHARGE;
  if (time_ms != 0 && output_time_ms >= time_ms) now |= ENDINGS_TIME;
  now &= (uint8_t)~reached;
  reached |= now;
  return now;
}

uint8_t stop_reached(void) {
  return reached;
}

void stop_progress(struct progress *progress) {
  progress->charge_stop_nC = charge_nC;
  progress->time_stop_ms = time_ms;
}
