/** Recipes as the workshop answers for them: names, texts, the one checker, scaling, completion, versions that nobody overwrites. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answer, Asked, Method } from '../../src/console/api/exchange.js';
import * as api from '../../src/console/api/recipes.js';
import { refusal } from '../../src/console/api/refusal.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { planAll } from '../../src/recipe/files.js';
import { libraryRecipes } from '../../src/recipe/library.js';
import { columnsOf, type CoursePoint, type RanPreview, type RunPreview } from '../../src/workshop/recipe-previews.js';
import { recipeRoutes } from '../../src/workshop/recipes.js';

const GENERAL = readFileSync('recipes/general-procedure-3a.yaml', 'utf8');
const named = (name: string, text = GENERAL): string => text.replace(/^name: .*$/m, `name: ${name}`);

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'recipes-of-'));
  folders.push(made);
  return join(made, 'recipes');
}
afterAll(() => folders.forEach((one) => rmSync(one, { recursive: true, force: true })));

const noPreview: RunPreview = () => Promise.reject(new Error('no preview is expected here'));

function workshop(saved: string | null = folder(), runPreview = noPreview) {
  const routes = recipeRoutes({ saved, board: 'bench-sim', clock: new VirtualClock(), runPreview });
  const ask = async (method: Method, path: string, asked: Partial<Asked> = {}): Promise<Answer> => {
    const route = routes.find((one) => one.method === method && one.path === path);
    if (route === undefined) throw new Error(`no route ${method} ${path}`);
    const gone = new AbortController().signal;
    const nobody = {
      params: {},
      query: {},
      body: null,
      address: '',
      token: null,
      user: 'ada',
      role: 'operator',
      gone,
    } as const;
    return route.handle({ ...nobody, ...asked });
  };
  return {
    ask,
    post: (what: string, body: unknown, asked: Partial<Asked> = {}) =>
      ask('POST', `/api/recipes/${what}`, { ...asked, body }),
    get: (name: string, version?: string) =>
      ask('GET', '/api/recipes/:name', { params: { name }, query: version === undefined ? {} : { version } }),
    put: (name: string, body: unknown, user = 'ada') =>
      ask('PUT', '/api/recipes/:name', { params: { name }, body, user }),
  };
}

function jsonOf(answer: Answer): unknown {
  if (!('json' in answer)) throw new Error(JSON.stringify(answer));
  return answer.json;
}
const refusedBy = (answer: Answer) => {
  if (!('problems' in answer)) throw new Error(`not refused: ${JSON.stringify(answer).slice(0, 200)}`);
  return { status: answer.status, ...refusal.parse(answer), text: JSON.stringify(answer.problems) };
};
const check = async (body: unknown, saved = folder()) =>
  api.checkAnswer.parse(jsonOf(await workshop(saved).post('check', body)));

describe('the checker, asked by the page', () => {
  it('says of a name what `check` says of the file', async () => {
    const { problems, plans, series } = await check({ name: 'general-procedure-3a' });
    const planned = await planAll('recipes/general-procedure-3a.yaml', { board: 'bench-sim' });
    if (!planned.ok || planned.value.kind !== 'recipe') throw new Error('the general procedure passes');
    const { plan } = planned.value;
    expect(problems).toEqual([]);
    expect(series).toBeNull();
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatchObject({
      sha256: plan.sha256,
      numbers: { ...plan.numbers },
      reactor: 'batch-10ml',
      cells: 1,
    });
    expect(plans[0]?.weighing.map(({ weighed_mg }) => weighed_mg)).toEqual(
      plan.weighing.map(({ weighed_mg }) => weighed_mg),
    );
  });

  it('of a series all entries, and of an entry one', async () => {
    expect((await check({ name: 'controls/scavengers' })).plans.map(({ entry }) => entry)).toEqual([
      'dpe',
      'tempo',
      'phosphite',
      'd2o',
    ]);
    expect((await check({ name: 'controls/scavengers#tempo' })).plans.map(({ entry }) => entry)).toEqual(['tempo']);
  });

  it('tells every problem of a text with its line, its column and where it ends', async () => {
    const text = GENERAL.replace('current: 18 mA', 'current: 19 mA').replace('gap: 5 mm', 'gap: 5 mmm');
    const { problems, plans } = await check({ text });
    expect(plans).toEqual([]);
    const lines = text.split('\n');
    const gap = problems.find(({ path }) => path === 'cell.gap');
    expect(gap).toMatchObject({ line: lines.indexOf('  gap: 5 mmm') + 1, column: 8, end_column: 13 });
    const { problems: second } = await check({ text: GENERAL.replace('current: 18 mA', 'current: 19 mA') });
    expect(second[0]?.message).toContain('[charge-agrees]');
    expect(second[0]?.line).toBeGreaterThan(0);
  });

  it('lets a text of the network name files of the library, and none outside of it', async () => {
    const saved = folder();
    const series = (base: string): string =>
      readFileSync('recipes/series/aldehydes.yaml', 'utf8').replace(/^base: .*$/m, `base: ${base}`);
    expect(
      (await check({ name: 'series/mine', text: series('../aldehyde-4a.yaml') }, saved)).plans.length,
    ).toBeGreaterThan(3);
    for (const base of [
      '../../../../../../etc/passwd.yaml',
      '/etc/hosts.yaml',
      '../../recipes.yaml',
      '../nowhere.yaml',
    ]) {
      const { problems, plans } = await check({ name: 'series/mine', text: series(base) }, saved);
      expect(plans).toEqual([]);
      expect(problems[0]?.line).toBe(10);
      expect(JSON.stringify(problems)).not.toContain(saved);
    }
    mkdirSync(saved, { recursive: true });
    writeFileSync(join(saved, '..', 'outside.yaml'), GENERAL);
    symlinkSync(join(saved, '..', 'outside.yaml'), join(saved, 'linked@1.yaml'));
    const { problems } = await check({ name: 'mine', text: series('./linked.yaml') }, saved);
    expect(problems[0]?.message).toContain('a link out of the folder');
  });

  it('names where a fault of another file stands, without where it lies on this computer', async () => {
    const w = workshop();
    await w.put('base', { text: named('base', GENERAL.replace('gap: 5 mm', 'gap: 5 mmm')), base: 0, remark: '' });
    const text = 'series: 1\nname: s\ntitle: S\nbase: ./base.yaml\nentries:\n  - id: a\n    title: A\n';
    const { problems } = api.checkAnswer.parse(jsonOf(await w.post('check', { name: 's', text })));
    expect(problems[0]?.message).toMatch(/^base@1\.yaml:\d+:\d+: /);
    expect(problems[0]?.line).toBeUndefined();
    expect(JSON.stringify(problems)).not.toContain(tmpdir());
  });

  it.each([
    '../../etc/passwd',
    '/etc/passwd',
    'general-procedure-3a.yaml',
    '__proto__',
    'general-procedure-3a@1',
    '\u0000',
    'a#b#c',
  ])('knows no recipe %s', async (name) => {
    expect(refusedBy(await workshop().post('check', { name })).status).toBe(404);
    expect(refusedBy(await workshop().get(name)).status).toBe(404);
  });

  it('refuses what is neither name nor text', async () => {
    for (const body of [null, {}, { text: 3 }, { name: 'x', further: 1 }, { text: 'x'.repeat(70_000) }])
      expect(refusedBy(await workshop().post('check', body)).status).toBe(400);
  });
});

describe('the list', () => {
  it('has what ships with its verdicts, and what was saved', async () => {
    const w = workshop();
    await w.put('mine', { text: named('mine'), base: 0, remark: 'first', from: 'general-procedure-3a' });
    await w.put('draft', { text: 'recipe: 1\n', base: 0, remark: '' });
    const { recipes, board } = api.recipesAnswer.parse(jsonOf(await w.ask('GET', '/api/recipes')));
    const row = (name: string) => recipes.find((one) => one.name === name);
    expect(board).toBe('bench-sim');
    expect(row('general-procedure-3a')).toMatchObject({ ships: true, kind: 'recipe', versions: [], entries: [] });
    expect(row('general-procedure-3a')?.verdict.state).not.toBe('refused');
    expect(row('general-procedure-3a')?.verdict.charge_F_mol).toBeCloseTo(4.03, 2);
    expect(row('controls/scavengers')?.entries).toHaveLength(4);
    expect(row('mine')).toMatchObject({
      ships: false,
      versions: [{ version: 1, user: 'ada', remark: 'first', from: 'general-procedure-3a' }],
    });
    expect(row('draft')?.verdict).toMatchObject({ state: 'refused', charge_C: null });
  });
});

describe('saving', () => {
  it('makes the next version each time, and what was saved stays', async () => {
    const saved = folder();
    const w = workshop(saved);
    const [first, second] = [named('mine'), named('mine', GENERAL.replace('hold: 5 min', 'hold: 6 min'))];
    await w.put('mine', { text: first, base: 0, remark: 'first' });
    const answer = api.saveAnswer.parse(
      jsonOf(await w.put('mine', { text: second, base: 1, remark: 'longer' }, 'eve')),
    );
    expect(answer.saved).toMatchObject({ version: 2, user: 'eve', remark: 'longer' });
    const read = async (version?: string) => api.recipeText.parse(jsonOf(await w.get('mine', version)));
    expect(await read()).toMatchObject({ text: second, version: 2, newest: 2, altered: false, ships: false });
    expect(await read('1')).toMatchObject({ text: first, version: 1, newest: 2 });
    expect(statSync(join(saved, 'mine@1.yaml')).mode & 0o777).toBe(0o644);
    expect(readdirSync(saved).toSorted()).toEqual(['mine@1.json', 'mine@1.yaml', 'mine@2.json', 'mine@2.yaml']);
  });

  it('refuses a text from an older version, and says who saved when', async () => {
    const w = workshop();
    await w.put('mine', { text: named('mine'), base: 0, remark: '' });
    for (const base of [0, 5]) {
      const { status, text } = refusedBy(await w.put('mine', { text: named('mine'), base, remark: '' }, 'eve'));
      expect(status).toBe(409);
      expect(text).toMatch(/ada saved version 1 of .{3,9} on \d{4}-/);
    }
  });

  it('of two at once takes one', async () => {
    const saved = folder();
    const w = workshop(saved);
    const both = await Promise.all(
      ['a', 'b', 'c', 'd'].map((user) =>
        w.put('mine', { text: named('mine', `${GENERAL}# ${user}\n`), base: 0, remark: user }, user),
      ),
    );
    expect(both.filter((answer) => 'json' in answer)).toHaveLength(1);
    const { text, versions } = api.recipeText.parse(jsonOf(await w.get('mine')));
    expect(text).toContain(`# ${versions[0]?.user}`);
    expect(versions).toHaveLength(1);
  });

  it.each([
    ['general-procedure-3a', 409],
    ['series/aldehydes', 409],
    ['../mine', 400],
    ['a/../b', 400],
    ['/mine', 400],
    ['Mine', 400],
    ['mine@2', 400],
    ['a'.repeat(65), 400],
    ['a/b/c/d', 400],
    ['mine.yaml', 400],
    ['mine#x', 400],
    ['', 400],
  ])('refuses the name %j', async (name, status) => {
    const saved = folder();
    const last = name.split('/').at(-1) ?? '';
    expect(
      refusedBy(await workshop(saved).put(name, { text: named(last === '' ? 'x' : last), base: 0, remark: '' })).status,
    ).toBe(status);
    expect(existsSync(saved)).toBe(false);
  });

  it('wants the name in the text to be the one that it is saved under', async () => {
    const { status, problems } = refusedBy(await workshop().put('mine', { text: GENERAL, base: 0, remark: '' }));
    expect(status).toBe(400);
    expect(problems[0]).toMatchObject({ line: 5, column: 7, hint: 'name: mine' });
  });

  it('tells when a saved file was changed by hand', async () => {
    const saved = folder();
    const w = workshop(saved);
    await w.put('mine', { text: named('mine'), base: 0, remark: '' });
    writeFileSync(join(saved, 'mine@1.yaml'), named('mine', `${GENERAL}# by hand\n`));
    expect(api.recipeText.parse(jsonOf(await w.get('mine'))).altered).toBe(true);
  });

  it('is found by its name, its version and its entries where runs are started', async () => {
    const saved = folder();
    const w = workshop(saved);
    await w.put('mine', { text: named('mine'), base: 0, remark: '' });
    await w.put('mine', { text: named('mine', `${GENERAL}# two\n`), base: 1, remark: '' });
    await w.put('set/of', {
      text: 'series: 1\nname: of\ntitle: S\nbase: ../mine.yaml\nentries:\n  - id: a\n    title: A\n',
      base: 0,
      remark: '',
    });
    const library = await libraryRecipes(undefined, saved);
    expect(library.get('mine')).toBe(join(saved, 'mine@2.yaml'));
    expect(library.get('mine@1')).toBe(join(saved, 'mine@1.yaml'));
    expect(library.get('set/of#a')).toBe(`${join(saved, 'set', 'of@1.yaml')}#a`);
    const planned = await planAll(library.get('set/of#a') ?? '', { board: 'bench-sim' });
    expect(planned).toMatchObject({ ok: true, value: { plan: { recipe: 'of-a' } } });
    expect(planned.ok && planned.value.kind === 'recipe' ? planned.value.plan.text : '').toContain('# two');
  });
});

describe('scaling', () => {
  const scale = async (body: object) => api.scaleAnswer.parse(jsonOf(await workshop().post('scale', body)));

  it('gives the text, what is kept and what changed', async () => {
    const refused = await scale({ name: 'general-procedure-3a', to: '5 mmol' });
    expect(refused.problems.every(({ path }) => path?.startsWith('purge'))).toBe(true);
    expect(refused.sweep).toMatch(/mL\/min for/);
    const { scaled, problems } = await scale({ name: 'general-procedure-3a', to: '5 mmol', fix_sweep: true });
    expect(problems).toEqual([]);
    expect(scaled?.kept.length).toBeGreaterThan(2);
    expect(scaled?.changes.find(({ path }) => path === 'basis.amount')).toMatchObject({
      from: '0.5 mmol',
      to: '5 mmol',
    });
    const again = await check({ text: scaled?.text });
    expect(again.plans[0]?.basis_mmol).toBe(5);
  });

  it('says what would be right of every option at once', async () => {
    const { status, problems } = refusedBy(
      await workshop().post('scale', { name: 'general-procedure-3a', to: '5 mL', cathode_area: 'big', new_name: 'No' }),
    );
    expect(status).toBe(400);
    expect(problems.map(({ path }) => path)).toEqual(['to', 'cathode_area', 'new_name']);
    expect(problems.every(({ hint }) => (hint ?? '') !== '')).toBe(true);
  });
});

describe('previews', () => {
  const point = (t_s: number, voltage_V: number | null): CoursePoint => ({
    t_s,
    step: t_s < 2 ? 0 : 1,
    current_mA: 1,
    voltage_V,
    temperature_C: null,
    temperature_setpoint_C: null,
    vent_hydrogen_vol_percent: null,
    charge_C: t_s,
  });
  const done: RanPreview = {
    outcome: 'complete',
    reason: 'all steps done',
    charge_C: 3,
    numbers: {
      run_s: 4,
      wall_s: 1,
      voltage_max_V: 2,
      temperature_min_C: null,
      temperature_max_C: null,
      hydrogen_made_umol: 1,
      faradaic_efficiency: null,
    },
    course: [point(0, 1), point(1, null), point(2, 3), point(3, 5)],
  };
  /** Runs until it is told to end. */
  function waiting() {
    const finish: (() => void)[] = [];
    const waits: { readonly count: number; readonly go: () => void }[] = [];
    const run: RunPreview = (_toRun, gone) =>
      new Promise((resolve, reject) => {
        finish.push(() => resolve(done));
        gone.addEventListener('abort', () => reject(new Error('gone')));
        for (const { count, go } of waits) if (finish.length >= count) go();
      });
    const begun = (count: number): Promise<void> =>
      new Promise((go) => (finish.length >= count ? go() : waits.push({ count, go })));
    return { run, finish, begun };
  }
  const GENERAL_NAME = { name: 'general-procedure-3a' };
  it('tells figures and columns', async () => {
    const w = workshop(null, () => Promise.resolve(done));
    const { preview } = api.previewAnswer.parse(jsonOf(await w.post('preview', GENERAL_NAME)));
    expect(preview).toMatchObject({ outcome: 'complete', run_s: 4, charge_C: 3 });
    expect(preview?.course.voltage_V).toEqual([1, null, 3, 5]);
    expect(preview?.steps.map(({ from_s }) => from_s)).toEqual([0, 2]);
  });

  it('thins a course to bins of one length and keeps the last charge', () => {
    const course = Array.from({ length: 1001 }, (_, index) => point(index, index));
    const { t_s, voltage_V, charge_C } = columnsOf(course, 100);
    expect(t_s).toHaveLength(91);
    expect(voltage_V[0]).toBe(5);
    expect(charge_C.at(-1)).toBe(1000);
  });

  it('a refused text is not run', async () => {
    const { problems, preview } = api.previewAnswer.parse(
      jsonOf(await workshop().post('preview', { text: 'recipe: 1\n' })),
    );
    expect(preview).toBeNull();
    expect(problems.length).toBeGreaterThan(0);
  });

  it('of one user the newer ends the older, of others two go on at once', async () => {
    const { run, finish, begun } = waiting();
    const w = workshop(null, run);
    const first = w.post('preview', GENERAL_NAME, { user: 'ada' });
    await begun(1);
    const second = w.post('preview', GENERAL_NAME, { user: 'ada' });
    expect(refusedBy(await first)).toMatchObject({ status: 409, text: expect.stringContaining('newer') });
    await begun(2);
    const third = w.post('preview', GENERAL_NAME, { user: 'bob' });
    await begun(3);
    expect(refusedBy(await w.post('preview', GENERAL_NAME, { user: 'eve' })).status).toBe(429);
    finish.forEach((end) => end());
    expect([await second, await third].every((answer) => 'json' in answer)).toBe(true);
    expect(finish).toHaveLength(3);
  });

  it('ends when nobody waits any more, and leaves its place', async () => {
    const { run, finish, begun } = waiting();
    const w = workshop(null, run);
    const gone = new AbortController();
    const answer = w.post('preview', GENERAL_NAME, { gone: gone.signal });
    await begun(1);
    gone.abort();
    expect(refusedBy(await answer).text).toContain('nobody waits');
    const others = ['a', 'b'].map((user) => w.post('preview', GENERAL_NAME, { user }));
    await begun(3);
    finish.forEach((end) => end());
    expect((await Promise.all(others)).every((one) => 'json' in one)).toBe(true);
  });
});

describe('completion', () => {
  it('knows the reactors that ship', async () => {
    const answer = jsonOf(await workshop().post('complete', { text: 'cell:\n  reactor: ', line: 2, column: 12 }));
    const { from, candidates } = api.completeAnswer.parse(answer);
    expect(from).toBe(12);
    expect(candidates.map(({ label }) => label)).toContain('batch-10ml');
  });
});
