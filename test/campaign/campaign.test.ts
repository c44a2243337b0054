import { describe, expect, it } from 'vitest';
import { seeded } from '../../src/model/random.js';
import { nameOf, PHASES } from './case.js';
import { EXCLUSIONS, exclusionOf } from './exclusions.js';
import { CELLS, cellOf } from './fault-cells.js';
import { caseOf, singleCase } from './generate.js';
import { play } from './play.js';
import { SABOTAGES, sabotaged } from './sabotage.js';
import { DUTIES } from './duties.js';
import { failed, totals, verdictOn, type Verdict } from './verdict.js';

const cellNamed = (name: string) => {
  const found = CELLS.find(({ target, verb }) => `${target}:${verb}` === name);
  if (found === undefined) throw new RangeError(name);
  return found;
};

describe('the generator', () => {
  const cases = Array.from({ length: 8000 }, (_, seed) => caseOf(seed));

  it('gives the same case for the same seed', () => {
    for (const seed of [1, 77, 4711]) expect(caseOf(seed)).toEqual(caseOf(seed));
  });

  it('reaches every state of a run and every fault with each of its amounts', () => {
    const faults = cases.flatMap((one) => one.faults);
    expect(new Set(faults.map(({ when }) => when.phase))).toEqual(new Set(PHASES));
    const all = CELLS.flatMap((cell) => cell.amounts.map((amount) => nameOf({ ...cell, amount })));
    expect(new Set(faults.map(nameOf))).toEqual(new Set(all));
  });

  it('gives none to three faults, and never a pair that is excluded', () => {
    for (const { faults } of cases) {
      expect(faults.length).toBeLessThanOrEqual(3);
      for (const [at, one] of faults.entries())
        for (const other of faults.slice(at + 1)) expect(exclusionOf(one, other)).toBeNull();
    }
    expect(new Set(cases.map(({ faults }) => faults.length))).toEqual(new Set([0, 1, 2, 3]));
  });

  it('gives people who hold, resume, stop, abort and acknowledge', () => {
    const kinds = new Set(cases.flatMap(({ acts }) => acts.map(({ kind }) => kind)));
    expect(kinds).toEqual(new Set(['hold', 'resume', 'stop', 'abort', 'acknowledge']));
  });
});

describe('what is known of the faults', () => {
  it('each duty is one of a fault that there is', () => {
    const orphans = DUTIES.flatMap(({ targets, verbs, amount }) =>
      targets.flatMap((target) =>
        verbs.filter((verb) => {
          const cell = CELLS.find((one) => one.target === target && one.verb === verb);
          return cell === undefined || (amount !== undefined && !cell.amounts.includes(amount));
        }),
      ),
    );
    expect(orphans).toEqual([]);
  });

  it('each exclusion keeps some pair apart', () => {
    for (const { together } of EXCLUSIONS)
      for (const part of together) expect(CELLS.some(({ target, verb }) => part({ target, verb }))).toBe(true);
  });

  it('a fault that is no cell is refused', () => {
    expect(() => cellOf({ target: 'moon', verb: 'off', amount: null })).toThrow(RangeError);
  });
});

describe('a single fault', () => {
  const single = async (name: string, phase: (typeof PHASES)[number]): Promise<Verdict> => {
    const cell = cellNamed(name);
    const planned = singleCase(1, cell, cell.amounts[0] ?? null, phase);
    return verdictOn(planned, await play(planned));
  };

  it.each(PHASES)('the door opened in %s: put in there, fired, and safe', async (phase) => {
    const verdict = await single('door:off', phase);
    expect(verdict.cells).toEqual([`door:off @ ${phase}`]);
    expect(verdict).toMatchObject({ fired: 1, unsafe: [], silent: [] });
  });

  it('a killed host leaves nothing on', async () => {
    expect(await single('host:off', 'steady')).toMatchObject({ outcome: 'killed', fired: 1, unsafe: [] });
  });

  it('a host that was stopped for ten seconds and goes on brings nothing back', async () => {
    const planned = singleCase(1, cellNamed('host:delayed'), 10, 'steady');
    expect(verdictOn(planned, await play(planned))).toMatchObject({ outcome: 'aborted', fired: 1, unsafe: [] });
  });
});

describe('a seed', () => {
  it.each([3, 78, 205])('%i replays to the last bit, whatever ran before it', async (seed) => {
    const once = await play(caseOf(seed));
    await play(caseOf(seed + 1));
    const again = await play(caseOf(seed));
    expect(again.hash).toBe(once.hash);
    expect(again.events).toEqual(once.events);
  });

  it('gives another trace than its neighbour', async () => {
    expect((await play(caseOf(1))).hash).not.toBe((await play(caseOf(2))).hash);
  });
});

describe('a small campaign', () => {
  it('of 20 seeds is safe, tells of everything and trips for nothing', async () => {
    const first = 1 + Math.floor(seeded(4).uniform() * 100);
    const verdicts: Verdict[] = [];
    for (let seed = first; seed < first + 20; seed++) {
      const planned = caseOf(seed);
      verdicts.push(verdictOn(planned, await play(planned)));
    }
    const { ran, fired, failures } = totals(verdicts);
    expect(failures).toEqual([]);
    expect(ran).toBe(20);
    expect(fired).toBeGreaterThan(10);
  });
});

describe('a sabotaged program', () => {
  it.each([
    ['latch-removed', 205],
    ['stale-value-accepted', 13],
    ['deadlines-doubled', 44],
    ['heartbeat-of-its-own', 96],
  ])('%s is found unsafe by seed %i, and the healthy one is not', async (name, seed) => {
    const planned = caseOf(seed);
    const broken = await sabotaged(name, async (conditions) => verdictOn(planned, await play(planned, conditions)));
    expect(broken.unsafe).not.toEqual([]);
    expect(failed(verdictOn(planned, await play(planned)))).toBe(false);
  });

  it('is mended afterwards, also when the run fails', async () => {
    for (const { name } of SABOTAGES) {
      await expect(sabotaged(name, () => Promise.reject(new Error('enough')))).rejects.toThrow('enough');
    }
    const planned = caseOf(205);
    expect((await play(planned)).breaches).toEqual([]);
  });

  it('is refused by a name that is none', async () => {
    await expect(sabotaged('nothing', () => Promise.resolve(1))).rejects.toThrow(RangeError);
  });
});
