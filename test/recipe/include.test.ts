/** Steps of other files in the place of `include`, steps that repeat, and where a problem in them is told. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/model/problem.js';
import { planFile, planKept } from '../../src/recipe/files.js';
import { loadRecipe } from '../../src/recipe/load.js';

const minimal = readFileSync(new URL('../fixtures/recipes/minimal.yaml', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'galvanode-include-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
/** A folder of recipes with these files; the first is planned. */
async function planned(files: Readonly<Record<string, string>>) {
  const own = join(folder, String(count++), 'recipes');
  mkdirSync(join(own, 'parts'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  const [first = ''] = Object.keys(files);
  const outcome = await planFile(join(own, first), { board: 'bench-sim' });
  const problems = outcome.ok ? [] : outcome.problems.map((one) => formatProblem(one).replaceAll(`${own}/`, ''));
  return { outcome, problems, steps: outcome.ok ? outcome.value.steps : [] };
}
const after = (steps: string): string => minimal.replace('steps:\n', `steps:\n${steps}`);
const PART = 'steps:\n  # nothing sparks\n  - prompt: one\n  - wait: { for: 5 s }\n  - prompt: two\n';

describe('include', () => {
  it('puts the steps of another file in its place, all or those that it names', async () => {
    const { steps } = await planned({
      'a.yaml': after('  - include: { recipe: ./parts/p.yaml }\n'),
      'parts/p.yaml': PART,
    });
    expect(steps.slice(0, 4).map(({ id }) => id)).toEqual(['prompt', 'wait', 'prompt-2', 'purge']);
    const named = await planned({
      'a.yaml': after('  - include: { recipe: ./p.yaml, steps: [prompt-2, wait] }\n'),
      'p.yaml': PART,
    });
    expect(named.steps.slice(0, 2)).toMatchObject([{ kind: 'prompt', text: 'two' }, { kind: 'wait' }]);
  });

  it('goes through files that include others, and through what is repeated', async () => {
    const { steps } = await planned({
      'a.yaml': after('  - repeat: { times: 2, steps: [ { include: { recipe: ./b.yaml } } ] }\n'),
      'b.yaml': 'steps:\n  - prompt: first\n  - include: { recipe: ./parts/p.yaml, steps: [prompt] }\n',
      'parts/p.yaml': PART,
    });
    const texts = steps.flatMap((step) => (step.kind === 'prompt' ? [step.text] : []));
    expect(texts).toEqual(['first', 'one', 'first', 'one']);
  });

  it('keeps the whole in the text of the plan, which needs no other file any more', async () => {
    const { outcome } = await planned({ 'a.yaml': after('  - include: { recipe: ./p.yaml }\n'), 'p.yaml': PART });
    if (!outcome.ok) throw new Error('refused');
    expect(outcome.value.text).toContain('prompt: two');
    expect(outcome.value.text).not.toContain('include');
    const { text, files, steps } = outcome.value;
    const again = await planKept({ place: 'run', text, overrides: [], reactor: files.reactor }, { board: 'bench-sim' });
    expect(again).toMatchObject({ ok: true, value: { steps } });
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a mistake is told in the file where it was written',
      { 'a.yaml': after('  - include: { recipe: ./p.yaml }\n'), 'p.yaml': 'steps:\n  - wait: { for: 5 mA }\n' },
      'p.yaml:2:18: wait.for: "5 mA": "mA" is a unit of current, not of time (here: h, min, s, ms) (would be right: 48 h)',
    ],
    [
      'so is one two files away',
      {
        'a.yaml': after('  - include: { recipe: ./b.yaml }\n'),
        'b.yaml': 'steps:\n  - include: { recipe: ./p.yaml }\n',
        'p.yaml': 'steps:\n  - wait: { for: 5 mA }\n',
      },
      'p.yaml:2:18: wait.for: "5 mA": "mA" is a unit of current, not of time (here: h, min, s, ms) (would be right: 48 h)',
    ],
    [
      'a file that includes itself',
      {
        'a.yaml': after('  - include: { recipe: ./b.yaml }\n'),
        'b.yaml': 'steps:\n  - include: { recipe: ./a.yaml }\n',
      },
      'b.yaml:2:24: include.recipe: "./a.yaml" includes itself (would be right: a file that does not come back here)',
    ],
    [
      'a step that is not there',
      { 'a.yaml': after('  - include: { recipe: ./p.yaml, steps: [cool] }\n'), 'p.yaml': PART },
      'there is no step "cool" in that file (would be right: one of prompt, wait, prompt-2)',
    ],
    [
      'a file without steps',
      { 'a.yaml': after('  - include: { recipe: ./p.yaml }\n'), 'p.yaml': 'title: x\n' },
      'this file has no steps (would be right: a recipe)',
    ],
    [
      'a path out of the folder of the recipes',
      { 'a.yaml': after('  - include: { recipe: ../../x.yaml }\n') },
      '"../../x.yaml" leads out of the folder of the recipes',
    ],
    [
      'a file that is not there',
      { 'a.yaml': after('  - include: { recipe: ./x.yaml }\n') },
      '"./x.yaml" cannot be read',
    ],
  ])('refuses: %s', async (_, files, problem) => {
    const { problems } = await planned(files);
    expect(problems.join('\n')).toContain(problem);
  });

  it('refuses more than five files within one another, and files that grow beyond a thousand steps', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [`${n}.yaml`, `steps:\n  - include: { recipe: ./${n + 1}.yaml }\n`] as const),
    );
    const deep = await planned({ 'a.yaml': after('  - include: { recipe: ./0.yaml }\n'), ...chain, '7.yaml': PART });
    expect(deep.problems.join('\n')).toContain('more than 5 files include one another');
    const many = `steps:\n${'  - include: { recipe: ./w.yaml }\n'.repeat(300)}`;
    const wide = await planned({
      'a.yaml': after('  - include: { recipe: ./v.yaml }\n'),
      'v.yaml': many,
      'w.yaml': `steps:\n${'  - prompt: x\n'.repeat(100)}`,
    });
    expect(wide.problems.join('\n')).toContain('more than 1000 steps');
  });

  it('is refused where no file is at hand', () => {
    const loaded = loadRecipe('r.yaml', Buffer.from(after('  - include: { recipe: ./p.yaml }\n')));
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([
      expect.stringContaining('the steps of this file were not read'),
    ]);
  });
});

describe('repeat and parallel', () => {
  it('a finding about a repeated step is told once for each time, where it was written', async () => {
    const { problems } = await planned({
      'a.yaml': after('  - repeat: { times: 2, steps: [ { purge: { sweep: 1 mL/min, for: 1 s } } ] }\n'),
    });
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(/^a\.yaml:\d+:\d+: .*purge/);
  });

  it('refuses what would be more than a thousand steps when written out, and does not write it out', async () => {
    const bomb = '{ repeat: { times: 1000, steps: [ { repeat: { times: 1000, steps: [ { prompt: x } ] } } ] } }';
    const { problems } = await planned({ 'a.yaml': after(`  - ${bomb}\n`) });
    expect(problems.join('\n')).toContain('with all that repeats written out there are more than 1000 steps');
  });

  it('tracks become one step of the plan, and their steps keep their names', async () => {
    const tracks = '  - parallel:\n      - [ { prompt: a }, { wait: { for: 5 s } } ]\n      - [ { prompt: b } ]\n';
    const { steps } = await planned({ 'a.yaml': after(tracks) });
    expect(steps[0]).toMatchObject({
      id: 'parallel',
      tracks: [[{ id: 'prompt' }, { id: 'wait' }], [{ id: 'prompt-2' }]],
    });
    expect(steps[1]?.kind).toBe('purge');
  });
});

describe('answers in a recipe', () => {
  it.each([
    ['{ kind: number, unit: current, choices: [a, b] }', 'choices: an answer of kind number has no choices'],
    ['{ kind: text, unit: mass }', 'unit: an answer of kind text has no unit'],
    ['{ kind: choice }', 'choices: is missing'],
    ['{ kind: choice, choices: [yes] }', 'choices: gives no choice'],
    ['{ kind: number, unit: mass, default: 12 mL }', 'default: "12 mL": "mL" is a unit of volume, not of mass'],
    ['{ kind: photo, default: x.jpg }', 'default: a photo has no default'],
    ['{ kind: number, unit: weight }', 'unit: is not a kind of quantity'],
  ])('refuses %s', async (answer, problem) => {
    const { problems } = await planned({ 'a.yaml': after(`  - prompt: { ask: Weigh, answer: ${answer} }\n`) });
    expect(problems.join('\n')).toContain(`prompt.answer.${problem}`);
  });
});
