/** The report of a recorded run on paper: by a real Chromium, read back by pdftotext. Needs the packages chromium and poppler-utils. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { runsCommand } from '../../src/cli/runs.js';
import { recordRun } from '../export/recorded.js';
import { freshDirectory } from '../record/directory.js';
import { eventOf, OUTCOME } from '../record/samples.js';

it('prints the numbers of the record on A4 with page numbers, and leaves nothing else', async () => {
  const data = freshDirectory();
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  const events = Array.from({ length: 80 }, (_, place) =>
    eventOf(place, 'alarm', {
      text: `alarm ${place}`,
      data: { id: 'sweep', state: 'active', safeState: 'W', group: null },
    }),
  );
  const run = recordRun(data, {
    seconds: 120,
    events,
    outcome: { ...OUTCOME, charge_C: 187.654, figures: { energy_J: 900 } },
  });
  const out = join(data, 'report.html');
  expect(await runsCommand('report', 'latest', { data, out, pdf: true, stdout })).toBe(0);
  expect(
    readdirSync(data)
      .filter((name) => name.startsWith('report'))
      .toSorted(),
  ).toEqual(['report.html', 'report.pdf']);
  const pdf = join(data, 'report.pdf');
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
  const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  const pages = text.split('\f').filter((page) => page.trim() !== '');
  expect(pages.length).toBeGreaterThan(3);
  expect(text).toMatch(/187\.654 C net/);
  expect(text).toMatch(/900\.0 J, 0\.2500 Wh/);
  expect(text).toContain('SIMULATED: no current passed a real cell.');
  pages.forEach((page, place) => {
    expect(page).toContain(run);
    expect(page).toMatch(new RegExp(`${place + 1} ?/ ?${pages.length}\\s*$`));
  });
  // The table of alarms is longer than a page: its heading stands on each.
  expect(pages.filter((page) => /ISA-18\.2/.test(page)).length).toBeGreaterThan(1);
  expect(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' })).toMatch(/Page size:.*A4/);
  expect(await runsCommand('report', 'latest', { data, out, pdf: true, stdout, stderr: stdout })).toBe(2);
});
