/** A sped-up run seen from outside over MQTT: what is told, and the software stop. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { procedurePayload, statePayload } from '../../src/telemetry/topics.js';
import { endClients, hears, mqttClient, sampleIn, TOPICS } from '../support/mqtt.js';
import { endPrograms, removeFolders, temporaryFolder } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { resultOf, startRun, TEN_MINUTES } from '../support/runs.js';

afterEach(endClients);
afterAll(async () => {
  await endPrograms();
  removeFolders();
});

describe('a run on the broker', () => {
  it('tells a late subscriber its retained state, and then live samples that go forward', async () => {
    const run = startRun({ data: temporaryFolder(), network: 'any', args: [...TEN_MINUTES, '--speed', '60'] });
    await run.prints(/Electrolyse .*: begins/);
    const client = await mqttClient(run);
    const state = hears(client, ({ topic, retained }) => topic === TOPICS.state && retained);
    const availability = hears(client, ({ topic }) => topic === TOPICS.availability);
    const procedure = hears(client, ({ topic, retained }) => topic === TOPICS.procedure && retained);
    const sample = hears(client, (heard) => (sampleIn(heard)?.current_mA ?? 0) > 170);
    await client.subscribeAsync('galvanode/#');
    expect(statePayload.parse(JSON.parse((await state).text))).toMatchObject({
      simulated: true,
      speed: 60,
      state: 'execute',
      planned_charge_C: 108,
    });
    const told = procedurePayload.parse(JSON.parse((await procedure).text));
    expect(told).toMatchObject({ phase: 'started', charge_C: 108 });
    expect(told.weighing.map(({ id }) => id)).toContain('2a');
    expect(await availability).toMatchObject({ text: 'online', retained: true });
    const first = sampleIn(await sample);
    expect(first).toMatchObject({ setpoint_mA: 180, simulated: true });
    const next = sampleIn(await hears(client, ({ topic }) => topic === TOPICS.sample));
    expect(next?.seq).toBeGreaterThan(first?.seq ?? Infinity);
    run.signal('SIGINT');
    expect((await run.ended).code).toBe(3);
  });

  it('is not stopped by a retained word, and is stopped in order by a plain one', async () => {
    const data = temporaryFolder();
    const run = startRun({ data, network: 'any', args: [...TEN_MINUTES, '--speed', '60'] });
    const [careless, watcher] = await Promise.all([mqttClient(run), mqttClient(run)]);
    await watcher.subscribeAsync('galvanode/#');
    await hears(watcher, (heard) => (sampleIn(heard)?.current_mA ?? 0) > 170);
    const thrownOut = new Promise<void>((resolve) => careless.once('close', () => resolve()));
    careless.publish(TOPICS.stop('console'), 'stop', { retain: true, qos: 0 });
    await thrownOut;
    const later = await hears(watcher, ({ topic }) => topic === TOPICS.sample);
    expect(sampleIn(later)).toMatchObject({ state: 'execute', setpoint_mA: 180 });

    watcher.publish(TOPICS.stop('console'), '', { qos: 0 });
    const ended = await run.ended;
    expect(ended.code).toBe(3);
    expect(resultOf(ended.stdout)).toMatchObject({ outcome: 'stopped', missedTicks: 0 });
    expect(latestRecording(data).run).toMatchObject({ outcome: 'stopped', reason: 'stopped by console over MQTT' });
  });
});
