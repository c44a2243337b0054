/**
 * Strings that would be a script somewhere, in every place from which a text reaches the page: a recipe of one's own with its
 * title, steps and reagents, notes, answers, users, and a reactor that tells lies. Nothing runs. `npx tsx test/browser/hostile.ts`.
 */
import { clock, Rig } from '../rig/rig.js';
import { goTo, openBrowser, openTab, PASSWORD, serve, signIn } from './harness.js';

/** For a page to fetch and draw what it shows: some ask again every second, and are never idle. */
const SETTLE_MS = 1000;
const CALL = 'window.__ran=1';
const TAGS = [
  'img src=x onerror',
  'svg onload',
  'body onload',
  'iframe srcdoc',
  'video src=x onerror',
  'details open ontoggle',
  'input autofocus onfocus',
  'marquee onstart',
  'object data',
  'embed src',
];
const BREAKS = [
  '"',
  "'",
  '`',
  '-->',
  ']]>',
  '</title>',
  '</textarea>',
  '</style>',
  '</script>',
  '\\u0022',
  '&quot;',
  '%22',
  '\u2028',
  '\u0000',
];

/** Fifty and more, each a word of its own. */
const PAYLOADS: readonly string[] = [
  ...TAGS.map((tag) => `<${tag}="${CALL}">`),
  ...TAGS.map((tag) => `"><${tag}=${CALL}//`),
  ...BREAKS.map((sign) => `${sign}<script>${CALL}</script>`),
  ...BREAKS.map((sign) => `${sign}onmouseover=${CALL} x=${sign}`),
  `javascript:${CALL}`,
  `data:text/html,<script>${CALL}</script>`,
  `{{constructor.constructor('${CALL}')()}}`,
  '${' + CALL + '}',
  `<a href="javascript:${CALL}">x</a>`,
  `<style>@import'javascript:${CALL}'</style>`,
];

const recipe = (text: string): string =>
  JSON.stringify({ recipe: 1, name: 'x', title: text, source: text, steps: [{ prompt: { text } }], [text]: text });

const rig = new Rig('page-hostile');
await rig.run(async () => {
  const served = await serve();
  const browser = await openBrowser();
  const tab = await openTab(browser, served.url);
  const { page } = tab;
  await signIn(tab, 'boss', PASSWORD);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  const send = (method: string, path: string, body: unknown): Promise<number> =>
    page.evaluate(
      async ([how, where, what]) =>
        (await fetch(where, { method: how, headers: { 'content-type': 'application/json' }, body: what })).status,
      [method, path, JSON.stringify(body)] as const,
    );
  const statuses: number[] = [];
  for (const [index, text] of PAYLOADS.entries()) {
    statuses.push(await send('POST', '/api/recipes/check', { text: recipe(text) }));
    statuses.push(await send('PUT', `/api/recipes/hostile-${index}`, { text: recipe(text), base: 0, remark: text }));
    statuses.push(await send('POST', '/api/users', { name: text, role: 'viewer', password: text }));
    statuses.push(await send('POST', '/api/runs/none/notes', { text }));
  }
  rig.check(
    'the server answers all of it',
    statuses.every((status) => status > 0 && status < 500),
    [...new Set(statuses)].join(' '),
  );
  for (const title of ['Recipes', 'History', 'Bench', 'Alarms', 'Run']) {
    await goTo(tab, title);
    await clock.sleep(SETTLE_MS);
  }
  for (const text of PAYLOADS) {
    const word = encodeURIComponent(text);
    for (const hash of [
      `#/run?recipe=${word}`,
      `#/recipes/${word}`,
      `#/history/${word}?with=${word}`,
      `#/plots/${word}?show=${word}`,
      `#/${word}`,
    ]) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
    }
  }
  await clock.sleep(SETTLE_MS);
  const ran = await page.evaluate(() => '__ran' in window);
  rig.check('nothing ran', !ran);
  const elements = await page.evaluate(
    () => document.querySelectorAll('main img, main iframe, main object, main embed, main script').length,
  );
  rig.check('no element was made of a text', elements === 0, String(elements));
  const trouble = tab.trouble.filter((text) => !/status of (?:400|403|404|409|422)/.test(text));
  rig.check(
    'no dialog, no request elsewhere, no breach of the policy',
    trouble.length === 0,
    trouble.join(' | ').slice(0, 500),
  );
  await browser.close();
  served.program.signal('SIGTERM');
  await served.program.ended;
  return { payloads: PAYLOADS.length, sent: statuses.length };
});
