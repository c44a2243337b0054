/* Generated from protocol.yaml by generate.ts. Do not edit: change the table and run `npm run generate`. */
#ifndef GALVANODE_PROTOCOL_H
#define GALVANODE_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#define PROTOCOL_HASH ((uint32_t)2528249607u)
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
#define STATUS_CALIBRATION_OK ((uint16_t)4096u) /* Every stored calibration passes its checksum */
#define STATUS_WAVEFORM ((uint16_t)8192u) /* The set point is that of the waveform */
#define STATUS_ENDED ((uint16_t)16384u) /* The board has ended current or waveform by itself; see progress */
#define STATUS_SELF_TEST_OK ((uint16_t)32768u) /* The last self-test since boot has passed */

#define DRIVE_FLAGS_OUTPUT_ENABLE ((uint8_t)1u) /* Relay closed and stage enabled; without it the set point must be zero */
#define DRIVE_FLAGS_WAVEFORM ((uint8_t)2u) /* The set point is that of the waveform; the one of the frame must be zero */

#define ENDINGS_CHARGE ((uint8_t)1u) /* Net charge has reached its stop; the output is off */
#define ENDINGS_TIME ((uint8_t)2u) /* Time with the output on has reached its stop; the output is off */
#define ENDINGS_WAVEFORM ((uint8_t)4u) /* The waveform has come to its end; the set point is zero */

#define CHECKS_CONVERTER_OFFSET ((uint8_t)1u) /* Converters read zero with the output off and the relay open */
#define CHECKS_DAC ((uint8_t)2u) /* The DAC follows its code with the stage disabled */
#define CHECKS_RELAY_CLOSES ((uint8_t)4u) /* Relay contact closes in time, and no current flows through it */
#define CHECKS_RELAY_OPENS ((uint8_t)8u) /* Relay contact is open before and opens in time after */
#define CHECKS_COMPARATOR ((uint8_t)16u) /* Over-current comparator acts at a threshold of zero and rests at a high one */
#define CHECKS_EEPROM ((uint8_t)32u) /* Every stored calibration passes its checksum */
#define CHECKS_RESET_CAUSE ((uint8_t)64u) /* The last reset was neither the watchdog nor a brown-out */

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
#define FAULT_COMPARATOR ((uint32_t)262144u) /* Over-current comparator saw more than 110 % of the envelope */
#define FAULT_CALIBRATION ((uint32_t)524288u) /* A stored calibration is missing or damaged */

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
  RESULT_BUSY = 16, /* a calibration is being stored or a self-test is running */
  RESULT_ENDED = 17, /* the heartbeat counts; the board has ended the current by itself */
  RESULT_LATER_STOP = 18, /* a stop of an armed board can only come earlier */
  RESULT_BAD_WAVEFORM = 19, /* no waveform is set or a segment of it is missing */
};

#define ARM_KEY ((uint16_t)42330u) /* Key of an arm frame */
#define OFF_KEY ((uint16_t)4080u) /* Key of an off frame */
#define DISARM_KEY ((uint16_t)53594u) /* Key of a disarm frame */
#define CLEAR_KEY ((uint16_t)49642u) /* Key of a clear frame */
#define CALIBRATE_KEY ((uint16_t)51739u) /* Key of frames that calibrate */
#define STOP_KEY ((uint16_t)22283u) /* Key of a stop frame */
#define SELF_TEST_KEY ((uint16_t)24095u) /* Key of a frame that begins the self-test */
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
#define COMPARATOR_MARGIN_PERCENT ((uint8_t)10u) /* Threshold of the comparator above the envelope */
#define FLIP_SLEW_UA_S ((uint32_t)60000000u) /* Slew of a polarity flip */
#define FLIP_TIME_MS ((uint8_t)30u) /* Time of a flip during which a reversed current is no fault */
#define SEGMENT_HOLD ((uint8_t)0u) /* Set point at the slew of set points and then held */
#define SEGMENT_RAMP ((uint8_t)1u) /* Straight from the set point before over the whole duration */
#define SEGMENT_FLIP ((uint8_t)2u) /* Set point at the slew of flips and then held */
#define SEGMENTS ((uint8_t)32u) /* Segments of a waveform at most */
#define SAMPLES_KEPT ((uint8_t)64u) /* Samples that wait to be taken at most */
#define CALIBRATIONS ((uint8_t)13u) /* Stored calibrations: three a range, and the voltage */
#define TEST_OFFSET ((uint8_t)8u) /* Counts of offset that the self-test allows */
#define TEST_QUIET ((uint8_t)32u) /* Counts of current that it allows with the relay closed */
#define TEST_DAC ((uint16_t)200u) /* Counts by which the DAC may miss half of its range */
#define TEST_RELAY_TIME_MS ((uint8_t)50u) /* Time that it gives the relay to move */

static inline void put_8(uint8_t *p, uint8_t v) { *p = v; }
static inline void put_16(uint8_t *p, uint16_t v) { p[0] = (uint8_t)(v >> 8); p[1] = (uint8_t)v; }
static inline void put_24(uint8_t *p, uint32_t v) { p[0] = (uint8_t)(v >> 16); put_16(p + 1, (uint16_t)v); }
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

/* Waveform and stops. */
#define COMMAND_PROGRESS 0x06
#define PAYLOAD_PROGRESS 23
struct progress {
  uint8_t endings; /* What the board has ended by itself */
  uint8_t segment; /* Segment that runs or ran last */
  uint16_t loop; /* Loops completed */
  uint32_t segment_time_ms; /* Time in the segment */
  uint8_t waveform_length; /* Segments of the waveform; 0 when none is set */
  uint16_t waveform_crc; /* CRC-16 of its wave frame and segment frames, payloads in order */
  int64_t charge_stop_nC; /* Net charge of either sign at which the board stops; 0 never */
  uint32_t time_stop_ms; /* Time with the output on at which the board stops; 0 never */
};
static inline void pack_progress(uint8_t *payload, const struct progress *frame) {
  put_8(payload + 0, (uint8_t)frame->endings);
  put_8(payload + 1, (uint8_t)frame->segment);
  put_16(payload + 2, (uint16_t)frame->loop);
  put_32(payload + 4, (uint32_t)frame->segment_time_ms);
  put_8(payload + 8, (uint8_t)frame->waveform_length);
  put_16(payload + 9, (uint16_t)frame->waveform_crc);
  put_64(payload + 11, (uint64_t)frame->charge_stop_nC);
  put_32(payload + 19, (uint32_t)frame->time_stop_ms);
}

/* The oldest three samples that wait. Reading does not take them; see takeSamples. */
#define COMMAND_SAMPLES 0x07
#define PAYLOAD_SAMPLES 29
struct samples {
  uint16_t first; /* Number of the first, counted from the last sampling frame */
  uint8_t waiting; /* Samples that wait, these included */
  uint16_t lost; /* Samples that found no room, saturating */
  uint16_t time1_ms; /* Low half of the board time at its end */
  int32_t current1; /* Mean current in counts of the range over 128, before its correction */
  int32_t voltage1_raw; /* Mean cell voltage, before its correction, counts of 0.0078125 mV */
  uint16_t time2_ms; /* The same of the second */
  int32_t current2; /* The same of the second */
  int32_t voltage2_raw; /* The same of the second, counts of 0.0078125 mV */
  uint16_t time3_ms; /* The same of the third */
  int32_t current3; /* The same of the third */
  int32_t voltage3_raw; /* The same of the third, counts of 0.0078125 mV */
};
static inline void pack_samples(uint8_t *payload, const struct samples *frame) {
  put_16(payload + 0, (uint16_t)frame->first);
  put_8(payload + 2, (uint8_t)frame->waiting);
  put_16(payload + 3, (uint16_t)frame->lost);
  put_16(payload + 5, (uint16_t)frame->time1_ms);
  put_24(payload + 7, (uint32_t)frame->current1);
  put_24(payload + 10, (uint32_t)frame->voltage1_raw);
  put_16(payload + 13, (uint16_t)frame->time2_ms);
  put_24(payload + 15, (uint32_t)frame->current2);
  put_24(payload + 18, (uint32_t)frame->voltage2_raw);
  put_16(payload + 21, (uint16_t)frame->time3_ms);
  put_24(payload + 23, (uint32_t)frame->current3);
  put_24(payload + 26, (uint32_t)frame->voltage3_raw);
}

/* Corrections of the present range. What is read is multiplied by 1 + gain, then the offset is added. */
#define COMMAND_CALIBRATION 0x08
#define PAYLOAD_CALIBRATION 29
struct calibration {
  uint8_t range; /* Range code */
  int32_t current_gain_ppb; /* Cell current */
  int32_t current_offset_nA; /* Cell current */
  int32_t return_gain_ppb; /* Return lead */
  int32_t return_offset_nA; /* Return lead */
  int32_t dac_gain_ppb; /* Set point */
  int32_t dac_offset_nA; /* Set point; added before the gain */
  uint16_t day; /* Days from 1970-01-01 to the oldest of the three */
  uint16_t valid; /* One bit a calibration: three a range as in calibrateCurrent, then the voltage */
};
static inline void pack_calibration(uint8_t *payload, const struct calibration *frame) {
  put_8(payload + 0, (uint8_t)frame->range);
  put_32(payload + 1, (uint32_t)frame->current_gain_ppb);
  put_32(payload + 5, (uint32_t)frame->current_offset_nA);
  put_32(payload + 9, (uint32_t)frame->return_gain_ppb);
  put_32(payload + 13, (uint32_t)frame->return_offset_nA);
  put_32(payload + 17, (uint32_t)frame->dac_gain_ppb);
  put_32(payload + 21, (uint32_t)frame->dac_offset_nA);
  put_16(payload + 25, (uint16_t)frame->day);
  put_16(payload + 27, (uint16_t)frame->valid);
}

/* Correction of the cell voltage. */
#define COMMAND_VOLTAGE_CALIBRATION 0x09
#define PAYLOAD_VOLTAGE_CALIBRATION 12
struct voltage_calibration {
  int32_t gain_ppb; /* Cell voltage */
  int32_t offset_uV; /* Cell voltage */
  uint16_t day; /* Days since 1970-01-01 */
  uint16_t valid; /* As in the calibration frame */
};
static inline void pack_voltage_calibration(uint8_t *payload, const struct voltage_calibration *frame) {
  put_32(payload + 0, (uint32_t)frame->gain_ppb);
  put_32(payload + 4, (uint32_t)frame->offset_uV);
  put_16(payload + 8, (uint16_t)frame->day);
  put_16(payload + 10, (uint16_t)frame->valid);
}

/* What the self-test found. */
#define COMMAND_SELF_TEST 0x0a
#define PAYLOAD_SELF_TEST 11
struct self_test {
  uint8_t state; /* 0 not done since boot or broken off, 1 running, 2 passed, 3 failed */
  uint8_t checked; /* Checks that were made */
  uint8_t failed; /* Checks that failed */
  int16_t current_offset; /* Offset of the current converter in counts over 64 */
  int16_t return_offset; /* Offset of the return converter in counts over 64 */
  uint16_t dac_error; /* Largest deviation of the DAC in counts */
  uint8_t close_time_ms; /* Time that the relay took to close */
  uint8_t open_time_ms; /* Time that it took to open */
};
static inline void pack_self_test(uint8_t *payload, const struct self_test *frame) {
  put_8(payload + 0, (uint8_t)frame->state);
  put_8(payload + 1, (uint8_t)frame->checked);
  put_8(payload + 2, (uint8_t)frame->failed);
  put_16(payload + 3, (uint16_t)frame->current_offset);
  put_16(payload + 5, (uint16_t)frame->return_offset);
  put_16(payload + 7, (uint16_t)frame->dac_error);
  put_8(payload + 9, (uint8_t)frame->close_time_ms);
  put_8(payload + 10, (uint8_t)frame->open_time_ms);
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

/* Stores one correction; not while armed. It is in force once the calibration frame shows it as valid. */
#define COMMAND_CALIBRATE_CURRENT 0x17
#define PAYLOAD_CALIBRATE_CURRENT 14
struct calibrate_current {
  uint16_t key; /* calibrateKey */
  uint8_t range; /* Range code */
  uint8_t converter; /* 0 cell current, 1 return lead, 2 DAC */
  int32_t gain_ppb; /* Gain */
  int32_t offset_nA; /* Offset; at most 1 % of the range */
  uint16_t day; /* Days since 1970-01-01 */
};
static inline void unpack_calibrate_current(struct calibrate_current *frame, const uint8_t *payload) {
  frame->key = (uint16_t)get_16(payload + 0);
  frame->range = (uint8_t)get_8(payload + 2);
  frame->converter = (uint8_t)get_8(payload + 3);
  frame->gain_ppb = (int32_t)get_32(payload + 4);
  frame->offset_nA = (int32_t)get_32(payload + 8);
  frame->day = (uint16_t)get_16(payload + 12);
}
static inline bool valid_calibrate_current(const struct calibrate_current *frame) {
  return frame->range <= ((uint8_t)3u) &&
         frame->converter <= ((uint8_t)2u) &&
         frame->gain_ppb >= ((int32_t)-50000000) &&
         frame->gain_ppb <= ((int32_t)50000000) &&
         frame->offset_nA >= ((int32_t)-2560000) &&
         frame->offset_nA <= ((int32_t)2560000) &&
         frame->day >= ((uint16_t)1u);
}

/* Stores the correction of the cell voltage; not while armed. */
#define COMMAND_CALIBRATE_VOLTAGE 0x18
#define PAYLOAD_CALIBRATE_VOLTAGE 12
struct calibrate_voltage {
  uint16_t key; /* calibrateKey */
  int32_t gain_ppb; /* Gain */
  int32_t offset_uV; /* Offset */
  uint16_t day; /* Days since 1970-01-01 */
};
static inline void unpack_calibrate_voltage(struct calibrate_voltage *frame, const uint8_t *payload) {
  frame->key = (uint16_t)get_16(payload + 0);
  frame->gain_ppb = (int32_t)get_32(payload + 2);
  frame->offset_uV = (int32_t)get_32(payload + 6);
  frame->day = (uint16_t)get_16(payload + 10);
}
static inline bool valid_calibrate_voltage(const struct calibrate_voltage *frame) {
  return frame->gain_ppb >= ((int32_t)-50000000) &&
         frame->gain_ppb <= ((int32_t)50000000) &&
         frame->offset_uV >= ((int32_t)-300000) &&
         frame->offset_uV <= ((int32_t)300000) &&
         frame->day >= ((uint16_t)1u);
}

/* Period of the samples that are kept; drops those that wait and counts from 0 again. */
#define COMMAND_SAMPLING 0x19
#define PAYLOAD_SAMPLING 2
struct sampling {
  uint16_t period_ms; /* Each is a mean over this time; 0 keeps none */
};
static inline void unpack_sampling(struct sampling *frame, const uint8_t *payload) {
  frame->period_ms = (uint16_t)get_16(payload + 0);
}
static inline bool valid_sampling(const struct sampling *frame) {
  return frame->period_ms <= ((uint16_t)500u);
}

/* Gives the room of all samples before this one back; without effect when it does not wait. */
#define COMMAND_TAKE_SAMPLES 0x1a
#define PAYLOAD_TAKE_SAMPLES 2
struct take_samples {
  uint16_t next; /* Number of the first sample that was not yet read */
};
static inline void unpack_take_samples(struct take_samples *frame, const uint8_t *payload) {
  frame->next = (uint16_t)get_16(payload + 0);
}

/* Stores one segment; not while a waveform runs. The waveform has to be set again after it. */
#define COMMAND_SEGMENT 0x1b
#define PAYLOAD_SEGMENT 10
struct segment {
  uint8_t index; /* Place */
  uint8_t kind; /* segmentHold, segmentRamp or segmentFlip */
  int32_t target_nA; /* Set point at its end */
  uint32_t duration_ms; /* Duration */
};
static inline void unpack_segment(struct segment *frame, const uint8_t *payload) {
  frame->index = (uint8_t)get_8(payload + 0);
  frame->kind = (uint8_t)get_8(payload + 1);
  frame->target_nA = (int32_t)get_32(payload + 2);
  frame->duration_ms = (uint32_t)get_32(payload + 6);
}
static inline bool valid_segment(const struct segment *frame) {
  return frame->index <= ((uint8_t)31u) &&
         frame->kind <= ((uint8_t)2u) &&
         frame->target_nA >= ((int32_t)-256000000) &&
         frame->target_nA <= ((int32_t)256000000) &&
         frame->duration_ms >= ((uint32_t)1u) &&
         frame->duration_ms <= ((uint32_t)1073741823u);
}

/* Makes a waveform of the first segments; not while one runs. A drive frame with its flag starts it. */
#define COMMAND_WAVE 0x1c
#define PAYLOAD_WAVE 4
struct wave {
  uint8_t length; /* Segments; 0 for no waveform */
  uint8_t loop_from; /* Segment at which every further loop begins */
  uint16_t loops; /* Times that the end is reached, the first included */
};
static inline void unpack_wave(struct wave *frame, const uint8_t *payload) {
  frame->length = (uint8_t)get_8(payload + 0);
  frame->loop_from = (uint8_t)get_8(payload + 1);
  frame->loops = (uint16_t)get_16(payload + 2);
}
static inline bool valid_wave(const struct wave *frame) {
  return frame->length <= ((uint8_t)32u) &&
         frame->loop_from <= ((uint8_t)31u) &&
         frame->loops >= ((uint16_t)1u);
}

/* Where the board ends the current by itself, still armed and without a fault. A new envelope clears both. */
#define COMMAND_STOP 0x1d
#define PAYLOAD_STOP 14
struct stop {
  uint16_t key; /* stopKey */
  int64_t charge_nC; /* Net charge of either sign; 0 never */
  uint32_t time_ms; /* Time with the output on; 0 never */
};
static inline void unpack_stop(struct stop *frame, const uint8_t *payload) {
  frame->key = (uint16_t)get_16(payload + 0);
  frame->charge_nC = (int64_t)get_64(payload + 2);
  frame->time_ms = (uint32_t)get_32(payload + 10);
}
static inline bool valid_stop(const struct stop *frame) {
  return frame->charge_nC >= INT64_C(0);
}

/* Begins the self-test; not while armed. It closes the relay for a moment with the stage disabled. */
#define COMMAND_RUN_SELF_TEST 0x1e
#define PAYLOAD_RUN_SELF_TEST 2
struct run_self_test {
  uint16_t key; /* selfTestKey */
};
static inline void unpack_run_self_test(struct run_self_test *frame, const uint8_t *payload) {
  frame->key = (uint16_t)get_16(payload + 0);
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
    case COMMAND_CALIBRATE_CURRENT: return PAYLOAD_CALIBRATE_CURRENT;
    case COMMAND_CALIBRATE_VOLTAGE: return PAYLOAD_CALIBRATE_VOLTAGE;
    case COMMAND_SAMPLING: return PAYLOAD_SAMPLING;
    case COMMAND_TAKE_SAMPLES: return PAYLOAD_TAKE_SAMPLES;
    case COMMAND_SEGMENT: return PAYLOAD_SEGMENT;
    case COMMAND_WAVE: return PAYLOAD_WAVE;
    case COMMAND_STOP: return PAYLOAD_STOP;
    case COMMAND_RUN_SELF_TEST: return PAYLOAD_RUN_SELF_TEST;
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
    case COMMAND_PROGRESS: return PAYLOAD_PROGRESS;
    case COMMAND_SAMPLES: return PAYLOAD_SAMPLES;
    case COMMAND_CALIBRATION: return PAYLOAD_CALIBRATION;
    case COMMAND_VOLTAGE_CALIBRATION: return PAYLOAD_VOLTAGE_CALIBRATION;
    case COMMAND_SELF_TEST: return PAYLOAD_SELF_TEST;
    default: return 0;
  }
}

#endif
