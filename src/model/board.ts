/**
 * A board file: which chips stand where on which bus, which lines the host has, what the board can drive, and its limits.
 * Data only; it must not know a reactor or a recipe. Keys end in their unit. Addresses are seven-bit, written "0x48".
 */
import { z } from 'zod';
import { readDocument } from './document.js';
import type { SafetyLine } from './observation.js';
import { type Outcome, Refusal } from './problem.js';
import { fields, said, validate } from './validate.js';

const positive = z.number().positive();
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: () => said('is not a name', 'small letters, digits and hyphens') });

/** 0x08 to 0x77: the addresses that the I2C specification (UM10204, 3.1.12) leaves to devices. */
const notAnAddress = { error: () => said('is not a seven-bit I2C address', '"0x08" to "0x77", in quotes') };
const address = z
  .string(notAnAddress)
  .regex(/^0x(0[89A-Fa-f]|[1-6][0-9A-Fa-f]|7[0-7])$/, notAnAddress)
  .transform((text) => Number.parseInt(text.slice(2), 16));

/** Keys that every chip has. */
const chip = {
  address,
  period_s: positive.describe('The core polls the chip this often; a multiple of the control period is used.'),
};

const galvanostat = fields({
  driver: z.literal('gs1'),
  ...chip,
  deadMan_s: z
    .number()
    .min(0.05)
    .max(0.25)
    .describe('The board turns itself off when no valid heartbeat came for so long.'),
  ranges_mA: z
    .array(positive)
    .min(1)
    .describe('Full scale of each current range, ascending; the place in the list is the range code.'),
  compliance_V: positive.describe('Largest cell voltage at any current of the highest range.'),
});

const thermometer = fields({
  driver: z.literal('tmp117'),
  ...chip,
  offset_K: z.number().describe('Added to the reading; from calibration.'),
});

const coolerSource = fields({
  driver: z.literal('ad5693r'),
  ...chip,
  reference_V: positive,
  gain: z.union([z.literal(1), z.literal(2)]),
  scale_A_V: positive.describe('Peltier current per volt of the converter.'),
  currentMax_A: positive.describe('The current source takes no more, whatever it is asked.'),
});

const coolerMeter = fields({ driver: z.literal('ina228'), ...chip, shunt_ohm: positive, currentLsb_A: positive });

const adcInput = z.number().int().min(0).max(3);
const fullScale_V = z
  .literal([0.256, 0.512, 1.024, 2.048, 4.096, 6.144])
  .describe('Range of the programmable amplifier.');

const housekeeping = fields({
  driver: z.literal('ads1115'),
  ...chip,
  hotSide: fields({
    input: adcInput,
    fullScale_V,
    excitation_V: positive,
    series_ohm: positive.describe('From the excitation to the input; the thermistor goes on to ground.'),
    thermistor25_ohm: positive,
    beta_K: positive,
  }).describe('Thermistor on the hot side of the Peltier.'),
  supply: fields({
    input: adcInput,
    fullScale_V,
    divider: positive.describe('Supply voltage over the voltage at the input.'),
  }),
});

const vent = fields({
  driver: z.literal('ads1115'),
  ...chip,
  input: adcInput,
  fullScale_V,
  zero_V: z.number().describe('Voltage in pure nitrogen.'),
  scale_vol_percent_V: positive.describe('Hydrogen per volt above that.'),
}).describe('Thermal-conductivity cell in the vented nitrogen: for Faradaic efficiency, never for safety.');

const channel = z.number().int().min(0).max(15);
const outputs = fields({
  driver: z.literal('pca9685'),
  ...chip,
  frequency_Hz: z.number().min(24).max(1526),
  pump: channel,
  hotSideFan: channel,
  canopyFan: channel,
  pumpFull_mL_min: positive.describe('Flow at full drive; the flow sensor closes the loop.'),
  canopyFull_L_min: positive.describe('Draw of the canopy fan at full drive.'),
});

const hydrogen = fields({
  driver: z.literal('sen0473'),
  ...chip,
  range_ppm: positive.describe('Full scale; a reading there is over range and counts as an alarm.'),
  warmUp_s: positive,
}).describe('Ambient hydrogen in the canopy: the safety channel.');

const liquidFlow = fields({
  driver: z.literal('slf3s'),
  ...chip,
  scale_per_mL_min: positive,
  factor: positive.describe('True flow of the solution over the flow read with the factory medium.'),
});

const sweepFlow = fields({
  driver: z.literal('sfm4300'),
  ...chip,
  scale_per_L_min: positive,
  offset: z.number().int(),
  factor: positive.describe('True flow of nitrogen over the flow read with the air table.'),
});

/** A digital line of the host: by chip label and offset, never by a global number, which kernels renumber. */
const line = z.union(
  [
    fields({
      chip: z.string().min(1),
      offset: z.number().int().min(0),
      direction: z.enum(['in', 'out']),
      active: z.enum(['high', 'low']),
    }),
    fields({ absent: z.string().min(3).describe('Why this board does without.') }),
  ],
  {
    error: () =>
      said(
        'is neither a line nor the reason why there is none',
        '{ chip, offset, direction: in|out, active: high|low } or { absent: why }',
      ),
  },
);

/** Inputs that the guard reads every cycle; asserted is the healthy state, which the name says. */
const safetyLines = {
  'e-stop-closed': line,
  'door-closed': line,
  'tray-dry': line,
  'thermal-cutout-closed': line,
  'canopy-fan-turning': line,
  'hot-side-fan-turning': line,
} satisfies Record<SafetyLine, typeof line>;

const otherLines = {
  'safe-enabled': line.describe('SAFE_EN as the board drives it, read back.'),
  'arm-button': line.describe('Asserted while pressed.'),
  'master-relay': line.describe('Supply of cell and Peltier; asserted when closed.'),
  'nitrogen-shut': line.describe('The valve is normally open: asserted shuts the sweep gas.'),
  'light-green': line,
  'light-amber': line,
  'light-red': line,
  buzzer: line,
};

const busKinds = [
  fields({ kind: z.literal('simulated'), rate_Hz: positive }),
  fields({
    kind: z.literal('socket'),
    rate_Hz: positive,
    socket: name.describe('File name of the Unix socket in the directory for temporary files.'),
  }),
] as const;

const bus = z.discriminatedUnion('kind', busKinds, {
  error: () => said('is not a bus', 'kind: simulated or kind: socket'),
});

export const boardSchema = fields({
  board: z.literal(1, { error: () => said('this version of a board file is not known', '1') }),
  name,
  title: z.string().min(1),
  simulated: z.boolean(),
  bus: bus.describe('rate_Hz is the clock of the bus: it gives each transfer its wire time.'),
  control_Hz: positive.describe('Rate of the control loop.'),
  record_Hz: positive.describe('Samples kept a second, unless a recipe says otherwise.'),
  chips: fields({
    galvanostat,
    thermometer,
    coolerSource,
    coolerMeter,
    housekeeping,
    vent,
    outputs,
    hydrogen,
    liquidFlow,
    sweepFlow,
  }),
  lines: fields({ ...safetyLines, ...otherLines }),
  limits: fields({
    hotSideWarn_C: z.number(),
    hotSideTrip_C: z.number(),
    sweepMax_mL_min: positive.describe('Largest flow of the sweep gas supply.'),
  }),
});

export type Board = z.infer<typeof boardSchema>;
export type LineName = keyof Board['lines'];
export type BoardLine = Board['lines'][LineName];

/** All that is wrong with the text of a board file, or the board. */
export function readBoardText(text: string, fileName: string): Outcome<Board> {
  const { document, problems } = readDocument(fileName, new TextEncoder().encode(text));
  if (document === null) return { ok: false, problems };
  return validate(document, boardSchema, problems);
}

/** The board of a file's text. Throws `Refusal` with every problem at its line and column. */
export function parseBoard(text: string, fileName: string): Board {
  const outcome = readBoardText(text, fileName);
  if (!outcome.ok) throw new Refusal(outcome.problems);
  return outcome.value;
}
