/**
 * Mutants of the times and limits of the table: each one larger and smaller in the firmware, while the tests keep the
 * table's. A constant without one is listed with the reason; one that is in neither list fails the script.
 */
import { readFileSync } from 'node:fs';
import { CONSTANTS } from '../../src/bus/protocol.gen.js';
import { packagePath } from '../../src/model/entry.js';
import type { Mutant } from './firmware-mutant.js';

export type ConstantName = keyof typeof CONSTANTS;

/** By what a time or limit is multiplied; a byte ends at 255. */
const LARGER = 2;
const SMALLER = 0.5;

/** Where twice or half would not be a firmware at all, or is the same in what the board does. */
const OTHERWISE: Partial<Record<ConstantName, readonly number[]>> = {
  supplyMin_mV: [20_000, 22_500],
  complianceVoltage_mV: [23_000, 30_000],
  complianceShare_percent: [85, 99],
  // A trip by blocks of 16 ms: whole blocks, in a byte.
  followTime_ms: [96, 240],
};

/** Not mutated, and why. */
export const NO_LIMIT: Partial<Record<ConstantName, string>> = {
  armKey: 'a key; the check of it is mutated',
  offKey: 'a key; the check of it is mutated',
  disarmKey: 'a key; the check of it is mutated',
  clearKey: 'a key; the check of it is mutated',
  calibrateKey: 'a key; the check of it is mutated',
  stopKey: 'a key; the check of it is mutated',
  selfTestKey: 'a key; the check of it is mutated',
  noFault: 'a name',
  heartbeatMix1: 'any odd number would do',
  heartbeatMix2: 'any odd number would do',
  heartbeatMix3: 'any odd number would do',
  deadmanMin_ms: 'in the range of configure, which is mutated',
  deadmanMax_ms: 'in the range of configure, which is mutated',
  slewMax_uA_s: 'in the range of configure, which is mutated',
  blockTime_ms: 'the sources assert it when compiled',
  segmentHold: 'a name',
  segmentRamp: 'a name',
  segmentFlip: 'a name',
  segments: 'room, and no limit of a run',
  samplesKept: 'room, and no limit of a run',
  calibrations: 'the sources assert it when compiled',
  testDac: 'the DAC of the simulated board is right or stuck, and nothing between',
};

const HEADER = readFileSync(packagePath('firmware-bridge', 'firmware', 'protocol.h'), 'utf8');

/** FOLLOW_TIME_MS of followTime_ms. */
function macro(name: ConstantName): string {
  const [base = '', ...unit] = name.split('_');
  return [base.replace(/[A-Z]/g, (letter) => `_${letter}`), ...unit].join('_').toUpperCase();
}

/** The type that the table gives it. */
function typeOf(name: ConstantName): string {
  const type = HEADER.match(new RegExp(`#define ${macro(name)} \\(\\((\\w+)\\)`))?.[1];
  if (type === undefined) throw new Error(`protocol.h defines no ${macro(name)}`);
  return type;
}

/** `#define FOLLOW_TIME_MS ((uint8_t)192u)` */
const definition = (name: ConstantName, value: number): string => `#define ${macro(name)} ((${typeOf(name)})${value}u)`;

function mutantsOf(name: ConstantName): Mutant[] {
  if (NO_LIMIT[name] !== undefined) return [];
  const value = CONSTANTS[name];
  const most = typeOf(name) === 'uint8_t' ? 255 : Infinity;
  const values = OTHERWISE[name] ?? [Math.max(1, Math.floor(SMALLER * value)), Math.min(most, LARGER * value)];
  return values
    .filter((other) => other !== value)
    .map((other) => ({
      name: `${name} is ${other} and not ${value}`,
      file: 'protocol.h',
      constant: name,
      find: definition(name, value),
      replace: definition(name, other),
    }));
}

const NAMES = Object.keys(CONSTANTS) as ConstantName[];

export const CONSTANT_MUTANTS: readonly Mutant[] = [
  ...NAMES.flatMap(mutantsOf),
  ...range('deadman_ms', 'uint16_t', 50, 1, 'the shortest dead-man that configure takes is 1 ms'),
  ...range('deadman_ms', 'uint16_t', 250, 500, 'the longest dead-man that configure takes is 500 ms'),
  ...range('slew_uA_s', 'uint32_t', 10_000_000, 20_000_000, 'the fastest slew that configure takes is 20 A/s'),
];

function range(field: string, type: string, limit: number, other: number, name: string): Mutant[] {
  const comparison = other > limit ? '<=' : '>=';
  const of = (value: number): string => `frame->${field} ${comparison} ((${type})${value}u)`;
  return [{ name, file: 'protocol.h', find: of(limit), replace: of(other) }];
}
