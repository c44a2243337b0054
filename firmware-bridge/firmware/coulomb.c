/* Owns the charge. Shifts and one multiplication a block; no division. */
#include "coulomb.h"

#include "calibration.h"

/* A reversal counts as one beyond this many counts, so that noise about zero does not add up to charge. */
#define REVERSAL_COUNTS 4

struct total {
  int64_t whole_nC;
  int32_t rest; /* 0 to 2^26 - 1 */
};

static struct total net, absolute;
static int32_t codes, directed_codes; /* sums since the last booking; directed: times the present polarity */
static int16_t samples, directed_samples;
static int8_t polarity = 1;

static void add(struct total *total, int64_t fine) {
  fine += total->rest;
  total->whole_nC += fine >> FINE_BITS;
  total->rest = (int32_t)(fine & ((INT64_C(1) << FINE_BITS) - 1));
}

static int64_t with(const struct total *total, int64_t fine) {
  return total->whole_nC + ((total->rest + fine) >> FINE_BITS);
}

void coulomb_zero(void) {
  coulomb_book();
  net = absolute = (struct total){ 0, 0 };
}

void coulomb_sample(int16_t code) {
  if (code > REVERSAL_COUNTS) polarity = 1;
  if (code < -REVERSAL_COUNTS) polarity = -1;
  codes += code;
  samples++;
  directed_codes += polarity > 0 ? code : -(int32_t)code;
  directed_samples = (int16_t)(directed_samples + polarity);
}

/* Without a reversal since the last booking it is the net charge, or that with its sign turned. */
static int64_t directed_charge(int64_t fine) {
  if (directed_samples == samples) return fine;
  if (directed_samples == -samples) return -fine;
  return calibration_charge(directed_codes, directed_samples);
}

int64_t coulomb_book(void) {
  const int64_t fine = calibration_charge(codes, samples);
  add(&net, fine);
  add(&absolute, directed_charge(fine));
  codes = directed_codes = 0;
  samples = directed_samples = 0;
  return fine;
}

int64_t coulomb_booked_net_nC(void) {
  return net.whole_nC;
}

int64_t coulomb_booked_absolute_nC(void) {
  return absolute.whole_nC;
}

int64_t coulomb_net_nC(void) {
  return samples == 0 ? net.whole_nC : with(&net, calibration_charge(codes, samples));
}

int64_t coulomb_absolute_nC(void) {
  return samples == 0 ? absolute.whole_nC : with(&absolute, directed_charge(calibration_charge(codes, samples)));
}
