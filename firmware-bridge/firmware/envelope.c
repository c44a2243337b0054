/* Owns the limits of the run. */
#include "envelope.h"

#include "crc.h"

static struct load limits;
static bool loaded, read_back;

void envelope_boot(void) {
  loaded = read_back = false;
}

static bool tighter(const struct load *next, const struct load *now) {
  return next->run_tag == now->run_tag && next->current_nA <= now->current_nA && next->voltage_uV <= now->voltage_uV &&
         next->charge_nC <= now->charge_nC && next->duration_ms <= now->duration_ms &&
         next->temperature_min_raw >= now->temperature_min_raw && next->temperature_max_raw <= now->temperature_max_raw;
}

enum result envelope_load(const uint8_t *payload, bool armed) {
  struct load next;
  unpack_load(&next, payload);
  if (!valid_load(&next)) return RESULT_BAD_VALUE;
  if (crc_bytes(CRC_START, payload, PAYLOAD_LOAD) != 0) return RESULT_BAD_ENVELOPE;
  if (next.temperature_min_raw >= next.temperature_max_raw) return RESULT_BAD_ENVELOPE;
  if (armed && !tighter(&next, &limits)) return RESULT_LOOSER_ENVELOPE;
  limits = next;
  loaded = true;
  read_back = false;
  return RESULT_ACCEPTED;
}

void envelope_read(uint8_t *payload) {
  pack_envelope(payload, &(struct envelope){
    .run_tag = limits.run_tag,
    .current_nA = limits.current_nA,
    .voltage_uV = limits.voltage_uV,
    .charge_nC = limits.charge_nC,
    .duration_ms = limits.duration_ms,
    .temperature_min_raw = limits.temperature_min_raw,
    .temperature_max_raw = limits.temperature_max_raw,
    .envelope_crc = limits.envelope_crc,
  });
  read_back = loaded;
}

bool envelope_loaded(void) {
  return loaded;
}

bool envelope_is(uint16_t run_tag, uint16_t crc) {
  return loaded && read_back && limits.run_tag == run_tag && limits.envelope_crc == crc;
}

const struct load *envelope_limits(void) {
  return &limits;
}

void envelope_discard(void) {
  loaded = read_back = false;
}
