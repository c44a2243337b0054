/* Owns the segments. A ramp is stepped with a remainder, so that it ends exactly at its target without a division a tick. */
#include "waveform.h"

#include "crc.h"

/* A segment in 8 bytes: the kind is above the duration, whose range leaves two bits. 0 stands for no segment. */
#define KIND_SHIFT 30
#define DURATION_MASK ((UINT32_C(1) << KIND_SHIFT) - 1)

struct stored {
  int32_t target_nA;
  uint32_t kind_and_duration;
};

enum phase { PHASE_IDLE, PHASE_RUNNING, PHASE_DONE };

static struct stored stored[SEGMENTS];
static struct wave wave;
static uint16_t crc;
static enum phase phase;
static uint8_t at;
static uint16_t loops_done;
static struct segment segment; /* the one that runs */
static uint32_t elapsed_ms;
static int32_t wanted_nA;
static uint32_t step_nA, rest, gathered; /* of a ramp: whole steps, and the rest of the division spread over it */

void waveform_boot(void) {
  for (uint8_t i = 0; i < SEGMENTS; i++) stored[i].kind_and_duration = 0;
  wave = (struct wave){ .length = 0 };
  crc = 0;
  waveform_stop();
}

enum result waveform_store(const struct segment *wanted) {
  if (!valid_segment(wanted)) return RESULT_BAD_VALUE;
  if (phase == PHASE_RUNNING) return RESULT_BUSY;
  stored[wanted->index] = (struct stored){
    .target_nA = wanted->target_nA,
    .kind_and_duration = (uint32_t)wanted->kind << KIND_SHIFT | wanted->duration_ms,
  };
  wave.length = 0;
  crc = 0;
  return RESULT_ACCEPTED;
}

/* Of the wave frame and of its segment frames, payloads one after the other. */
static uint16_t crc_of(const struct wave *wanted) {
  uint8_t payload[PAYLOAD_SEGMENT];
  put_8(payload, wanted->length);
  put_8(payload + 1, wanted->loop_from);
  put_16(payload + 2, wanted->loops);
  uint16_t sum = crc_bytes(CRC_START, payload, PAYLOAD_WAVE);
  for (uint8_t i = 0; i < wanted->length; i++) {
    put_8(payload, i);
    put_8(payload + 1, (uint8_t)(stored[i].kind_and_duration >> KIND_SHIFT));
    put_32(payload + 2, (uint32_t)stored[i].target_nA);
    put_32(payload + 6, stored[i].kind_and_duration & DURATION_MASK);
    sum = crc_bytes(sum, payload, PAYLOAD_SEGMENT);
  }
  return sum;
}

enum result waveform_set(const struct wave *wanted) {
  if (!valid_wave(wanted)) return RESULT_BAD_VALUE;
  if (phase == PHASE_RUNNING) return RESULT_BUSY;
  if (wanted->length != 0 && wanted->loop_from >= wanted->length) return RESULT_BAD_WAVEFORM;
  for (uint8_t i = 0; i < wanted->length; i++) {
    if (stored[i].kind_and_duration == 0) return RESULT_BAD_WAVEFORM;
  }
  wave = *wanted;
  crc = wanted->length == 0 ? 0 : crc_of(wanted);
  return RESULT_ACCEPTED;
}

bool waveform_within(uint32_t current_nA) {
  for (uint8_t i = 0; i < wave.length; i++) {
    const int32_t target_nA = stored[i].target_nA;
    if ((uint32_t)(target_nA < 0 ? -target_nA : target_nA) > current_nA) return false;
  }
  return true;
}

/* Enters segment `at` from the set point that stands. */
static void enter(void) {
  segment.kind = (uint8_t)(stored[at].kind_and_duration >> KIND_SHIFT);
  segment.target_nA = stored[at].target_nA;
  segment.duration_ms = stored[at].kind_and_duration & DURATION_MASK;
  elapsed_ms = 0;
  if (segment.kind != SEGMENT_RAMP) return;
  const int32_t distance_nA = segment.target_nA - wanted_nA; /* both within the range: no overflow */
  const uint32_t length_nA = (uint32_t)(distance_nA < 0 ? -distance_nA : distance_nA);
  step_nA = length_nA / segment.duration_ms;
  rest = length_nA % segment.duration_ms;
  gathered = 0;
}

enum result waveform_start(int32_t from_nA) {
  if (wave.length == 0) return RESULT_BAD_WAVEFORM;
  phase = PHASE_RUNNING;
  at = 0;
  loops_done = 0;
  wanted_nA = from_nA;
  enter();
  return RESULT_ACCEPTED;
}

void waveform_stop(void) {
  phase = PHASE_IDLE;
  at = 0;
  loops_done = 0;
  elapsed_ms = 0;
}

bool waveform_running(void) {
  return phase == PHASE_RUNNING;
}

bool waveform_done(void) {
  return phase == PHASE_DONE;
}

/* To the next segment; false at the end of the last loop. */
static bool advance(void) {
  if (at + 1 < wave.length) {
    at++;
  } else {
    if (++loops_done == wave.loops) return false;
    at = wave.loop_from;
  }
  enter();
  return true;
}

static void step_ramp(void) {
  uint32_t step = step_nA;
  gathered += rest;
  if (gathered >= segment.duration_ms) {
    gathered -= segment.duration_ms;
    step++;
  }
  wanted_nA += segment.target_nA < wanted_nA ? -(int32_t)step : (int32_t)step;
}

int32_t waveform_tick(bool *flip) {
  *flip = false;
  if (elapsed_ms == segment.duration_ms && !advance()) {
    phase = PHASE_DONE;
    wanted_nA = 0;
    return 0;
  }
  if (segment.kind == SEGMENT_RAMP) {
    step_ramp();
  } else {
    *flip = segment.kind == SEGMENT_FLIP && elapsed_ms == 0;
    wanted_nA = segment.target_nA;
  }
  elapsed_ms++;
  return wanted_nA;
}

void waveform_progress(struct progress *progress) {
  progress->segment = at;
  progress->loop = loops_done;
  progress->segment_time_ms = elapsed_ms;
  progress->waveform_length = wave.length;
  progress->waveform_crc = crc;
}
