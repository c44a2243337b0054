/*
 * The hardware of the simulated board: what stands between the analog world, which the twin writes into `inputs` as
 * doubles, and the codes that the firmware sees. Converters have gain and offset errors and noise; the stored
 * calibration corrects them as a real one does, up to the uncertainty of the meter it was made with (220 ppm). The only
 * file with floating point. Each instance of the module is one powered-up board: its memory is the board's RAM.
 */
#include <stdbool.h>

#include "board.h"
#include "corrections.h"
#include "hal.h"
#include "protocol.h"
#include "registers.h"

#define EEPROM_BYTE_MS 4
#define CALIBRATION_DAY 20089 /* 2025-01-01 */

#define EXPORT(name) __attribute__((export_name(#name)))

/* Of inputs.lines, what is broken: the converter repeats its last codes; the DAC keeps its code; the comparator rests. */
#define LINE_CONVERTER_HELD 0x100u
#define LINE_DAC_HELD 0x200u
#define LINE_COMPARATOR_DEAD 0x400u

static struct {
  double current_A, return_current_A, voltage_V, cell_temperature_C, board_temperature_C, supply_V;
  uint32_t lines; /* of hal.h, and what is broken */
} inputs;

static struct {
  double current_A; /* what the analog stage is told to deliver */
  uint32_t lines;   /* of hal.h */
  uint32_t time_ms;
} outputs;

/* Error of a converter and its stored correction, in the words of hal.h. */
struct error {
  double gain, offset; /* of reading; in counts */
  int32_t gain_ppb;
  double offset_left; /* counts that the calibration leaves */
};

static struct error current_error[RANGE_COUNT], return_error[RANGE_COUNT], dac_error[RANGE_COUNT], voltage_error;
static double sensor_offset_C, lsb_A, counts_per_A;
static uint8_t selected;
static int16_t dac_code;
static double threshold_counts;
static uint8_t eeprom[HAL_EEPROM_SIZE];
static uint32_t eeprom_done_ms; /* when the byte under way is written */
static uint32_t serial_number, boots, seed_word;
static uint8_t cause;
static struct hal_sample last_sample;
static uint64_t noise_state;
static uint8_t bus[FRAME_MAX + 8];

/* xorshift64* (Marsaglia, Vigna): the upper bits are good enough for noise and cost three shifts. */
static uint64_t next_bits(void) {
  noise_state ^= noise_state >> 12;
  noise_state ^= noise_state << 25;
  noise_state ^= noise_state >> 27;
  return noise_state * UINT64_C(2685821657736338717);
}

static void seed_noise(uint32_t high, uint32_t low) {
  noise_state = ((uint64_t)high << 32 | low) ^ UINT64_C(0x9e3779b97f4a7c15);
  if (noise_state == 0) noise_state = 1;
  for (int i = 0; i < 8; i++) next_bits();
}

/* Two near-normal numbers of standard deviation 1 from one draw: each the sum of four bytes, mean 510, sd 147.8. */
struct pair {
  double a, b;
};

static struct pair noise(void) {
  const uint64_t bits = next_bits();
  const uint64_t twos = (bits & UINT64_C(0x00ff00ff00ff00ff)) + (bits >> 8 & UINT64_C(0x00ff00ff00ff00ff));
  const uint64_t fours = (twos & UINT64_C(0x0000ffff0000ffff)) + (twos >> 16 & UINT64_C(0x0000ffff0000ffff));
  const double scale = 1.0 / 147.80;
  return (struct pair){ ((double)(uint32_t)fours - 510.0) * scale, ((double)(uint32_t)(fours >> 32) - 510.0) * scale };
}

/* A part's property: normal, and within twice its deviation, as a part that passed its test. */
static double drawn(double deviation) {
  double sum = 0;
  for (int i = 0; i < 6; i++) {
    const struct pair pair = noise();
    sum += pair.a + pair.b;
  }
  const double value = sum / 3.4641016151377544; /* twelve of them: divide by sqrt(12) */
  return deviation * (value > 2 ? 2 : value < -2 ? -2 : value);
}

/* Error of a part, corrected up to `left` of reading and `left_counts`. */
__attribute__((noinline)) static struct error part(double gain, double offset, double left, double left_counts) {
  struct error error;
  error.gain = drawn(gain);
  error.offset = drawn(offset);
  error.gain_ppb = (int32_t)__builtin_rint((1 / (1 + error.gain) - 1 + drawn(left)) * 1e9);
  error.offset_left = drawn(left_counts);
  return error;
}

static void build_board(void) {
  for (int range = 0; range < RANGE_COUNT; range++) {
    current_error[range] = part(1e-3, 2, 110e-6, 0.1);
    return_error[range] = part(1e-3, 2, 110e-6, 0.1);
    dac_error[range] = part(1e-3, 2, 110e-6, 0.1);
  }
  voltage_error = part(5e-4, 2, 50e-6, 0.2);
  sensor_offset_C = drawn(0.02);
}

/* A value that is no number, or beyond the converter, reads as the rail: the firmware trips on it. */
static int16_t code_of(double counts) {
  if (!(counts < 32767.0)) return INT16_MAX;
  if (counts < -32768.0) return INT16_MIN;
  return (int16_t)__builtin_rint(counts);
}

static double seen(double counts, const struct error *error) {
  return counts * (1 + error->gain) + error->offset;
}

static double lsb_of(uint8_t range) {
  double lsb_nA = (double)RANGE_0_FULL_SCALE_NA / 32768.0;
  for (uint8_t i = 0; i < range; i++) lsb_nA *= 10;
  return lsb_nA * 1e-9;
}

static void drive_stage(void) {
  const struct error *error = &dac_error[selected];
  const bool enabled = (outputs.lines & HAL_STAGE_ENABLE) != 0;
  outputs.current_A = enabled ? (dac_code * (1 + error->gain) + error->offset) * lsb_A : 0;
}

void hal_boot(struct hal_boot *boot) {
  boot->serial = serial_number;
  boot->boot_count = boots;
  boot->entropy = seed_word ^ boots * 2654435761u;
  boot->reset_cause = cause;
  boot->address = DEVICE_ADDRESS;
}

void hal_sample(struct hal_sample *sample) {
  if ((inputs.lines & LINE_CONVERTER_HELD) == 0) {
    const struct pair currents = noise(), voltage = noise();
    last_sample.current = code_of(seen(inputs.current_A * counts_per_A, &current_error[selected]) + currents.a);
    last_sample.return_current = code_of(seen(inputs.return_current_A * counts_per_A, &return_error[selected]) + currents.b);
    last_sample.voltage = code_of(seen(inputs.voltage_V * 1000, &voltage_error) + voltage.a * 0.5);
    last_sample.dac = code_of(dac_code + voltage.b * 0.5);
  }
  last_sample.lines = (uint8_t)(inputs.lines & (HAL_INTERLOCK_CLOSED | HAL_DOOR_CLOSED | HAL_CONTACT_CLOSED));
  /* On the shunt itself, and true for what is no number. */
  const bool acts = !(__builtin_fabs(inputs.current_A * counts_per_A) < threshold_counts);
  if (acts && (inputs.lines & LINE_COMPARATOR_DEAD) == 0) last_sample.lines |= HAL_OVER_CURRENT;
  *sample = last_sample;
}

/* Temperature in counts of 1/128 degC; what no sensor gives reads as a broken one. */
static int16_t temperature_code(double temperature_C) {
  if (!(temperature_C > -200 && temperature_C < 250)) return INT16_MIN;
  return code_of(temperature_C * 128);
}

void hal_slow(struct hal_slow *slow) {
  const struct pair temperatures = noise(), supply = noise();
  slow->cell_temperature = temperature_code(inputs.cell_temperature_C + sensor_offset_C + temperatures.a * 0.01);
  slow->board_temperature = temperature_code(inputs.board_temperature_C + temperatures.b * 0.03);
  const double supply_mV = __builtin_rint(inputs.supply_V * 1000 + supply.a * 10);
  slow->supply_mV = !(supply_mV > 0) ? 0 : supply_mV > 65535 ? 65535 : (uint16_t)supply_mV;
}

void hal_range(uint8_t range) {
  selected = range;
  lsb_A = lsb_of(range);
  counts_per_A = 1 / lsb_A;
  drive_stage();
}

void hal_dac(int16_t code) {
  if ((inputs.lines & LINE_DAC_HELD) == 0) dac_code = code;
  drive_stage();
}

void hal_lines(uint8_t lines) {
  if (lines == outputs.lines) return;
  outputs.lines = lines;
  drive_stage();
}

void hal_threshold(uint16_t counts) {
  threshold_counts = counts;
}

void hal_watchdog(void) {
  /* A tick of the simulated board always ends. */
}

void hal_eeprom_read(uint8_t address, uint8_t *bytes, uint8_t length) {
  for (uint8_t i = 0; i < length; i++) bytes[i] = eeprom[address + i];
}

void hal_eeprom_write(uint8_t address, uint8_t byte) {
  eeprom[address] = byte;
  eeprom_done_ms = board_time_ms() + EEPROM_BYTE_MS;
}

bool hal_eeprom_ready(void) {
  return board_time_ms() >= eeprom_done_ms;
}

static void store_correction(uint8_t record, double offset_unit, const struct error *error) {
  const struct correction correction = {
    .gain_ppb = error->gain_ppb,
    .offset = (int32_t)__builtin_rint((error->offset_left - error->offset) * offset_unit),
    .day = CALIBRATION_DAY,
  };
  corrections_compose(record, &correction, eeprom + record * RECORD_BYTES);
}

/* Leaves the works: calibrated, or with a blank memory. */
EXPORT(make) void make(uint32_t seed, uint32_t serial, uint32_t calibrated) {
  for (uint32_t i = 0; i < sizeof eeprom; i++) eeprom[i] = 0xff;
  seed_noise(seed, serial);
  build_board();
  if (calibrated == 0) return;
  for (uint8_t range = 0; range < RANGE_COUNT; range++) {
    const double lsb_nA = lsb_of(range) * 1e9;
    const uint8_t record = (uint8_t)(range * CONVERTERS);
    store_correction(record + CONVERTER_CURRENT, lsb_nA, &current_error[range]);
    store_correction(record + CONVERTER_RETURN, lsb_nA, &return_error[range]);
    store_correction(record + CONVERTER_DAC, lsb_nA, &dac_error[range]);
  }
  store_correction(VOLTAGE_RECORD, 1000, &voltage_error);
}

/* Powers the board up. The seed makes the parts; seed and boot together make the noise and the nonce. */
EXPORT(boot) void boot(uint32_t seed, uint32_t serial, uint32_t boot_count, uint32_t reset_cause) {
  serial_number = serial;
  boots = boot_count;
  cause = (uint8_t)reset_cause;
  seed_noise(seed, serial);
  build_board();
  seed_noise(seed, boot_count * 2246822519u ^ serial);
  seed_word = (uint32_t)(next_bits() >> 32);
  board_boot();
  registers_boot();
}

/* Up to `ticks` milliseconds; stops after one in which a line changed or the DAC has moved by more than 2 counts. */
EXPORT(run) uint32_t run(uint32_t ticks) {
  const uint32_t lines = outputs.lines;
  const int32_t before = dac_code;
  uint32_t ran = 0;
  while (ran < ticks) {
    board_tick();
    ran++;
    const int32_t moved = dac_code - before;
    if (outputs.lines != lines || moved > 2 || moved < -2) break;
  }
  outputs.time_ms = board_time_ms();
  return ran;
}

EXPORT(i2c_write) uint32_t i2c_write(uint32_t length) {
  return length <= sizeof bus && registers_write(bus, (uint8_t)length);
}

/* Latched as it is read: the same bytes as a latch at the end of the last tick, for nothing runs in between. */
EXPORT(i2c_read) void i2c_read(uint32_t command, uint32_t length) {
  if (command == COMMAND_TELEMETRY) registers_latch();
  registers_read((uint8_t)command, bus, (uint8_t)length);
}

EXPORT(bus_bytes) uint8_t *bus_bytes(void) {
  return bus;
}

EXPORT(bus_size) uint32_t bus_size(void) {
  return sizeof bus;
}

EXPORT(eeprom_bytes) uint8_t *eeprom_bytes(void) {
  return eeprom;
}

EXPORT(eeprom_size) uint32_t eeprom_size(void) {
  return sizeof eeprom;
}

EXPORT(analog_inputs) void *analog_inputs(void) {
  return &inputs;
}

EXPORT(analog_outputs) void *analog_outputs(void) {
  return &outputs;
}
