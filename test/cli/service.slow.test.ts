/** The service as systemd runs it: commanded by a user over the broker, killed, and started again. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { aliceAt, endAlices, startDeadMan, withAlice } from '../support/alice.js';
import { currentFlows } from '../support/mqtt.js';
import { endPrograms, galvanode, type Program, removeFolders } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { DEAD_MAN } from '../support/runs.js';

afterAll(async () => {
  await endAlices();
  await endPrograms();
  removeFolders();
});

function serve(data: string, ...more: readonly string[]): Program {
  return galvanode(['serve', '--no-terminal', '--data', data, '--console', 'off', '--broker', '0', ...more]);
}

describe('the service without a terminal', { timeout: 60_000 }, () => {
  it('starts an entry once, stops it by a signal and ends, and knows the entry after that', async () => {
    const data = withAlice();
    const service = serve(data, '--speed', '20');
    const alice = await aliceAt(service);
    const begun = await startDeadMan(alice, 'entry-1');
    expect(begun).toMatchObject({ ok: true, data: { entry: 'entry-1' } });
    await currentFlows(service, 170);
    service.signal('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0, stderr: '' });
    const { run, events } = latestRecording(data);
    expect(run).toMatchObject({ outcome: 'stopped', reason: 'stopped by SIGTERM', run: begun.data?.['run'] });
    expect(events.find(({ kind }) => kind === 'run' || kind === 'state')?.actor).toBe('alice');
    const next = await aliceAt(serve(data));
    expect(await next.ask('start', { text: readFileSync(DEAD_MAN, 'utf8'), entry: 'entry-1' })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('was given to this reactor before'),
    });
  });

  it('killed in a run comes up aborted with nothing energised, and neither runs its entry again nor goes on unasked', async () => {
    const data = withAlice();
    const service = serve(data, '--speed', '20');
    const begun = await startDeadMan(await aliceAt(service), 'entry-2');
    await currentFlows(service, 170);
    service.signal('SIGKILL');
    await service.ended;
    const next = serve(data);
    const { ask } = await aliceAt(next);
    const status = await ask('status');
    expect(status).toMatchObject({ ok: true, data: { state: 'aborted', run: null, takes_starts: true } });
    expect(await ask('start', { recipe: 'general-procedure-3a', entry: 'entry-2' })).toMatchObject({
      ok: false,
      reason: expect.stringContaining(String(begun.data?.['run'])),
    });
    expect(await ask('resume')).toMatchObject({ ok: false, reason: expect.stringContaining('nothing was touched') });
    next.signal('SIGTERM');
    expect(await next.ended).toMatchObject({ code: 0 });
    expect(latestRecording(data).run.run).toBe(begun.data?.['run']);
  });
});
