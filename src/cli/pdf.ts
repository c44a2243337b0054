/** A page as PDF by Chromium, where there is one. Owns how Chromium is found and called: without network and without a profile. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Refused } from './refused.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** A page of 48 h takes some seconds; this is for a browser that hangs. */
const LONGEST_MS = 120_000;

/** Path of the browser. Throws Refused, before anything is written. */
export function chromiumAt(given: string | undefined, searched = process.env['PATH'] ?? ''): string {
  if (given !== undefined) {
    if (isProgram(given)) return resolve(given);
    throw new Refused(`--chromium: ${given} is no program that can be run (would be right: /usr/bin/chromium)`);
  }
  const folders = searched.split(delimiter).filter((folder) => folder !== '');
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
  if (found !== undefined) return found;
  throw new Refused(
    '--pdf: there is no Chromium here (would be right: install the package chromium, --chromium PATH, or print the page from a browser)',
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Rejects, in words, when no PDF came of it. */
export async function printPdf(chromium: string, page: string, pdf: string): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'galvanode-pdf-'));
  try {
    await called(chromium, [
      '--headless',
      '--disable-gpu',
      '--disable-extensions',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND',
      // The sandbox needs a user that is not root; the page has no script and opens no address.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${profile}`,
      '--no-pdf-header-footer',
      `--print-to-pdf=${resolve(pdf)}`,
      pathToFileURL(page).href,
    ]);
    if (!existsSync(pdf)) throw new Error(`${chromium} ended without a PDF`);
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

function called(program: string, args: readonly string[]): Promise<void> {
  return new Promise((settle, fail) => {
    execFile(program, args, { timeout: LONGEST_MS, killSignal: 'SIGKILL' }, (error, _stdout, stderr) => {
      if (error === null) settle();
      else fail(new Error(`${program} did not print the page: ${stderr.trim().split('\n').at(-1) ?? error.message}`));
    });
  });
}
