/* Owns the frames. */
#include "registers.h"

#include "board.h"
#include "corrections.h"
#include "coulomb.h"
#include "crc.h"
#include "deadman.h"
#include "envelope.h"
#include "faults.h"
#include "fifo.h"
#include "galvanostat.h"
#include "hal.h"
#include "measure.h"
#include "protocol.h"
#include "selftest.h"
#include "stop.h"
#include "waveform.h"

#define WRITE_OVERHEAD 4
#define READ_OVERHEAD 3
#define TELEMETRY_LENGTH (PAYLOAD_TELEMETRY + READ_OVERHEAD)
#define CHARGE_LENGTH (PAYLOAD_CHARGE + READ_OVERHEAD)
_Static_assert(TELEMETRY_LENGTH <= FRAME_MAX && PAYLOAD_SAMPLES + READ_OVERHEAD <= FRAME_MAX &&
               PAYLOAD_LOAD + WRITE_OVERHEAD <= FRAME_MAX, "one bus block a frame");

static struct hal_boot boot;
static uint8_t accepted_sequence;
static struct outcome outcome;
static uint16_t seen_crc, frame_errors;
static bool seen_any;
static uint8_t telemetry_frame[TELEMETRY_LENGTH], charge_frame[CHARGE_LENGTH], charge_shown[CHARGE_LENGTH];
static uint32_t latched_sample;

static void copy(uint8_t *to, const uint8_t *from, uint8_t length) {
  for (uint8_t i = 0; i < length; i++) to[i] = from[i];
}

void registers_boot(void) {
  hal_boot(&boot);
  accepted_sequence = 0;
  outcome = (struct outcome){ 0, 0, RESULT_NONE };
  frame_errors = 0;
  seen_any = false;
  registers_latch();
  copy(charge_shown, charge_frame, CHARGE_LENGTH);
}

static bool dropped(void) {
  if (frame_errors < UINT16_MAX) frame_errors++;
  return true;
}

static enum result act(uint8_t command, const uint8_t *payload) {
  union {
    struct configure configure;
    struct arm arm;
    struct drive drive;
    struct off off;
    struct disarm disarm;
    struct clear clear;
    struct calibrate_current calibrate_current;
    struct calibrate_voltage calibrate_voltage;
    struct sampling sampling;
    struct segment segment;
    struct wave wave;
    struct stop stop;
    struct run_self_test run_self_test;
  } frame;
  switch (command) {
    case COMMAND_LOAD: return board_load(payload);
    case COMMAND_CONFIGURE: unpack_configure(&frame.configure, payload); return board_configure(&frame.configure);
    case COMMAND_ARM: unpack_arm(&frame.arm, payload); return board_arm(&frame.arm);
    case COMMAND_DRIVE: unpack_drive(&frame.drive, payload); return board_drive(&frame.drive);
    case COMMAND_OFF: unpack_off(&frame.off, payload); return frame.off.key == OFF_KEY ? board_off() : RESULT_BAD_KEY;
    case COMMAND_DISARM:
      unpack_disarm(&frame.disarm, payload);
      return frame.disarm.key == DISARM_KEY ? board_disarm() : RESULT_BAD_KEY;
    case COMMAND_CLEAR:
      unpack_clear(&frame.clear, payload);
      return frame.clear.key == CLEAR_KEY ? board_clear(frame.clear.faults) : RESULT_BAD_KEY;
    case COMMAND_CALIBRATE_CURRENT:
      unpack_calibrate_current(&frame.calibrate_current, payload);
      return board_calibrate_current(&frame.calibrate_current);
    case COMMAND_CALIBRATE_VOLTAGE:
      unpack_calibrate_voltage(&frame.calibrate_voltage, payload);
      return board_calibrate_voltage(&frame.calibrate_voltage);
    case COMMAND_SAMPLING: unpack_sampling(&frame.sampling, payload); return board_sampling(&frame.sampling);
    case COMMAND_TAKE_SAMPLES: fifo_take(get_16(payload)); return RESULT_ACCEPTED;
    case COMMAND_SEGMENT: unpack_segment(&frame.segment, payload); return waveform_store(&frame.segment);
    case COMMAND_WAVE: unpack_wave(&frame.wave, payload); return waveform_set(&frame.wave);
    case COMMAND_STOP: unpack_stop(&frame.stop, payload); return board_stop(&frame.stop);
    case COMMAND_RUN_SELF_TEST:
      unpack_run_self_test(&frame.run_self_test, payload);
      return board_run_self_test(&frame.run_self_test);
    default: return RESULT_NONE;
  }
}

bool registers_write(const uint8_t *bytes, uint8_t length) {
  if (length == 0) return true;
  const uint8_t payload = write_payload(bytes[0]);
  if (payload == 0) return length == 1 && read_payload(bytes[0]) != 0; /* only the command of a read to come */
  if (length > payload + WRITE_OVERHEAD) return !dropped();
  if (length < payload + WRITE_OVERHEAD) return dropped();
  const uint16_t prefix = crc_byte(CRC_START, (uint8_t)(boot.address << 1));
  if (crc_bytes(prefix, bytes, length) != 0) return dropped();
  const uint16_t crc = get_16(bytes + length - 2);
  if (seen_any && bytes[1] == outcome.last_sequence && crc == seen_crc) return true; /* the same frame once more */
  seen_any = true;
  seen_crc = crc;
  outcome.last_sequence = bytes[1];
  outcome.last_command = bytes[0];
  outcome.result = (uint8_t)act(bytes[0], bytes + 2);
  if (outcome.result == RESULT_ACCEPTED) accepted_sequence = bytes[1];
  return true;
}

/* Echoed sequence before the payload, checksum after it. */
static void seal(uint8_t command, uint8_t *frame, uint8_t payload) {
  uint16_t crc = crc_byte(CRC_START, (uint8_t)(boot.address << 1));
  crc = crc_byte(crc, command);
  crc = crc_byte(crc, (uint8_t)(boot.address << 1 | 1));
  frame[0] = accepted_sequence;
  put_16(frame + 1 + payload, crc_bytes(crc, frame, (uint8_t)(payload + 1)));
}

void registers_latch(void) {
  const struct block *block = measure_block();
  const struct telemetry telemetry = {
    .status = board_status(),
    .faults = faults_latched(),
    .first_out = faults_first_out(),
    .board_time_ms = board_time_ms(),
    .sample_counter = board_samples(),
    .current_nA = block->current_nA,
    .voltage_uV = block->voltage_uV,
    .setpoint_nA = galvanostat_setpoint_nA(),
    .cell_temperature_raw = block->slow.cell_temperature,
  };
  const struct charge charge = {
    .sample_tag = (uint16_t)board_samples(),
    .net_charge_nC = coulomb_net_nC(),
    .absolute_charge_nC = coulomb_absolute_nC(),
    .return_current_nA = block->return_current_nA,
    .board_temperature_raw = block->slow.board_temperature,
    .supply_mV = block->slow.supply_mV,
    .range = galvanostat_range(),
    .frame_errors = frame_errors,
  };
  latched_sample = telemetry.sample_counter;
  pack_telemetry(telemetry_frame + 1, &telemetry);
  seal(COMMAND_TELEMETRY, telemetry_frame, PAYLOAD_TELEMETRY);
  pack_charge(charge_frame + 1, &charge);
  seal(COMMAND_CHARGE, charge_frame, PAYLOAD_CHARGE);
}

static void identity_payload(uint8_t *payload) {
  pack_identity(payload, &(struct identity){
    .device_id = DEVICE_ID,
    .hardware = HARDWARE_VERSION,
    .firmware_major = FIRMWARE_MAJOR,
    .firmware_minor = FIRMWARE_MINOR,
    .firmware_patch = FIRMWARE_PATCH,
    .protocol_hash = PROTOCOL_HASH,
    .serial = boot.serial,
    .boot_count = boot.boot_count,
    .boot_nonce = deadman_boot_nonce(),
    .reset_cause = boot.reset_cause,
  });
}

static void session_payload(uint8_t *payload) {
  const struct load *limits = envelope_limits();
  const bool loaded = envelope_loaded();
  pack_session(payload, &(struct session){
    .nonce = deadman_nonce(),
    .status = board_status(),
    .run_tag = loaded ? limits->run_tag : 0,
    .envelope_crc = loaded ? limits->envelope_crc : 0,
    .range = galvanostat_range(),
    .deadman_ms = deadman_timeout_ms(),
    .slew_uA_s = galvanostat_slew_uA_s(),
    .output_time_ms = board_output_time_ms(),
  });
}

static void progress_payload(uint8_t *payload) {
  struct progress progress = { .endings = board_endings() };
  waveform_progress(&progress);
  stop_progress(&progress);
  pack_progress(payload, &progress);
}

/* The answer to a command that has one, into a whole frame's room. */
static void answer(uint8_t command, uint8_t *frame) {
  uint8_t *payload = frame + 1;
  switch (command) {
    case COMMAND_TELEMETRY:
      copy(charge_shown, charge_frame, CHARGE_LENGTH);
      deadman_challenge(latched_sample);
      copy(frame, telemetry_frame, TELEMETRY_LENGTH);
      return;
    case COMMAND_CHARGE: copy(frame, charge_shown, CHARGE_LENGTH); return;
    case COMMAND_IDENTITY: identity_payload(payload); break;
    case COMMAND_OUTCOME: pack_outcome(payload, &outcome); break;
    case COMMAND_SESSION: session_payload(payload); break;
    case COMMAND_ENVELOPE: envelope_read(payload); break;
    case COMMAND_PROGRESS: progress_payload(payload); break;
    case COMMAND_SAMPLES: fifo_read(payload); break;
    case COMMAND_CALIBRATION: corrections_read_range(galvanostat_range(), payload); break;
    case COMMAND_VOLTAGE_CALIBRATION: corrections_read_voltage(payload); break;
    case COMMAND_SELF_TEST: pack_self_test(payload, selftest_result()); break;
    default: return;
  }
  seal(command, frame, read_payload(command));
}

void registers_read(uint8_t command, uint8_t *bytes, uint8_t length) {
  const uint8_t payload = read_payload(command);
  const uint8_t held = payload == 0 ? 0 : (uint8_t)(payload + READ_OVERHEAD);
  answer(command, bytes);
  for (uint8_t i = held; i < length; i++) bytes[i] = 0xff;
}
