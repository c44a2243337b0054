/**
 * Every rule of the checker broken by a recipe of its own: `refused/RULE.yaml` (`RULE--case.yaml` for further ways) breaks
 * that rule and no other but those it names itself, `asked/RULE.yaml` is accepted with that warning. And what a refusal must
 * say: its place, its rule and what would be right.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseBoard } from '../../src/model/board.js';
import type { Plan } from '../../src/model/plan.js';
import type { Outcome, Problem } from '../../src/model/problem.js';
import { parseReactor, type Reactor } from '../../src/model/reactor.js';
import { FARADAY_C_MOL } from '../../src/physics/constants.js';
import { check } from '../../src/recipe/check.js';
import { planFile } from '../../src/recipe/files.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { ruleIds, rules } from '../../src/recipe/rules.js';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const folder = (name: 'refused' | 'asked'): string => `test/fixtures/recipes/${name}/`;
const filesIn = (name: 'refused' | 'asked'): string[] => readdirSync(new URL(folder(name), root)).toSorted();
const ruleOf = (file: string): string => file.replace(/(--.*)?\.yaml$/, '');
const planned = (name: 'refused' | 'asked', file: string, sets: readonly string[] = []): Promise<Outcome<Plan>> =>
  planFile(new URL(folder(name) + file, root).pathname, { board: 'bench-sim', sets });
const asWritten = new Map<string, Promise<Outcome<Plan>>>();
/** Each refused recipe is planned once for all tests. */
function refused(file: string): Promise<Outcome<Plan>> {
  const outcome = asWritten.get(file) ?? planned('refused', file);
  asWritten.set(file, outcome);
  return outcome;
}
const problemsOf = (outcome: Outcome<Plan>): readonly Problem[] => (outcome.ok ? [] : outcome.problems);

describe('the rules', () => {
  it('each have a recipe that breaks them, and no recipe breaks a rule that is not there', () => {
    const broken = [...filesIn('refused'), ...filesIn('asked')].map(ruleOf);
    expect([...new Set(broken)].toSorted()).toEqual(ruleIds.toSorted());
  });

  it('refuse or ask as their fixture does', () => {
    for (const file of filesIn('refused')) expect(rules[idOf(file)].outcome, file).toBe('refuses');
    for (const file of filesIn('asked')) expect(rules[idOf(file)].outcome, file).toBe('asks');
  });

  it('say what they are about in a sentence, and where the number is from', () => {
    for (const id of ruleIds) {
      expect(rules[id].about, id).toMatch(/^[A-Z`].*\.$/);
      expect(rules[id].from, id).not.toBe('');
    }
  });
});

function idOf(file: string): (typeof ruleIds)[number] {
  const id = ruleIds.find((one) => one === ruleOf(file));
  if (id === undefined) throw new Error(`${file}: no such rule`);
  return id;
}

describe('a refused recipe', () => {
  for (const file of filesIn('refused'))
    it(`${file} breaks its rule, at a place, with what would be right`, async () => {
      const also = /^# also: (.*)$/m.exec(read(folder('refused') + file))?.[1]?.split(', ') ?? [];
      const problems = problemsOf(await refused(file));
      expect([...new Set(problems.map(({ rule = '' }) => rule))].toSorted()).toEqual(
        [ruleOf(file), ...also].toSorted(),
      );
      for (const { line, path, message, hint } of problems) {
        expect(line).toBeGreaterThan(0);
        expect(path).not.toBe('');
        expect(message).not.toMatch(/NaN|undefined|Infinity/);
        expect(hint).not.toMatch(/^$|NaN|undefined|Infinity/);
      }
    });
});

describe('a refused step that repeats or runs in a track', () => {
  const problemsIn = async (file: string) => problemsOf(await refused(file));

  it('is told once, where it is written', async () => {
    const problems = await problemsIn('current-reactor--repeated.yaml');
    expect(problems.map(({ line, column, path }) => [line, column, path])).toEqual([
      [26, 35, expect.stringContaining('current')],
    ]);
  });

  it('is told in its track', async () => {
    const problems = await problemsIn('track-conflict.yaml');
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [24, 'track 1 drives the temperature already'],
    ]);
  });
});

describe('the single pass of this chemistry at 180 mA', () => {
  it('is refused with the gas of its outlet and what transport carries (chemistry 2.5: 0.693 and 39 mA)', async () => {
    const problems = problemsOf(await refused('single-pass-carries.yaml'));
    expect(problems.filter(({ rule }) => rule === 'single-pass-carries')).toMatchObject([
      {
        path: 'electrolyse.current',
        message:
          'one pass of 0.556 mL/min at 180 mA: gas is 69.3 % of the outlet, which takes 83 % of the conductivity, and transport of 1a carries 38.5 mA, of all that reacts 64 mA',
        hint: 'recirculating at 18 mL/min and more, or at most 12 mA',
      },
    ]);
  });
});

describe('an asked recipe', () => {
  for (const file of filesIn('asked'))
    it(`${file} is accepted, and its operator is asked`, async () => {
      const outcome = await planned('asked', file);
      expect(problemsOf(outcome)).toEqual([]);
      const warnings = outcome.ok ? outcome.value.warnings : [];
      expect(warnings).toContainEqual(expect.stringMatching(new RegExp(`^\\S+: .* \\[${ruleOf(file)}\\]$`)));
      for (const warning of warnings) expect(warning).not.toMatch(/NaN|undefined|Infinity/);
    });
});

describe('a step that repeats', () => {
  it('is asked about once, with how often', async () => {
    const outcome = await planned('asked', 'charge-short.yaml');
    const warnings = outcome.ok ? outcome.value.warnings : [];
    expect(warnings.filter((warning) => warning.startsWith('electrolyse'))).toEqual([
      'electrolyse: 18 mA pass 0.036 C in 2 s; the 0.05 s until that is seen are up to 2.5 % more; so in all 50 repetitions (would be right: at least 5 s of current) [charge-short]',
    ]);
  });
});

describe('the nearest value that would pass', () => {
  const board = parseBoard(read('boards/bench-sim.yaml'), 'bench-sim.yaml');
  const flowCell = parseReactor(read('boards/reactors/flow-12cm2.yaml'), 'flow-12cm2');
  /** As if it could be pumped as slowly as one pass asks for, and driven as hard. */
  const slowCell: Reactor = {
    ...flowCell,
    transport: { ...flowCell.transport, ...(flowCell.transport.kind === 'channel' ? { flowMin_mL_min: 0.001 } : {}) },
    limits: { ...flowCell.limits, current_mA: 200, voltage_V: 10 },
  };
  /** At the flow that 4.03 F/mol of 50 mM ask for. */
  const onePass = (current_mA: number) => {
    const flow_mL_min = ((60 * current_mA * 1e-3) / (4.03 * FARADAY_C_MOL * 50e-6)).toPrecision(3);
    const text = read('test/fixtures/recipes/refused/single-pass-carries.yaml')
      .replace('180 mA, time: 3 h', `${current_mA} mA, time: ${Math.round(1944e3 / current_mA)} s`)
      .replace('0.556 mL/min', `${flow_mL_min} mL/min`)
      .replace('100 mL/min', '150 mL/min');
    const loaded = loadRecipe('r.yaml', new TextEncoder().encode(text));
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
    return check(loaded.value.recipe, slowCell, board);
  };

  it('passes its rule, wherever it is one value of the field itself', async () => {
    const tried: string[] = [];
    for (const file of filesIn('refused')) {
      const [problem] = problemsOf(await refused(file)).filter(({ rule }) => rule === ruleOf(file));
      const value = /^(?:at least |at most )?(-?[0-9.]+ [A-Za-z/%0-9]+)(?:$|,)/.exec(problem?.hint ?? '')?.[1];
      if (problem === undefined || value === undefined) continue;
      const outcome = await planned('refused', file, [`${problem.path}=${value}`]);
      const still = problemsOf(outcome).filter(({ rule, path }) => rule === problem.rule && path === problem.path);
      // A field that the recipe does not have yet cannot be set.
      if (still.length === 0 && problemsOf(outcome).some(({ file: from }) => from.startsWith('--set'))) continue;
      expect(still, `${file}: ${problem.path}=${value}`).toEqual([]);
      tried.push(ruleOf(file));
    }
    expect(new Set(tried).size).toBeGreaterThan(20);
  });

  it('of a single pass at 180 mA is told with its gas and what transport carries (chemistry 2.5: 0.693 and 39 mA)', () => {
    const outcome = onePass(180);
    expect(outcome.ok ? [] : outcome.findings.map(({ rule, message, hint }) => [rule, message, hint])).toEqual([
      [
        'single-pass-carries',
        'one pass of 0.556 mL/min at 180 mA: gas is 69.3 % of the outlet, which takes 83 % of the conductivity, and transport of 1a carries 38.5 mA, of all that reacts 64 mA',
        expect.stringMatching(/^recirculating at 0\.001 mL\/min and more, or at most \d+ mA$/),
      ],
    ]);
  });

  it('of a single pass is a current that passes, with the gas asked about', () => {
    const refused = onePass(180);
    const hint = refused.ok ? '' : (refused.findings[0]?.hint ?? '');
    const most_mA = Number(/at most (\d+) mA/.exec(hint)?.[1]);
    const passed = onePass(most_mA);
    expect(
      passed.ok ? passed.plan.warnings.filter((warning) => warning.endsWith('[single-pass-gas]')) : passed,
    ).toEqual([expect.stringContaining('cell.mode: one pass: gas is 69.3 % of the outlet')]);
    expect(onePass(2 * most_mA).ok).toBe(false);
  });
});
