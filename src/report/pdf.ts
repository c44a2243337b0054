/** A page as PDF by Chromium, where there is one. Owns how Chromium is found and called: without network and without a profile. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** A page of 48 h takes some seconds; this is for a browser that hangs. */
const LONGEST_MS = 120_000;

/** Path of the browser that is on the search path; null: there is none. */
export function chromiumFound(searched = process.env['PATH'] ?? ''): string | null {
  const folders = searched.split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram) ?? null;
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Rejects, in words, when no PDF came of it.
 * @param gone ends the browser.
 */
export async function printPdf(chromium: string, page: string, pdf: string, gone?: AbortSignal): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'galvanode-pdf-'));
  try {
    const words = [
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
    ];
    await called(chromium, words, gone);
    if (!existsSync(pdf)) throw new Error(`${chromium} ended without a PDF`);
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

function called(program: string, args: readonly string[], gone: AbortSignal | undefined): Promise<void> {
  const limits = { timeout: LONGEST_MS, killSignal: 'SIGKILL' } as const;
  return new Promise((settle, fail) => {
    execFile(program, args, gone === undefined ? limits : { ...limits, signal: gone }, (error, _stdout, stderr) => {
      if (error === null) settle();
      else fail(new Error(`${program} did not print the page: ${stderr.trim().split('\n').at(-1) ?? error.message}`));
    });
  });
}
