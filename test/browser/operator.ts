/**
 * An operator at the page, in a real Chromium before the real program: from signing in to the exports of the run, once at a
 * desk and once on a phone. `npx tsx test/browser/operator.ts [desk|phone]`. The bench is simulated and sped up.
 */
import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { networkProcess } from '../support/process.js';
import { clock, Rig, until } from '../rig/rig.js';
import {
  DESK,
  goTo,
  looked,
  OF_A_LOST_LINK,
  openBrowser,
  openTab,
  PHONE,
  serve,
  signIn,
  type Served,
  type Tab,
} from './harness.js';
import { putIn, takeOut } from './fault.js';

const RECIPE = 'general-procedure-3a';
const SPEED = 480;
/** Lets the run go on: a bad contact of 20 ohm makes the voltage another one than the twin expects. */
const FAULT = 'cell-lead:wrong=20 ohm';

const stateOf = async (page: Page): Promise<string> => (await page.locator('.state').textContent()) ?? '';

async function reaches(page: Page, state: string, limit_s = 30): Promise<boolean> {
  return until(state, limit_s, async () => ((await stateOf(page)) === state ? true : undefined), 50).catch(() => false);
}

const dialogNamed = (page: Page, name: RegExp): Locator => page.getByRole('dialog', { name });

async function readsOnly(rig: Rig, tab: Tab): Promise<void> {
  const { page } = tab;
  await page.goto(`${page.url().split('#')[0]}#/run?recipe=${RECIPE}`);
  const start = page.getByRole('button', { name: 'Start…' });
  await start.waitFor();
  rig.check('who is not signed in cannot start', await start.isDisabled(), (await start.getAttribute('title')) ?? '');
  await signIn(tab, 'anna', 'not the password');
  const refused = dialogNamed(page, /Sign in/).getByRole('alert');
  await refused.waitFor();
  rig.check(
    'a wrong password is refused in words',
    /wrong user name or password/.test((await refused.textContent()) ?? ''),
  );
  await dialogNamed(page, /Sign in/)
    .getByRole('button', { name: 'Cancel' })
    .click();
}

async function starts(rig: Rig, { page }: Tab): Promise<void> {
  await page.getByLabel('Search recipes').fill('general procedure, 0.5');
  await page.getByRole('navigation', { name: 'Recipes' }).getByRole('link').first().click();
  await page.getByText('4.030 F/mol').waitFor();
  rig.check('the checker’s numbers are shown', await page.getByText('4.030 F/mol').isVisible());
  rig.check('the weighing table is shown', await page.getByText('332.0 mg').isVisible());
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('region', { name: 'Preview on the twin' }).waitFor({ timeout: 60_000 });
  rig.check('the preview is drawn', (await page.locator('.preview figure').count()) === 5);
  await page.getByRole('button', { name: 'Start…' }).click();
  const dialog = dialogNamed(page, /^Start/);
  const go = dialog.getByRole('button', { name: 'Start', exact: true });
  rig.check('an unticked checklist starts nothing', await go.isDisabled());
  for (const box of await dialog.getByRole('checkbox').all()) await box.check();
  await go.click();
  rig.check('it starts', await reaches(page, 'execute'));
}

/** What is asked now; null: nothing. */
async function question(page: Page): Promise<string | null> {
  const text = page.getByRole('status', { name: 'The recipe asks' }).locator('.prompt-text');
  if (!(await text.isVisible())) return null;
  return text.textContent({ timeout: 500 }).catch(() => null); // answered meanwhile
}

/** Answers what the recipe asks until nothing was asked for a while; gives how often. */
async function answersAll(page: Page): Promise<number> {
  for (let answered = 0; ; answered += 1) {
    const asked = await until('a question', 6, async () => (await question(page)) ?? undefined, 50).catch(() => null);
    if (asked === null) return answered;
    await page.getByRole('status', { name: 'The recipe asks' }).getByRole('button').click();
    await until('it is taken', 15, async () => ((await question(page)) === asked ? undefined : true), 50);
  }
}

async function asks(page: Page, button: string): Promise<void> {
  await page.getByRole('region', { name: 'Commands' }).getByRole('button', { name: button }).click();
  await page.getByRole('dialog').getByRole('button', { name: button }).click();
}

async function reloadsInAQuestion(rig: Rig, { page }: Tab): Promise<void> {
  const card = page.getByRole('status', { name: 'The recipe asks' });
  await card.waitFor();
  const text = await card.locator('.prompt-text').textContent();
  await page.reload();
  await card.waitFor();
  rig.check(
    'a reload loses neither question nor session',
    (await card.locator('.prompt-text').textContent()) === text &&
      (await page.getByRole('button', { name: 'Sign out' }).isVisible()),
  );
}

async function holdsAndResumes(rig: Rig, { page }: Tab): Promise<void> {
  await until(
    'the electrolysis',
    60,
    async () => ((await page.locator('.step').textContent())?.includes('Electrolyse') === true ? true : undefined),
    50,
  );
  await asks(page, 'Hold');
  rig.check('hold holds', await reaches(page, 'held'));
  await asks(page, 'Resume');
  rig.check('resume goes on', await reaches(page, 'execute'));
}

async function hearsOfAFault(rig: Rig, tab: Tab, served: Served): Promise<void> {
  const { page } = tab;
  await putIn(served, FAULT);
  const banner = page.locator('.alarm-banner');
  await banner.waitFor({ timeout: 40_000 });
  rig.check('a fault becomes an alarm on every page', true, (await banner.textContent())?.slice(0, 80));
  await goTo(tab, 'Alarms');
  await page
    .getByRole('button', { name: /^Acknowledge (?!all)/ })
    .first()
    .click();
  await page
    .getByText(/acknowledged/i)
    .first()
    .waitFor();
  rig.check('it is acknowledged', true);
  await takeOut(served, FAULT);
  await goTo(tab, 'Run');
}

async function losesTheNetwork(rig: Rig, { page }: Tab, { program }: Served): Promise<void> {
  process.kill(networkProcess(program.pid), 'SIGKILL');
  const banner = page.getByText(/Connection lost/);
  await banner.waitFor({ timeout: 10_000 });
  rig.check('a network process that dies is told on the page', true);
  await banner.waitFor({ state: 'hidden', timeout: 30_000 });
  rig.check('and the page finds the next one by itself', true);
}

async function finishes(rig: Rig, tab: Tab): Promise<void> {
  const { page } = tab;
  await page.getByRole('button', { name: 'Sign in' }).waitFor(); // sessions end with the process that kept them
  await signIn(tab, 'anna');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await asks(page, 'Finish');
  const answered = clock.now();
  await answersAll(page);
  const done = await reaches(page, 'complete', 90);
  rig.check('finish goes through the closing steps', done, `${((clock.now() - answered) / 1000).toFixed(0)} s`);
  const card = page.getByRole('region', { name: 'How the run ended' });
  rig.check('how it ended stands on the page', await card.getByText('The run is complete.').isVisible());
}

/** What an export must begin with, and how many lines it has at least. */
const EXPORTS: readonly { readonly name: string; readonly fits: (bytes: Buffer) => boolean }[] = [
  { name: 'CSV', fits: (bytes) => tableOf(bytes, ',') },
  { name: 'EC-Lab text', fits: (bytes) => bytes.toString('latin1').startsWith('EC-Lab ASCII FILE') },
  { name: 'Battery Data Format', fits: (bytes) => tableOf(bytes, ',') },
  { name: 'Data package', fits: (bytes) => bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' },
];

/** Every row has as many cells as the heading, and there are many. */
function tableOf(bytes: Buffer, sign: string): boolean {
  const [head = '', ...rows] = bytes.toString('utf8').trimEnd().split(/\r?\n/);
  const width = head.split(sign).length;
  return width > 3 && rows.length > 100 && rows.every((row) => row.split(sign).length === width);
}

async function takesAway(rig: Rig, tab: Tab): Promise<void> {
  const { page, context } = tab;
  await page.getByRole('region', { name: 'How the run ended' }).getByRole('link', { name: 'Look at the run' }).click();
  const downloads = page.getByRole('region', { name: 'Downloads' });
  await downloads.waitFor();
  for (const { name, fits } of EXPORTS) {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      downloads.getByRole('link', { name, exact: true }).click(),
    ]);
    const bytes = readFileSync(await file.path());
    rig.check(
      `${name} is downloaded and can be read`,
      fits(bytes),
      `${file.suggestedFilename()}, ${(bytes.length / 1024).toFixed(0)} kB`,
    );
  }
  const href = await page
    .getByRole('link', { name: /report/i })
    .first()
    .getAttribute('href');
  const report = await context.newPage();
  await report.goto(new URL(href ?? '', page.url()).href);
  rig.check('the report opens', (await report.getByRole('heading').count()) > 3, await report.title());
  await report.close();
  await page.getByRole('region', { name: 'Proof of the record' }).getByRole('button').click();
  await page.getByText('Proven.').waitFor({ timeout: 30_000 });
  rig.check('the record is proven', true);
  await page.getByLabel('A new note').fill('white crystals, 78 mg');
  await page.getByRole('region', { name: 'Notes' }).getByRole('button').click();
  await page.getByText('white crystals, 78 mg').first().waitFor();
  rig.check('a note is kept', true);
}

async function isWatched(rig: Rig, browser: Browser, served: Served): Promise<void> {
  const other = await openTab(browser, served.url);
  await other.page.getByRole('progressbar').waitFor();
  const hold = other.page.getByRole('region', { name: 'Commands' }).getByRole('button', { name: 'Hold' });
  rig.check(
    'a second tab that nobody signed in to looks on',
    await hold.isDisabled(),
    (await hold.getAttribute('title')) ?? '',
  );
  await other.context.close();
}

async function sideways(rig: Rig, { page }: Tab): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  rig.check('nothing has to be scrolled sideways', over <= 0, `${over} px`);
}

async function operates(rig: Rig, browser: Browser, kind: 'desk' | 'phone'): Promise<void> {
  rig.note(`at a ${kind}`);
  const served = await serve({ args: ['--speed', String(SPEED)] });
  const tab = await openTab(browser, served.url, kind === 'desk' ? DESK : PHONE);
  await looked(tab, () => goesThrough(rig, browser, tab, served));
  const trouble = tab.trouble.filter((text) => !OF_A_LOST_LINK.test(text) && !/status of 403/.test(text));
  rig.check('the browser complains of nothing', trouble.length === 0, trouble.join(' | ').slice(0, 400));
  await tab.context.close();
  served.program.signal('SIGTERM');
  await served.program.ended;
}

async function goesThrough(rig: Rig, browser: Browser, tab: Tab, served: Served): Promise<void> {
  await readsOnly(rig, tab);
  await signIn(tab, 'anna');
  await tab.page.getByRole('button', { name: 'Sign out' }).waitFor();
  await starts(rig, tab);
  await reloadsInAQuestion(rig, tab);
  rig.check('its questions are answered', (await answersAll(tab.page)) >= 3);
  await sideways(rig, tab);
  await isWatched(rig, browser, served);
  await holdsAndResumes(rig, tab);
  await hearsOfAFault(rig, tab, served);
  await losesTheNetwork(rig, tab, served);
  await finishes(rig, tab);
  await takesAway(rig, tab);
  await sideways(rig, tab);
}

const rig = new Rig('operator');
const kinds = (['desk', 'phone'] as const).filter((kind) => process.argv.length < 3 || process.argv.includes(kind));
await rig.run(async () => {
  const browser = await openBrowser();
  try {
    for (const kind of kinds) await operates(rig, browser, kind);
  } finally {
    await browser.close();
  }
  return { speed: SPEED };
});
