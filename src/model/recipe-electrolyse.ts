/**
 * The body of an electrolysis as an operator writes it: current, what ends it, how it changes on the way, and the samples
 * that are taken meanwhile. Must not know whether the numbers make sense together: that is the checker's.
 */
import { z } from 'zod';
import { question } from './recipe-ask.js';
import { oneOf, quantityOf, quantityOfAny } from './recipe-quantities.js';
import { unitsOf } from './units.js';
import { fields, said } from './validate.js';

const stage = fields({
  current: quantityOf('current').describe('Constant current of the stage.'),
  time: quantityOf('time').optional().describe('Current times time is the charge of the stage.'),
  charge: quantityOf('charge').optional().describe('The charge of the stage.'),
  charge_per_mole: quantityOf('chargePerMole')
    .optional()
    .describe('The charge of the stage for each mole of the limiting reagent.'),
  ramp: quantityOf('time', 'positive', '2 min')
    .optional()
    .describe("From the current before it. Default: the reactor's."),
});

const lasting = quantityOf('time', 'positive', '10 s')
  .optional()
  .describe('True without a break for so long. Default: at once.');
const action = oneOf(['done', 'hold'])
  .optional()
  .describe('done: the step ends. hold: the run is held, and a resume goes on with the step. Default: done.');

const thresholds = {
  voltage: { above: '4.5 V', below: '2.5 V' },
  temperature: { above: '2 degC', below: '-2 degC' },
  gasFraction: { above: '8000 ppm', below: '500 ppm' },
} as const;

function threshold<K extends keyof typeof thresholds>(kind: K, what: string, how = '') {
  const sign = kind === 'temperature' ? 'any' : 'positive';
  const { above, below } = thresholds[kind];
  return fields({
    above: quantityOf(kind, sign, above).optional().describe(`Ends when the ${what} is above this.`),
    below: quantityOf(kind, sign, below).optional().describe(`Ends when the ${what} is below this.`),
    for: lasting,
    on: action,
  }).describe(`The ${what}, above or below a limit.${how}`);
}

const trend = fields({
  of: oneOf(['voltage', 'temperature']).describe('What is watched.'),
  rises_by: quantityOfAny('voltageRamp', 'temperatureRamp')
    .optional()
    .describe('Ends when it rises by more than this.'),
  falls_by: quantityOfAny('voltageRamp', 'temperatureRamp')
    .optional()
    .describe('Ends when it falls by more than this.'),
  over: quantityOf('time', 'positive', '5 min').describe('Slope of a straight line through so long a time.'),
  for: lasting,
  on: action,
}).superRefine(({ of, ...slopes }, context) => {
  const due = of === 'voltage' ? 'voltageRamp' : 'temperatureRamp';
  for (const name of ['rises_by', 'falls_by'] as const) {
    const slope = slopes[name];
    if (slope === undefined || slope.kind === due) continue;
    const message = said(`"${slope.text}" is no slope of a ${of}`, unitsOf(due).example);
    context.addIssue({ code: 'custom', path: [name], message });
  }
});

const until = fields({
  charge: quantityOf('charge').optional().describe('Ends at this charge.'),
  charge_per_mole: quantityOf('chargePerMole').optional().describe('Ends at this charge for each mole.'),
  time: quantityOf('time').optional().describe('Ends after this time with the current flowing, dead times included.'),
  voltage: threshold('voltage', 'cell voltage', ' Its amount, judged while the current stands.').optional(),
  temperature: threshold('temperature', 'temperature of the cell').optional(),
  hydrogen: threshold('gasFraction', 'hydrogen in the vent line', ' `below` counts once there was more.').optional(),
  trend: trend.optional().describe('A slope of the voltage or the temperature, such as that of a film that grows.'),
}).describe('What ends it beside its charge, whichever comes first.');

const samples = fields({
  at: z
    .array(quantityOfAny('chargePerMole', 'charge', 'time'), {
      error: () => said('is not a list', '[0.5 F/mol, 1 F/mol]'),
    })
    .min(1, { error: () => said('is empty', '[0.5 F/mol, 1 F/mol]') })
    .max(100, { error: () => said('are too many', 'at most 100') })
    .describe('Charges since the electrolysis began, or times with the current flowing.'),
  ...question.shape,
  wait: z
    .boolean({ error: () => said('is neither true nor false', 'true or false') })
    .optional()
    .describe('true: held until the answer is there, and goes on by itself. Default: the current goes on.'),
}).describe('Samples that are asked for while the current flows.');

export const electrolyse = fields({
  current: quantityOf('current').describe(
    'Constant current; with stages the largest, with a flow to follow that at the planned flow.',
  ),
  time: quantityOf('time').optional().describe('Current times time is the charge.'),
  charge: quantityOf('charge').optional().describe('The charge, or with a time a cross-check of it.'),
  ramp: quantityOf('time', 'positive', '2 min')
    .optional()
    .describe("From zero to the current. Default: the reactor's."),
  stages: z
    .array(stage, { error: () => said('is not a list of stages', '`- { current: 18 mA, time: 1 h }`') })
    .min(1, { error: () => said('has no stage', 'one at least') })
    .max(100, { error: () => said('has too many stages', 'at most 100') })
    .optional()
    .describe('Currents one after the other.'),
  polarity: fields({
    half_period: quantityOf('time', 'positive', '30 s').describe(
      'From one reversal to the next, ramps and dead time included.',
    ),
    dead_time: quantityOf('time', 'orZero', '1 s')
      .optional()
      .describe('No current between the two directions for so long. Default: 1 s.'),
  })
    .optional()
    .describe('The electrodes change places; the charge counts without its sign.'),
  until: until.optional(),
  samples: samples.optional(),
  follow_flow: fields({
    charge: quantityOf('chargePerMole').describe('Charge for each mole that flows through.'),
    concentration: quantityOf('concentration').describe('Of the limiting reagent in the feed.'),
    filter: quantityOf('time', 'positive', '5 s')
      .optional()
      .describe('Time constant of the filter on the measured flow. Default: 5 s.'),
    current_max: quantityOf('current', 'positive', '20 mA').describe('The current never goes beyond this.'),
  })
    .optional()
    .describe('The current follows the measured flow at a constant charge per mole.'),
});
