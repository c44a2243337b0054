import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { formatProblem, type Problem, Refusal } from '../../src/model/problem.js';
import { parseReactor, reactorSchema, readReactorText } from '../../src/model/reactor.js';

const folder = new URL('../../boards/reactors/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8');

function problemsOf(text: string): readonly Problem[] {
  const read = readReactorText(text, 'x.yaml');
  return read.ok ? [] : read.problems;
}

/** Paths of all numbers in a document. */
function numbers(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value === 'number') return [[...path]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => numbers(child, [...path, key]));
}

function edited(name: string, path: readonly string[], value: unknown): string {
  const data: unknown = parse(textOf(name));
  let at = data;
  for (const key of path.slice(0, -1)) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  if (typeof at !== 'object' || at === null) throw new Error(`no ${path.join('.')}`);
  Reflect.set(at, path.at(-1) ?? '', value);
  return stringify(data);
}

describe('reactor files', () => {
  it('ships the reactors', () => {
    expect(files.toSorted()).toEqual([
      'batch-100ml-same-electrodes.yaml',
      'batch-10ml-zinc.yaml',
      'batch-10ml.yaml',
      'batch-6ml.yaml',
      'batch-overdriven.yaml',
      'batch-scale-out-27cm2.yaml',
      'flow-12cm2.yaml',
      'single-pass-12cm2.yaml',
    ]);
  });

  it.each(files)('%s parses, is named after its file and says that nothing was measured', (file) => {
    const reactor = parseReactor(textOf(file), file);
    expect(`${reactor.name}.yaml`).toBe(file);
    expect(textOf(file).split('\n').slice(0, 6).join(' ')).toMatch(/Nothing in this file was measured on a cell/);
  });

  it('keeps the sets derived from one another in step', () => {
    const [a, b, f, s] = ['batch-10ml', 'flow-12cm2', 'batch-overdriven', 'batch-scale-out-27cm2'].map((n) =>
      parseReactor(textOf(`${n}.yaml`), n),
    );
    expect(f?.cell).toEqual({ ...a?.cell, liquid_mL: 100 });
    expect(f?.transport).toEqual(a?.transport);
    expect(f?.heat).toEqual(b?.heat);
    expect(s?.heat).toEqual(b?.heat);
    expect(s?.cell.area_cm2).toBe(10 * (a?.cell.area_cm2 ?? 0));
    expect(s?.cell.cathodeCapacitance_mF).toBeCloseTo(10 * (a?.cell.cathodeCapacitance_mF ?? 0), 12);
    for (const other of [b, f, s]) {
      expect(other?.kinetics).toEqual(a?.kinetics);
      expect(other?.solution).toEqual(a?.solution);
    }
  });

  it('changes of the 10 mL cell only what a zinc anode, 6 mL and 100 mL change', () => {
    const [a, b, zinc, six, same] = [
      'batch-10ml',
      'flow-12cm2',
      'batch-10ml-zinc',
      'batch-6ml',
      'batch-100ml-same-electrodes',
    ].map((n) => parseReactor(textOf(`${n}.yaml`), n));
    for (const other of [zinc, six, same]) {
      expect(other?.solution).toEqual(a?.solution);
      expect(other?.transport).toEqual(a?.transport);
      expect(other?.cell.area_cm2).toBe(a?.cell.area_cm2);
      expect(other?.cell.gap_cm).toBe(a?.cell.gap_cm);
      expect(other?.kinetics).toEqual({ ...a?.kinetics, anode: other?.kinetics.anode });
    }
    expect(six?.kinetics.anode).toEqual(a?.kinetics.anode);
    expect(same?.kinetics.anode).toEqual(a?.kinetics.anode);
    // Zinc gives way some 2 V below DMF, and so does the limit.
    expect(zinc?.kinetics.anode.potential_V).toBeLessThan((a?.kinetics.anode.potential_V ?? 0) - 1.5);
    expect(zinc?.limits.voltage_V).toBeLessThan((a?.limits.voltage_V ?? 0) - 1);
    expect(zinc?.heat).toEqual(a?.heat);
    expect(same?.heat).toEqual(b?.heat);
  });

  it('purges at least five headspace volumes and leaves sweep and draw above their least', () => {
    for (const file of files) {
      const { hydrogen, control } = parseReactor(textOf(file), file);
      expect((control.purge_s / 60) * hydrogen.sweep_mL_min).toBeGreaterThanOrEqual(5 * hydrogen.headspace_mL - 1e-9);
      expect(hydrogen.sweep_mL_min).toBeGreaterThan(hydrogen.sweepMin_mL_min);
      expect(hydrogen.canopy_L_min).toBeGreaterThan(hydrogen.canopyMin_L_min);
    }
  });
});

describe('parseReactor refuses', () => {
  it('with the place and the key of every problem at once', () => {
    const text = textOf('batch-10ml.yaml')
      .replace('gap_cm: 0.5', 'gap_cm: -0.5')
      .replace('lead_ohm:', 'laed_ohm:')
      .replace('reactor: 1', 'reactor: 2');
    const problems = problemsOf(text);
    const lineOf = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;
    expect(problems).toContainEqual(
      expect.objectContaining({ path: 'cell.gap_cm', line: lineOf('gap_cm'), column: 11 }),
    );
    expect(problems).toContainEqual(
      expect.objectContaining({ path: 'cell.laed_ohm', line: lineOf('laed_ohm'), column: 3 }),
    );
    expect(problems).toContainEqual(
      expect.objectContaining({ path: 'cell.lead_ohm', message: expect.stringContaining('is missing') }),
    );
    expect(problems).toContainEqual(expect.objectContaining({ path: 'reactor', line: lineOf('reactor: 2') }));
    expect(problems).toHaveLength(4);
    const words = problems.map(formatProblem).join('\n');
    expect(words).toContain('cell.gap_cm: is too small (would be right: more than 0)');
    expect(words).toContain('cell.laed_ohm: this key is not known here (would be right: one of liquid_mL, area_cm2,');
  });

  it.each([
    ['a duplicate key', 'reactor: 1\nreactor: 1\n', /written twice/],
    ['an alias', 'a: &x 1\nb: *x\n', /an alias/],
    ['broken YAML', 'a: [1, 2\n', /./],
    ['two documents', 'a: 1\n---\nb: 1\n', /document/],
    ['an empty file', '', /./],
    ['a list', '- 1\n', /./],
  ])('%s', (_, text, message) => {
    expect(() => parseReactor(text, 'x.yaml')).toThrow(Refusal);
    expect(
      problemsOf(text)
        .map((p) => p.message)
        .join(),
    ).toMatch(message);
  });

  it('a file whose limits contradict one another', () => {
    const problems = problemsOf(edited('batch-10ml.yaml', ['limits', 'hotSideWarn_C'], 61));
    expect(problems.map((p) => p.path)).toEqual(['limits.hotSideWarn_C']);
  });

  it('a channel without its width, by the union that the kind chooses', () => {
    const problems = problemsOf(textOf('flow-12cm2.yaml').replace(/ *width_cm.*\n/, ''));
    expect(problems.map((p) => p.path)).toEqual(['transport.width_cm']);
  });

  it('any number replaced by NaN, an infinity, a text or nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...numbers(parse(textOf('flow-12cm2.yaml')))),
        fc.constantFrom(NaN, Infinity, -Infinity, '1', null),
        (path, value) => {
          expect(problemsOf(edited('flow-12cm2.yaml', path, value)).map((p) => p.path)).toEqual([path.join('.')]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the schema', () => {
  it('has a unit in the key of every number that is not a pure one', () => {
    const pure = new Set(['reactor', 'electrons', 'leakShare', 'complianceShare', 'transportRatio']);
    const unit =
      /_(mL|cm2|cm|mS_cm|ohm|mF|V|A_cm2|mM|cm2_s|per_s|ohm_cm4_C|per_M_s|um|mL_min|s|L|L_min|ppm|J_K|W_K|K_W|W|C|V_K|A_K|A|A_W|A_s_K|K_min|K|mA|vol_percent|t90_s)$/;
    for (const path of files.flatMap((file) => numbers(parse(textOf(file))))) {
      const key = path.at(-1) ?? '';
      expect(pure.has(key) || unit.test(key), key).toBe(true);
    }
  });

  it('is strict at the top', () => {
    expect(reactorSchema.safeParse({}).success).toBe(false);
  });
});
