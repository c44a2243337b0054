/**
 * A run as a data package (standard of datapackage.org, version 2): the canonical export. One folder with the tables as CSV,
 * recipe, board and reactor files as they were, calibration, and a descriptor with type, unit, size and SHA-256 of each.
 * The same record gives the same bytes. Owns the descriptor; knows no other format.
 */
import { mkdir } from 'node:fs/promises';
import { CSV_COLUMNS, csvLines } from '../record/csv.js';
import { ALARM_FIELDS, ANSWER_FIELDS, EVENT_FIELDS, type Field, LEDGER_FIELDS, sampleFields } from './fields.js';
import { writeFileIn, type Written } from './place.js';
import { type ExportedRun, isIncomplete } from './source.js';
import { alarmLines, answerLines, eventLines, ledgerLines } from './tables.js';
import type { ZipEntry } from './zip.js';

const PROFILE = 'https://datapackage.org/profiles/2.0/datapackage.json';
const TABLE_SCHEMA = 'https://datapackage.org/profiles/2.0/tableschema.json';

/** A file of the package before it is written. */
interface Part {
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly lines: () => Iterable<string>;
  /** Of a table. */
  readonly fields?: readonly Field[];
  readonly primaryKey?: string;
  readonly mediatype?: string;
}

/** The folder must not be there. */
export async function writeDataPackage(folder: string, from: ExportedRun, licence?: string): Promise<void> {
  await mkdir(folder);
  for (const { path, lines, written } of packageEntries(from, licence))
    written(await writeFileIn(folder, path, lines()));
}

/** Its files in their order. The descriptor is the last: it tells what was written of the others. */
export function packageEntries(from: ExportedRun, licence?: string): ZipEntry[] {
  const resources: object[] = [];
  const parts = partsOf(from).map((part) => ({
    path: part.path,
    lines: part.lines,
    written: (written: Written): void => void resources.push(resourceOf(part, written)),
  }));
  const descriptor = (): string[] => [`${json(descriptorOf(from, resources, licence))}\n`];
  return [...parts, { path: 'datapackage.json', lines: descriptor, written: () => undefined }];
}

function partsOf(from: ExportedRun): Part[] {
  const { run, events, answers } = from;
  const table = (name: string, description: string, fields: readonly Field[], lines: () => Iterable<string>): Part => ({
    name,
    path: `${name}.csv`,
    description,
    fields,
    lines,
    ...(fields.some((field) => field.name === 'seq') ? { primaryKey: 'seq' } : {}),
  });
  const file = (path: string, description: string, text: string): Part => ({
    name: path.replace(/\.\w+$/, ''),
    path,
    description,
    mediatype: path.endsWith('.json') ? 'application/json' : 'application/yaml',
    lines: () => [text],
  });
  return [
    table('samples', 'what was asked for and measured', sampleFields(CSV_COLUMNS), () => csvLines(run, from.samples())),
    table('events', 'the journal, as a hash chain', EVENT_FIELDS, () => eventLines(events)),
    table('alarms', 'alarms and trips, after ISA-18.2', ALARM_FIELDS, () => alarmLines(events)),
    table('ledger', 'charge by host and by board', LEDGER_FIELDS, () => ledgerLines(from.ledger())),
    table('answers', 'what was asked of the operator', ANSWER_FIELDS, () => answerLines(answers)),
    file('recipe.yaml', 'the recipe as it was run', run.recipe_text),
    file('board.yaml', 'the board as it was', run.board_text),
    file('reactor.yaml', 'the reactor as it was', run.reactor_text),
    file('calibration.json', 'calibration in force; empty: the board keeps its own', `${json(run.calibration)}\n`),
  ];
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function resourceOf(part: Part, { bytes, sha256 }: Written): object {
  const { name, path, description, fields, primaryKey } = part;
  const common = { name, path, description, encoding: 'utf-8', bytes, hash: `sha256:${sha256}` };
  if (fields === undefined) return { ...common, format: path.split('.').at(-1), mediatype: part.mediatype };
  const schema = {
    $schema: TABLE_SCHEMA,
    fields,
    missingValues: [''],
    ...(primaryKey === undefined ? {} : { primaryKey: [primaryKey] }),
  };
  return { ...common, type: 'table', format: 'csv', mediatype: 'text/csv', schema };
}

function descriptorOf(from: ExportedRun, resources: readonly object[], licence: string | undefined): object {
  const { run, proof, resumedBy } = from;
  const simulated = run.simulated ? 'SIMULATED: no current passed a real cell. ' : '';
  const incomplete = isIncomplete(from) ? `INCOMPLETE: the run is ${run.outcome}. ` : '';
  return {
    $schema: PROFILE,
    name: run.run,
    title: run.title,
    description: `${simulated}${incomplete}Run of an electrochemical reactor, recorded by galvanode.`,
    version: '1.0.0',
    ...(licence === undefined ? {} : { licenses: [{ name: licence }] }),
    sources: [{ title: `recipe ${run.recipe}`, path: 'recipe.yaml' }],
    simulated: run.simulated,
    resources,
    galvanode: {
      run: run.run,
      simulated: run.simulated,
      incomplete: isIncomplete(from),
      started_utc: new Date(run.started_utc_ms).toISOString(),
      outcome: run.outcome,
      reason: run.reason,
      elapsed_s: run.elapsed_s,
      charge_C: run.charge_C,
      absolute_charge_C: run.absolute_charge_C,
      board_charge_C: run.board_charge_C,
      charge_F_mol: run.charge_F_mol,
      figures: run.figures,
      planned: run.numbers,
      steps: run.steps,
      overrides: run.overrides,
      recipe_sha256: run.recipe_sha256,
      resumes: run.resumes,
      resumed_by: resumedBy,
      carried_charge_C: run.carried_charge_C,
      program_version: run.program_version,
      board: run.board,
      reactor: run.reactor,
      firmware_version: run.firmware_version,
      firmware_serial: run.firmware_serial,
      seed: run.seed,
      record_rate_Hz: run.record_rate_Hz,
      lost_samples: run.lost_samples,
      record: {
        head_seq: run.head_seq,
        head_hash: run.head_hash,
        verdict: proof?.verdict ?? null,
        findings: proof?.findings ?? [],
      },
    },
  };
}
