/**
 * Notes on past runs: one line of JSON each in a file beside the record, only ever added to. The record itself is sealed
 * when a run ends; what is said of it later must not touch it. A line that a power cut tore is told and left out.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { note, type NoteRow } from '../console/api/runs.js';

const line = note.extend({ run: z.string() });
type Line = z.infer<typeof line>;

export interface Notes {
  readonly notes: readonly Line[];
  readonly damage: readonly string[];
}

export function notesFile(dataDir: string): string {
  return join(dataDir, 'notes.jsonl');
}

export function readNotes(file: string): Notes {
  if (!existsSync(file)) return { notes: [], damage: [] };
  const notes: Line[] = [];
  const damage: string[] = [];
  for (const [index, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (text === '') continue;
    const read = parsed(text);
    if (read === null) damage.push(`${basename(file)}:${index + 1}: this line is no note and is left out`);
    else notes.push(read);
  }
  return { notes, damage };
}

function parsed(text: string): Line | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null; // told by its line number
  }
}

/** Is on the disk when it returns. A line that was torn before it stays a line of its own. */
export function addNote(file: string, run: string, { t, user, text }: NoteRow): void {
  const descriptor = openSync(file, 'a+', 0o600);
  try {
    const torn = endsTorn(descriptor) ? '\n' : '';
    writeSync(descriptor, `${torn}${JSON.stringify({ run, t, user, text })}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function endsTorn(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last.toString() !== '\n';
}
