/**
 * What the page costs to open: bytes over the wire before the first numbers, and the time to the reactor's state, also with a
 * processor four times slower. `npx tsx test/browser/load.ts`.
 */
import type { Browser } from 'playwright-core';
import { startRun } from '../support/runs.js';
import { temporaryFolder } from '../support/process.js';
import { clock, Rig, spread } from '../rig/rig.js';
import { DESK, openBrowser, pageOf } from './harness.js';

const LARGEST_BYTES = 200_000;
const LATEST_MS = 1000;
/** Against the one of this machine: a Raspberry Pi’s visitor, a phone. */
const SLOWER = 4;
const LATEST_SLOW_MS = 3000;

const TIMES = 3;

interface Opened {
  /** Until the reactor's state stands on the page. */
  readonly ms: number;
  /** Over the wire until the first numbers. */
  readonly bytes: number;
}

/** A browser that has never seen the page. */
async function opened(browser: Browser, url: string, rate: number): Promise<Opened> {
  const context = await browser.newContext(DESK);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Emulation.setCPUThrottlingRate', { rate });
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const from_ms = clock.now();
  await page.goto(url, { waitUntil: 'commit' });
  // the state is retained; a first sample may take its second, whatever the page does
  await page.locator('.state').waitFor();
  const ms = Math.round(clock.now() - from_ms);
  await page.locator('.tile .number').filter({ hasText: /\d/ }).first().waitFor();
  await context.close();
  return { ms, bytes };
}

const rig = new Rig('load');
await rig.run(async () => {
  const run = startRun({ data: temporaryFolder(), network: 'any' });
  const url = await pageOf(run);
  const browser = await openBrowser();
  const figures: Record<string, number> = {};
  await opened(browser, url, 1); // Chromium's own start is none of the page's
  for (const rate of [1, SLOWER]) {
    const times: Opened[] = [];
    for (let time = 0; time < TIMES; time += 1) times.push(await opened(browser, url, rate));
    const { median: ms } = spread(times.map(({ ms: one }) => one));
    const bytes = Math.max(...times.map(({ bytes: one }) => one));
    const latest = rate === 1 ? LATEST_MS : LATEST_SLOW_MS;
    rig.check(
      `the state stands there, with a processor ${rate} times slower`,
      ms < latest,
      `${ms} ms, median of ${TIMES}`,
    );
    rig.check(
      `less than ${LARGEST_BYTES / 1000} kB until the first numbers`,
      bytes > 10_000 && bytes < LARGEST_BYTES,
      `${(bytes / 1000).toFixed(1)} kB`,
    );
    figures[`state_ms_${rate}`] = ms;
    figures[`bytes_${rate}`] = bytes;
  }
  await browser.close();
  run.signal('SIGTERM');
  await run.ended;
  return figures;
});
