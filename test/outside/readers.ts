/**
 * Runs a recipe on the simulated bench, exports the run in every format, and has each file read by a program that shares no
 * code with the one that wrote it: test/outside/readers.py, with pandas, by the published rules. Then breaks the files, one
 * change at a time: a reader that takes them proves nothing. Needs dist and the packages python3-pandas and python3-numpy.
 */
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runsCommand } from '../../src/cli/runs.js';
import { databaseFile } from '../../src/record/place.js';
import { Rig } from '../rig/rig.js';
import { galvanode, temporaryFolder } from '../support/process.js';

const READERS = fileURLToPath(new URL('readers.py', import.meta.url));
const PYTHON = process.env['PYTHON'] ?? '/usr/bin/python3';
const RECIPE = fileURLToPath(new URL('../../recipes/general-procedure-3a.yaml', import.meta.url));

interface Files {
  readonly datapackage: string;
  readonly csv: string;
  readonly mpt: string;
  readonly bdf: string;
}

const OFF = ['--console', 'off', '--broker', 'off'];
/** What the command tells is not what is looked at. */
const SILENT = { stdout: new Writable({ write: (_chunk, _encoding, done) => done() }) };
const NONE: Files = { datapackage: '-', csv: '-', mpt: '-', bdf: '-' };

/** What is wrong, in which format, and the change: of one file's text, or of a file of the package. */
type Mutation = readonly [what: string, kind: keyof Files, change: readonly [file: string, RegExp, string]];

const MUTATIONS: readonly Mutation[] = [
  ['one digit of a current', 'csv', ['', /,17\.99/, ',17.98']],
  ['a row less', 'csv', ['', /\n[^\n]+\n$/, '\n']],
  ['a measured voltage left out', 'csv', ['', /,4\.2\d+,/, ',,']],
  ['not simulated', 'csv', ['', /,true\n/g, ',false\n']],
  ['a line feed alone', 'mpt', ['', /\r\n/, '\n']],
  ['one header line too few', 'mpt', ['', /Nb header lines : \d+/, 'Nb header lines : 9']],
  ['no tab after the names', 'mpt', ['', /\t\r\n/, '\r\n']],
  ['an empty line in the settings', 'mpt', ['', /\r\nDevice/, '\r\n\r\nDevice']],
  ['a parameter in a column of 19', 'mpt', ['', /dQM {17}/, 'dQM                ']],
  ['a column of its own', 'mpt', ['', /Analog IN 1\/V/, 'Temperature/degC']],
  ['another voltage', 'mpt', ['', /4\.2\d{14}E\+000/, '4.999999999999999E+000']],
  ['the sign of a current', 'bdf', ['', /,0\.0179/, ',-0.0179']],
  ['a term of its own', 'bdf', ['', /Voltage \/ V/, 'Voltage / mV']],
  ['a digit of a sample', 'datapackage', ['samples.csv', /,17\.99/, ',17.98']],
  ['an event that says other words', 'datapackage', ['events.csv', /armed/, 'alarm']],
  ['another unit', 'datapackage', ['datapackage.json', /"unit": "mA"/, '"unit": "A"']],
  ['another head', 'datapackage', ['datapackage.json', /"head_hash": "[0-9a-f]/, '"head_hash": "x']],
  ['another recipe', 'datapackage', ['recipe.yaml', /mmol/, 'mol']],
];

function mutate(files: Files, kind: keyof Files, [name, from, to]: Mutation[2], folder: string): string {
  const copy = join(folder, files[kind].split('/').at(-1) ?? kind);
  cpSync(files[kind], copy, { recursive: true });
  const file = name === '' ? copy : join(copy, name);
  const text = readFileSync(file, 'latin1');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${kind}: nothing to change by ${String(from)}`);
  writeFileSync(file, changed, 'latin1');
  return copy;
}

function read(data: string, run: string, files: Files): Promise<{ readonly code: number; readonly said: string }> {
  const args = [READERS, databaseFile(data), run, files.datapackage, files.csv, files.mpt, files.bdf];
  return new Promise((settle) => {
    execFile(PYTHON, args, (error, stdout, stderr) => {
      settle({ code: error === null ? 0 : Number(error.code ?? 1), said: `${stdout}${stderr}` });
    });
  });
}

const rig = new Rig('readers');
await rig.run(async () => {
  const data = temporaryFolder();
  const out = join(data, 'out');
  const ran = await galvanode(['run', RECIPE, '--speed', 'max', '--yes', '--data', data, ...OFF]).ended;
  rig.check('the run completes', ran.code === 0, `exit code ${String(ran.code)}`);
  for (const format of ['csv', 'datapackage', 'mpt', 'bdf'])
    rig.check(`${format} is written`, (await runsCommand('export', 'latest', { data, format, out, ...SILENT })) === 0);
  const names = readdirSync(out);
  const run = names.find((name) => statSync(join(out, name)).isDirectory()) ?? '';
  const files: Files = {
    datapackage: join(out, run),
    csv: join(out, `${run}.csv`),
    mpt: join(out, `${run}.mpt`),
    bdf: join(out, names.find((name) => name.endsWith('.bdf.csv')) ?? ''),
  };
  const whole = await read(data, run, files);
  rig.check('every export holds what the record does', whole.code === 0, whole.said);
  for (const [what, kind, change] of MUTATIONS) {
    const mutated = mutate(files, kind, change, temporaryFolder());
    const { code, said } = await read(data, run, { ...NONE, [kind]: mutated });
    const refused = said.includes('FAIL') && code !== 0;
    rig.check(`refused: ${kind}, ${what}`, refused, said.match(/FAIL.*/)?.[0] ?? 'taken');
  }
  const figures: unknown = JSON.parse(whole.said.trim().split('\n').at(-1) ?? '{}');
  return { compared: figures, mutations: MUTATIONS.length };
});
