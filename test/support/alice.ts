/** An operator called alice who commands a service over its built-in broker. Knows no recipe but the one of the dead-man trials. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type MqttClient } from 'mqtt';
import * as z from 'zod';
import { replyPayload, type ReplyPayload } from '../../src/telemetry/topics.js';
import { PROGRAM, type Program, temporaryFolder } from './process.js';
import { brokerPort, DEAD_MAN } from './runs.js';

const clients: MqttClient[] = [];

export async function endAlices(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
}

const PASSWORD = 'correct horse battery';

/** A data directory in which she is known. */
export function withAlice(): string {
  const data = temporaryFolder();
  const args = [PROGRAM, 'user', 'add', 'alice', '--role', 'operator', '--data', data];
  execFileSync(process.execPath, args, { input: `${PASSWORD}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
  return data;
}

export interface Alice {
  readonly ask: (verb: string, args?: Readonly<Record<string, unknown>>) => Promise<ReplyPayload>;
}

export async function aliceAt(service: Program): Promise<Alice> {
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
export async function startDeadMan({ ask }: Alice, entry: string): Promise<ReplyPayload> {
  const text = readFileSync(DEAD_MAN, 'utf8');
  const refused = await ask('start', { text, entry });
  const codes = z.array(z.object({ code: z.string() })).parse(refused.rows);
  return ask('start', { text, entry, accept: codes.map(({ code }) => code).join(' ') });
}
