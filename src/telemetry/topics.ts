/**
 * The MQTT contract: every topic and every payload, in one place. Both ends read it: the publisher, and the console page.
 * It must not know brokers, clients, processes or Node. Other people's dashboards rely on it: keys are added, never
 * changed. Payloads are flat JSON, a key name ends in its unit, `t` is UTC in ms, a value that is not good is null.
 */
import * as z from 'zod';
import { CHANNELS } from '../model/sample.js';
import { RUN_STATES } from '../model/state.js';
import { bootId, measured, seq, utc, version } from './payload-parts.js';

export { benchPayload, type BenchPayload } from './bench-payload.js';
export { PAYLOAD_VERSION } from './payload-parts.js';

const ID = /^[a-z0-9_-]{1,32}$/;

/** Reactors, actors and alarms are named so that no name can hold a topic separator, a wildcard or a control character. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** @throws RangeError when `text` is no id: 1 to 32 of a-z, 0-9, `_` and `-`. */
function id(text: string): string {
  if (!isId(text)) throw new RangeError(`"${text}" is not a name of 1 to 32 small letters, digits, "_" or "-"`);
  return text;
}

/** Numbers that also have a retained topic of their own, for dashboards that want nothing else. */
export const VALUE_NAMES = [
  ...CHANNELS,
  'setpoint_mA',
  'temperature_setpoint_C',
  'peltier_setpoint_A',
  'flow_setpoint_mL_min',
  'charge_C',
  'charge_F_mol',
  'progress',
  'eta_s',
] as const;
export type ValueName = (typeof VALUE_NAMES)[number];

export const ROOT = 'galvanode';

/** All topics of one reactor; the only place where a topic is put together. Each throws RangeError on a bad id. */
export function topicsOf(reactor: string) {
  const base = `${ROOT}/${id(reactor)}`;
  const command = (actor: string): string => `${base}/command/${id(actor)}`;
  return {
    availability: `${base}/availability`,
    state: `${base}/state`,
    sample: `${base}/sample`,
    event: `${base}/event`,
    prompt: `${base}/prompt`,
    procedure: `${base}/procedure`,
    recordHead: `${base}/record/head`,
    about: `${base}/about`,
    bench: `${base}/bench`,
    /** Of a plug-in, for the other program that it speaks to; no part of the contract. */
    plugin: (name: string): string => `${base}/plugin/${id(name)}`,
    /** Above all bare numbers. */
    values: `${base}/value`,
    value: (name: ValueName): string => `${base}/value/${name}`,
    alarm: (alarm: string): string => `${base}/alarm/${id(alarm)}`,
    /** All of them, to subscribe to. */
    alarms: `${base}/alarm/+`,
    /** Above all commands and all replies. */
    commands: `${base}/command`,
    replies: `${base}/reply`,
    command,
    /** Taken with any payload, so that a button that can send nothing but a word can stop the reactor. */
    stop: (actor: string): string => `${command(actor)}/stop`,
    reply: (actor: string): string => `${base}/reply/${id(actor)}`,
  } as const;
}
export type Topics = ReturnType<typeof topicsOf>;

const number = z.number();
/** Absent where nobody counts. */
const busCount = z.int().min(0).optional();
const run = z.string().nullable().describe('id of the run, null before the first');
const simulated = z.boolean().describe('true: no real cell, pump or cooler is behind these numbers');

export const availabilityPayload = z.enum(['online', 'offline']).describe('bare word; last will: offline');

export const statePayload = z.object({
  v: version,
  bootId,
  seq: seq.describe('counts the states told since bootId began'),
  t: utc.describe('UTC of this message, ms'),
  simulated,
  speed: z
    .number()
    .positive()
    .nullable()
    .describe('run seconds a wall second; 1 in real time, null: as fast as it goes'),
  state: z.enum(RUN_STATES).describe('ISA-88 state'),
  run,
  recipe: z.string().nullable().describe('name of the recipe'),
  step: z.int().nonnegative().describe('index of the present step in the plan, from 0'),
  steps: z.int().nonnegative().describe('number of steps in the plan'),
  step_name: z.string().nullable().describe('the present step in words'),
  since: utc.describe('UTC at which this state was entered, ms'),
  started: utc.nullable().describe('UTC at which the run began, ms'),
  planned_charge_C: measured.describe('charge that the plan asks for, C'),
  planned_charge_F_mol: measured.describe('the same in F per mol of limiting reagent'),
  reason: z.string().nullable().optional().describe('why the run is held, or how it has ended; null: all goes to plan'),
});

export const samplePayload = z.object({
  v: version,
  bootId,
  run,
  seq: seq.describe('control cycle since the run began, from 1'),
  t: utc.describe('start of the run in UTC + elapsed_s, ms'),
  simulated,
  late: z.boolean().optional().describe('true: back-filled from the record'),
  elapsed_s: number.describe('time of the board since the run began, s'),
  state: z.enum(RUN_STATES).describe('ISA-88 state'),
  step: z.int().nonnegative().describe('index of the present step, from 0'),
  setpoint_mA: number.describe('current asked for, mA'),
  current_mA: measured.describe('cell current, mA'),
  return_current_mA: measured.describe('current by the second shunt, mA'),
  voltage_V: measured.describe('cell voltage, V'),
  temperature_setpoint_C: measured.describe('temperature asked for, °C'),
  temperature_C: measured.describe('control thermometer T2, °C'),
  safety_temperature_C: measured.describe('thermometer T1 at the galvanostat board, °C'),
  board_temperature_C: measured.describe('galvanostat board, °C'),
  hot_side_C: measured.describe('hot side of the Peltier, °C'),
  supply_V: measured.describe('supply of the bench, V'),
  peltier_setpoint_A: number.describe('Peltier current asked for, A; positive cools'),
  peltier_A: measured.describe('Peltier current, A; positive cools'),
  hydrogen_ppm: measured.describe('hydrogen in the air over the cell, ppm by volume'),
  vent_hydrogen_vol_percent: measured.describe('hydrogen in the vent line, vol%'),
  sweep_mL_min: measured.describe('nitrogen through the headspace, mL/min at 25 °C and 1 atm'),
  flow_setpoint_mL_min: measured.describe('liquid flow asked for, mL/min'),
  flow_mL_min: measured.describe('liquid flow, mL/min'),
  charge_C: number.describe('net charge by the ledger of the host, C'),
  absolute_charge_C: number.describe('charge of both polarities, C'),
  board_charge_C: measured.describe('net charge by the counter of the board, C'),
  charge_F_mol: number.describe('charge_C in F per mol of limiting reagent'),
  progress: number.describe('share of the planned charge, 0 to 1'),
  eta_s: measured.describe('run time to the planned end of the electrolysis, s'),
  expected_voltage_V: measured.optional().describe('cell voltage of a nominal twin at the measured current, V'),
  expected_temperature_C: measured.optional().describe('temperature of that twin, °C'),
  expected_vent_hydrogen_vol_percent: measured.optional().describe('hydrogen in the vent line of that twin, vol%'),
  faradaic_efficiency: measured
    .optional()
    .describe(
      'hydrogen found in the vent line over Q/2F, 0 to 1; null until it means something; no measure of product',
    ),
  faradaic_efficiency_uncertainty: measured.optional().describe('uncertainty of the same, k = 2, in the same unit'),
  bus_nack: busCount.describe('transfers on the bus of the bench since the run began that no chip acknowledged'),
  bus_timeout: busCount.describe('… that took too long'),
  bus_crc: busCount.describe('… whose answer did not pass its check'),
  bus_busy: busCount.describe('… that found the bus taken'),
  bus_gone: busCount.describe('… that found no bus'),
  bus_protocol: busCount.describe('… that were not to be made, or were answered against the rules'),
  invalid: z.string().describe('channels that are not good, as name:quality, joined by spaces'),
});

export const valuePayload = z
  .string()
  .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/)
  .describe('one bare number; empty: no good value');

export const alarmPayload = z.object({
  v: version,
  bootId,
  seq: seq.describe('counts the alarm messages since bootId began'),
  t: utc.describe('UTC of this message, ms'),
  run,
  id: z.string().regex(ID).describe('name of the alarm'),
  state: z.enum(['normal', 'active', 'acknowledged', 'cleared-unacknowledged', 'shelved']).describe('ISA-18.2 state'),
  severity: z.enum(['advisory', 'warning', 'alarm']).describe('what it asks for: nothing now, a look, an action'),
  first_out: z.boolean().describe('first alarm since all was normal'),
  since_s: number.describe('elapsed_s at which it became active, s'),
  text: z.string().describe('what is wrong'),
  cause: z.string().describe('what may have caused it'),
  consequence: z.string().describe('what the reactor did, and what may follow'),
  action: z.string().describe('what to do'),
  safe_state: z.enum(['S0', 'S1', 'S2', 'W']).optional().describe('what its interlock brings about; W: nothing else'),
  group: z.string().nullable().optional().describe('alarm that speaks for this one; null: it speaks for itself'),
  members: z.string().optional().describe('alarms that this one speaks for, joined by spaces'),
  shelved_until_s: number
    .nullable()
    .optional()
    .describe('elapsed_s at which it comes back from the shelf, s; null: not shelved'),
  count: z.number().int().optional().describe('how often it was raised in this run'),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Details of an event are spread flat, each key with the prefix `data_`. */
export const eventPayload = z
  .object({
    v: version,
    bootId,
    run,
    seq: seq.describe('counts the events since bootId began; a gap: left out here, the record has them'),
    t: utc,
    elapsed_s: number.describe('time of the board since the run began, s'),
    kind: z.string().describe('run, state, step, prompt, answer, command, alarm, trip, board, bus, clock or note'),
    actor: z.string().describe('who: operator, console, procedure, guard, board, program or a user of the broker'),
    text: z.string().describe('one sentence for a person'),
    late: z.boolean().optional().describe('true: back-filled from the record'),
    record_seq: seq
      .nullable()
      .optional()
      .describe('number of the event in the record of its run, from 1; null: not recorded'),
  })
  .catchall(scalar);

export const promptPayload = z.object({
  v: version,
  bootId,
  seq: seq.describe('counts the prompts since bootId began'),
  t: utc.describe('UTC of this message, ms'),
  run,
  id: z.string().nullable().describe('names the question; null when nothing is asked'),
  text: z.string().nullable().describe('what the operator is asked; null when nothing is asked'),
  key: z.string().nullable().optional().describe('under which the answer is kept; null for a mere confirmation'),
  answer: z
    .string()
    .optional()
    .describe('what counts as an answer: none, text, number, choice or photo; photos only at the terminal'),
  unit: z
    .string()
    .nullable()
    .optional()
    .describe('canonical unit of a number, in which it is kept; others are taken too'),
  choices: z.array(z.string()).optional().describe('what may be chosen; empty for every other kind'),
  hint: z.string().optional().describe('what would be a right answer, in a few words'),
});

const weighingRow = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  amount_mmol: number,
  equivalents: number,
  mass_mg: number,
  balance_mg: number,
  weighed_mg: number,
  error_eq: number,
  volume_uL: measured,
  perchlorate: z.boolean(),
});

export const procedurePayload = z.object({
  v: version,
  bootId,
  seq: seq.describe('counts the procedures told since bootId began'),
  t: utc.describe('UTC of this message, ms'),
  run: z.string().nullable().describe('id of the run; null until it has begun'),
  phase: z
    .enum(['none', 'planned', 'started', 'ended'])
    .describe('none: nothing is planned, all below is null or empty'),
  recipe: z.string().nullable().describe('name of the recipe, safe in a file name'),
  title: z.string().nullable().describe('its title'),
  source: z.string().nullable().describe('where the procedure was taken from'),
  charge_C: measured.describe('planned charge, C'),
  charge_F_mol: measured.describe('the same in F per mol of limiting reagent'),
  duration_s: measured.describe('charge over current, s'),
  current_mA: measured.describe('largest current, mA'),
  cell_voltage_V: measured.describe('cell voltage expected at it, V'),
  hydrogen_umol: measured.describe('hydrogen if all of the charge makes it, umol'),
  hydrogen_of_substrate_umol: measured.describe(
    'hydrogen if each substrate gives one H, umol; null without a substrate',
  ),
  hydrogen_of_product_umol: measured.describe('hydrogen if only product gave an H, at full yield, umol'),
  product_percent: measured.describe('share of the charge in product, at full yield and one electron each, percent'),
  perchlorate_g: measured.describe('perchlorate among the reagents, g'),
  weighing: z
    .array(weighingRow)
    .describe(
      'rows of `id`, `name`, `role`, `amount_mmol`, `equivalents`, `mass_mg`, `balance_mg`, `weighed_mg`, `error_eq`, `volume_uL` (null: no liquid) and `perchlorate`',
    ),
  steps: z.array(z.object({ id: z.string(), title: z.string() })).describe('rows of `id` and `title`, in their order'),
  warnings: z.array(z.string()).describe('what the checker warns of'),
});

export const recordHeadPayload = z.object({
  v: version,
  bootId,
  run: z.string().describe('id of the run'),
  seq: seq.describe('number of events in the chain'),
  hash: z.string().describe('head of the hash chain of the events'),
});

export const aboutPayload = z.object({
  v: version,
  bootId,
  seq: seq.describe('counts the messages of this topic since bootId began'),
  t: utc.describe('UTC of this message, ms'),
  simulated,
  program: z.string().describe('version of the program'),
  reactor: z.string().nullable().describe('reactor that hangs on the bench; null: not known'),
  board: z.string().describe('name of the board file'),
  firmware: z.string().nullable().describe('version of the firmware; null: not known yet, or none'),
  serial: z.string().nullable().describe('serial number of the board; null: not known yet, or none'),
  permit: z
    .enum(['none', 'given'])
    .describe('given: one command may energise something now; none: press the arm button of the bench first'),
  permit_until: utc.nullable().describe('UTC at which the permit ends, ms; null: there is none, or it does not end'),
  accepts: z
    .enum(['terminal', 'network'])
    .describe('where runs are started: at the terminal alone, or over the network too'),
  users: z.int().nonnegative().describe('users who are known'),
  latched: z
    .string()
    .nullable()
    .optional()
    .describe('trips latched at the board while nothing runs, first-out first; null: none, or not known'),
  interrupted: z
    .string()
    .nullable()
    .optional()
    .describe('id of the newest run when it was interrupted and can be resumed; null: it was not'),
});

/** A whole recipe may stand in `text` of `start`: the only long argument. */
export const LONGEST_COMMAND_BYTES = 16_384;

export const commandPayload = z.object({
  v: version,
  id: z.string().min(1).max(64).describe('names this command; the reply carries it'),
  bootId: bootId.optional().describe('from the reply to hello; hello itself needs none'),
  nonce: z.string().max(64).optional().describe('from the reply to hello; good once and for some seconds'),
  verb: z.string().regex(ID).describe('what is asked'),
  args: z.record(z.string(), scalar).optional().describe('arguments of the verb'),
});

const row = z.record(z.string(), scalar);

export const replyPayload = z.object({
  v: version,
  id: z.string().describe('id of the command'),
  ok: z.boolean().describe('taken or refused'),
  reason: z.string().nullable().describe('why it was refused'),
  bootId: bootId.optional(),
  t: utc.optional().describe('UTC of this reply, ms'),
  data: row.optional().describe('what was asked for, by key'),
  rows: z.array(row).optional().describe('what was asked for, one object a row'),
});

export type Availability = z.infer<typeof availabilityPayload>;
export type StatePayload = z.infer<typeof statePayload>;
export type SamplePayload = z.infer<typeof samplePayload>;
export type AlarmPayload = z.infer<typeof alarmPayload>;
export type EventPayload = z.infer<typeof eventPayload>;
export type PromptPayload = z.infer<typeof promptPayload>;
export type ProcedurePayload = z.infer<typeof procedurePayload>;
export type RecordHeadPayload = z.infer<typeof recordHeadPayload>;
export type AboutPayload = z.infer<typeof aboutPayload>;
export type CommandPayload = z.infer<typeof commandPayload>;
export type ReplyPayload = z.infer<typeof replyPayload>;
