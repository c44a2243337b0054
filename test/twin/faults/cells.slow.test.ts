import { describe, expect, it } from 'vitest';
import { reactorFile } from '../../support/plan.js';
import { FAULT_CELLS, HIDDEN_CELLS, type FaultCell } from '../../../src/twin/faults/cells.js';
import { BUS_VERBS, PART_VERBS, type FaultOrder } from '../../../src/twin/faults/order.js';
import { healthy } from '../../../src/twin/plant/inputs.js';
import { brokenRun, type BrokenRun } from './broken-run.js';

const HEALTHY = healthy(reactorFile('flow-12cm2'));

interface Single {
  readonly name: string;
  readonly cell: FaultCell;
  readonly order: FaultOrder;
}

function singles(cells: readonly FaultCell[]): Single[] {
  return cells.flatMap((cell) =>
    cell.amounts.map((amount) => ({
      name: `${cell.target}:${cell.verb}${amount === null ? '' : `=${amount}`}`,
      cell,
      order: { target: cell.target, verb: cell.verb, amount, at_s: 0, for_s: null },
    })),
  );
}

function expectMended({ mended, defects }: BrokenRun): void {
  expect(mended.faults).toEqual([]);
  expect(defects).toEqual(HEALTHY);
}

describe('every single fault of the reference bench', () => {
  it.each(singles(FAULT_CELLS))('$name fires in a run, and ends', async ({ order }) => {
    // The Peltier gives all it has from its start to the end of so short a run.
    const run = await brokenRun([order], { during: order.target === 'cooler-source' ? 'flow' : 'electrolyse' });
    expect(run.fired[0]).toBeGreaterThan(0);
    expectMended(run);
  });

  it.each(singles(HIDDEN_CELLS))('$name changes nothing by itself, and fires with what it needs', async (single) => {
    const { cell, order } = single;
    const need = cell.needs?.with ?? { hand: '' };
    expect((await brokenRun([order])).fired).toEqual([0]);
    const run =
      'hand' in need
        ? await brokenRun([order], need)
        : await brokenRun([order, { ...order, ...need, amount: null, at_s: 1 }]);
    expect(run.fired[0]).toBeGreaterThan(0);
    expectMended(run);
  });

  it('is there for every verb', () => {
    const verbs = new Set(FAULT_CELLS.map(({ verb }) => verb));
    expect([...PART_VERBS, ...BUS_VERBS].filter((verb) => !verbs.has(verb))).toEqual([]);
  });
});

/** What a verb does to a transfer or a value is drawn in one place, whichever part it befalls. */
function onePerVerb(cells: readonly Single[]): Single[] {
  return [...new Map(cells.map((single) => [single.cell.verb, single])).values()];
}

describe('the same order and seed', () => {
  const byChance = singles(FAULT_CELLS).filter(
    ({ cell: { verb }, order: { amount } }) =>
      verb === 'garbage' ||
      verb === 'flip' ||
      verb === 'partial' ||
      verb === 'shortread' ||
      (verb === 'nack' && amount !== null),
  );
  const eeprom = singles(FAULT_CELLS).filter(({ order: { target } }) => target === 'eeprom');
  it.each([...onePerVerb(byChance), ...eeprom])('$name gives the same run twice', async ({ order }) => {
    expect(await brokenRun([order])).toEqual(await brokenRun([order]));
  });
});
