/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/* Owns the bytes. Numbers are big-endian, doubles IEEE 754; every frame is described in README.md. */
#include "frames.h"

#include <stdbool.h>
#include <string.h>

#include "machine.h"
#include "surroundings.h"
#include "wire.h"

#define BATCH_MAX 14 /* replies of 257 bytes that fit in a frame */
#define EEPROM_SIZE 1024
#define BOOT_MS 60

enum request { BATCH = 0x02, INPUTS = 0x20, RUN, OUTPUTS, POWER, LOAD, EEPROM_SET, EEPROM_GET, HANG, FIGURES };
enum answer { REPLIES = 0x82, DONE = 0x83, RAN = 0xa1, SHOWN = 0xa2, HELD = 0xa6, MEASURED = 0xa8, REFUSED = 0xff };
enum reply { REPLY_DONE, REPLY_NACK, REPLY_TIMEOUT };

/* A body that is read or written from its beginning. What lies beyond its end reads as zero and clears `whole`. */
struct body {
  const uint8_t *from;
  size_t left;
  bool whole;
};

static uint8_t take_8(struct body *body) {
  if (body->left == 0) {
    body->whole = false;
    return 0;
  }
  body->left--;
  return *body->from++;
}

static uint64_t take(struct body *body, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | take_8(body);
  return value;
}

static double take_double(struct body *body) {
  const uint64_t bits = take(body, 8);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint8_t *put(uint8_t *at, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--) *at++ = (uint8_t)(value >> 8 * i);
  return at;
}

static uint8_t *put_double(uint8_t *at, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return put(at, bits, 8);
}

static uint8_t *one_transfer(struct body *body, uint8_t *at) {
  uint8_t written[UINT8_MAX], read[UINT8_MAX];
  struct wire_transfer transfer = { .address = take_8(body) };
  const uint8_t flags = take_8(body);
  transfer.write_length = take_8(body);
  for (uint8_t i = 0; i < transfer.write_length && body->whole; i++) written[i] = take_8(body);
  transfer.read_length = take_8(body);
  if (!body->whole) return at;
  if ((flags & 1) != 0) transfer.written = written;
  if ((flags & 2) != 0) transfer.read = read;
  switch (wire_transfer(&transfer)) {
    case WIRE_DONE:
      *at++ = REPLY_DONE;
      *at++ = transfer.read_length;
      memcpy(at, read, transfer.read_length);
      return at + transfer.read_length;
    case WIRE_NACK:
      *at++ = REPLY_NACK;
      *at++ = 0;
      return at;
    case WIRE_TIMEOUT:
      *at++ = REPLY_TIMEOUT;
      *at++ = 0;
      return at;
  }
  return at;
}

static uint8_t *batch(struct body *body, uint8_t *at) {
  const uint8_t count = take_8(body);
  if (count > BATCH_MAX) body->whole = false;
  *at++ = count;
  for (uint8_t i = 0; i < count && body->whole; i++) at = one_transfer(body, at);
  return at;
}

static void set_inputs(struct body *body) {
  struct inputs inputs;
  inputs.current_A = take_double(body);
  inputs.return_current_A = take_double(body);
  inputs.voltage_V = take_double(body);
  inputs.cell_temperature_C = take_double(body);
  inputs.board_temperature_C = take_double(body);
  inputs.supply_V = take_double(body);
  inputs.lines = take_8(body);
  if (body->whole) surroundings_set(&inputs);
}

/* Up to `most` milliseconds; ends after one in which a line changed or the stage moved by more than 2 counts of 2^15. */
static uint32_t run_ms(uint32_t most) {
  struct outputs before, now;
  surroundings_outputs(&before);
  for (uint32_t ran = 1; ran <= most; ran++) {
    machine_run(1000 * CYCLES_PER_US);
    surroundings_outputs(&now);
    const double moved_A = now.current_A - before.current_A;
    if (now.lines != before.lines || moved_A > 2e-6 || moved_A < -2e-6) return ran;
  }
  return most;
}

static uint8_t *show_outputs(uint8_t *at) {
  struct outputs outputs;
  surroundings_outputs(&outputs);
  at = put_double(at, outputs.current_A);
  *at++ = outputs.lines;
  return put(at, machine_since_reset() / CYCLES_PER_US, 8);
}

static uint8_t *read_eeprom(struct body *body, uint8_t *at) {
  const uint16_t offset = (uint16_t)take(body, 2), length = (uint16_t)take(body, 2);
  if (offset + length > EEPROM_SIZE || !machine_eeprom_get(offset, at, length)) body->whole = false;
  return body->whole ? at + length : at;
}

static void write_eeprom(struct body *body) {
  uint8_t bytes[EEPROM_SIZE];
  const uint16_t offset = (uint16_t)take(body, 2), length = (uint16_t)body->left;
  if (offset + length > EEPROM_SIZE) body->whole = false;
  for (uint16_t i = 0; i < length && body->whole; i++) bytes[i] = take_8(body);
  if (body->whole) machine_eeprom_set(offset, bytes, length);
}

static uint8_t *figures(uint8_t *at) {
  at = put(at, wire_longest_stretch(), 4);
  return put(at, machine_resets(), 4);
}

static uint8_t *done(enum answer *kind, uint8_t *at) {
  *kind = DONE;
  return at;
}

/* The body of the answer from `at`; its end. */
static uint8_t *act(enum request request, struct body *body, enum answer *kind, uint8_t *at) {
  switch (request) {
    case BATCH: *kind = REPLIES; return batch(body, at);
    case INPUTS: set_inputs(body); return done(kind, at);
    case RUN: *kind = RAN; return put(at, run_ms((uint32_t)take(body, 4)), 4);
    case OUTPUTS: *kind = SHOWN; return show_outputs(at);
    case POWER:
      machine_power_cycle();
      machine_run((avr_cycle_count_t)BOOT_MS * 1000 * CYCLES_PER_US);
      return done(kind, at);
    case LOAD: surroundings_load(take_double(body)); return done(kind, at);
    case EEPROM_SET: write_eeprom(body); return done(kind, at);
    case EEPROM_GET: *kind = HELD; return read_eeprom(body, at);
    case HANG: machine_hang(); return done(kind, at);
    case FIGURES: *kind = MEASURED; return figures(at);
  }
  body->whole = false;
  return at;
}

size_t frames_answer(const uint8_t *request, size_t length, uint8_t answer[FRAME_LIMIT]) {
  static const char refusal[] = "this is no request of an emulated board";
  struct body body = { request + FRAME_HEAD, length, true };
  enum answer kind = REFUSED;
  uint8_t *end = act((enum request)request[2], &body, &kind, answer + FRAME_HEAD);
  if (!body.whole || body.left != 0) {
    kind = REFUSED;
    memcpy(answer + FRAME_HEAD, refusal, sizeof refusal - 1);
    end = answer + FRAME_HEAD + sizeof refusal - 1;
  }
  const size_t whole = (size_t)(end - answer);
  put(answer, whole - 2, 2);
  answer[2] = (uint8_t)kind;
  memcpy(answer + 3, request + 3, 4);
  return whole;
}
