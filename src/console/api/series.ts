/** Signals of a run over its time, as page and workshop say them to each other: columns, lowest and highest by bucket. */
import * as z from 'zod';

/** What can be asked for: keys of a sample, unit in the name. */
export const SIGNALS = [
  'voltage_V',
  'expected_voltage_V',
  'current_mA',
  'setpoint_mA',
  'return_current_mA',
  'temperature_C',
  'expected_temperature_C',
  'temperature_setpoint_C',
  'safety_temperature_C',
  'board_temperature_C',
  'hot_side_C',
  'peltier_A',
  'supply_V',
  'hydrogen_ppm',
  'vent_hydrogen_vol_percent',
  'expected_vent_hydrogen_vol_percent',
  'sweep_mL_min',
  'flow_mL_min',
  'flow_setpoint_mL_min',
  'charge_C',
  'absolute_charge_C',
  'charge_F_mol',
  'faradaic_efficiency',
] as const;
export type Signal = (typeof SIGNALS)[number];
export const isSignal = (name: string): name is Signal => SIGNALS.some((one) => one === name);

/** Buckets in one answer: what is given when nothing is asked for, and the most. */
export const USUAL_POINTS = 1500;
export const MOST_POINTS = 6000;
/** Marks in one answer. */
export const MOST_MARKS = 200;

const column = z.array(z.number().nullable());

export const seriesAnswer = z.object({
  run: z.string(),
  title: z.string(),
  /** UTC, ms; elapsed time counts from it. */
  started: z.number(),
  simulated: z.boolean(),
  /** False: more may come. */
  ended: z.boolean(),
  /** First and last instant of the run in the record, s; null: there is none yet. */
  first_s: z.number().nullable(),
  last_s: z.number().nullable(),
  /** What is answered, s. */
  from_s: z.number(),
  to_s: z.number(),
  /** Width of a bucket; 0: these are the samples as they are kept. */
  step_s: z.number(),
  /** Middle of each bucket that holds a sample. Where samples are missing one stands with null in every column. */
  t_s: z.array(z.number()),
  /** By signal. `high` is left out where it equals `low`: at step 0. */
  signals: z.record(z.string(), z.object({ low: column, high: column.optional() })),
  /** What happened in that span, oldest first; alarms and steps before all else when there is too much. */
  marks: z.array(z.object({ seq: z.int(), t_s: z.number(), kind: z.string(), actor: z.string(), text: z.string() })),
  more_marks: z.boolean(),
});
export type SeriesAnswer = z.infer<typeof seriesAnswer>;
export type Mark = SeriesAnswer['marks'][number];
