/** What becomes of each field of the steps when a recipe is scaled, on the text alone: there and back it is the same, byte for byte. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/model/document.js';
import { packagePath } from '../../src/model/entry.js';
import type { Reactor } from '../../src/model/reactor.js';
import { scaledRecipe, type Scaled, type Target } from '../../src/recipe/scale.js';
import { readReactor } from '../../src/recipe/shelf.js';

function reactor(name: string): Reactor {
  const read = readReactor(readFileSync(packagePath('boards', 'reactors', `${name}.yaml`), 'utf8'), name);
  if (!read.ok) throw new Error(name);
  return read.value.read;
}

const SMALL = reactor('batch-10ml');
const WIDE = reactor('batch-scale-out-27cm2');
const LONG = reactor('batch-100ml-same-electrodes');
const FLOW = reactor('flow-12cm2');
const PASS = reactor('single-pass-12cm2');

function recipe(
  steps: string,
  { name, cell, transport }: Reactor = SMALL,
  mode = 'batch',
  amount = '0.5 mmol',
): string {
  return `recipe: 1
name: some
title: Some
source: { note: test }
basis: { limiting: 2a, amount: ${amount}, charge: 4.03 F/mol }
reagents:
  2a: { name: imine, role: limiting, molar_mass: 209.31 g/mol, equivalents: 1.0 eq }
cell:
  reactor: ${name}
  mode: ${mode}
  cathode: { material: nickel, area: ${cell.area_cm2} cm2 }
  anode: { material: felt, area: ${cell.area_cm2} cm2 }
  gap: ${10 * cell.gap_cm} mm
  solvent: DMF
  volume: ${cell.liquid_mL} mL
limits:
  voltage: 4.5 V
${transport.kind === 'channel' ? `  flow_min: ${transport.flowMin_mL_min} mL/min\n` : ''}steps:
${steps}  - finish: { sweep_for: 10 min, hold_temperature: true }
`;
}

interface To {
  readonly from?: Reactor;
  readonly to: Reactor;
  readonly amount: string;
  readonly factor: number;
  readonly areas?: number;
}

function scaled(text: string, { from = SMALL, to, amount, factor, areas }: To): Scaled {
  const { document } = readDocument('some', Buffer.from(text));
  const target: Target = {
    total: amount,
    amount,
    factor,
    areas: areas ?? to.cell.area_cm2 / from.cell.area_cm2,
    by: ['area'],
    source: from,
    reactor: to,
    cells: 1,
    sweep: true,
  };
  return scaledRecipe(text, document?.data, target);
}

const UP = { to: WIDE, amount: '5 mmol', factor: 10 } as const;
const LONGER = { to: LONG, amount: '5 mmol', factor: 10 } as const;

function thereAndBack(text: string, up: To): string {
  const there = scaled(text, up).text;
  const back = { from: up.to, to: up.from ?? SMALL, amount: '0.5 mmol', factor: 1 / up.factor };
  expect(scaled(there, back).text).toBe(text);
  return there;
}

const STEPS = {
  stages: `  - electrolyse:
      current: 18 mA
      stages:
        - { current: 18 mA, time: 2 h }
        - { current: 9 mA, charge: 32.4 C, ramp: 30 s }
        - { current: 9 mA, charge_per_mole: 0.67 F/mol }
`,
  until: `  - electrolyse:
      current: 18 mA
      time: 3 h
      until: { charge: 150 C, charge_per_mole: 3 F/mol, time: 170 min, voltage: { above: 4.2 V, for: 30 s } }
`,
  samples: `  - electrolyse:
      current: 18 mA
      time: 3 h
      samples: { at: [0.5 F/mol, 48.6 C, 90 min], ask: Take a sample, key: conversion }
`,
  polarity: `  - electrolyse: { current: 18 mA, time: 3 h, polarity: { half_period: 30 s, dead_time: 1 s } }
`,
  repeat: `  - repeat:
      times: 3
      steps:
        - electrolyse: { current: 18 mA, time: 1 h, charge: 64.8 C }
        - wait: { for: 5 min }
`,
  parallel: `  - parallel:
      - [ { purge: { sweep: 25 mL/min, for: 3 min } } ]
      - [ { cool: { to: 0 degC, ramp: 2 K/min, at_most: 60 min } } ]
  - electrolyse: { current: 18 mA, time: 3 h }
`,
};

describe('by area', () => {
  it.each([
    ['stages', ['{ current: 180 mA, time: 2 h }', '{ current: 90 mA, charge: 324.0 C, ramp: 30 s }']],
    ['stages', ['current: 90 mA, charge_per_mole: 0.67 F/mol']],
    ['until', ['charge: 1500 C, charge_per_mole: 3 F/mol, time: 170 min, voltage: { above: 4.2 V, for: 30 s }']],
    ['samples', ['at: [0.5 F/mol, 486 C, 90 min]']],
    ['polarity', ['current: 180 mA, time: 3 h, polarity: { half_period: 30 s, dead_time: 1 s }']],
    ['repeat', ['times: 3', 'electrolyse: { current: 180 mA, time: 1 h, charge: 648.0 C }', 'wait: { for: 5 min }']],
    ['parallel', ['sweep: 250 mL/min, for: 1 min', 'ramp: 1.2 K/min', 'current: 180 mA, time: 3 h']],
  ] as const)('%s', (name, wanted) => {
    const there = thereAndBack(recipe(STEPS[name]), UP);
    for (const words of wanted) expect(there).toContain(words);
  });
});

describe('by time', () => {
  it.each([
    ['stages', ['{ current: 18 mA, time: 20 h }', 'current: 9 mA, charge: 324.0 C', 'charge_per_mole: 0.67 F/mol']],
    ['until', ['charge: 1500 C, charge_per_mole: 3 F/mol, time: 1700 min']],
    ['samples', ['at: [0.5 F/mol, 486 C, 900 min]']],
    ['polarity', ['current: 18 mA, time: 30 h, polarity: { half_period: 30 s, dead_time: 1 s }']],
    ['repeat', ['times: 3', 'current: 18 mA, time: 10 h, charge: 648.0 C', 'wait: { for: 5 min }']],
    ['parallel', ['sweep: 25 mL/min, for: 10 min', 'current: 18 mA, time: 30 h']],
  ] as const)('%s', (name, wanted) => {
    const there = thereAndBack(recipe(STEPS[name]), LONGER);
    for (const words of wanted) expect(there).toContain(words);
  });
});

describe('the pump', () => {
  it('of a recirculating cell is set before tracks that run at once, and goes out of them again', () => {
    const there = thereAndBack(recipe(STEPS.parallel), { to: FLOW, amount: '5 mmol', factor: 10 });
    expect(there).toContain('  - flow: { rate: 25 mL/min, settle: 30 s, tolerance: 10 % }\n  - parallel:');
  });

  it('goes out of a list on one line without the rest of it', () => {
    const flow = 'flow: { rate: 25 mL/min, settle: 30 s, tolerance: 10 % }';
    const track = `  - parallel:\n      - [ { ${flow} }, { wait: { for: 1 min } } ]\n      - [ { wait: { for: 2 min } } ]\n`;
    const text = recipe(`${track}  - electrolyse: { current: 80 mA, time: 6.75 h }\n`, FLOW, 'recirculating', '5 mmol');
    const back = scaled(text, { from: FLOW, to: SMALL, amount: '0.5 mmol', factor: 0.1 }).text;
    expect(back).toContain('      - [ { wait: { for: 1 min } } ]\n      - [ { wait: { for: 2 min } } ]\n');
  });
});

/** A single pass of ten times the electrodes and feed, which does not ship. */
const WIDER: Reactor = { ...PASS, name: 'wider', cell: { ...PASS.cell, area_cm2: 120, liquid_mL: 250 } };
const ONE_PASS = `  - flow: { rate: 0.0463 mL/min, settle: 30 s, tolerance: 10 % }
  - electrolyse:
      current: 6 mA
      time: 9 h
      follow_flow: { charge: 4.03 F/mol, concentration: 20 mmol/L, filter: 5 s, current_max: 7 mA }
`;

describe('a single pass', () => {
  it('has the flow of its current, and the same charge per mole and concentration', () => {
    const text = recipe(ONE_PASS, PASS, 'single-pass');
    const there = thereAndBack(text, { from: PASS, to: WIDER, amount: '5 mmol', factor: 10 });
    expect(there).toContain('rate: 0.463 mL/min');
    expect(there).toContain('current: 60 mA\n      time: 9 h');
    expect(there).toContain('{ charge: 4.03 F/mol, concentration: 20 mmol/L, filter: 5 s, current_max: 70 mA }');
    expect(there).toContain('flow_min: 0.35 mL/min');
    expect(there).toContain('mode: single-pass');
  });

  it('of the same electrodes takes longer at the same flow', () => {
    const same: Reactor = { ...WIDER, name: 'longer', cell: { ...WIDER.cell, area_cm2: 12 } };
    const text = recipe(ONE_PASS, PASS, 'single-pass');
    const there = thereAndBack(text, { from: PASS, to: same, amount: '5 mmol', factor: 10 });
    expect(there).toContain('rate: 0.0463 mL/min');
    expect(there).toContain('current: 6 mA\n      time: 90 h');
    expect(there).toContain('current_max: 7 mA');
  });
});

describe('numbers that agree', () => {
  /** Field of the first electrolysis, as it is written. */
  const said = (text: string, field: string): number =>
    Number(new RegExp(`electrolyse: .*${field}: ([\\d.]+)`).exec(text)?.[1]);

  it('before agree after: the charge is that of current and time as they are written', () => {
    const currents = fc.integer({ min: 1000, max: 20_000 }).map((value) => value / 1000);
    const times = fc.integer({ min: 5000, max: 100_000 }).map((value) => value / 10_000);
    fc.assert(
      fc.property(currents, times, fc.constantFrom(WIDE, LONG, FLOW), (current_mA, time_h, to) => {
        const charge = (3.6 * current_mA * time_h).toFixed(1);
        const text = recipe(`  - electrolyse: { current: ${current_mA} mA, time: ${time_h} h, charge: ${charge} C }\n`);
        const there = scaled(text, { to, amount: '5 mmol', factor: 10 }).text;
        const passed_C = 3.6 * said(there, 'current') * said(there, 'time');
        expect(Math.abs(passed_C - said(there, 'charge'))).toBeLessThanOrEqual(0.05 + 1e-9 * passed_C);
        // What it should be is ten times what passed before.
        expect(Math.abs(passed_C / (36 * current_mA * time_h) - 1)).toBeLessThan(1e-4);
        const back = scaled(there, { from: to, to: SMALL, amount: '0.5 mmol', factor: 0.1 });
        expect(back.text).toBe(text);
      }),
      { numRuns: 30 },
    );
  });
});

describe('words', () => {
  it('that state nothing known are told with their line and what they would be', () => {
    const { unsure } = scaled(recipe(`  - prompt: Weigh the plate; it loses 66 mg.\n${STEPS.polarity}`), UP);
    expect(unsure).toEqual([{ found: '66 mg', line: 19, grown: '660 mg' }]);
  });

  it('of one cell among several stay right', () => {
    const text = recipe(`  - prompt: Weigh the plate; it loses 66 mg.\n${STEPS.polarity}`);
    expect(scaled(text, { to: SMALL, amount: '0.5 mmol', factor: 1 }).unsure).toEqual([]);
  });
});
