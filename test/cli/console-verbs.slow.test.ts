/** What the page asks of a service: a fault put in and taken out, a finish, and alarms after the run; all of it in the record. */
import { connect, type MqttClient } from 'mqtt';
import { afterAll, describe, expect, it } from 'vitest';
import { benchPayload, type BenchPayload } from '../../src/telemetry/topics.js';
import { aliceAt, endAlices, startDeadMan, withAlice } from '../support/alice.js';
import { currentFlows } from '../support/mqtt.js';
import { endPrograms, galvanode, removeFolders } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { brokerPort } from '../support/runs.js';

const guests: MqttClient[] = [];

afterAll(async () => {
  await Promise.all(guests.splice(0).map((guest) => guest.endAsync(true)));
  await endAlices();
  await endPrograms();
  removeFolders();
});

/** A guest without a name who hears what the bench says. */
async function benchSeen(port: number): Promise<(wanted: (bench: BenchPayload) => boolean) => Promise<BenchPayload>> {
  const guest = connect(`mqtt://127.0.0.1:${port}`);
  guests.push(guest);
  const waiting = new Set<(bench: BenchPayload) => void>();
  let last: BenchPayload | null = null;
  guest.on('message', (_topic, payload) => {
    last = benchPayload.parse(JSON.parse(payload.toString()));
    for (const hear of waiting) hear(last);
  });
  await guest.subscribeAsync('galvanode/bench/bench', { qos: 1 });
  return (wanted) =>
    new Promise((resolve) => {
      const hear = (bench: BenchPayload): void => {
        if (!wanted(bench)) return;
        waiting.delete(hear);
        resolve(bench);
      };
      waiting.add(hear);
      if (last !== null) hear(last);
    });
}

describe('a service that is asked by a page', { timeout: 60_000 }, () => {
  it('rehearses a fault, finishes early, and keeps who did it', async () => {
    const data = withAlice();
    const network = ['--console', 'off', '--broker', '0'];
    const service = galvanode(['serve', '--no-terminal', '--data', data, ...network, '--speed', '20']);
    const alice = await aliceAt(service);
    const bench = await benchSeen(await brokerPort(service));
    expect(await bench(({ open }) => open)).toMatchObject({
      'line_e-stop-closed': true,
      chip_galvanostat: 'ok',
      cycle_late_ms: null,
      latched: '',
    });
    expect(await alice.ask('fault', { fault: 'vent-sensor:nack' })).toMatchObject({ ok: false });
    expect(await startDeadMan(alice, 'entry-1')).toMatchObject({ ok: true });
    await currentFlows(service, 170);
    expect(await alice.ask('fault', { fault: 'thermometr:stuck' })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('(would be right: thermometer'),
    });
    expect(await alice.ask('fault', { fault: 'vent-sensor:nack' })).toMatchObject({
      ok: true,
      data: { fault: 'vent-sensor:nack@0s' },
    });
    expect(await bench(({ rehearsed }) => rehearsed === 'vent-sensor:nack@0s')).toMatchObject({
      board_output_on: true,
    });
    expect(await bench(({ chip_vent }) => chip_vent === 'silent')).toMatchObject({ missed_ticks: expect.any(Number) });
    expect(await alice.ask('fault', { fault: 'all', off: true })).toMatchObject({ ok: true });
    await bench(({ rehearsed, chip_vent }) => rehearsed === '' && chip_vent === 'ok');
    const finished = await alice.ask('finish');
    expect(finished).toMatchObject({
      ok: true,
      data: { charge_C: expect.any(Number), charge_F_mol: expect.any(Number) },
    });
    expect(await alice.ask('finish')).toMatchObject({ ok: false }); // it closes, or is over
    await bench(({ cycle_late_ms }) => cycle_late_ms === null); // the run is over, the bench is held again
    const { run, events } = latestRecording(data);
    expect(run).toMatchObject({ outcome: 'complete', reason: expect.stringMatching(/^finished by alice at /) });
    const said = events.filter(({ actor, kind }) => actor === 'alice' && (kind === 'command' || kind === 'step'));
    const texts = said.map(({ text }) => text).join('\n');
    expect(texts).toContain('alice puts in vent-sensor:nack@0s');
    expect(texts).toMatch(/alice takes out vent-sensor:nack@0s, which fired \d+ times/);
    expect(texts).toContain('finished by alice at');
  });
});
