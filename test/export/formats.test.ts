import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeEach, describe, expect, it } from 'vitest';
import { exportInto, type Format, FORMATS } from '../../src/export/formats.js';
import { inPieces, writeLines, writeWhole } from '../../src/export/place.js';
import { type ExportedRun, exportedRun } from '../../src/export/source.js';
import { History } from '../../src/record/history.js';
import { freshDirectory } from '../record/directory.js';
import { eventOf, START_MS } from '../record/samples.js';
import { PROFILE } from './profile.js';
import { recordRun, type Recorded } from './recorded.js';

let data = '';
beforeEach(() => {
  data = freshDirectory();
});

async function exported(
  format: Format,
  recorded: Recorded = {},
  licence?: string,
): Promise<{ paths: string[]; run: string }> {
  const run = recordRun(data, recorded);
  const folder = join(data, 'out');
  const order = { format, folder, force: false, ...(licence === undefined ? {} : { licence }) };
  return withRun(run, async (from) => ({ paths: await exportInto(from, order), run }));
}

async function withRun<T>(run: string, work: (from: ExportedRun) => Promise<T>): Promise<T> {
  const history = History.open(data);
  if (history === undefined) throw new Error('no record');
  try {
    return await work(exportedRun(history, run));
  } finally {
    history.close();
  }
}

const text = (path = ''): string => readFileSync(path, 'latin1');

describe('mpt', () => {
  it('counts its header, ends lines with CRLF and names with a tab, and is ASCII', async () => {
    const header = { recipe: { name: 'r', title: 'Zn²⁺ at 5 °C, µmol – «x»', text: '', sha256: '0', overrides: [] } };
    const { paths } = await exported('mpt', { header });
    const all = text(paths[0]);
    expect(all.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(all).toMatch(/^[\t\r\n\x20-\x7E]*$/);
    const lines = all.split('\r\n');
    const names = lines.findIndex((line) => line.startsWith('mode\t'));
    expect(lines[0]).toBe('EC-Lab ASCII FILE');
    expect(lines[1]).toBe(`Nb header lines : ${names + 1}`);
    expect(lines[names]?.endsWith('Analog IN 1/V\t')).toBe(true);
    expect(lines).toContain('Acquisition started on : 11/22/2026 16:15:03.000');
    expect(all).toContain('Zn??? at 5 degC, umol - ?x?'.replace('???', '??'));
    expect(all).not.toMatch(/Ewe\/V/);
  });

  it('writes a row as EC-Lab does, and NaN for what was not measured', async () => {
    const sample = (second: number): object => (second === 2 ? { voltage_V: null, invalid: 'voltage_V:stale' } : {});
    const { paths } = await exported('mpt', { seconds: 3, sample });
    const rows = text(paths[0])
      .trimEnd()
      .split('\r\n')
      .slice(-3)
      .map((line) => line.split('\t'));
    expect(rows.map((row) => row.slice(0, 8))).toEqual([
      ['1', '1', '0', '0', '0', '0', '4', '1.000000000000000E+000'],
      ['1', '1', '1', '0', '0', '0', '4', '2.000000000000000E+000'],
      ['1', '1', '0', '0', '0', '0', '4', '3.000000000000000E+000'],
    ]);
    expect(rows[1]?.[9]).toBe('NaN');
    expect(rows[1]?.[14]).toBe('NaN');
    expect(rows[0]?.[15]).toBe('2.000000000000000E-004');
  });

  it('counts half cycles where the direction turns, not over a rest', async () => {
    const currents = [18, 0, 18, -18, -18, 0, 18];
    const sample = (second: number): object => ({
      setpoint_mA: currents[second - 1] ?? 0,
      current_mA: currents[second - 1] ?? 0,
    });
    const { paths } = await exported('mpt', { seconds: 7, sample });
    const rows = text(paths[0])
      .trimEnd()
      .split('\r\n')
      .slice(-7)
      .map((line) => line.split('\t'));
    expect(rows.map((row) => [row[0], row[1], row[13]].join(' '))).toEqual([
      '1 1 0',
      '3 0 0',
      '1 1 0',
      '1 0 1',
      '1 0 1',
      '3 0 1',
      '1 1 2',
    ]);
  });
});

describe('bdf', () => {
  it('has its terms, positive into the cell, and a name that says what was simulated', async () => {
    const { paths, run } = await exported('bdf', { seconds: 2 });
    expect(paths[0]?.split('/').at(-1)).toBe(
      `galvanode-bench-sim-simulated__general-procedure-3a__${run.slice(0, 8)}_001.bdf.csv`,
    );
    const [heading, first] = text(paths[0]).split('\n');
    expect(heading).toBe(
      'Test Time / s,Voltage / V,Current / A,Unix Time / s,Step Count / 1,Cycle Count / 1,Temperature T1 / degC,Net Capacity / Ah',
    );
    const values = first?.split(',').map(Number) ?? [];
    expect(values[2]).toBeCloseTo(0.018, 5);
    expect(values[3]).toBe(START_MS / 1000 + 1);
    expect([values[4], values[5], values[7]]).toEqual([5, 1, 0]);
  });

  it('numbers the runs of a day', async () => {
    recordRun(data, { header: { startedUtc_ms: START_MS - 3_600_000 } });
    const { paths } = await exported('bdf');
    expect(paths[0]).toMatch(/_002\.bdf\.csv$/);
  });
});

describe('data package', () => {
  it('is what the standard asks for, and each file is as it is described', async () => {
    const { paths, run } = await exported('datapackage', {}, 'CC-BY-4.0');
    const folder = paths[0] ?? '';
    const descriptor: unknown = JSON.parse(text(join(folder, 'datapackage.json')));
    const valid = new Ajv({ allErrors: true, strict: false }).compile(PROFILE);
    expect(valid(descriptor) ? [] : valid.errors).toEqual([]);
    expect(descriptor).toMatchObject({
      name: run,
      simulated: true,
      licenses: [{ name: 'CC-BY-4.0' }],
      galvanode: {
        incomplete: false,
        outcome: 'complete',
        record: { head_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    });
    const { resources } = descriptor as { resources: { path: string; bytes: number; hash: string }[] };
    expect(resources.map(({ path }) => path).toSorted()).toEqual(
      readdirSync(folder)
        .filter((name) => name !== 'datapackage.json')
        .toSorted(),
    );
    for (const { path, bytes, hash } of resources) {
      const content = readFileSync(join(folder, path));
      expect({ path, bytes, hash }).toEqual({
        path,
        bytes: content.length,
        hash: `sha256:${createHash('sha256').update(content).digest('hex')}`,
      });
    }
  });

  it('does not pass with a field of no type, or a path that leads out', () => {
    const valid = new Ajv({ strict: false }).compile(PROFILE);
    const whole = {
      $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
      resources: [{ name: 'a', path: 'a.csv' }],
    };
    expect(valid(whole)).toBe(true);
    expect(valid({ ...whole, resources: [{ name: 'a', path: '../a.csv' }] })).toBe(false);
    expect(
      valid({ ...whole, resources: [{ name: 'a', path: 'a', schema: { fields: [{ name: 'x', type: 'float' }] } }] }),
    ).toBe(false);
  });

  it('has every column described with what it is', async () => {
    const { paths } = await exported('datapackage');
    const folder = paths[0] ?? '';
    const { resources } = JSON.parse(text(join(folder, 'datapackage.json'))) as {
      resources: { path: string; schema?: { fields: { name: string; unit?: string; description: string }[] } }[];
    };
    for (const { path, schema } of resources) {
      if (schema === undefined) continue;
      expect(text(join(folder, path)).split('\n')[0]?.split(',')).toEqual(schema.fields.map(({ name }) => name));
      for (const { name, unit, description } of schema.fields) {
        expect(description).not.toBe('');
        const ending = /_(mA|V|s|A|mL_min|ppm|vol_percent|F_mol)$/.exec(name)?.[1];
        if (ending !== undefined)
          expect([name, unit?.replace('/', '_').replace('%', '_percent')]).toEqual([name, ending]);
      }
    }
  });

  it('says of a run without an end that it is not whole', async () => {
    const { paths } = await exported('datapackage', { outcome: null });
    const descriptor: unknown = JSON.parse(text(join(paths[0] ?? '', 'datapackage.json')));
    expect(descriptor).toMatchObject({ galvanode: { incomplete: true, outcome: 'interrupted' } });
    expect(descriptor).toMatchObject({ description: expect.stringContaining('INCOMPLETE') });
  });
});

describe('csv', () => {
  it('has its answers beside it, and those that are missing', async () => {
    const given = { prompt: 'p', key: 'isolated', value: 93.5, unit: 'mg', charge_C: 5, asked_C: 4 };
    const events = [
      eventOf(5, 'answer', { actor: 'ann, "b"', text: '93.5 mg', data: given }),
      eventOf(6, 'note', { data: { prompt: 'p', key: 'gc', missed: 'never due' } }),
    ];
    const { paths, run } = await exported('csv', { events });
    expect(paths.map((path) => path.split('/').at(-1))).toEqual([`${run}.csv`, `${run}.answers.csv`]);
    expect(text(paths[1]).split('\n')).toEqual([
      'key,at_s,asked_C,charge_C,value,unit,actor,came',
      'isolated,5,4,5,93.5,mg,"ann, ""b""",given',
      'gc,6,,,,,procedure,never due',
      '',
    ]);
  });
});

describe('the place', () => {
  it.each(FORMATS)(
    'is not written over without being asked, and the same record gives the same bytes: %s',
    async (format) => {
      const { paths, run } = await exported(format);
      const folder = join(data, 'out');
      const file = format === 'datapackage' ? join(paths[0] ?? '', 'datapackage.json') : (paths[0] ?? '');
      const first = text(file);
      await withRun(run, async (from) => {
        await expect(exportInto(from, { format, folder, force: false })).rejects.toThrow(/there already.*--force/);
        await exportInto(from, { format, folder, force: true });
      });
      expect(text(file)).toBe(first);
      expect(readdirSync(folder).filter((name) => /part|old/.test(name))).toEqual([]);
    },
  );

  it('holds nothing half when it fails on the way, and keeps what was there', async () => {
    const path = join(data, 'x.csv');
    writeFileSync(path, 'before');
    function* breaking(): Generator<string> {
      yield 'a'.repeat(200_000);
      throw new Error('the record ends here');
    }
    const writing = writeWhole(path, true, async (part) => {
      await writeLines(part, breaking());
    });
    await expect(writing).rejects.toThrow('the record ends here');
    expect(text(path)).toBe('before');
    expect(readdirSync(data)).toEqual(['x.csv']);
  });

  it('takes a folder in place of another that holds files', async () => {
    const path = join(data, 'package');
    mkdirSync(path);
    writeFileSync(join(path, 'old'), '');
    await writeWhole(path, true, async (part) => {
      mkdirSync(part);
      await writeLines(join(part, 'new'), ['x']);
    });
    expect(readdirSync(path)).toEqual(['new']);
    expect(readdirSync(data)).toEqual(['package']);
  });

  it('gets pieces that hold every line in its order', () => {
    const lines = Array.from({ length: 5000 }, (_, place) => `${'x'.repeat(place % 90)}${place}\n`);
    const pieces = [...inPieces(lines)];
    expect(pieces.join('')).toBe(lines.join(''));
    expect(pieces.length).toBeLessThan(10);
  });
});
