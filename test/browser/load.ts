/**
 * What the page costs to open: bytes over the wire before the first numbers, and the time to them, also with a processor four
 * times slower. `npx tsx test/browser/load.ts`.
 */
import { startRun } from '../support/runs.js';
import { temporaryFolder } from '../support/process.js';
import { clock, Rig } from '../rig/rig.js';
import { DESK, openBrowser, pageOf } from './harness.js';

const LARGEST_BYTES = 200_000;
const LATEST_MS = 1000;
/** Against the one of this machine: a Raspberry Pi’s visitor, a phone. */
const SLOWER = 4;
const LATEST_SLOW_MS = 3000;

const rig = new Rig('load');
await rig.run(async () => {
  const run = startRun({ data: temporaryFolder(), network: 'any' });
  const url = await pageOf(run);
  const browser = await openBrowser();
  const figures: Record<string, number> = {};
  for (const rate of [1, SLOWER]) {
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
    await page.goto(url);
    await page.locator('.tile .number').filter({ hasText: /\d/ }).first().waitFor();
    const ms = Math.round(clock.now() - from_ms);
    const latest = rate === 1 ? LATEST_MS : LATEST_SLOW_MS;
    rig.check(`first numbers with a processor ${rate} times slower`, ms < latest, `${ms} ms`);
    if (rate === 1)
      rig.check(
        `less than ${LARGEST_BYTES / 1000} kB until then`,
        bytes > 10_000 && bytes < LARGEST_BYTES,
        `${(bytes / 1000).toFixed(1)} kB`,
      );
    figures[`first_numbers_ms_${rate}`] = ms;
    figures[`bytes_${rate}`] = bytes;
    await context.close();
  }
  await browser.close();
  run.signal('SIGTERM');
  await run.ended;
  return figures;
});
