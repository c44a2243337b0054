/** The service as systemd runs it: commanded by a user over the broker, killed, and started again. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { connect, type MqttClient } from 'mqtt';
import * as z from 'zod';
import { replyPayload, type ReplyPayload } from '../../src/telemetry/topics.js';
import { currentFlows } from '../support/mqtt.js';
import { endPrograms, galvanode, PROGRAM, type Program, removeFolders, temporaryFolder } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { brokerPort, DEAD_MAN } from '../support/runs.js';

const clients: MqttClient[] = [];
afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  await endPrograms();
  removeFolders();
});

const PASSWORD = 'correct horse battery';

function withAlice(): string {
  const data = temporaryFolder();
  const args = [PROGRAM, 'user', 'add', 'alice', '--role', 'operator', '--data', data];
  execFileSync(process.execPath, args, { input: `${PASSWORD}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
  return data;
}

function serve(data: string, ...more: readonly string[]): Program {
  return galvanode(['serve', '--no-terminal', '--data', data, '--console', 'off', '--broker', '0', ...more]);
}

interface Alice {
  readonly ask: (verb: string, args?: Readonly<Record<string, unknown>>) => Promise<ReplyPayload>;
}

async function aliceAt(service: Program): Promise<Alice> {
  const client = connect(`mqtt://127.0.0.1:${await brokerPort(service)}`, { username: 'alice', password: PASSWORD });
  clients.push(client);
  const waiting = new Map<string, (reply: ReplyPayload) => void>();
  client.on('message', (_topic, payload) => {
    const reply = replyPayload.parse(JSON.parse(payload.toString()));
    waiting.get(reply.id)?.(reply);
  });
  await client.subscribeAsync('galvanode/bench/reply/alice', { qos: 1 });
  let asked = 0;
  const send = (command: object): Promise<ReplyPayload> =>
    new Promise((resolve) => {
      const id = `test-${++asked}`;
      waiting.set(id, resolve);
      client.publish('galvanode/bench/command/alice', JSON.stringify({ v: 1, id, ...command }), { qos: 1 });
    });
  const ask: Alice['ask'] = async (verb, args = {}) => {
    const { data } = await send({ verb: 'hello' });
    return send({ verb, args, nonce: data?.['nonce'], bootId: data?.['bootId'] });
  };
  return { ask };
}

/** The dead-man recipe as text, started with its warnings accepted. */
async function startDeadMan({ ask }: Alice, entry: string): Promise<ReplyPayload> {
  const text = readFileSync(DEAD_MAN, 'utf8');
  const refused = await ask('start', { text, entry });
  const codes = z.array(z.object({ code: z.string() })).parse(refused.rows);
  return ask('start', { text, entry, accept: codes.map(({ code }) => code).join(' ') });
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
