/**
 * Broken recipes as data: what each is refused for, where, and what would be right. Every file is `minimal.yaml` with one
 * fault (`several-faults` has four); every problem of a file stands here, so that a rule that goes blind or talks too much fails.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { planFile } from '../../src/recipe/files.js';

type Expected = readonly (readonly [place: string, path: string, message: string, hint: string])[];

/** What the form knows, in its own order. */
const known = {
  recipe:
    'recipe, name, title, source, basis, reagents, cell, limits, waive, pause, balance, part_of, record_rate, provenance, steps',
  steps: 'one of prompt, purge, cool, heat, flow, wait, electrolyse, hold, sample, finish, repeat, include, parallel',
};

const broken: Readonly<Record<string, Expected>> = {
  alias: [
    ['3:8', '', 'an alias (*name) is not taken', 'write the value out'],
    ['7:11', '', 'an anchor (&name) is not taken', 'write the value out'],
  ],
  'bare-number': [['23:16', 'electrolyse.current', '18 has no unit', '18 mA']],
  bomb: [
    ['3:4', '', 'an anchor (&name) is not taken', 'write the value out'],
    ['4:8', '', 'an alias (*name) is not taken', 'write the value out'],
  ],
  'control-character': [['3:9', '', 'character U+0000 does not belong in a text', 'delete it']],
  'decimal-comma': [
    [
      '7:11',
      'basis.amount',
      '"0,5 mmol" has a comma; the decimal sign is a point and digits are not grouped',
      '0.5 mmol',
    ],
  ],
  'deep-list': [['1:41', '', 'nested deeper than 20 levels', 'at most 20 levels']],
  'disagreeing-amount': [
    ['10:91', 'reagents.2a.mass', '5 mmol are 1047 mg, not 105 mg', '1047 mg'],
    [
      '23:16',
      'electrolyse.current',
      '18 mA for 3 h is 194.4 C and 0.403 F/mol on 5 mmol, not the 4.03 F/mol of basis.charge',
      '180 mA, or 30 h, or basis.charge 0.403 F/mol',
    ],
  ],
  'disagreeing-charge': [
    ['25:15', 'electrolyse.charge', '18 mA for 3 h is 194.4 C, not 193.4 C', '194.4 C, or 17.91 mA, or 2 h 59 min'],
  ],
  'disagreeing-current': [
    [
      '23:16',
      'electrolyse.current',
      '180 mA for 3 h is 1944 C and 40.3 F/mol on 0.5 mmol, not the 4.03 F/mol of basis.charge',
      '18 mA, or 18 min, or basis.charge 40.3 F/mol',
    ],
    ['23:16', 'electrolyse.current', '180 mA is over the limit of the reactor "batch-10ml"', 'at most 20 mA'],
  ],
  'disagreeing-mass': [['10:91', 'reagents.2a.mass', '0.5 mmol are 104.7 mg, not 150 mg', '105 mg']],
  'disagreeing-time': [
    [
      '23:16',
      'electrolyse.current',
      '18 mA for 30 h is 1944 C and 40.3 F/mol on 0.5 mmol, not the 4.03 F/mol of basis.charge',
      '1.8 mA, or 3 h, or basis.charge 40.3 F/mol',
    ],
  ],
  'duplicate-key': [['25:7', 'electrolyse.current', 'this key is written twice', 'one of the two']],
  'empty-step': [['21:5', 'cool', 'holds nothing', 'to, ramp, band, hold, at_most']],
  empty: [['1:1', '', 'holds nothing', known.recipe]],
  exponent: [['23:16', 'electrolyse.current', '"1e400 mA" has an exponent; numbers are written out', '18 mA']],
  'finish-first': [['20:5', 'finish', 'finish is not the last step', 'finish once, at the end']],
  'flow-in-batch': [['22:5', 'flow', 'the reactor "batch-10ml" has no pump', 'no flow step, or a flow cell']],
  hexadecimal: [['23:16', 'electrolyse.current', '"0x12" is not a plain decimal number', '18 mA']],
  'huge-number': [['23:16', 'electrolyse.current', '"1e400" is not a plain decimal number', '18 mA']],
  'impatient-cooling': [['21:34', 'cool.at_most', 'ramp and hold alone take 22 min 24 s', 'at least 34 min']],
  'include-traversal': [['20:14', 'include', 'is not a set of fields', 'recipe, steps']],
  infinity: [['23:16', 'electrolyse.current', '".inf" is not a plain decimal number', '18 mA']],
  'missing-key': [['11:1', 'cell.gap', 'is missing', '5 mm']],
  'name-traversal': [['2:7', 'name', 'is not a name', 'small letters, digits and hyphens, at most 64; no path']],
  negative: [['23:16', 'electrolyse.current', '"-18 mA" is not above zero', '18 mA']],
  'never-ending': [['23:16', 'electrolyse.current', 'the procedure takes 125 d 1 h', 'at most 7 d in all']],
  'no-cooling': [
    [
      '21:5',
      'electrolyse',
      'nothing has cooled the cell before this',
      '`- cool:` before it, or `waive: { cooling: the reason }`',
    ],
  ],
  'no-finish': [['22:5', 'electrolyse', 'the last step is not finish', '`- finish:` as the last step']],
  'no-purge': [
    [
      '21:5',
      'electrolyse',
      'nothing has swept the air and hydrogen from the headspace before this',
      '`- purge:` before it, or `waive: { purge: the reason }`',
    ],
  ],
  'not-a-number-yaml': [['23:16', 'electrolyse.current', '".nan" is not a plain decimal number', '18 mA']],
  'not-a-number': [['23:16', 'electrolyse.current', '"NaN" does not begin with a number', '18 mA']],
  'not-utf8': [['0:0', '', 'the file is not valid UTF-8', 'save it as UTF-8 text']],
  'octal-with-unit': [['23:16', 'electrolyse.current', '"017 mA" begins with a zero that could mean octal', '18 mA']],
  octal: [['23:16', 'electrolyse.current', '"017" is not a plain decimal number', '17 mA']],
  'old-version': [['1:9', 'recipe', 'this version of a recipe is not known', '1']],
  'over-board-range': [
    [
      '23:16',
      'electrolyse.current',
      '300 mA is over the range of the board "bench-sim" (256 mA, a tenth of it kept for the trip)',
      'at most 232 mA',
    ],
  ],
  'over-reactor-current': [
    ['23:16', 'electrolyse.current', '21.6 mA is over the limit of the reactor "batch-10ml"', 'at most 20 mA'],
  ],
  overdriven: [
    [
      '22:5',
      'electrolyse.ramp',
      '2.78 W within 2 min warm the cell by up to 1.2 K before the cooling has followed; the run is held at 0.5 K',
      'at least 490 s, or less current',
    ],
    [
      '23:16',
      'electrolyse.current',
      'transport carries 28.1 mA at the end; 180 mA is 6.4 of that',
      'at most 22 mA, more area',
    ],
  ],
  'provenance-of-nothing': [
    ['19:15', 'provenance.cell.depth', 'there is no such field in this recipe', 'the path of a field, as in --set'],
  ],
  'reactor-traversal': [
    ['12:12', 'cell.reactor', 'is not a name', 'small letters, digits and hyphens, at most 64; no path'],
  ],
  'second-document': [['19:1', '', 'a second document (---) is not taken', 'one document a file']],
  'several-faults': [
    ['16:8', 'cell.gap', '"5 cm2": "cm2" is a unit of area, not of length (here: cm, mm, um)', '5 mm'],
    ['23:16', 'electrolyse.current', '18 has no unit', '18 mA'],
    [
      '24:7',
      'electrolyse.hours',
      'this key is not known here',
      'one of current, time, charge, ramp, stages, polarity, until, samples, follow_flow',
    ],
  ],
  'short-purge': [
    ['20:37', 'purge.for', '1 min exchange less than 5 volumes of the headspace (15 mL)', 'at least 3 min'],
  ],
  syntax: [
    [
      '15:3',
      '',
      'Flow map in block collection must be sufficiently indented and end with a }',
      'fields of one set begin in one column, and every bracket closes',
    ],
  ],
  tag: [['23:16', '', 'a tag (!name) is not taken', 'the plain value']],
  'temperature-in-kelvin': [
    [
      '21:17',
      'cool.to',
      '"273.15 K": "K" is a unit of temperature difference, not of temperature (here: degC)',
      '0 degC',
    ],
  ],
  'ten-thousand-brackets': [['3:27', '', 'nested deeper than 20 levels', 'at most 20 levels']],
  'too-cold': [
    ['21:17', 'cool.to', '-20 degC lies outside the limits', 'between -10 and 35 degC'],
    [
      '21:17',
      'cool.to',
      'the block must be at -23.6 degC to take 1.81 W; the Peltier brings it to -8.84 degC',
      'a target of -6.9 degC or warmer, or less current',
    ],
  ],
  'too-large': [['0:0', '', 'the file has more than 65536 bytes', 'at most 65536 bytes']],
  'two-kinds-in-a-step': [['20:5', 'step 1', 'one step holds purge and cool', `one kind a step: ${known.steps}`]],
  'unknown-key': [
    [
      '19:3',
      'cell.colour',
      'this key is not known here',
      'one of reactor, mode, cathode, anode, count, gap, solvent, volume, vent',
    ],
  ],
  'unknown-reactor': [
    [
      '12:12',
      'cell.reactor',
      'there is no reactor "batch-20ml"',
      'one of batch-100ml-same-electrodes, batch-10ml, batch-10ml-zinc, batch-6ml, batch-overdriven, batch-scale-out-27cm2, flow-12cm2, single-pass-12cm2',
    ],
  ],
  'unknown-step': [['22:5', 'step 3: electrolyze', 'this step is not known', known.steps]],
  'unknown-unit': [
    ['23:16', 'electrolyse.current', '"18 milliamps": the unit "milliamps" is not known (here: A, mA, uA)', '18 mA'],
  ],
  'voltage-limit-too-high': [['19:20', 'limits.voltage', '12 V is more than reactor and board allow', 'at most 5 V']],
  'voltage-limit-too-low': [
    [
      '24:16',
      'electrolyse.current',
      'the cell would need 4.32 V, over the limit of 3 V',
      'less current, or limits.voltage of 4.4 V where the reactor allows it',
    ],
  ],
  'waived-yet-there': [['21:12', 'purge', 'purge is waived, yet here is a purge step', 'one of the two']],
  'weak-sweep': [
    [
      '20:21',
      'purge.sweep',
      '10 mL/min carries 1.4 %vol hydrogen at 18 mA; at least 17 mL/min are due',
      'at least 20 mL/min',
    ],
  ],
  'wrong-area': [
    ['14:38', 'cell.cathode.area', 'the reactor "batch-10ml" has 2.7 cm2, not 27 cm2', '2.7 cm2, or another reactor'],
  ],
  'wrong-kind-of-unit': [
    ['23:16', 'electrolyse.current', '"18 mV": "mV" is a unit of voltage, not of current (here: A, mA, uA)', '18 mA'],
  ],
  'wrong-mode': [['13:9', 'cell.mode', 'the reactor "batch-10ml" is a stirred cell without a pump', 'batch']],
  'wrong-volume': [
    ['18:11', 'cell.volume', 'the reactor "batch-10ml" has 10 mL, not 100 mL', '10 mL, or another reactor'],
  ],
  'zero-time': [['24:13', 'electrolyse.time', '"0 h" is not above zero', '3 h']],
};

const folder = fileURLToPath(new URL('../fixtures/recipes/broken/', import.meta.url));

describe('a broken recipe is refused with its places and what would be right', () => {
  it('has an expectation for every file', () => {
    expect(readdirSync(folder).toSorted()).toEqual(
      Object.keys(broken)
        .map((name) => `${name}.yaml`)
        .toSorted(),
    );
  });

  for (const [name, expected] of Object.entries(broken)) {
    it(name, async () => {
      const outcome = await planFile(`${folder}${name}.yaml`, { board: 'bench-sim' });
      const problems = outcome.ok ? [] : outcome.problems;
      expect(
        problems.map(({ line, column, path, message, hint }) => [`${line}:${column}`, path, message, hint]),
      ).toEqual(expected);
      for (const { file } of problems) expect(file).toBe(`${folder}${name}.yaml`);
    });
  }
});
