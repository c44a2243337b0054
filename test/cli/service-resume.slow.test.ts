/** The service is killed in the middle of a run, started again, and goes on with it by the word of an operator over the broker. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { RealClock } from '../../src/model/real-clock.js';
import { History } from '../../src/record/history.js';
import { type Alice, aliceAt, endAlices, withAlice } from '../support/alice.js';
import { endPrograms, galvanode, type Program, removeFolders } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { DEAD_MAN } from '../support/runs.js';

afterAll(async () => {
  await endAlices();
  await endPrograms();
  removeFolders();
});

const clock = new RealClock();
/** 5 mmol, 0.0224 F/mol and 96485 C/mol: a minute at 180 mA. */
const PLANNED_C = 10.8;
const MINUTE = readFileSync(DEAD_MAN, 'utf8')
  .replace('charge: 4.03 F/mol', 'charge: 0.0224 F/mol')
  .replace('time: 3 h', 'time: 60 s');

function serve(data: string): Program {
  const off = ['--console', 'off', '--broker', '0'];
  return galvanode(['serve', '--no-terminal', '--data', data, '--speed', '20', ...off]);
}

async function started({ ask }: Alice, text: string): Promise<string> {
  const refused = await ask('start', { text, entry: 'minute' });
  const codes = (refused.rows ?? []).map(({ code }) => String(code));
  const begun = await ask('start', { text, entry: 'minute', accept: codes.join(' ') });
  expect(begun).toMatchObject({ ok: true });
  return String(begun.data?.['run']);
}

/** Asks again every tenth of a second, for as long as the test may last. */
async function until(holds: () => boolean): Promise<void> {
  if (holds()) return;
  await clock.sleep(100);
  await until(holds);
}

function runOf(data: string, run: string | undefined) {
  const history = History.open(data);
  const id = run ?? history?.runs()[0]?.run;
  const found = id === undefined ? undefined : history?.run(id);
  history?.close();
  return found;
}

describe('the service killed in a run', { timeout: 60_000 }, () => {
  it('goes on with it when an operator names it over the broker, and ends at the charge that was planned', async () => {
    const data = withAlice();
    const service = serve(data);
    const run = await started(await aliceAt(service), MINUTE);
    await until(() => (runOf(data, run)?.charge_C ?? 0) >= 3);
    service.signal('SIGKILL');
    await service.ended;
    const next = serve(data);
    const { ask } = await aliceAt(next);
    expect(await ask('resume')).toMatchObject({ ok: false, reason: expect.stringContaining('nothing was touched') });
    const resumed = await ask('resume', { run });
    expect(resumed).toMatchObject({ ok: true });
    await until(() => runOf(data, undefined)?.outcome === 'complete');
    next.signal('SIGTERM');
    expect(await next.ended).toMatchObject({ code: 0 });
    const { run: last } = latestRecording(data);
    expect(last).toMatchObject({ run: resumed.data?.['run'], resumes: run, reason: 'all steps done' });
    expect(last.carried_charge_C).toBeGreaterThanOrEqual(3);
    expect(Math.abs((last.charge_C ?? 0) - PLANNED_C) / PLANNED_C).toBeLessThan(1e-3);
    expect(runOf(data, run)).toMatchObject({ outcome: 'interrupted' });
  });
});
