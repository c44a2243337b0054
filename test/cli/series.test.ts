/** Series on the command line: told, checked, written out; nothing is written over. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/cli/check.js';
import { previewTable } from '../../src/cli/preview-series.js';
import { seriesExpandCommand, seriesListCommand } from '../../src/cli/series.js';
import { planAll } from '../../src/recipe/files.js';

const ELECTRODES = fileURLToPath(new URL('../fixtures/recipes/series/electrodes.yaml', import.meta.url));
const MINIMAL = fileURLToPath(new URL('../fixtures/recipes/minimal.yaml', import.meta.url));
const parent = mkdtempSync(join(tmpdir(), 'galvanode-expand-'));
afterAll(() => rmSync(parent, { recursive: true }));

type Streams = NonNullable<Parameters<typeof checkCommand>[2]>;

async function run(
  command: (streams: Streams) => Promise<number>,
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await command({
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  });
  return { code, out, err };
}

describe('galvanode check on a series', () => {
  it('prints all entries, and as JSON an array of what check --json prints of each', async () => {
    const text = await run((streams) => checkCommand(ELECTRODES, { board: 'bench-sim' }, streams));
    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out).toContain('OK  electrodes  3 entries\n');
    const json = await run((streams) => checkCommand(ELECTRODES, { board: 'bench-sim', json: true }, streams));
    const one = await run((streams) => checkCommand(`${ELECTRODES}#half`, { board: 'bench-sim', json: true }, streams));
    const all: unknown = JSON.parse(json.out);
    expect(all).toMatchObject([
      { name: 'electrodes-as-it-is', partOf: { tags: { anode: 'felt' } } },
      JSON.parse(one.out),
      { name: 'electrodes-asked' },
    ]);
  });

  it('refuses all when one is refused, and says which', async () => {
    const sets = ['electrolyse.time=6 h'];
    const { code, out, err } = await run((streams) => checkCommand(ELECTRODES, { board: 'bench-sim', sets }, streams));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/minimal\.yaml:24:16: as-it-is: electrolyse\.current: 18 mA for 6 h is 388\.8 C/);
    expect(err).toMatch(/electrodes\.yaml:29:33: asked: electrolyse\.current: 18 mA for 6 h is 388\.8 C/);
    expect(err).not.toContain('half');
  });
});

describe('galvanode series list', () => {
  it('tells id, title and tags; as JSON also how to name each', async () => {
    const text = await run((streams) => seriesListCommand(ELECTRODES, {}, streams));
    expect(text.out).toMatch(/^ {2}half +half the current, and no catalyst$/m);
    const json = await run((streams) => seriesListCommand(ELECTRODES, { json: true }, streams));
    expect(JSON.parse(json.out)).toMatchObject({
      name: 'electrodes',
      entries: [{ id: 'as-it-is', recipe: `${ELECTRODES}#as-it-is`, tags: { note: '1' } }, { tags: {} }, {}],
    });
  });

  it('refuses a recipe', async () => {
    const { code, err } = await run((streams) => seriesListCommand(MINIMAL, {}, streams));
    expect(code).toBe(2);
    expect(err).toContain('minimal.yaml: is not a series (would be right: a file with `series: 1` at its top)');
  });
});

describe('galvanode series expand', () => {
  const expand = (output: string, file = ELECTRODES) =>
    run((streams) => seriesExpandCommand(file, { output, board: 'bench-sim' }, streams));

  it('writes recipes that pass the same checker with the same text as the entries', async () => {
    const folder = join(parent, 'new', 'folder');
    const { code, out } = await expand(folder);
    expect(code).toBe(0);
    const names = ['electrodes-as-it-is.yaml', 'electrodes-half.yaml', 'electrodes-asked.yaml'];
    expect(out).toBe(names.map((name) => `${join(folder, name)}\n`).join(''));
    expect(readdirSync(folder).toSorted()).toEqual(names.toSorted());
    const entries = await planAll(ELECTRODES, { board: 'bench-sim' });
    if (!entries.ok || entries.value.kind !== 'series') throw new Error('refused');
    for (const plan of entries.value.plans) {
      const again = await planAll(join(folder, `${plan.recipe}.yaml`), { board: 'bench-sim' });
      expect(again).toEqual({ ok: true, value: { kind: 'recipe', plan } });
    }
  });

  it('writes over nothing, and nothing at all beside what is there', async () => {
    const folder = mkdtempSync(join(parent, 'taken-'));
    writeFileSync(join(folder, 'electrodes-half.yaml'), 'mine');
    const { code, out, err } = await expand(folder);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('electrodes-half.yaml: is there already, and is not written over');
    expect(readdirSync(folder)).toEqual(['electrodes-half.yaml']);
    expect(readFileSync(join(folder, 'electrodes-half.yaml'), 'utf8')).toBe('mine');
  });

  it('writes nothing when an entry is refused, or where no folder can be', async () => {
    const broken = join(parent, 'broken.yaml');
    const base = readFileSync(MINIMAL, 'utf8');
    writeFileSync(join(parent, 'minimal.yaml'), base);
    writeFileSync(broken, readFileSync(ELECTRODES, 'utf8').replace('../minimal', './minimal').replace('9 mA', '9 mV'));
    const refused = await expand(join(parent, 'none'), broken);
    expect(refused.code).toBe(2);
    expect(readdirSync(parent)).not.toContain('none');
    const { code, err } = await expand(join(parent, 'minimal.yaml'));
    expect(code).toBe(2);
    expect(err).toMatch(/^-o: cannot be written: E/);
  });

  it('lets the line for editors find its schema from the new folder', async () => {
    writeFileSync(
      join(parent, 'minimal.yaml'),
      `# yaml-language-server: $schema=schemas/recipe.json\n${readFileSync(MINIMAL, 'utf8')}`,
    );
    const file = join(parent, 'moved.yaml');
    writeFileSync(file, readFileSync(ELECTRODES, 'utf8').replace('../minimal', './minimal'));
    await expand(join(parent, 'one', 'two'), file);
    const [first] = readFileSync(join(parent, 'one', 'two', 'electrodes-half.yaml'), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=../../schemas/recipe.json');
  });
});

describe('the table of a preview', () => {
  it('has a row an entry, and the reasons of those that ended early', async () => {
    const planned = await planAll(ELECTRODES, { board: 'bench-sim' });
    if (!planned.ok || planned.value.kind !== 'series') throw new Error('refused');
    const { series, plans } = planned.value;
    const numbers = {
      run_s: 12_900,
      voltage_max_V: 4.33,
      temperature_max_C: 0.05,
      hydrogen_made_umol: 909,
      charge_error_C: 0,
    };
    const none = { ...numbers, voltage_max_V: null, temperature_max_C: null };
    const rows = plans.map((plan, index) => ({
      plan,
      numbers: index === 1 ? none : numbers,
      result:
        index === 1
          ? { outcome: 'aborted', reason: 'lid open', charge_C: 0 }
          : { outcome: 'complete', reason: '', charge_C: 194.4 },
    }));
    const text = previewTable(series, rows);
    expect(text).toMatch(/^ {2}as-it-is +3 h 35 min +194\.40 C +4\.33 V +0\.05 °C +909 µmol +complete$/m);
    expect(text).toMatch(/^ {2}half: lid open$/m);
    expect(text.match(/lid open/g)).toHaveLength(1);
  });
});
