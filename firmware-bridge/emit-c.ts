/**
 * protocol.yaml as a C99 header: constants, one struct a frame, and the functions that pack reads, unpack writes and
 * check their ranges. Owns the text of protocol.h; every value goes over the wire high byte first.
 */
import {
  keyOf,
  payloadLength,
  TYPES,
  UNITS,
  upperSnake,
  type Bit,
  type Field,
  type Frame,
  type Table,
  type WireType,
} from './schema.js';

const C_TYPE = {
  u8: 'uint8_t',
  u16: 'uint16_t',
  u32: 'uint32_t',
  i16: 'int16_t',
  i24: 'int32_t',
  i32: 'int32_t',
  i64: 'int64_t',
} as const;

/** The text of protocol.h. `hash` is that of the table. */
export function emitC(table: Table, hash: number): string {
  return [
    '/* Generated from protocol.yaml by generate.ts. Do not edit: change the table and run `npm run generate`. */',
    '#ifndef GALVANODE_PROTOCOL_H',
    '#define GALVANODE_PROTOCOL_H',
    '',
    '#include <stdbool.h>',
    '#include <stdint.h>',
    '',
    ...identity(table, hash),
    '',
    ...Object.entries(table.bits).flatMap(([name, bits]) => [...flags(upperSnake(name), bits), '']),
    ...flags('FAULT', table.faults),
    '',
    'enum result {',
    ...table.results.map(
      (result) => `  RESULT_${upperSnake(result.name)} = ${result.code}, /* ${result.description} */`,
    ),
    '};',
    '',
    ...table.constants.map(
      (constant) =>
        `#define ${upperSnake(constant.name)}${UNITS[constant.unit].toUpperCase()} ${literal(constant.type, constant.value)} /* ${constant.description} */`,
    ),
    '',
    ...ACCESS,
    ...table.frames.flatMap(frameText),
    ...writeLengths(table.frames),
    '#endif',
    '',
  ].join('\n');
}

function literal(type: WireType, value: number): string {
  return type === 'i64' ? `INT64_C(${value})` : `((${C_TYPE[type]})${value}${TYPES[type].min < 0 ? '' : 'u'})`;
}

function identity(table: Table, hash: number): string[] {
  const [major = '0', minor = '0', patch = '0'] = table.device.firmware.split('.');
  return [
    `#define PROTOCOL_HASH ${literal('u32', hash)}`,
    `#define DEVICE_ID ${literal('u16', table.device.id)}`,
    `#define DEVICE_ADDRESS ${literal('u8', table.device.address)}`,
    `#define HARDWARE_VERSION ${literal('u8', table.device.hardware)}`,
    `#define FIRMWARE_MAJOR ${literal('u8', Number(major))}`,
    `#define FIRMWARE_MINOR ${literal('u8', Number(minor))}`,
    `#define FIRMWARE_PATCH ${literal('u8', Number(patch))}`,
    '#define FRAME_MAX 32',
    '',
    `#define RANGE_COUNT ${table.ranges.length}`,
    `#define RANGE_0_FULL_SCALE_NA ${literal('i32', table.ranges[0]?.fullScale_nA ?? 0)}`,
  ];
}

function flags(prefix: string, bits: readonly Bit[]): string[] {
  const widest = Math.max(...bits.map((bit) => bit.bit));
  const type = widest < 8 ? 'u8' : widest < 16 ? 'u16' : 'u32';
  return bits.map(
    (bit) => `#define ${prefix}_${upperSnake(bit.name)} ${literal(type, 2 ** bit.bit)} /* ${bit.description} */`,
  );
}

const ACCESS = [
  'static inline void put_8(uint8_t *p, uint8_t v) { *p = v; }',
  'static inline void put_16(uint8_t *p, uint16_t v) { p[0] = (uint8_t)(v >> 8); p[1] = (uint8_t)v; }',
  'static inline void put_24(uint8_t *p, uint32_t v) { p[0] = (uint8_t)(v >> 16); put_16(p + 1, (uint16_t)v); }',
  'static inline void put_32(uint8_t *p, uint32_t v) { put_16(p, (uint16_t)(v >> 16)); put_16(p + 2, (uint16_t)v); }',
  'static inline void put_64(uint8_t *p, uint64_t v) { put_32(p, (uint32_t)(v >> 32)); put_32(p + 4, (uint32_t)v); }',
  'static inline uint8_t get_8(const uint8_t *p) { return *p; }',
  'static inline uint16_t get_16(const uint8_t *p) { return (uint16_t)((uint16_t)p[0] << 8 | p[1]); }',
  'static inline uint32_t get_32(const uint8_t *p) { return (uint32_t)get_16(p) << 16 | get_16(p + 2); }',
  'static inline uint64_t get_64(const uint8_t *p) { return (uint64_t)get_32(p) << 32 | get_32(p + 4); }',
  '',
];

/** A field that has a scale keeps its raw count in C, and says so in its name. */
function member(field: Field): string {
  const name = field.scale === undefined ? keyOf(field) : `${field.name}_raw`;
  return name.replace(/(?<=[a-z])[A-Z](?=[a-z])/g, (letter) => `_${letter.toLowerCase()}`);
}

function frameText(frame: Frame): string[] {
  const name = upperSnake(frame.name).toLowerCase();
  const declared = frame.fields.map((field) => {
    const scale = field.scale === undefined ? '' : `, counts of ${field.scale} ${field.unit}`;
    return `  ${C_TYPE[field.type]} ${member(field)}; /* ${field.description}${scale} */`;
  });
  return [
    `/* ${frame.description} */`,
    `#define COMMAND_${upperSnake(frame.name)} 0x${frame.command.toString(16).padStart(2, '0')}`,
    `#define PAYLOAD_${upperSnake(frame.name)} ${payloadLength(frame)}`,
    `struct ${name} {`,
    ...declared,
    '};',
    ...(frame.access === 'read' ? pack(frame, name) : [...unpack(frame, name), ...valid(frame, name)]),
    '',
  ];
}

/** Offset of every field in the payload. */
function placed(frame: Frame): { readonly field: Field; readonly at: number }[] {
  let at = 0;
  return frame.fields.map((field) => {
    const here = { field, at };
    at += TYPES[field.type].size;
    return here;
  });
}

function pack(frame: Frame, name: string): string[] {
  const lines = placed(frame).map(({ field, at }) => {
    const bits = 8 * TYPES[field.type].size;
    const carrier = bits === 24 ? 32 : bits;
    return `  put_${bits}(payload + ${at}, (uint${carrier}_t)frame->${member(field)});`;
  });
  return [`static inline void pack_${name}(uint8_t *payload, const struct ${name} *frame) {`, ...lines, '}'];
}

function unpack(frame: Frame, name: string): string[] {
  const lines = placed(frame).map(
    ({ field, at }) =>
      `  frame->${member(field)} = (${C_TYPE[field.type]})get_${8 * TYPES[field.type].size}(payload + ${at});`,
  );
  return [`static inline void unpack_${name}(struct ${name} *frame, const uint8_t *payload) {`, ...lines, '}'];
}

/** Range check of a write, with only the bounds that the type does not already hold. */
function valid(frame: Frame, name: string): string[] {
  const terms = frame.fields.flatMap((field) => {
    if (field.range === undefined) return [];
    const [low, high] = field.range.map((bound) => Math.round(bound / (field.scale ?? 1)));
    const { min, max } = TYPES[field.type];
    const value = `frame->${member(field)}`;
    return [
      ...(low === undefined || low <= min ? [] : [`${value} >= ${literal(field.type, low)}`]),
      ...(high === undefined || high >= max ? [] : [`${value} <= ${literal(field.type, high)}`]),
    ];
  });
  if (terms.length === 0) return [];
  return [
    `static inline bool valid_${name}(const struct ${name} *frame) {`,
    `  return ${terms.join(' &&\n         ')};`,
    '}',
  ];
}

function writeLengths(frames: readonly Frame[]): string[] {
  const cases = (access: Frame['access']): string[] =>
    frames
      .filter((frame) => frame.access === access)
      .map((frame) => `    case COMMAND_${upperSnake(frame.name)}: return PAYLOAD_${upperSnake(frame.name)};`);
  const lookup = (access: Frame['access']): string[] => [
    `/* Payload of a ${access} command, 0 when there is none. */`,
    `static inline uint8_t ${access}_payload(uint8_t command) {`,
    '  switch (command) {',
    ...cases(access),
    '    default: return 0;',
    '  }',
    '}',
    '',
  ];
  return [...lookup('write'), ...lookup('read')];
}
