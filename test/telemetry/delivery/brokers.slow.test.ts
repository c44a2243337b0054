import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RealClock } from '../../../src/model/real-clock.js';
import { eventPayload, samplePayload, topicsOf } from '../../../src/telemetry/topics.js';
import { endPrograms, launch, removeFolders, temporaryFolder } from '../../support/process.js';
import { latestRecording } from '../../support/recording.js';
import { startRun, TEN_MINUTES } from '../../support/runs.js';

const clock = new RealClock();
const topics = topicsOf('bench');
const ends: (() => void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await endPrograms();
  removeFolders();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : NaN;
}

/** A Mosquitto on that port, and the file with all that it passes on: a line each, topic and payload. */
async function mosquitto(port: number): Promise<string> {
  const folder = temporaryFolder();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n`);
  await launch('mosquitto', ['-c', config]).prints(/mosquitto version .* running/, 'stderr');
  const heard = join(folder, 'heard');
  const args = ['-h', '127.0.0.1', '-p', String(port), '-q', '1', '-F', '%t %p', '-t', 'galvanode/#'];
  const subscriber = spawn('mosquitto_sub', args, { stdio: ['ignore', openSync(heard, 'w'), 'ignore'] });
  ends.push(() => subscriber.kill('SIGKILL'));
  return heard;
}

function payloadsOn(topic: string, heard: string): unknown[] {
  const lines = readFileSync(heard, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${topic} {`));
  return lines.map((line): unknown => JSON.parse(line.slice(topic.length + 1)));
}

describe('delivery to real brokers', () => {
  it('reaches one that was down at the start, and does not mind another that never comes', {
    timeout: 60_000,
  }, async () => {
    const [port, dead] = [await freePort(), await freePort()];
    const data = temporaryFolder();
    const uplinks = ['--mqtt', `mqtt://127.0.0.1:${dead}`, '--mqtt', `mqtt://127.0.0.1:${port}`];
    const run = startRun({ data, args: [...TEN_MINUTES, '--speed', '60', ...uplinks] });
    await clock.sleep(3000);
    const heard = await mosquitto(port);
    expect((await run.ended).code).toBe(0);
    await clock.sleep(500);
    const { samples, events } = latestRecording(data);
    const told = payloadsOn(topics.sample, heard).map((payload) => samplePayload.parse(payload));
    const due = [...new Set(samples.map(({ elapsed_s }) => Math.floor(elapsed_s)))];
    expect([...new Set(told.map(({ elapsed_s }) => Math.floor(elapsed_s)))].toSorted((a, b) => a - b)).toEqual(due);
    const late = told.filter((sample) => sample.late === true).map(({ seq }) => seq);
    expect(late.length).toBeGreaterThan(100);
    expect(late).toEqual(late.toSorted((a, b) => a - b));
    const numbers = payloadsOn(topics.event, heard).map((payload) => eventPayload.parse(payload).record_seq ?? 0);
    expect([...new Set(numbers)]).toEqual(events.map(({ seq }) => seq));
  });
});
