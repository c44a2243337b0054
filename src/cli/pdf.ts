/** Which Chromium prints a report, as the command line names it. Owns what is refused. */
import { resolve } from 'node:path';
import { chromiumFound, isProgram } from '../report/pdf.js';
import { Refused } from './refused.js';

/** Path of the browser. Throws Refused, before anything is written. */
export function chromiumAt(given: string | undefined, searched = process.env['PATH'] ?? ''): string {
  if (given !== undefined) {
    if (isProgram(given)) return resolve(given);
    throw new Refused(`--chromium: ${given} is no program that can be run (would be right: /usr/bin/chromium)`);
  }
  const found = chromiumFound(searched);
  if (found !== null) return found;
  throw new Refused(
    '--pdf: there is no Chromium here (would be right: install the package chromium, --chromium PATH, or print the page from a browser)',
  );
}
