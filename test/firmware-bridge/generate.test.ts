import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differences, generate, hashOf } from '../../firmware-bridge/generate.js';
import { parseTable, TableError } from '../../firmware-bridge/schema.js';
import { PROTOCOL_HASH } from '../../src/bus/protocol.gen.js';

const root = new URL('../../', import.meta.url);
const table = readFileSync(new URL('firmware-bridge/protocol.yaml', root), 'utf8');

/** The table with one thing changed; the change must find its place. */
function changed(from: string, to: string): string {
  expect(table).toContain(from);
  return table.replace(from, to);
}

function refusal(text: string): string {
  try {
    generate(text);
  } catch (error) {
    if (error instanceof TableError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the committed files', () => {
  it.each(generate(table))('$path is what the table gives', ({ path, text }) => {
    expect(differences(path, readFileSync(new URL(path, root), 'utf8'), text)).toEqual([]);
  });

  it('a file that differs is named, with the line', () => {
    expect(differences('a.h', 'one\ntwo\n', 'one\n2\n')).toEqual([
      '--- a.h (committed)',
      '+++ a.h (from protocol.yaml)',
      '@@ line 2 @@',
      '-two',
      '-',
      '+2',
      '+',
    ]);
    expect(differences('a.h', 'one\ntwo', 'one')).not.toEqual([]);
    expect(differences('a.h', '', 'one')).not.toEqual([]);
  });
});

describe('the hash', () => {
  const hash = (text: string): number => hashOf(parseTable(text));

  it('changes with whatever the wire depends on', () => {
    expect(hash(table)).toBe(PROTOCOL_HASH);
    for (const [from, to] of [
      ['command: 0x16', 'command: 0x17'],
      ['type: i32, unit: uV', 'type: u32, unit: uV'],
      ['name: deadmanDefault, type: u16, value: 150', 'name: deadmanDefault, type: u16, value: 160'],
      ['unit: nC, description: Charge since', 'unit: none, description: Charge since'],
    ] as const) {
      expect(hash(changed(from, to))).not.toBe(PROTOCOL_HASH);
    }
  });

  it('does not change with prose or with a new firmware that speaks the same', () => {
    expect(hash(changed('Close the door, then clear', 'Shut the door, then clear'))).toBe(PROTOCOL_HASH);
    expect(hash(changed('firmware: 1.0.0', 'firmware: 1.0.1'))).toBe(PROTOCOL_HASH);
  });
});

describe('the generator refuses', () => {
  it.each([
    ['an unknown key', 'hardware: 1', 'hardware: 1\n  colour: 1', /device.*colour/],
    [
      'an unknown key of a field',
      'name: hardware, type: u8',
      'name: hardware, endian: 1, type: u8',
      /frames\.0.*endian/,
    ],
    ['an unknown type', 'name: serial, type: u32', 'name: serial, type: u24', /frames\.0\.fields\.6\.type/],
    ['an unknown unit', 'unit: uV, description: "CE', 'unit: furlong, description: "CE', /frames\.1\.fields\.6\.unit/],
    ['a missing unit', 'name: voltage, type: i32, unit: uV', 'name: voltage, type: i32', /frames\.1\.fields\.6\.unit/],
    ['a missing advice', '    advice: Look for touching electrodes or leads.\n', '', /faults\.10\.advice/],
    ['a key twice', '  hardware: 1', '  hardware: 1\n  hardware: 2', /unique/i],
    ['a command twice', 'command: 0x15', 'command: 0x14', /command 20 is taken twice, by off and by disarm/],
    ['a frame twice', '- name: session', '- name: outcome', /name outcome is taken twice/],
    ['a frame named as a set of bits', '- name: session', '- name: checks', /taken twice, by bits.checks and by frame/],
    [
      'a fault bit twice',
      'bit: 17\n    name: deadman',
      'bit: 16\n    name: deadman',
      /faults: bit 16 .*stuckOutput.*deadman/,
    ],
    ['a status bit twice', 'bit: 1, name: outputOn', 'bit: 0, name: outputOn', /bits\.status: bit 0/],
    ['a bit that does not fit', 'bit: 11, name: fault,', 'bit: 16, name: fault,', /bit 16 \(fault\) does not fit u16/],
    ['a result code twice', 'code: 15, name: causePresent', 'code: 14, name: causePresent', /result code 14/],
    ['an unknown set of bits', 'bits: status', 'bits: state', /no set of bits is called state/],
    ['a frame that is too long', 'name: boardTime, type: u32', 'name: boardTime, type: i64', /telemetry: 36 bytes/],
    ['a field twice', 'name: hardware, type: u8', 'name: serial, type: u8', /frames\.identity: field serial/],
    [
      'a command 0 that writes',
      'access: read\n    description: Who',
      'access: write\n    description: Who',
      /read only/,
    ],
    ['a range outside its type', 'range: [50, 250]', 'range: [50, 70000]', /70000 does not fit u16/],
    ['a range that runs backwards', 'range: [50, 250]', 'range: [250, 50]', /runs backwards/],
    [
      'a constant outside its type',
      'type: u8, value: 200, unit: ms',
      'type: u8, value: 300, unit: ms',
      /300 does not fit u8/,
    ],
    ['a scale without a unit', 'unit: degC, scale', 'unit: none, scale', /a scale without a unit/],
    ['ranges that do not ascend tenfold', 'fullScale_nA: 2560000 }', 'fullScale_nA: 2570000 }', /ranges\.1/],
    ['an address that is no strap', 'address: 0x2c', 'address: 0x40', /not among device\.straps/],
    ['text that would have to be escaped', 'description: done', "description: it's done", /results\.1\.description/],
  ])('%s', (_what, from, to, message) => {
    expect(refusal(changed(from, to))).toMatch(message);
  });

  it('a frame that a dead bus could forge', () => {
    // Found by search: at 0x1b an answer of eight ones to command 0x0e carries a valid checksum.
    const forged = changed('command: 0x03', 'command: 0x0e')
      .replace('straps: [', 'straps: [0x1b, ')
      .replace(
        '- { name: lastSequence',
        '- { name: more, type: u16, unit: none, description: More }\n      - { name: lastSequence',
      );
    expect(refusal(forged)).toMatch(/frames\.outcome: all ones would pass at address 27/);
  });

  it('everything at once, not the first thing only', () => {
    const both = changed('command: 0x15', 'command: 0x14').replace('bit: 1, name: outputOn', 'bit: 0, name: outputOn');
    expect(refusal(both)).toMatch(/command 20/);
    expect(refusal(both)).toMatch(/bits\.status/);
  });
});
