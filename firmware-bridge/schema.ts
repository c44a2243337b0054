/**
 * The shape of protocol.yaml: what a table may say. Owns the vocabulary (types, units) and its reading; knows nothing of
 * what is made from it. Whatever is not listed here is refused, with the path at which it stands.
 */
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

/** Wire types: size in bytes and the values they hold. 64-bit values stay within what a double holds exactly. */
export const TYPES = {
  u8: { size: 1, min: 0, max: 0xff },
  u16: { size: 2, min: 0, max: 0xffff },
  u32: { size: 4, min: 0, max: 0xffffffff },
  i16: { size: 2, min: -0x8000, max: 0x7fff },
  i24: { size: 3, min: -0x800000, max: 0x7fffff },
  i32: { size: 4, min: -0x80000000, max: 0x7fffffff },
  i64: { size: 8, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
} as const;

export type WireType = keyof typeof TYPES;

/** Units, and how each ends a name. */
export const UNITS = {
  none: '',
  nA: '_nA',
  uA: '_uA',
  uV: '_uV',
  mV: '_mV',
  nC: '_nC',
  ms: '_ms',
  degC: '_C',
  'uA/s': '_uA_s',
  '%': '_percent',
  ppb: '_ppb',
} as const;

const type = z.enum(['u8', 'u16', 'u32', 'i16', 'i24', 'i32', 'i64']);
const unit = z.enum(['none', 'nA', 'uA', 'uV', 'mV', 'nC', 'ms', 'degC', 'uA/s', '%', 'ppb']);
const name = z.string().regex(/^[a-z][a-zA-Z0-9]{1,31}$/, 'a name is lowerCamelCase of 2 to 32 letters and digits');
/** One line of a comment or a string of generated code, without what would have to be escaped there. */
const line = z
  .string()
  .min(3)
  .max(120)
  .regex(/^[^'"\\`*\n]+$/, 'plain text of one line, without quotes, backslash or asterisk');
const byte = z.int().min(0).max(0xff);
const address = z.int().min(0x08).max(0x77);

const bit = z.strictObject({ bit: z.int().min(0).max(31), name, description: line });
const fault = bit.extend({ advice: line.max(100) });

const field = z.strictObject({
  name,
  type,
  unit,
  scale: z.number().positive().optional(),
  range: z.tuple([z.number(), z.number()]).optional(),
  bits: name.optional(),
  description: line,
});

const frame = z.strictObject({
  name,
  command: byte,
  access: z.enum(['read', 'write']),
  description: line,
  fields: z.array(field).min(1),
});

const table = z.strictObject({
  protocol: z.literal(1),
  device: z.strictObject({
    name: z.string().regex(/^[A-Z0-9-]{2,16}$/),
    id: z.int().min(0).max(0xffff),
    address,
    straps: z.array(address).min(1),
    hardware: byte,
    firmware: z.string().regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}$/, 'a version is major.minor.patch'),
  }),
  ranges: z.array(z.strictObject({ code: byte, name: line.max(16), fullScale_nA: z.int().positive() })).min(1),
  bits: z.record(name, z.array(bit).min(1)),
  faults: z.array(fault).min(1),
  results: z.array(z.strictObject({ code: byte, name, description: line })).min(1),
  constants: z.array(z.strictObject({ name, type, value: z.int(), unit, description: line })),
  frames: z.array(frame).min(1),
});

export type Table = z.infer<typeof table>;
export type Frame = Table['frames'][number];
export type Field = Frame['fields'][number];
export type Bit = Table['bits'][string][number];

/** A table that cannot be used, with all that is wrong in it. */
export class TableError extends Error {
  override readonly name = 'TableError';
  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`protocol.yaml:\n  ${problems.join('\n  ')}`, options);
  }
}

/** Reads the text of a table. Throws TableError naming the path of everything that is unknown, missing or misshapen. */
export function parseTable(text: string): Table {
  const found = table.safeParse(readYaml(text));
  if (found.success) return found.data;
  throw new TableError(found.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`));
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { strict: true, uniqueKeys: true });
  } catch (cause) {
    if (cause instanceof YAMLParseError) throw new TableError([cause.message], { cause });
    throw cause;
  }
}

export function payloadLength(frame: Frame): number {
  return frame.fields.reduce((sum, field) => sum + TYPES[field.type].size, 0);
}

/** `current` in nA is `current_nA` wherever its value is in that unit. */
export function keyOf(item: { readonly name: string; readonly unit: keyof typeof UNITS }): string {
  return item.name + UNITS[item.unit];
}

/** `deadmanMax` -> `DEADMAN_MAX`, for constants of both languages. */
export function upperSnake(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}
