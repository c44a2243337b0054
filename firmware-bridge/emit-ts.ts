/**
 * protocol.yaml as TypeScript: constants, names with their advice, and a typed codec for every frame. Owns the text of
 * src/bus/protocol.gen.ts, which is written in the project's format.
 */
import { FRAME_MAX } from '../src/bus/frame.js';
import { keyOf, payloadLength, TYPES, upperSnake, type Field, type Frame, type Table } from './schema.js';

/** The text of protocol.gen.ts. `hash` is that of the table. */
export function emitTs(table: Table, hash: number): string {
  return [
    '// Generated from protocol.yaml by generate.ts. Do not edit: change the table and run `npm run generate`.',
    '',
    '/** Hash of everything in the table that the wire depends on; the board must report the same. */',
    `export const PROTOCOL_HASH = ${hex(hash, 8)};`,
    '',
    ...device(table),
    '',
    ...Object.entries(table.bits).flatMap(([name, bits]) => [
      `export const ${upperSnake(name)} = {`,
      ...bits.flatMap((bit) => [`  /** ${bit.description}. */`, `  ${bit.name}: ${hex(2 ** bit.bit, 1)},`]),
      '} as const;',
      '',
    ]),
    '/** Latched faults by bit. `advice` is for the operator. */',
    ...list('FAULTS', table.faults, ['bit', 'name', 'description', 'advice']),
    "export type FaultName = (typeof FAULTS)[number]['name'];",
    '',
    '/** What became of a write. */',
    ...list('RESULTS', table.results, ['code', 'name', 'description']),
    "export type ResultName = (typeof RESULTS)[number]['name'];",
    '',
    'export const CONSTANTS = {',
    ...table.constants.flatMap((constant) => [
      `  /** ${constant.description}. */`,
      `  ${keyOf(constant)}: ${constant.value},`,
    ]),
    '} as const;',
    '',
    ...SUPPORT,
    ...table.frames.flatMap(frameText),
    '/** Every frame, for tests and diagnosis. */',
    `export const FRAMES: readonly FrameShape[] = [`,
    ...table.frames.map((frame) => `  ${upperSnake(frame.name)},`),
    '];',
    '',
  ].join('\n');
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

function device(table: Table): string[] {
  return [
    'export const DEVICE = {',
    `  name: '${table.device.name}',`,
    `  id: ${hex(table.device.id, 4)},`,
    `  address: ${hex(table.device.address, 2)},`,
    '} as const;',
    '',
    '/** Current ranges, ascending; one count is the full scale over 32768. */',
    ...list('RANGES', table.ranges, ['code', 'name', 'fullScale_nA']),
  ];
}

function list<T>(name: string, items: readonly T[], keys: readonly (keyof T & string)[]): string[] {
  return [
    `export const ${name} = [`,
    ...items.flatMap((item) => [
      '  {',
      ...keys.map((key) => `    ${key}: ${typeof item[key] === 'string' ? `'${item[key]}'` : String(item[key])},`),
      '  },',
    ]),
    '] as const;',
  ];
}

const SUPPORT = [
  'export interface FrameShape {',
  '  readonly name: string;',
  '  readonly command: number;',
  "  readonly access: 'read' | 'write';",
  '  readonly payloadLength: number;',
  '}',
  '',
  '/** The count that stands for `value`. Throws RangeError for what the wire cannot carry, NaN included. */',
  'function count(field: string, value: number, scale: number, min: number, max: number): number {',
  '  if (!(value >= min && value <= max)) throw new RangeError(`${field}: ${value} is outside ${min} to ${max}`);',
  '  return Math.round(value / scale);',
  '}',
  '',
  '/** Where one frame at a time is put together and taken apart: a view of its own would cost more than the frame. */',
  `const bytes = new Uint8Array(${FRAME_MAX});`,
  'const view = new DataView(bytes.buffer);',
  '',
  '/** Lays a payload under the view. */',
  'function lay(payload: Uint8Array, length: number): void {',
  '  if (payload.length !== length) throw new RangeError(`payload of ${payload.length} bytes, not ${length}`);',
  '  bytes.set(payload);',
  '}',
  '',
  '/** 64-bit values as doubles: exact up to 2^53 counts, 9,007,199 C in nC. */',
  'function putInt64(at: number, value: number): void {',
  '  view.setInt32(at, Math.floor(value / 0x1_0000_0000));',
  '  view.setUint32(at + 4, value >>> 0);',
  '}',
  '',
  'function putInt24(at: number, value: number): void {',
  '  view.setInt8(at, value >> 16);',
  '  view.setUint16(at + 1, value & 0xffff);',
  '}',
  '',
  'function getInt24(at: number): number {',
  '  return view.getInt8(at) * 0x1_0000 + view.getUint16(at + 1);',
  '}',
  '',
  'function getInt64(at: number): number {',
  '  return view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4);',
  '}',
  '',
];

const ACCESSOR = { u8: 'Uint8', u16: 'Uint16', u32: 'Uint32', i16: 'Int16', i32: 'Int32' } as const;
/** Those that a DataView does not have. */
const OWN_ACCESSOR = { i24: 'Int24', i64: 'Int64' } as const;

function frameText(frame: Frame): string[] {
  const name = `${frame.name.slice(0, 1).toUpperCase()}${frame.name.slice(1)}Frame`;
  const constant = upperSnake(frame.name);
  let at = 0;
  const placed = frame.fields.map((field) => {
    const here = { field, at };
    at += TYPES[field.type].size;
    return here;
  });
  return [
    `/** ${frame.description} */`,
    `export interface ${name} {`,
    ...frame.fields.flatMap((field) => [`  /** ${comment(field)}. */`, `  readonly ${keyOf(field)}: number;`]),
    '}',
    `export const ${constant} = {`,
    `  name: '${frame.name}',`,
    `  command: ${hex(frame.command, 2)},`,
    `  access: '${frame.access}',`,
    `  payloadLength: ${payloadLength(frame)},`,
    '} as const;',
    `export function encode${name}(frame: ${name}): Uint8Array {`,
    ...placed.map(({ field, at }) => encoded(frame, field, at)),
    `  return bytes.slice(0, ${payloadLength(frame)});`,
    '}',
    `export function decode${name}(payload: Uint8Array): ${name} {`,
    `  lay(payload, ${payloadLength(frame)});`,
    '  return {',
    ...placed.map(({ field, at }) => `    ${keyOf(field)}: ${decoded(field, at)},`),
    '  };',
    '}',
    '',
  ];
}

function comment(field: Field): string {
  const bits = field.bits === undefined ? '' : `; bits of ${field.bits}`;
  const scale = field.scale === undefined ? '' : `; one count is ${field.scale} ${field.unit}`;
  return `${field.description}${bits}${scale}`;
}

function encoded(frame: Frame, field: Field, at: number): string {
  const { min, max } = TYPES[field.type];
  const scale = field.scale ?? 1;
  const [low, high] = field.range ?? [min * scale, max * scale];
  const key = keyOf(field);
  const value = `count('${frame.name}.${key}', frame.${key}, ${scale}, ${low}, ${high})`;
  const [call, args] =
    field.type === 'i64' || field.type === 'i24'
      ? [`put${OWN_ACCESSOR[field.type]}`, [String(at), value]]
      : [`view.set${ACCESSOR[field.type]}`, [String(at), value]];
  const line = `  ${call}(${args.join(', ')});`;
  return line.length <= 120 ? line : [`  ${call}(`, ...args.map((argument) => `    ${argument},`), '  );'].join('\n');
}

function decoded(field: Field, at: number): string {
  const raw =
    field.type === 'i64' || field.type === 'i24'
      ? `get${OWN_ACCESSOR[field.type]}(${at})`
      : `view.get${ACCESSOR[field.type]}(${at})`;
  return field.scale === undefined ? raw : `${raw} * ${field.scale}`;
}
