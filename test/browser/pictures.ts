/**
 * The pictures of the README, taken from the page itself: a finished run of one seed, and one under way with a fault put in.
 * `npx tsx test/browser/pictures.ts` writes docs/pictures; with `--check` it compares them with what it would write. Numbers,
 * curves and times of a run under way are never twice the same to the pixel: where they stand, nothing is compared.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { packagePath } from '../../src/model/entry.js';
import { GENERAL, resultOf, startRun } from '../support/runs.js';
import { temporaryFolder } from '../support/process.js';
import { Rig, until } from '../rig/rig.js';
import { DESK, openBrowser, openTab, pageOf, PHONE, serve } from './harness.js';

const FOLDER = packagePath('docs', 'pictures');
const RENEW = 'npx tsx test/browser/pictures.ts writes them anew';
const LARGEST_BYTES = 150_000;
/** A colour that differs by less is a matter of how a letter is smoothed, of 255. */
const SHADE = 48;
/** Share of the pixels compared that may differ by more: a caret, a line of text that breaks elsewhere would be more. */
const MOST_DIFFERENT = 0.01;
/** Where less is compared, a picture shows nothing but what changes, and the check would say nothing. */
const LEAST_COMPARED = 0.35;

const SEED = '5';
/** Three quarters of an hour of current at 18 mA. */
const SHORTER = ['--set', 'electrolyse.time=45 min', '--set', 'basis.charge=1.007 F/mol'] as const;
const SPEED = '60';
/** A resistance in the lead, in the midst of the electrolysis: a warning, and the run goes on. */
const FAULT = 'cell-lead:wrong=20 ohm@electrolyse+1500s';
/** Share of the charge at which the pages of a run without a fault are taken. */
const PROGRESS = 20;
/** Lower than a desk's: text that fills all of it weighs more. */
const LOW = { viewport: { width: 1280, height: 720 } } as const;
/** Sharp enough beside text, and small enough. */
const SMALL = { ...PHONE, deviceScaleFactor: 1.5 } as const;

/** What changes from run to run or by the moment. */
const CHANGING =
  '.number, select, .tile svg, .tile-note, canvas, .chart, .hint, .alarm-when, .age, .eta, [role=progressbar], .run-id, time, svg.spark';

interface Picture {
  readonly name: string;
  readonly hash: string;
  readonly options?: Parameters<Browser['newContext']>[0];
  readonly ready: (page: Page) => Promise<void>;
}

const compared = z.object({ different: z.number(), compared: z.number(), size: z.string() });

/** In the browser, which can read its own pictures: how many pixels differ outside the places that change. */
const COMPARE = `async ([there, now, places, shade]) => {
  const pixels = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return { context, width: image.width, height: image.height };
  };
  const [a, b] = [await pixels(there), await pixels(now)];
  const size = a.width + ' x ' + a.height + ' and ' + b.width + ' x ' + b.height;
  if (a.width !== b.width || a.height !== b.height) return { different: 1, compared: 1, size };
  for (const { context } of [a, b])
    for (const { x, y, width, height } of places) {
      context.clearRect(x, y, width, height);
    }
  const [p, q] = [a, b].map(({ context, width, height }) => context.getImageData(0, 0, width, height).data);
  let [different, seen] = [0, 0];
  for (let i = 0; i < p.length; i += 4) {
    if (p[i + 3] === 0) continue;
    seen += 1;
    if (Math.max(...[0, 1, 2].map((c) => Math.abs(p[i + c] - q[i + c]))) > shade) different += 1;
  }
  return { different: different / seen, compared: (4 * seen) / p.length, size };
}`;

/** With the margin that a longer number needs, in pixels of the picture. */
function changingPlaces(page: Page): Promise<unknown> {
  return page.evaluate(
    (selector) =>
      [...document.querySelectorAll(selector)].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const [scale, margin] = [devicePixelRatio, 12];
        return {
          x: Math.floor((x - margin) * scale),
          y: Math.floor((y - 2) * scale),
          width: Math.ceil((width + 2 * margin) * scale),
          height: Math.ceil((height + 4) * scale),
        };
      }),
    CHANGING,
  );
}

async function compare(rig: Rig, page: Page, name: string, bytes: Buffer): Promise<void> {
  const path = `${FOLDER}/${name}.png`;
  if (!existsSync(path)) {
    rig.check(`${name} is as in docs/pictures`, false, `it is not there: ${RENEW}`);
    return;
  }
  const places = await changingPlaces(page);
  const args = JSON.stringify([readFileSync(path, 'base64'), bytes.toString('base64'), places, SHADE]);
  // a page of its own: the policy of the console refuses what a string would make
  const desk = await page.context().newPage();
  const seen = compared.parse(await desk.evaluate(`(${COMPARE})(${args})`));
  await desk.close();
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  rig.check(
    `${name} is as in docs/pictures`,
    seen.different < MOST_DIFFERENT && seen.compared > LEAST_COMPARED,
    `${percent(seen.different)} of ${percent(seen.compared)} differ, ${seen.size}; else: ${RENEW}`,
  );
}

async function take(rig: Rig, browser: Browser, url: string, picture: Picture, check: boolean): Promise<void> {
  const { name, hash, options = DESK, ready } = picture;
  const tab = await openTab(browser, url, { ...options, colorScheme: 'light', reducedMotion: 'reduce' });
  await tab.page.goto(`${url}/${hash}`);
  await ready(tab.page);
  await tab.page.evaluate('document.fonts.ready');
  const bytes = await tab.page.screenshot({ animations: 'disabled', caret: 'hide' });
  rig.check(`${name}: small enough`, bytes.length <= LARGEST_BYTES, `${(bytes.length / 1000).toFixed(0)} kB`);
  if (check) await compare(rig, tab.page, name, bytes);
  else writeFileSync(`${FOLDER}/${name}.png`, bytes);
  rig.check(`${name}: the browser complains of nothing`, tab.trouble.length === 0, tab.trouble.join(' | '));
  await tab.context.close();
}

/** What stands still: the plots of a run that has ended, and a recipe. */
async function ofThePast(rig: Rig, browser: Browser, check: boolean): Promise<void> {
  const data = temporaryFolder();
  const made = startRun({ recipe: GENERAL, data, args: [...SHORTER, '--seed', SEED, '--speed', 'max'] });
  const { run } = resultOf((await made.ended).stdout);
  const { program, url } = await serve({ data });
  const pictures: readonly Picture[] = [
    {
      name: 'plots',
      hash: `#/plots/${run}`,
      ready: async (page) => {
        await page.locator('.chart canvas').nth(2).waitFor();
        await page.waitForLoadState('networkidle');
      },
    },
    {
      name: 'recipes',
      hash: '#/recipes/general-procedure-3a',
      options: LOW,
      ready: async (page) => {
        await page.getByText('F/mol').first().waitFor();
        await page.waitForLoadState('networkidle');
      },
    },
  ];
  for (const picture of pictures) await take(rig, browser, url, picture, check);
  program.signal('SIGTERM');
  await program.ended;
}

async function progressReaches(page: Page, percent: number): Promise<void> {
  const bar = page.getByRole('progressbar').first();
  await bar.waitFor();
  await until(
    `${percent} % of the charge`,
    150,
    async () => {
      const value = Number(await bar.getAttribute('aria-valuenow').catch(() => null));
      return value >= percent ? true : undefined;
    },
    50,
  );
}

/** A run under way: at so much of its charge, and with the alarm of the fault, at a desk and on a phone. */
async function ofTheMoment(rig: Rig, browser: Browser, check: boolean): Promise<void> {
  const args = [...SHORTER, '--seed', SEED, '--speed', SPEED, '--fault', FAULT];
  const program = startRun({ recipe: GENERAL, data: temporaryFolder(), network: 'any', args });
  const url = await pageOf(program);
  // a tab that was there from the beginning has the trace of it
  const underWay = (page: Page): Promise<void> => progressReaches(page, PROGRESS);
  await take(rig, browser, url, { name: 'run', hash: '#/run', ready: underWay }, check);
  await take(rig, browser, url, { name: 'phone', hash: '#/run', options: SMALL, ready: underWay }, check);
  const standing = async (page: Page): Promise<void> => {
    await page
      .getByRole('region', { name: 'Alarms' })
      .getByRole('button', { name: /^Acknowledge (?!all)/ })
      .first()
      .waitFor();
  };
  await take(rig, browser, url, { name: 'alarms', hash: '#/alarms', ready: standing }, check);
  program.signal('SIGTERM');
  await program.ended;
}

const check = process.argv.includes('--check');
const rig = new Rig('pictures');
await rig.run(async () => {
  if (!check) mkdirSync(FOLDER, { recursive: true });
  const browser = await openBrowser();
  try {
    await ofThePast(rig, browser, check);
    await ofTheMoment(rig, browser, check);
  } finally {
    await browser.close();
  }
  return { checked: check };
});
