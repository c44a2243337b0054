/* Owns the dead-man's time, nonce and challenge. */
#include "deadman.h"

#include "protocol.h"

static uint32_t boot_nonce, nonce;
static uint32_t challenge, last_beat_ms;
static uint16_t timeout_ms;
static bool open; /* a challenge waits for its answer */

/* Two rounds of multiply and shift: every bit of the sum reaches every bit of the result. Not a secret: a proof of work done. */
static uint32_t mixed(uint32_t x) {
  x ^= x >> 16;
  x *= HEARTBEAT_MIX2;
  x ^= x >> 13;
  x *= HEARTBEAT_MIX3;
  return x ^ x >> 16;
}

void deadman_boot(uint32_t entropy) {
  boot_nonce = mixed(entropy);
  nonce = mixed(boot_nonce + HEARTBEAT_MIX1);
  timeout_ms = DEADMAN_DEFAULT_MS;
  challenge = 0;
  open = false;
}

uint32_t deadman_boot_nonce(void) {
  return boot_nonce;
}

uint32_t deadman_nonce(void) {
  return nonce;
}

void deadman_renew(uint32_t now_ms) {
  nonce = mixed(nonce + now_ms + HEARTBEAT_MIX1);
  open = false;
}

void deadman_set_timeout(uint16_t wanted_ms) {
  timeout_ms = wanted_ms;
}

uint16_t deadman_timeout_ms(void) {
  return timeout_ms;
}

void deadman_start(uint32_t now_ms) {
  last_beat_ms = now_ms;
}

void deadman_challenge(uint32_t sample_counter) {
  if (sample_counter == challenge) return; /* read twice within one conversion: still the same question */
  challenge = sample_counter;
  open = true;
}

void deadman_void(void) {
  open = false;
}

bool deadman_answered(uint32_t heartbeat) {
  return open && heartbeat == mixed(nonce ^ (challenge * HEARTBEAT_MIX1));
}

void deadman_beat(uint32_t now_ms) {
  last_beat_ms = now_ms;
  open = false;
}

bool deadman_expired(uint32_t now_ms) {
  return now_ms - last_beat_ms >= timeout_ms;
}
