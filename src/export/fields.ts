/**
 * What each column of an exported table means: its type, its unit and a sentence. Owns the words and units of the exports;
 * a field added to Sample does not compile until it has its row here. Knows no file format.
 */
import type { Sample } from '../model/sample.js';

/** A field as Table Schema describes it (Data Package standard, version 2). */
export interface Field {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'string' | 'boolean' | 'datetime';
  /** As in the key's ending; absent where the value has none. */
  readonly unit?: string;
  readonly description: string;
}

type About = readonly [type: Field['type'], unit: string | null, description: string];

const SAMPLE: Readonly<Record<keyof Sample, About>> = {
  seq: ['integer', null, 'control cycle since the run began, from 1'],
  elapsed_s: ['number', 's', "board's time since the run began"],
  state: ['string', null, 'state of the run (ISA-88)'],
  step: ['integer', null, 'step of the plan, from 0; empty before the first'],
  setpoint_mA: ['number', 'mA', 'current asked for; positive oxidises at the working electrode'],
  current_mA: ['number', 'mA', 'current measured'],
  return_current_mA: ['number', 'mA', 'current measured in the return line'],
  voltage_V: ['number', 'V', 'cell voltage, working minus counter electrode; two electrodes, no reference'],
  temperature_setpoint_C: ['number', '°C', 'temperature asked for'],
  temperature_C: ['number', '°C', 'temperature of the cell'],
  safety_temperature_C: ['number', '°C', 'temperature by the independent safety sensor'],
  board_temperature_C: ['number', '°C', 'temperature of the board'],
  hot_side_C: ['number', '°C', 'hot side of the Peltier element'],
  supply_V: ['number', 'V', 'supply of the board'],
  peltier_setpoint_A: ['number', 'A', 'current asked for in the Peltier element'],
  peltier_A: ['number', 'A', 'current measured in the Peltier element'],
  hydrogen_ppm: ['number', 'ppm', 'hydrogen in the air beside the cell'],
  vent_hydrogen_vol_percent: ['number', 'vol%', 'hydrogen in the vent line'],
  sweep_mL_min: ['number', 'mL/min', 'nitrogen measured'],
  flow_setpoint_mL_min: ['number', 'mL/min', 'flow of liquid asked for'],
  flow_mL_min: ['number', 'mL/min', 'flow of liquid measured'],
  charge_C: ['number', 'C', 'net charge by the ledger of the host, carried over a resume'],
  absolute_charge_C: ['number', 'C', 'charge of both directions by the ledger of the host, carried over a resume'],
  board_charge_C: ['number', 'C', "net charge by the board's own counter"],
  charge_F_mol: ['number', 'F/mol', 'charge for each mole of the limiting reagent'],
  progress: ['number', '1', 'share of the planned charge, 0 to 1'],
  eta_s: ['number', 's', 'time to the planned end of the electrolysis'],
  expected_voltage_V: ['number', 'V', 'what a nominal model of the cell, driven by the measured current, would show'],
  expected_temperature_C: ['number', '°C', 'the same of the temperature'],
  expected_vent_hydrogen_vol_percent: ['number', 'vol%', 'the same of the hydrogen in the vent line'],
  faradaic_efficiency: ['number', '1', 'hydrogen found in the vent line over Q/2F so far; no measure of product'],
  faradaic_efficiency_uncertainty: ['number', '1', 'uncertainty of that, k = 2'],
  invalid: ['string', null, 'channels that are not good, as channel:quality, joined by spaces; empty when all is well'],
};

function fieldOf(name: string, [type, unit, description]: About): Field {
  return unit === null ? { name, type, description } : { name, type, unit, description };
}

const T_UTC: Field = {
  name: 't_utc',
  type: 'datetime',
  description: 'start of the run by the clock of the host, and elapsed time',
};
const SIMULATED: Field = { name: 'simulated', type: 'boolean', description: 'true: no current passed a real cell' };

/** In the order of the columns of the CSV. */
export function sampleFields(columns: readonly string[]): Field[] {
  const known = new Map<string, Field>(Object.entries(SAMPLE).map(([name, about]) => [name, fieldOf(name, about)]));
  known.set('t_utc', T_UTC).set('simulated', SIMULATED);
  return columns.flatMap((name) => known.get(name) ?? []);
}

const SEQ: Field = { name: 'seq', type: 'integer', description: 'place in the table of the run, from 1' };
const ELAPSED: Field = fieldOf('elapsed_s', SAMPLE.elapsed_s);

export const EVENT_FIELDS: readonly Field[] = [
  SEQ,
  { name: 't', type: 'integer', unit: 'ms', description: 'UTC, ms since 1970-01-01' },
  ELAPSED,
  { name: 'kind', type: 'string', description: 'what sort of event; record: the record about itself' },
  { name: 'actor', type: 'string', description: 'who did it' },
  { name: 'text', type: 'string', description: 'one sentence' },
  { name: 'data', type: 'string', description: 'canonical JSON of the details, as it is hashed' },
  { name: 'prev_hash', type: 'string', description: 'hash before it in the chain, SHA-256' },
  { name: 'hash', type: 'string', description: 'SHA-256 of prev_hash and the canonical JSON of the event' },
];

export const ALARM_FIELDS: readonly Field[] = [
  { name: 'event', type: 'integer', description: 'seq of the event' },
  ELAPSED,
  { name: 'alarm', type: 'string', description: 'name of the alarm' },
  { name: 'kind', type: 'string', description: 'alarm, or trip where the current was taken off' },
  { name: 'state', type: 'string', description: 'state after ISA-18.2' },
  { name: 'reaction', type: 'string', description: 'what its interlock does' },
  { name: 'safe_state', type: 'string', description: 'S0, S1, S2, or W for an alarm alone' },
  { name: 'first_out', type: 'boolean', description: 'first alarm since all was normal' },
  { name: 'group', type: 'string', description: 'alarm that speaks for this one' },
  { name: 'actor', type: 'string', description: 'who' },
  { name: 'text', type: 'string', description: 'one sentence' },
];

export const LEDGER_FIELDS: readonly Field[] = [
  SEQ,
  ELAPSED,
  { name: 'host_C', type: 'number', unit: 'C', description: 'net charge by the host' },
  { name: 'board_C', type: 'number', unit: 'C', description: "net charge by the board's own counter" },
];

export const ANSWER_FIELDS: readonly Field[] = [
  { name: 'key', type: 'string', description: 'name of the question' },
  { name: 'at_s', type: 'number', unit: 's', description: 'run time at which it was answered, or noted as missing' },
  { name: 'asked_C', type: 'number', unit: 'C', description: 'ledger when a sample came due' },
  { name: 'charge_C', type: 'number', unit: 'C', description: 'ledger when it was answered' },
  { name: 'value', type: 'string', description: 'what was answered: a number or a text, in the unit beside it' },
  { name: 'unit', type: 'string', description: 'unit of the value' },
  { name: 'actor', type: 'string', description: 'who answered' },
  { name: 'came', type: 'string', description: 'given, not given, not answered, or never due' },
];
