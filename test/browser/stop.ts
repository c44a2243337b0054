/**
 * STOP on the page to output off, in real time, by the samples and events of the board: click and Esc Esc, on every page of
 * the console, with a dialog open too. `npx tsx test/browser/stop.ts [times]`. One run for each stop, at 180 mA.
 */
import type { Browser, Page } from 'playwright-core';
import { hears, mqttClient, endClients, TOPICS } from '../support/mqtt.js';
import { startRun } from '../support/runs.js';
import { temporaryFolder } from '../support/process.js';
import { clock, MachineWitness, Rig, spread, spreadText } from '../rig/rig.js';
import { openBrowser, openTab, pageOf } from './harness.js';

/** By the words of the issue; and a machine that stood still itself proves nothing, ms. */
const LIMIT_MS = 300;
const STILL_MS = 100;
const MOST_AGAIN = 3;

const PAGES = ['run', 'plots', 'alarms', 'history', 'recipes', 'fleet', 'bench'] as const;

interface Way {
  readonly name: string;
  readonly hash: string;
  readonly before?: (page: Page) => Promise<void>;
  readonly act: (page: Page) => Promise<void>;
}

const click = (page: Page): Promise<void> => page.getByRole('button', { name: /^Stop/ }).click({ noWaitAfter: true });

async function escTwice(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
}

const WAYS: readonly Way[] = [
  ...PAGES.flatMap((page): Way[] => [
    { name: `click on ${page}`, hash: `#/${page}`, act: click },
    { name: `Esc Esc on ${page}`, hash: `#/${page}`, act: escTwice },
  ]),
  {
    name: 'click beside an open dialog',
    hash: '#/run',
    before: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    },
    act: click,
  },
];

interface Stopped {
  readonly off_ms: number;
  readonly machine_ms: number;
}

/** From just before the press to the journal's word that the board has measured no current. */
async function stoppedBy(browser: Browser, way: Way): Promise<Stopped> {
  const run = startRun({ data: temporaryFolder(), network: 'any' });
  const url = await pageOf(run);
  const client = await mqttClient(run);
  await client.subscribeAsync([TOPICS.event, TOPICS.sample]);
  const full = hears(
    client,
    ({ topic, text }) => topic === TOPICS.sample && Number(JSON.parse(text)['current_mA']) > 179,
  );
  const tab = await openTab(browser, `${url}/${way.hash}`);
  await full;
  await tab.page.getByRole('button', { name: /^Stop/ }).waitFor();
  await way.before?.(tab.page);
  const witness = new MachineWitness();
  const off = hears(client, ({ topic, text }) => topic === TOPICS.event && /measured off/.test(text));
  const from_ms = clock.now();
  await way.act(tab.page);
  await off;
  const off_ms = clock.now() - from_ms;
  witness.end();
  await tab.context.close();
  await run.ended;
  return { off_ms, machine_ms: witness.latest_ms };
}

async function judged(rig: Rig, browser: Browser, way: Way): Promise<number> {
  for (let again = 0; ; again += 1) {
    const { off_ms, machine_ms } = await stoppedBy(browser, way);
    const still = machine_ms > STILL_MS && !(off_ms < LIMIT_MS) && again < MOST_AGAIN;
    if (still) {
      rig.note(`the machine itself stood still for ${machine_ms.toFixed(0)} ms; once more`);
      continue;
    }
    rig.check(`${way.name}: output off within ${LIMIT_MS} ms`, off_ms < LIMIT_MS, `${off_ms.toFixed(0)} ms`);
    return off_ms;
  }
}

const times = Number(process.argv[2] ?? 1);
const rig = new Rig('stop');
await rig.run(async () => {
  const browser = await openBrowser();
  const all: number[] = [];
  try {
    for (let time = 0; time < times; time += 1) for (const way of WAYS) all.push(await judged(rig, browser, way));
  } finally {
    await browser.close();
    endClients();
  }
  rig.note(spreadText(spread(all), 'ms'));
  return { stops: all.length, off_ms: spread(all) };
});
