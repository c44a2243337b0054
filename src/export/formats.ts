/** The formats of an export: under which name each is written, and how. Owns that list; knows neither options nor terminal. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { csvLines } from '../record/csv.js';
import { bdfLines, bdfName } from './bdf.js';
import { writeDataPackage } from './data-package.js';
import { mptLines } from './mpt.js';
import { writeLines, writeWhole } from './place.js';
import type { ExportedRun } from './source.js';
import { answerLines } from './tables.js';

export const FORMATS = ['csv', 'datapackage', 'mpt', 'bdf'] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(name: string): name is Format {
  return FORMATS.some((format) => format === name);
}

/** The one table of a format; null: it is a folder. */
export function linesOf(format: Format, from: ExportedRun): Iterable<string> | null {
  const { run } = from;
  switch (format) {
    case 'csv':
      return csvLines(run, from.samples());
    case 'mpt':
      return mptLines(run, from.samples());
    case 'bdf':
      return bdfLines(run, from.samples());
    case 'datapackage':
      return null;
  }
}

/** Names under which a run is written: of its main file or folder. */
export function nameOf(format: Format, { run, ofDay }: ExportedRun): string {
  switch (format) {
    case 'csv':
      return `${run.run}.csv`;
    case 'mpt':
      return `${run.run}.mpt`;
    case 'bdf':
      return bdfName(run, ofDay);
    case 'datapackage':
      return run.run;
  }
}

export interface ExportOrder {
  readonly format: Format;
  readonly folder: string;
  /** Writes over what is there. */
  readonly force: boolean;
  /** Of the data, such as CC-BY-4.0; in the data package. */
  readonly licence?: string;
}

/** Gives the paths that were written. Rejects with AlreadyThere, or with the fault of the disk. */
export async function exportInto(
  from: ExportedRun,
  { format, folder, force, licence }: ExportOrder,
): Promise<string[]> {
  const path = join(folder, nameOf(format, from));
  const lines = linesOf(format, from);
  await mkdir(folder, { recursive: true });
  await writeWhole(path, force, async (part) => {
    if (lines === null) await writeDataPackage(part, from, licence);
    else await writeLines(part, lines);
  });
  if (format !== 'csv' || from.answers.length === 0) return [path];
  const beside = join(folder, `${from.run.run}.answers.csv`);
  await writeWhole(beside, force, async (part) => {
    await writeLines(part, answerLines(from.answers));
  });
  return [path, beside];
}
