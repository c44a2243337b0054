/** Puts a fault into the bench behind a page, as a user of its broker. */
import { randomUUID } from 'node:crypto';
import { connectAsync } from 'mqtt';
import { Asking } from '../../src/telemetry/asking.js';
import { topicsOf } from '../../src/telemetry/topics.js';
import { brokerPort } from '../support/runs.js';
import { clock } from '../rig/rig.js';
import { PASSWORD, type Served } from './harness.js';

async function asked({ program }: Served, args: { readonly fault: string; readonly off?: boolean }): Promise<void> {
  const url = `mqtt://127.0.0.1:${await brokerPort(program)}`;
  const client = await connectAsync(url, { username: 'anna', password: PASSWORD, reconnectPeriod: 0 });
  const asking = new Asking({
    clock,
    id: randomUUID,
    send: (topic, payload) => {
      client.publish(topic, payload);
      return true;
    },
  });
  client.on('message', (_topic, payload) => asking.heard('bench', payload.toString()));
  await client.subscribeAsync(topicsOf('bench').reply('anna'));
  const answer = await asking.ask({ reactor: 'bench', actor: 'anna', verb: 'fault', args });
  await client.endAsync(true);
  if (answer.kind !== 'replied' || !answer.reply.ok)
    throw new Error(`the fault was not taken: ${JSON.stringify(answer)}`);
}

/** In the words of `--fault`. */
export const putIn = (served: Served, fault: string): Promise<void> => asked(served, { fault });

export const takeOut = (served: Served, fault: string): Promise<void> =>
  asked(served, { fault: fault.split('=')[0] ?? fault, off: true });
