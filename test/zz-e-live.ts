import { galvanode, temporaryFolder, endPrograms } from './support/process.js';
import { openBrowser, openTab, DESK, pageOf, addUsers } from './browser/harness.js';
const data = temporaryFolder(); 
const p = galvanode(['run', process.argv[2] ?? 'general-procedure-3a', '--speed', '120', '--yes', '--data', data, '--console', '0', '--broker', '0', '--no-terminal']);
const url = await pageOf(p);
const b = await openBrowser();
try {
  const tab = await openTab(b, url, DESK);
  await tab.page.goto(`${url}/#/plots`);
  await tab.page.locator('.chart canvas').first().waitFor({ timeout: 40000 });
  for (let i = 0; i < 6; i++) { await tab.page.waitForTimeout(3000); console.log(await tab.page.locator('.plot-seen').textContent(), await tab.page.locator('.plot-live').count()); }
  await tab.page.getByRole('button', { name: '10 min' }).click();
  await tab.page.waitForTimeout(4000);
  console.log(await tab.page.locator('.plot-seen').textContent());
  await tab.page.screenshot({ path: '/tmp/e-live.png', fullPage: true });
  await tab.page.locator('.plot-panels').focus(); await tab.page.keyboard.press('ArrowLeft');
  console.log(await tab.page.locator('.plot-seen').textContent(), await tab.page.getByRole('button', { name: 'Follow the run' }).count());
  await tab.page.waitForTimeout(3000);
  console.log(await tab.page.locator('.plot-seen').textContent(), tab.trouble);
} finally { await b.close(); await endPrograms(); }
process.exit(0);
