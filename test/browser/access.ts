/**
 * Every page before axe, light and dark, at a desk and on a phone: no finding that is serious or worse. And with the keyboard
 * alone from the address bar to a started run. `npx tsx test/browser/access.ts`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Locator, Page } from 'playwright-core';
import * as z from 'zod';
import { Rig } from '../rig/rig.js';
import { DESK, openBrowser, openTab, PASSWORD, PHONE, serve, signIn } from './harness.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  'run',
  'run?recipe=general-procedure-3a',
  'plots',
  'alarms',
  'history',
  'recipes',
  'recipes/general-procedure-3a',
  'fleet',
  'bench',
] as const;

const findings = z.array(
  z.object({ id: z.string(), impact: z.string().nullish(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** Goes on with Tab until this has the focus. */
async function tabTo(page: Page, wanted: Locator, most = 80): Promise<boolean> {
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return true;
    await page.keyboard.press('Tab');
  }
  return false;
}

/** Signs in, ticks the checklist and starts, and touches no mouse. */
async function startsByKeys(browser: Browser): Promise<void> {
  const served = await serve({ args: ['--speed', '60'] });
  const tab = await openTab(browser, `${served.url}/#/run?recipe=general-procedure-3a`);
  const { page } = tab;
  const reached = async (what: string, wanted: Locator): Promise<void> => {
    await wanted.waitFor();
    rig.check(`Tab comes to ${what}`, await tabTo(page, wanted));
  };
  await reached('Sign in', page.getByRole('button', { name: 'Sign in' }));
  await page.keyboard.press('Enter');
  const signs = page.getByRole('dialog', { name: 'Sign in' });
  await reached('the user', signs.getByLabel('User'));
  await page.keyboard.type('anna');
  await reached('the password', signs.getByLabel('Password'));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await reached('Start…', page.locator('button:enabled', { hasText: 'Start…' }));
  await page.keyboard.press('Enter');
  const starts = page.getByRole('dialog', { name: /^Start/ });
  await starts.waitFor();
  for (const [index, box] of (await starts.getByRole('checkbox').all()).entries()) {
    await reached(`point ${index + 1} of the checklist`, box);
    await page.keyboard.press('Space');
  }
  await reached('Start', starts.getByRole('button', { name: 'Start', exact: true }));
  await page.keyboard.press('Enter');
  await page.getByRole('progressbar').waitFor();
  rig.check('a run is started by the keyboard alone', true);
  rig.check('the browser complains of nothing', tab.trouble.length === 0, tab.trouble.join(' | '));
  await tab.context.close();
  served.program.signal('SIGTERM');
  await served.program.ended;
}

const rig = new Rig('access');
await rig.run(async () => {
  const served = await serve();
  const browser = await openBrowser();
  let looked = 0;
  for (const [kind, options] of [
    ['desk', DESK],
    ['phone', PHONE],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      // axe is put in by the rig: the policy of the page would rightly refuse it
      const tab = await openTab(browser, served.url, {
        ...options,
        colorScheme,
        reducedMotion: 'reduce',
        bypassCSP: true,
      });
      await signIn(tab, 'boss');
      await tab.page.getByRole('button', { name: 'Sign out' }).waitFor();
      for (const name of PAGES) {
        await tab.page.goto(`${served.url}/#/${name}`);
        await tab.page.waitForLoadState('networkidle');
        await tab.page.evaluate(AXE);
        const raw = await tab.page.evaluate('axe.run().then(({ violations }) => violations)');
        const bad = findings.parse(raw).filter(({ impact }) => impact === 'serious' || impact === 'critical');
        const told = bad.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`).join(' | ');
        rig.check(`${name}, ${kind}, ${colorScheme}`, bad.length === 0, told);
        const over = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        rig.check(`  nothing to be scrolled sideways`, over <= 0, `${over} px`);
        looked += 1;
      }
      await tab.context.close();
    }
  await startsByKeys(browser);
  await browser.close();
  served.program.signal('SIGTERM');
  await served.program.ended;
  return { pages: looked };
});
