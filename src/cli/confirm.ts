/**
 * Warnings of a plan before its start: each is shown, and a person says that they are meant. Where nobody is, they stand in
 * the opening of the run and in its record. Owns what counts as yes.
 */
import type { Plan } from '../model/plan.js';
import { paragraph } from '../model/words.js';

/** What it needs of a terminal. */
export interface Asked {
  readonly columns: number;
  line(text: string): void;
  /** The next line that is typed; null where no more can come. */
  next(): Promise<string | null>;
}

/** Whether to start. Without warnings nobody is asked; everything but `y` is no. */
export async function warningsConfirmed({ warnings }: Pick<Plan, 'warnings'>, asked: Asked): Promise<boolean> {
  if (warnings.length === 0) return true;
  const count = warnings.length === 1 ? 'one warning' : `${warnings.length} warnings`;
  const lines = ['', `The recipe has ${count}:`, ...warnings.flatMap((text) => paragraph(text, asked.columns))];
  for (const line of lines) asked.line(line);
  asked.line('  Start all the same? [y/N]');
  return /^\s*y(es)?\s*$/i.test((await asked.next()) ?? '');
}
