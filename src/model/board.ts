/**
 * A board file: which chips stand where on which bus, which lines the host has, what the board can drive, and its limits.
 * Data only; it must not know a reactor or a recipe. Keys end in their unit. Addresses are seven-bit, written "0x48".
 */
import { z } from 'zod';
import { readDocument } from './document.js';
import { USUAL_GAS_METERING } from './gas-metering.js';
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

/** Keys that every galvanostat has. */
const galvanostatKeys = {
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
};

/** The converter before the op-amp; its span is the full scale of the stage. */
const stageConverter = z.discriminatedUnion('driver', [
  fields({ driver: z.literal('ad5693r'), reference_V: positive, gain: z.union([z.literal(1), z.literal(2)]) }),
  fields({
    driver: z.literal('mcp4725'),
    supply_V: positive.describe('Its supply is its reference.'),
  }),
]);

/** A count of 12 bits over more than this is over 0.05 % of 18 mA, half of it up and half down. */
const COARSE_MAX_MA = 25.6;

const breakout = fields({
  driver: z.literal('breakout'),
  ...galvanostatKeys,
  converter: stageConverter,
  stage: fields({
    scale_A_V: positive.describe('Current of the stage per volt of the converter; from calibration.'),
    offset_A: z.number().describe('Current of the stage at zero volt; from calibration.'),
    tolerance: z.number().min(0).max(0.1).describe('What calibration leaves, as a share; a step begins so much low.'),
    sense_ohm: positive.describe('Resistor under the MOSFET: its voltage is a second measurement of the current.'),
  }),
  ammeter: fields({ address, shunt_ohm: positive.describe('High side, in the supply of the cell.') }),
  voltmeter: fields({ address, divider: positive.describe('Voltage of a lead over that at its input.') }),
  thermocouple: fields({ address, period_s: positive }).describe('T1: over-temperature only, it is good to 1.5 K.'),
}).check((context) => {
  const { converter, ranges_mA } = context.value;
  if (converter.driver === 'mcp4725' && !(Math.max(...ranges_mA) <= COARSE_MAX_MA))
    context.issues.push({
      code: 'custom',
      input: converter,
      path: ['converter', 'driver'],
      message: said('12 bits are too coarse for this range', `ad5693r, or ranges_mA up to ${COARSE_MAX_MA}`),
    });
});

const galvanostat = z.discriminatedUnion(
  'driver',
  [fields({ driver: z.literal('gs1'), ...galvanostatKeys }), breakout],
  { error: () => said('is not a galvanostat', 'driver: gs1 or driver: breakout') },
);

const thermometer = fields({
  driver: z.literal('tmp117'),
  ...chip,
  offset_K: z.number().describe('Added to the reading; from calibration.'),
});

const coolerSource = z.discriminatedUnion('driver', [
  fields({
    driver: z.literal('ad5693r'),
    ...chip,
    reference_V: positive,
    gain: z.union([z.literal(1), z.literal(2)]),
    scale_A_V: positive.describe('Peltier current per volt of the converter.'),
    currentMax_A: positive.describe('The current source takes no more, whatever it is asked.'),
  }),
  fields({
    driver: z.literal('drv8871'),
    ...chip,
    channel: z.number().int().min(0).max(15).describe('Of the PCA9685 at this address, on input IN1; IN2 stays low.'),
    supply_V: positive.describe('Of the bridge.'),
    load_ohm: positive.describe('Module, filter and bridge together, at rest.'),
    currentMax_A: positive.describe('Below the trip of the bridge, 64 A kohm over R_ILIM.'),
  }),
]);

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

/** Half width at k = 2 of what a meter says. */
const halfWidth = z.number().min(0);

const vent = fields({
  driver: z.literal('ads1115'),
  ...chip,
  input: adcInput,
  fullScale_V,
  zero_V: z.number().describe('Voltage in pure nitrogen.'),
  scale_vol_percent_V: positive.describe('Hydrogen per volt above that.'),
  uncertainty_share: halfWidth
    .default(USUAL_GAS_METERING.ventShare)
    .describe('Of a reading after a span gas, k = 2; usual: an estimate for a thermal-conductivity cell.'),
  zeroDrift_vol_percent: halfWidth
    .default(USUAL_GAS_METERING.ventZero_vol_percent)
    .describe('Drift of the zero between two checks in nitrogen, k = 2; usual: an estimate.'),
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
  uncertainty_share: halfWidth
    .default(USUAL_GAS_METERING.sweepShare)
    .describe('Of the measured flow, k = 2; usual: the accuracy in the data sheet of the SFM4300.'),
});

const label = z.string().min(1);
const place = {
  chip: z.union([label, z.array(label).min(1)]).describe('Label of the chip; a list where host models differ.'),
  offset: z.number().int().min(0),
  active: z.enum(['high', 'low']),
};

/** A digital line of the host: by chip label and offset, never by a global number, which kernels renumber. */
const line = z.union(
  [
    fields({
      ...place,
      direction: z.enum(['in', 'out']),
      readBack: fields(place).optional().describe('Input that sees what the output did: asserted when it took.'),
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

/** Lines that stand for what a board with a microcontroller of its own does by itself. */
const hostLine = line.default({ absent: 'this galvanostat needs no such line of the host' });
const hostLines = {
  'watchdog-pulse': hostLine.describe('A rising edge keeps the watchdog relay closed for deadMan_s.'),
  'cell-relay': hostLine.describe('Normally open, between stage and cell.'),
  'polarity-forward': hostLine.describe('Coil of the latching polarity relay; energised for a moment only.'),
  'polarity-reverse': hostLine,
};

const busKinds = [
  fields({ kind: z.literal('simulated'), rate_Hz: positive }),
  fields({
    kind: z.literal('socket'),
    rate_Hz: positive,
    socket: name.describe('File name of the Unix socket in the directory for temporary files.'),
  }),
  fields({
    kind: z.literal('i2c'),
    rate_Hz: positive,
    bus: z.number().int().min(0).max(255).describe('N of /dev/i2c-N.'),
  }),
] as const;

const bus = z.discriminatedUnion('kind', busKinds, {
  error: () => said('is not a bus', 'kind: simulated, kind: socket or kind: i2c'),
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
  lines: fields({ ...safetyLines, ...otherLines, ...hostLines }),
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
