/**
 * What a table must also be, beyond its shape: no clash of names, commands, codes or bits, every frame within the bus
 * block, and no frame that a dead bus could forge. Owns those rules only.
 */
import { crc16, FRAME_MAX, READ_OVERHEAD, WRITE_OVERHEAD } from '../src/bus/frame.js';
import { keyOf, payloadLength, TYPES, upperSnake, type Field, type Frame, type Table } from './schema.js';

/** All that is wrong with a table; empty when it can be used. */
export function problemsOf(table: Table): string[] {
  return [
    ...twice(
      'command',
      table.frames.map((frame) => [frame.command, frame.name]),
    ),
    ...twice('name', [
      ...Object.keys(table.bits).map((name): [string, string] => [name, `bits.${name}`]),
      ...table.frames.map((frame): [string, string] => [frame.name, `frame ${frame.name}`]),
    ]),
    ...twice(
      'constant',
      table.constants.map((constant) => [upperSnake(constant.name), constant.name]),
    ),
    ...twice(
      'result code',
      table.results.map((result) => [result.code, result.name]),
    ),
    ...twice(
      'result',
      table.results.map((result) => [result.name, result.name]),
    ),
    ...Object.entries(table.bits).flatMap(([name, bits]) => bitProblems(`bits.${name}`, bits)),
    ...bitProblems('faults', table.faults),
    ...rangeProblems(table),
    ...table.constants.flatMap((constant) =>
      boundProblems(`constants.${constant.name}`, constant.type, [constant.value]),
    ),
    ...table.frames.flatMap((frame) => frameProblems(table, frame)),
  ];
}

function twice(what: string, items: readonly (readonly [number | string, string])[]): string[] {
  const seen = new Map<number | string, string>();
  return items.flatMap(([key, name]) => {
    const before = seen.get(key);
    seen.set(key, name);
    return before === undefined ? [] : [`${what} ${key} is taken twice, by ${before} and by ${name}`];
  });
}

function bitProblems(where: string, bits: readonly { readonly bit: number; readonly name: string }[]): string[] {
  return [
    ...twice(
      `${where}: bit`,
      bits.map((bit) => [bit.bit, bit.name]),
    ),
    ...twice(
      `${where}: name`,
      bits.map((bit) => [bit.name, bit.name]),
    ),
  ];
}

function rangeProblems(table: Table): string[] {
  return table.ranges.flatMap((range, index) => {
    const before = table.ranges[index - 1];
    const ascends = before === undefined || range.fullScale_nA === 10 * before.fullScale_nA;
    return range.code === index && ascends ? [] : [`ranges.${index}: codes count from 0 and full scales grow tenfold`];
  });
}

function boundProblems(where: string, type: Field['type'], values: readonly number[]): string[] {
  const { min, max } = TYPES[type];
  return values
    .filter((value) => !(value >= min && value <= max))
    .map((value) => `${where}: ${value} does not fit ${type}`);
}

function frameProblems(table: Table, frame: Frame): string[] {
  const where = `frames.${frame.name}`;
  const overhead = frame.access === 'read' ? READ_OVERHEAD : WRITE_OVERHEAD;
  const length = payloadLength(frame) + overhead;
  return [
    ...(frame.command === 0 && frame.access !== 'read' ? [`${where}: command 0 must be read only`] : []),
    ...(length > FRAME_MAX ? [`${where}: ${length} bytes, and a frame has ${FRAME_MAX} at most`] : []),
    ...twice(
      `${where}: field`,
      frame.fields.map((field) => [keyOf(field), field.name]),
    ),
    ...frame.fields.flatMap((field) => fieldProblems(table, `${where}.${field.name}`, field)),
    ...table.device.straps.flatMap((address) => forgeries(where, address, frame, length)),
    ...(table.device.straps.includes(table.device.address) ? [] : ['device.address is not among device.straps']),
  ];
}

function fieldProblems(table: Table, where: string, field: Field): string[] {
  const width = 8 * TYPES[field.type].size;
  const bits = field.bits === 'faults' ? table.faults : field.bits === undefined ? [] : table.bits[field.bits];
  if (bits === undefined) return [`${where}: no set of bits is called ${field.bits}`];
  const raw = field.range?.map((bound) => bound / (field.scale ?? 1)) ?? [];
  return [
    ...bits
      .filter((bit) => bit.bit >= width)
      .map((bit) => `${where}: bit ${bit.bit} (${bit.name}) does not fit ${field.type}`),
    ...boundProblems(where, field.type, raw),
    ...(field.range !== undefined && !(field.range[0] < field.range[1]) ? [`${where}: range runs backwards`] : []),
    ...(field.scale !== undefined && field.unit === 'none' ? [`${where}: a scale without a unit`] : []),
  ];
}

/** A bus that is held low or left floating reads all zeros or all ones: such a frame must never carry a valid checksum. */
function forgeries(where: string, address: number, frame: Frame, length: number): string[] {
  return [0x00, 0xff].flatMap((byte) => {
    const body = new Uint8Array(length).fill(byte);
    const wire =
      frame.access === 'read'
        ? [address << 1, frame.command, (address << 1) | 1, ...body]
        : [address << 1, frame.command, ...body.subarray(1)];
    const passes = crc16(Uint8Array.from(wire)) === 0;
    return passes
      ? [`${where}: ${byte ? 'all ones' : 'all zeros'} would pass at address ${address}; change the command`]
      : [];
  });
}
