/* Generated from protocol.yaml by generate.ts. Do not edit: change the table and run `npm run generate`. */
#ifndef GALVANODE_PROTOCOL_H
#define GALVANODE_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#define PROTOCOL_HASH ((uint32_t)2504071415u)
#define DEVICE_ID ((uint16_t)18259u)
#define DEVICE_ADDRESS ((uint8_t)44u)
#define HARDWARE_VERSION ((uint8_t)1u)
#define FIRMWARE_MAJOR ((uint8_t)1u)
#define FIRMWARE_MINOR ((uint8_t)0u)
#define FIRMWARE_PATCH ((uint8_t)0u)
#define FRAME_MAX 32

#define RANGE_COUNT 4
#define RANGE_0_FULL_SCALE_NA ((int32_t)256000)

#define STATUS_ARMED ((uint16_t)1u) /* Envelope in force and dead-man running */
#define STATUS_OUTPUT_ON ((uint16_t)2u) /* Power stage enabled and connected to the cell */
#define STATUS_RELAY_CLOSED ((uint16_t)4u) /* Contact of the output relay as read back */
#define STATUS_REGULATING ((uint16_t)8u) /* Measured current within 0.1 % of the set point */
#define STATUS_COMPLIANCE ((uint16_t)16u) /* Cell voltage above 95 % of what the stage can give */
#define STATUS_SLEWING ((uint16_t)32u) /* Output still on its way to the set point */
#define STATUS_ENVELOPE_LOADED ((uint16_t)64u) /* An envelope waits for arming or is in force */
#define STATUS_INTERLOCK_OK ((uint16_t)128u) /* Emergency-stop chain closed */
#define STATUS_DOOR_CLOSED ((uint16_t)256u) /* Door switch closed */
#define STATUS_SAFE_ENABLED ((uint16_t)512u) /* SAFE_EN driven; cooler and pump may run */
#define STATUS_OPEN_MASTER_RELAY ((uint16_t)1024u) /* The board asks for the master relay to open */
#define STATUS_FAULT ((uint16_t)2048u) /* At least one fault is latched */

#define DRIVE_FLAGS_OUTPUT_ENABLE ((uint8_t)1u) /* Relay closed and stage enabled; without it the set point must be zero */

#define FAULT_INTERLOCK ((uint32_t)1u) /* Emergency-stop chain open */
#define FAULT_DOOR ((uint32_t)2u) /* Door open while armed */
#define FAULT_SUPPLY ((uint32_t)4u) /* 24 V supply below 21.6 V */
#define FAULT_OVER_RANGE ((uint32_t)8u) /* Current converter at its rail */
#define FAULT_OVER_CURRENT ((uint32_t)16u) /* Current above 105 % of the envelope */
#define FAULT_OVER_VOLTAGE ((uint32_t)32u) /* Cell voltage above the envelope */
#define FAULT_CHARGE_LIMIT ((uint32_t)64u) /* Absolute charge reached the envelope */
#define FAULT_DURATION_LIMIT ((uint32_t)128u) /* Output on for longer than the envelope */
#define FAULT_CELL_TEMPERATURE ((uint32_t)256u) /* Cell temperature T1 outside the envelope, or its sensor open or shorted */
#define FAULT_POLARITY ((uint32_t)512u) /* Current flows against its set point */
#define FAULT_SHORT_CELL ((uint32_t)1024u) /* Less than 0.2 V across the cell at more than 5 mA */
#define FAULT_OPEN_CELL ((uint32_t)2048u) /* Voltage at its limit and less than half of the current set */
#define FAULT_NOT_FOLLOWING ((uint32_t)4096u) /* Current off its set point by more than 5 % for 200 ms without reaching the voltage limit */
#define FAULT_LEAK ((uint32_t)8192u) /* Current in the two leads of the cell differs */
#define FAULT_CONVERTER_STUCK ((uint32_t)16384u) /* Current converter repeats one code */
#define FAULT_RELAY ((uint32_t)32768u) /* Output relay contact does not follow its command */
#define FAULT_STUCK_OUTPUT ((uint32_t)65536u) /* More than 0.2 mA although the output is commanded to zero */
#define FAULT_DEADMAN ((uint32_t)131072u) /* The host fell silent or gave no valid heartbeat in time */

enum result {
  RESULT_NONE = 0, /* no write since boot */
  RESULT_ACCEPTED = 1, /* done */
  RESULT_BAD_KEY = 2, /* wrong key */
  RESULT_BAD_VALUE = 3, /* a value outside its range */
  RESULT_NOT_ARMED = 4, /* the board is not armed */
  RESULT_ALREADY_ARMED = 5, /* the board is armed already */
  RESULT_FAULT_LATCHED = 6, /* a fault is latched */
  RESULT_STALE_HEARTBEAT = 7, /* the heartbeat does not answer an open challenge of this session */
  RESULT_OUTSIDE_ENVELOPE = 8, /* set point outside the armed envelope */
  RESULT_OUTSIDE_RANGE = 9, /* set point or envelope outside the current range */
  RESULT_OUTPUT_ON = 10, /* not while the output is on */
  RESULT_LOOSER_ENVELOPE = 11, /* an armed envelope can only be tightened */
  RESULT_BAD_ENVELOPE = 12, /* envelope fails its own checksum or contradicts itself */
  RESULT_ENVELOPE_NOT_READ = 13, /* no envelope loaded and read back since the last run */
  RESULT_NOT_READY = 14, /* interlock, door, supply, cell temperature or relay not in order */
  RESULT_CAUSE_PRESENT = 15, /* the cause of a fault has not gone */
};

#define ARM_KEY ((uint16_t)42330u) /* Key of an arm frame */
#define OFF_KEY ((uint16_t)4080u) /* Key of an off frame */
#define DISARM_KEY ((uint16_t)53594u) /* Key of a disarm frame */
#define CLEAR_KEY ((uint16_t)49642u) /* Key of a clear frame */
#define NO_FAULT ((uint8_t)255u) /* First-out when nothing is latched */
#define HEARTBEAT_MIX1 ((uint32_t)2654435761u) /* Odd multiplier of the challenge */
#define HEARTBEAT_MIX2 ((uint32_t)2246822507u) /* First odd multiplier of the mix */
#define HEARTBEAT_MIX3 ((uint32_t)3266489909u) /* Second odd multiplier of the mix */
#define DEADMAN_MIN_MS ((uint16_t)50u) /* Shortest dead-man time-out */
#define DEADMAN_DEFAULT_MS ((uint16_t)150u) /* Dead-man time-out after boot */
#define DEADMAN_MAX_MS ((uint16_t)250u) /* Longest dead-man time-out */
#define SLEW_DEFAULT_UA_S ((uint32_t)50000u) /* Slew of set points after boot */
#define SLEW_MAX_UA_S ((uint32_t)10000000u) /* Fastest slew */
#define BLOCK_TIME_MS ((uint8_t)16u) /* Mean that telemetry shows and slow checks look at */
#define RELAY_SETTLE_MS ((uint8_t)20u) /* Contact closed before the stage is enabled */
#define RELAY_TIME_MS ((uint8_t)100u) /* Longest disagreement of relay and contact */
#define CURRENT_MARGIN_PERCENT ((uint8_t)5u) /* Over-current trip above the envelope */
#define OVER_VOLTAGE_TIME_MS ((uint8_t)5u) /* Time above the voltage limit before a trip */
#define INTERLOCK_TIME_MS ((uint8_t)5u) /* Contact bounce of the chain that is forgiven */
#define DOOR_TIME_MS ((uint8_t)20u) /* Contact bounce of the door that is forgiven */
#define SUPPLY_MIN_MV ((uint16_t)21600u) /* Lowest supply */
#define ZERO_CURRENT_UA ((uint16_t)200u) /* Largest current that counts as off */
#define ZERO_TIME_MS ((uint8_t)200u) /* Time to reach it after the command */
#define LEAK_FLOOR_UA ((uint16_t)200u) /* Difference of the leads allowed at rest */
#define LEAK_SHARE_PERCENT ((uint8_t)1u) /* Difference of the leads allowed in proportion */
#define LEAK_TIME_MS ((uint8_t)48u) /* Time of a leak before a trip */
#define CONVERTER_STUCK_TIME_MS ((uint8_t)200u) /* Time of one and the same code before a trip */
#define COMPLIANCE_VOLTAGE_MV ((uint16_t)25500u) /* Stage voltage before the shunt drop */
#define COMPLIANCE_SHARE_PERCENT ((uint8_t)95u) /* Share of it that sets the compliance bit */
#define OPEN_CELL_TIME_MS ((uint8_t)96u) /* Time of an open cell before a trip */
#define SHORT_CELL_VOLTAGE_MV ((uint16_t)200u) /* Voltage below which a cell counts as shorted */
#define SHORT_CELL_CURRENT_UA ((uint16_t)5000u) /* Current above which that is looked at */
#define SHORT_CELL_TIME_MS ((uint8_t)96u) /* Time of a short before a trip */
#define FOLLOW_SHARE_PERCENT ((uint8_t)5u) /* Deviation from the set point that is allowed */
#define FOLLOW_TIME_MS ((uint8_t)192u) /* Time of a larger deviation before a trip */
#define POLARITY_TIME_MS ((uint8_t)32u) /* Time of a reversed current before a trip */

static inline void put_8(uint8_t *p, uint8_t v) { *p = v; }
static inline void put_16(uint8_t *p, uint16_t v) { p[0] = (uint8_t)(v >> 8); p[1] = (uint8_t)v; }
static inline void put_32(uint8_t *p, uint32_t v) { put_16(p, (uint16_t)(v >> 16)); put_16(p + 2, (uint16_t)v); }
static inline void put_64(uint8_t *p, uint64_t v) { put_32(p, (uint32_t)(v >> 32)); put_32(p + 4, (uint32_t)v); }
static inline uint8_t get_8(const uint8_t *p) { return *p; }
static inline uint16_t get_16(const uint8_t *p) { return (uint16_t)((uint16_t)p[0] << 8 | p[1]); }
static inline uint32_t get_32(const uint8_t *p) { return (uint32_t)get_16(p) << 16 | get_16(p + 2); }
static inline uint64_t get_64(const uint8_t *p) { return (uint64_t)get_32(p) << 32 | get_32(p + 4); }

/* Who the board is. Read before anything else. */
#define COMMAND_IDENTITY 0x00
#define PAYLOAD_IDENTITY 23
struct identity {
  uint16_t device_id; /* Always 0x4753, GS */
  uint8_t hardware; /* Hardware version */
  uint8_t firmware_major; /* Firmware version */
  uint8_t firmware_minor; /* Firmware version */
  uint8_t firmware_patch; /* Firmware version */
  uint32_t protocol_hash; /* Hash of this table */
  uint32_t serial; /* Serial number */
  uint32_t boot_count; /* Boots since manufacture */
  uint32_t boot_nonce; /* New at every boot */
  uint8_t reset_cause; /* 0 power, 1 watchdog, 2 brown-out, 3 external */
};
static inline void pack_identity(uint8_t *payload, const struct identity *frame) {
  put_16(payload + 0, (uint16_t)frame->device_id);
  put_8(payload + 2, (uint8_t)frame->hardware);
  put_8(payload + 3, (uint8_t)frame->firmware_major);
  put_8(payload + 4, (uint8_t)frame->firmware_minor);
  put_8(payload + 5, (uint8_t)frame->firmware_patch);
  put_32(payload + 6, (uint32_t)frame->protocol_hash);
  put_32(payload + 10, (uint32_t)frame->serial);
  put_32(payload + 14, (uint32_t)frame->boot_count);
  put_32(payload + 18, (uint32_t)frame->boot_nonce);
  put_8(payload + 22, (uint8_t)frame->reset_cause);
}

/* State and measurement. Reading it latches the charge frame and poses the challenge of the next heartbeat. */
#define COMMAND_TELEMETRY 0x01
#define PAYLOAD_TELEMETRY 29
struct telemetry {
  uint16_t status; /* State */
  uint32_t faults; /* Latched faults */
  uint8_t first_out; /* Bit of the fault that came first; 255 when none */
  uint32_t board_time_ms; /* Time since boot */
  uint32_t sample_counter; /* Conversions since boot; the challenge */
  int32_t current_nA; /* Cell current, mean of a block */
  int32_t voltage_uV; /* CE minus WE, mean of a block */
  int32_t setpoint_nA; /* Committed set point */
  int16_t cell_temperature_raw; /* Cell temperature T1, counts of 0.0078125 degC */
};
static inline void pack_telemetry(uint8_t *payload, const struct telemetry *frame) {
  put_16(payload + 0, (uint16_t)frame->status);
  put_32(payload + 2, (uint32_t)frame->faults);
  put_8(payload + 6, (uint8_t)frame->first_out);
  put_32(payload + 7, (uint32_t)frame->board_time_ms);
  put_32(payload + 11, (uint32_t)frame->sample_counter);
  put_32(payload + 15, (uint32_t)frame->current_nA);
  put_32(payload + 19, (uint32_t)frame->voltage_uV);
  put_32(payload + 23, (uint32_t)frame->setpoint_nA);
  put_16(payload + 27, (uint16_t)frame->cell_temperature_raw);
}

/* Charge and slow channels of the instant at which telemetry was last read. */
#define COMMAND_CHARGE 0x02
#define PAYLOAD_CHARGE 29
struct charge {
  uint16_t sample_tag; /* Low half of that sampleCounter */
  int64_t net_charge_nC; /* Charge since the envelope was loaded */
  int64_t absolute_charge_nC; /* The same, of either sign counted up */
  int32_t return_current_nA; /* Current in the return lead, mean of a block */
  int16_t board_temperature_raw; /* Shunt and reference, counts of 0.0078125 degC */
  uint16_t supply_mV; /* Supply rail */
  uint8_t range; /* Range code */
  uint16_t frame_errors; /* Writes dropped for length or CRC, saturating */
};
static inline void pack_charge(uint8_t *payload, const struct charge *frame) {
  put_16(payload + 0, (uint16_t)frame->sample_tag);
  put_64(payload + 2, (uint64_t)frame->net_charge_nC);
  put_64(payload + 10, (uint64_t)frame->absolute_charge_nC);
  put_32(payload + 18, (uint32_t)frame->return_current_nA);
  put_16(payload + 22, (uint16_t)frame->board_temperature_raw);
  put_16(payload + 24, (uint16_t)frame->supply_mV);
  put_8(payload + 26, (uint8_t)frame->range);
  put_16(payload + 27, (uint16_t)frame->frame_errors);
}

/* What became of the last complete write. */
#define COMMAND_OUTCOME 0x03
#define PAYLOAD_OUTCOME 3
struct outcome {
  uint8_t last_sequence; /* Its sequence */
  uint8_t last_command; /* Its command */
  uint8_t result; /* Its result code */
};
static inline void pack_outcome(uint8_t *payload, const struct outcome *frame) {
  put_8(payload + 0, (uint8_t)frame->last_sequence);
  put_8(payload + 1, (uint8_t)frame->last_command);
  put_8(payload + 2, (uint8_t)frame->result);
}

/* Settings in force and the nonce that heartbeats and arming are made from. */
#define COMMAND_SESSION 0x04
#define PAYLOAD_SESSION 21
struct session {
  uint32_t nonce; /* New at boot, at every arm and at every trip */
  uint16_t status; /* State */
  uint16_t run_tag; /* Run of the envelope; 0 when none is loaded */
  uint16_t envelope_crc; /* Checksum of the envelope */
  uint8_t range; /* Range code */
  uint16_t deadman_ms; /* Dead-man time-out */
  uint32_t slew_uA_s; /* Slew of set points */
  uint32_t output_time_ms; /* Time with the output on since the envelope was loaded */
};
static inline void pack_session(uint8_t *payload, const struct session *frame) {
  put_32(payload + 0, (uint32_t)frame->nonce);
  put_16(payload + 4, (uint16_t)frame->status);
  put_16(payload + 6, (uint16_t)frame->run_tag);
  put_16(payload + 8, (uint16_t)frame->envelope_crc);
  put_8(payload + 10, (uint8_t)frame->range);
  put_16(payload + 11, (uint16_t)frame->deadman_ms);
  put_32(payload + 13, (uint32_t)frame->slew_uA_s);
  put_32(payload + 17, (uint32_t)frame->output_time_ms);
}

/* The envelope as stored. Must be read before arming. */
#define COMMAND_ENVELOPE 0x05
#define PAYLOAD_ENVELOPE 28
struct envelope {
  uint16_t run_tag; /* Run */
  uint32_t current_nA; /* Largest current, either sign */
  uint32_t voltage_uV; /* Largest cell voltage, either sign */
  int64_t charge_nC; /* Largest absolute charge */
  uint32_t duration_ms; /* Longest time with the output on */
  int16_t temperature_min_raw; /* Lowest T1, counts of 0.0078125 degC */
  int16_t temperature_max_raw; /* Highest T1, counts of 0.0078125 degC */
  uint16_t envelope_crc; /* CRC-16 of the 26 bytes before it */
};
static inline void pack_envelope(uint8_t *payload, const struct envelope *frame) {
  put_16(payload + 0, (uint16_t)frame->run_tag);
  put_32(payload + 2, (uint32_t)frame->current_nA);
  put_32(payload + 6, (uint32_t)frame->voltage_uV);
  put_64(payload + 10, (uint64_t)frame->charge_nC);
  put_32(payload + 18, (uint32_t)frame->duration_ms);
  put_16(payload + 22, (uint16_t)frame->temperature_min_raw);
  put_16(payload + 24, (uint16_t)frame->temperature_max_raw);
  put_16(payload + 26, (uint16_t)frame->envelope_crc);
}

/* Stores an envelope. Not armed, it zeroes the charge counters; armed, it may only tighten. */
#define COMMAND_LOAD 0x10
#define PAYLOAD_LOAD 28
struct load {
  uint16_t run_tag; /* Run */
  uint32_t current_nA; /* Largest current, either sign */
  uint32_t voltage_uV; /* Largest cell voltage, either sign */
  int64_t charge_nC; /* Largest absolute charge */
  uint32_t duration_ms; /* Longest time with the output on */
  int16_t temperature_min_raw; /* Lowest T1, counts of 0.0078125 degC */
  int16_t temperature_max_raw; /* Highest T1, counts of 0.0078125 degC */
  uint16_t envelope_crc; /* CRC-16 of the 26 bytes before it */
};
static inline void unpack_load(struct load *frame, const uint8_t *payload) {
  frame->run_tag = (uint16_t)get_16(payload + 0);
  frame->current_nA = (uint32_t)get_32(payload + 2);
  frame->voltage_uV = (uint32_t)get_32(payload + 6);
  frame->charge_nC = (int64_t)get_64(payload + 10);
  frame->duration_ms = (uint32_t)get_32(payload + 18);
  frame->temperature_min_raw = (int16_t)get_16(payload + 22);
  frame->temperature_max_raw = (int16_t)get_16(payload + 24);
  frame->envelope_crc = (uint16_t)get_16(payload + 26);
}
static inline bool valid_load(const struct load *frame) {
  return frame->run_tag >= ((uint16_t)1u) &&
         frame->current_nA >= ((uint32_t)1u) &&
         frame->current_nA <= ((uint32_t)256000000u) &&
         frame->voltage_uV >= ((uint32_t)1u) &&
         frame->voltage_uV <= ((uint32_t)30000000u) &&
         frame->charge_nC >= INT64_C(1) &&
         frame->duration_ms >= ((uint32_t)1u) &&
         frame->temperature_min_raw >= ((int16_t)-7680) &&
         frame->temperature_min_raw <= ((int16_t)19200) &&
         frame->temperature_max_raw >= ((int16_t)-7680) &&
         frame->temperature_max_raw <= ((int16_t)19200);
}

/* Range and times; only while the output is off. */
#define COMMAND_CONFIGURE 0x11
#define PAYLOAD_CONFIGURE 7
struct configure {
  uint8_t range; /* Range code */
  uint16_t deadman_ms; /* Dead-man time-out */
  uint32_t slew_uA_s; /* Slew of set points */
};
static inline void unpack_configure(struct configure *frame, const uint8_t *payload) {
  frame->range = (uint8_t)get_8(payload + 0);
  frame->deadman_ms = (uint16_t)get_16(payload + 1);
  frame->slew_uA_s = (uint32_t)get_32(payload + 3);
}
static inline bool valid_configure(const struct configure *frame) {
  return frame->range <= ((uint8_t)3u) &&
         frame->deadman_ms >= ((uint16_t)50u) &&
         frame->deadman_ms <= ((uint16_t)250u) &&
         frame->slew_uA_s >= ((uint32_t)1u) &&
         frame->slew_uA_s <= ((uint32_t)10000000u);
}

/* Puts the envelope in force: dead-man runs, SAFE_EN on, output still off. */
#define COMMAND_ARM 0x12
#define PAYLOAD_ARM 10
struct arm {
  uint16_t key; /* armKey */
  uint16_t run_tag; /* Run of the envelope meant */
  uint16_t envelope_crc; /* Checksum of the envelope meant */
  uint32_t nonce; /* Nonce of the session frame; a replayed arm has the old one */
};
static inline void unpack_arm(struct arm *frame, const uint8_t *payload) {
  frame->key = (uint16_t)get_16(payload + 0);
  frame->run_tag = (uint16_t)get_16(payload + 2);
  frame->envelope_crc = (uint16_t)get_16(payload + 4);
  frame->nonce = (uint32_t)get_32(payload + 6);
}
static inline bool valid_arm(const struct arm *frame) {
  return frame->run_tag >= ((uint16_t)1u);
}

/* Heartbeat and set point of one control cycle; taken together or not at all. */
#define COMMAND_DRIVE 0x13
#define PAYLOAD_DRIVE 9
struct drive {
  uint32_t heartbeat; /* Answer to the last challenge */
  int32_t setpoint_nA; /* Set point */
  uint8_t flags; /* Output enable */
};
static inline void unpack_drive(struct drive *frame, const uint8_t *payload) {
  frame->heartbeat = (uint32_t)get_32(payload + 0);
  frame->setpoint_nA = (int32_t)get_32(payload + 4);
  frame->flags = (uint8_t)get_8(payload + 8);
}
static inline bool valid_drive(const struct drive *frame) {
  return frame->setpoint_nA >= ((int32_t)-256000000) &&
         frame->setpoint_nA <= ((int32_t)256000000);
}

/* Output off at once, relay open, still armed. Legal in every state. */
#define COMMAND_OFF 0x14
#define PAYLOAD_OFF 2
struct off {
  uint16_t key; /* offKey */
};
static inline void unpack_off(struct off *frame, const uint8_t *payload) {
  frame->key = (uint16_t)get_16(payload + 0);
}

/* Output and SAFE_EN off. Legal in every state. */
#define COMMAND_DISARM 0x15
#define PAYLOAD_DISARM 2
struct disarm {
  uint16_t key; /* disarmKey */
};
static inline void unpack_disarm(struct disarm *frame, const uint8_t *payload) {
  frame->key = (uint16_t)get_16(payload + 0);
}

/* Clears the latched faults whose bit is one and whose cause has gone. Never arms. */
#define COMMAND_CLEAR 0x16
#define PAYLOAD_CLEAR 6
struct clear {
  uint16_t key; /* clearKey */
  uint32_t faults; /* Faults to clear */
};
static inline void unpack_clear(struct clear *frame, const uint8_t *payload) {
  frame->key = (uint16_t)get_16(payload + 0);
  frame->faults = (uint32_t)get_32(payload + 2);
}

/* Payload of a write command, 0 when there is none. */
static inline uint8_t write_payload(uint8_t command) {
  switch (command) {
    case COMMAND_LOAD: return PAYLOAD_LOAD;
    case COMMAND_CONFIGURE: return PAYLOAD_CONFIGURE;
    case COMMAND_ARM: return PAYLOAD_ARM;
    case COMMAND_DRIVE: return PAYLOAD_DRIVE;
    case COMMAND_OFF: return PAYLOAD_OFF;
    case COMMAND_DISARM: return PAYLOAD_DISARM;
    case COMMAND_CLEAR: return PAYLOAD_CLEAR;
    default: return 0;
  }
}

/* Payload of a read command, 0 when there is none. */
static inline uint8_t read_payload(uint8_t command) {
  switch (command) {
    case COMMAND_IDENTITY: return PAYLOAD_IDENTITY;
    case COMMAND_TELEMETRY: return PAYLOAD_TELEMETRY;
    case COMMAND_CHARGE: return PAYLOAD_CHARGE;
    case COMMAND_OUTCOME: return PAYLOAD_OUTCOME;
    case COMMAND_SESSION: return PAYLOAD_SESSION;
    case COMMAND_ENVELOPE: return PAYLOAD_ENVELOPE;
    default: return 0;
  }
}

#endif
