/** The plots of a run of 30 h in a real browser: how smoothly they move, and what the hand and the keys do. */
import { readFileSync } from 'node:fs';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/process.js';
import { recordLongRun } from '../support/long-record.js';
import { DESK, openBrowser, openTab, PHONE, serve, type Served, type Tab } from './harness.js';

let browser: Browser;
let served: Served;
let run: string;

beforeAll(async () => {
  const data = temporaryFolder();
  run = recordLongRun(data, { hours: 30, rate_Hz: 1 });
  [served, browser] = await Promise.all([serve({ data }), openBrowser()]);
}, 60_000);

afterAll(async () => {
  await browser.close();
  served.program.signal('SIGTERM');
  await served.program.ended;
});

async function openPlots(query = '', options: Parameters<Browser['newContext']>[0] = DESK): Promise<Tab> {
  const tab = await openTab(browser, served.url, options);
  await tab.page.goto(`${served.url}/#/plots/${run}${query}`);
  await tab.page.locator('.chart canvas').first().waitFor({ timeout: 40_000 });
  return tab;
}

const toldAt = (page: Page) => page.locator('.plot-told').textContent();
/** On a machine that does much else. */
const PATIENT = { timeout: 15_000 };

/** What is seen, as the page says it, s. */
async function seen(page: Page): Promise<{ readonly from_s: number; readonly to_s: number }> {
  const words = ((await page.locator('.plot-seen').textContent()) ?? '').split(' to ');
  const [from_s = NaN, to_s = NaN] = words.map((word) => {
    const [h = NaN, min = NaN, s = NaN] = word.split(':').map(Number);
    return 3600 * h + 60 * min + s;
  });
  return { from_s, to_s };
}

/** A sideways wheel in each frame, as a trackpad gives it; when each frame was. */
const PAN_EACH_FRAME = `new Promise((resolve) => {
  const over = document.querySelector('.chart .u-over');
  const instants = [];
  const frame = (now) => {
    instants.push(now);
    if (instants.length > 180) return resolve(instants);
    over.dispatchEvent(new WheelEvent('wheel', { deltaX: -4, bubbles: true, cancelable: true }));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

/** Frames a second in the quickest piece of so many: whatever else this machine does, it can draw like that. */
function quickest(instants_ms: readonly number[], frames: number): number {
  const lengths_ms = instants_ms.flatMap((end, place) =>
    place < frames ? [] : [end - (instants_ms[place - frames] ?? NaN)],
  );
  return (1000 * frames) / Math.min(...lengths_ms);
}

async function textOf(download: Download): Promise<Buffer> {
  return readFileSync(await download.path());
}

describe('plots of 30 h', () => {
  it('move at more than 30 frames a second while they are panned', async () => {
    const { page, context, trouble } = await openPlots();
    await page.getByRole('button', { name: '6 h', exact: true }).click();
    await expect.poll(() => seen(page), PATIENT).toEqual({ from_s: 86_400, to_s: 108_000 });
    const instants_ms = await page.evaluate<number[]>(PAN_EACH_FRAME);
    const perSecond = quickest(instants_ms, 60);
    const [first = NaN, last = NaN] = [instants_ms[0], instants_ms.at(-1)];
    const overall = (1000 * (instants_ms.length - 1)) / (last - first);
    console.log(`${overall.toFixed(1)} frames a second over ${instants_ms.length}, ${perSecond.toFixed(1)} at best`);
    const { from_s, to_s } = await seen(page);
    expect(from_s).toBeLessThan(86_400 - 7200);
    expect(to_s - from_s).toBe(21_600);
    expect(perSecond).toBeGreaterThan(30);
    expect(trouble).toEqual([]);
    await context.close();
  }, 90_000);

  it('are moved by a hand that holds shift', async () => {
    const { page, context, trouble } = await openPlots();
    await page.getByRole('button', { name: '6 h', exact: true }).click();
    const box = await page.locator('.chart .u-over').first().boundingBox();
    if (box === null) throw new Error('there is no plot');
    await page.keyboard.down('Shift');
    await page.mouse.move(box.x + 100, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 100 + box.width / 2, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(async () => Math.abs((await seen(page)).from_s - 75_600), PATIENT).toBeLessThan(60);
    expect(trouble).toEqual([]);
    await context.close();
  });

  it('follow wheel, keys, a drag and a double click', async () => {
    const { page, context, trouble } = await openPlots();
    const all = await seen(page);
    expect(all).toEqual({ from_s: 1, to_s: 108_000 });
    const box = await page.locator('.chart .u-over').first().boundingBox();
    if (box === null) throw new Error('there is no plot');
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await expect.poll(() => toldAt(page), PATIENT).toMatch(/^(14:59|15:0)/);
    await page.mouse.wheel(0, -1000);
    await expect.poll(async () => (await seen(page)).to_s - (await seen(page)).from_s, PATIENT).toBeLessThan(50_000);
    const zoomed = await seen(page);
    expect(Math.abs((zoomed.from_s + zoomed.to_s) / 2 - 54_000)).toBeLessThan(200);
    await page.locator('.plot-panels').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => (await seen(page)).from_s, PATIENT).toBeGreaterThan(zoomed.from_s + 1000);
    await page.keyboard.press('Home');
    await expect.poll(async () => (await seen(page)).from_s, PATIENT).toBe(1);
    await page.keyboard.press('0');
    await expect.poll(() => seen(page), PATIENT).toEqual(all);
    const now = (await page.locator('.chart .u-over').first().boundingBox()) ?? box;
    await page.mouse.move(now.x + now.width * 0.25, now.y + 50);
    await page.mouse.down();
    await page.mouse.move(now.x + now.width * 0.5, now.y + 50, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => Math.abs((await seen(page)).from_s - 27_000), PATIENT).toBeLessThan(300);
    expect(Math.abs((await seen(page)).to_s - 54_000)).toBeLessThan(300);
    await page.mouse.dblclick(now.x + 300, now.y + 50);
    await expect.poll(() => seen(page), PATIENT).toEqual(all);
    expect(trouble).toEqual([]);
    await context.close();
  });

  it('say what a mark is, show what is chosen, and keep that in the address', async () => {
    const { page, context, trouble } = await openPlots('?show=voltage,charge');
    await expect.poll(() => page.locator('.plot-panel').count(), PATIENT).toBe(2);
    await page
      .getByRole('button', { name: /alarm: hydrogen in the vent is high/ })
      .nth(1)
      .focus();
    await expect.poll(() => toldAt(page), PATIENT).toContain('alarm: hydrogen in the vent is high');
    await page.getByRole('button', { name: 'Temperature' }).click();
    await page.getByRole('button', { name: 'Local time' }).click();
    await expect.poll(() => page.locator('.plot-panel').count(), PATIENT).toBe(3);
    expect(new URL(page.url()).hash).toContain('show=voltage%2Ctemperature%2Ccharge');
    expect(new URL(page.url()).hash).toContain('x=clock');
    await page.getByText('Values as a table').click();
    await expect.poll(() => page.locator('.plots tbody tr').count(), PATIENT).toBe(20);
    expect(trouble).toEqual([]);
    await context.close();
  });

  it('are saved as they are seen', async () => {
    const { page, context, trouble } = await openPlots('?show=voltage');
    await page.getByRole('button', { name: '1 h', exact: true }).click();
    await expect
      .poll(async () => {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'as CSV' }).click(),
        ]);
        return (await textOf(download)).toString().trim().split('\r\n').length;
      }, PATIENT)
      .toBeGreaterThan(1000);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /as PNG/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${run}.png`);
    const png = await textOf(download);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(900);
    expect(trouble).toEqual([]);
    await context.close();
  });

  it('fit a phone without a sideways scroll', async () => {
    const { page, context, trouble } = await openPlots('', PHONE);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(trouble).toEqual([]);
    await context.close();
  });
});
