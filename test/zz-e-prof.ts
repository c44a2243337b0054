import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { endPrograms, temporaryFolder } from './support/process.js';
import { openBrowser, openTab, DESK, serve } from './browser/harness.js';
const data = temporaryFolder(); cpSync('/tmp/e-long-XaS1ri', data, { recursive: true });
const served = await serve({ data }); const b = await openBrowser();
try {
  const tab = await openTab(b, served.url, DESK);
  await tab.page.goto(`${served.url}/#/plots`);
  await tab.page.locator('.chart canvas').first().waitFor({ timeout: 40000 });
  await tab.page.getByRole('button', { name: '6 h', exact: true }).click();
  await tab.page.waitForTimeout(2000);
  const cdp = await tab.context.newCDPSession(tab.page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' } as never); await cdp.send('Profiler.enable'); await cdp.send('Profiler.start');
  const m = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((x) => [x.name, x.value]));
  const cpu = () => readdirSync('/proc').filter((x) => /^\d+$/.test(x)).reduce((sum, pid) => { try { const st = readFileSync(`/proc/${pid}/stat`, 'utf8'); if (!st.includes('(chrom')) return sum; const f = st.slice(st.lastIndexOf(')') + 2).split(' '); const kind = /--type=([a-z-]+)/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.[1] ?? 'browser'; tally[kind] = (tally[kind] ?? 0) + 10 * (Number(f[11]) + Number(f[12])); return sum; } catch { return sum; } }, 0); let tally: Record<string, number> = {}; cpu(); const t0 = tally; tally = {};
  const a = await m();
  const fr = (await tab.page.evaluate(`new Promise((resolve) => { const over = document.querySelector('.chart .u-over'); const t = []; const f = (now) => { t.push(now); if (t.length > 60) return resolve(t); over.dispatchEvent(new WheelEvent('wheel', { deltaX: -4, bubbles: true, cancelable: true })); requestAnimationFrame(f); }; requestAnimationFrame(f); })`)) as number[];
  cpu(); for (const k of Object.keys(tally)) console.log('CPU ms per frame', k, ((tally[k]! - (t0[k] ?? 0)) / 60).toFixed(1)); const z = await m(); const { profile } = await cdp.send('Profiler.stop');
  console.log('frames', fr.length, 'fps', 60000 / (fr.at(-1)! - fr[0]!), 'median ms', fr.slice(1).map((x, i) => x - fr[i]!).sort((p, q) => p - q)[30]);
  for (const k of ['TaskDuration', 'ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration']) console.log(k, 'ms per frame', (1000 * (z[k]! - a[k]!) / 60).toFixed(2));
  const self = new Map<string, number>(); const id = new Map(profile.nodes.map((n) => [n.id, n]));
  profile.samples!.forEach((s, i) => { const n = id.get(s)!.callFrame; const key = `${n.functionName} ${n.url.split('/').at(-1)}:${n.lineNumber}:${n.columnNumber}`; self.set(key, (self.get(key) ?? 0) + profile.timeDeltas![i]!); });
  for (const [k, v] of [...self].sort((p, q) => q[1] - p[1]).slice(0, 12)) console.log((v / 1000).toFixed(0).padStart(6), 'ms', k);
} finally { await b.close(); await endPrograms(); }
process.exit(0);
