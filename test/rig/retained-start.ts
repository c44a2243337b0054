/**
 * A start that a broker has kept or queued starts nothing: a real Mosquitto holds a retained start of a user who may, more
 * were sent while nobody was there, and the service comes up against them again and again, with a permit that is always
 * given. `npx tsx test/rig/retained-start.ts [boots]`; needs the program Mosquitto.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { databaseFile } from '../../src/record/place.js';
import { freePort, startMosquitto, temporary } from '../support/mosquitto.js';
import { galvanode, PROGRAM, temporaryFolder } from '../support/process.js';
import { clock, Rig } from './rig.js';

const BOOTS = Number(process.argv[2] ?? 100);
const TOPIC = 'galvanode/bench/command/alice';
/** The broker takes the retained one back within this, or it was not heard, ms. */
const HEARD_MS = 30_000;
const rig = new Rig('retained-start');

function startCommand(id: string): string {
  const args = { recipe: 'general-procedure-3a' };
  return JSON.stringify({ v: 1, id, bootId: 'of-another-start', nonce: 'of-another-start', verb: 'start', args });
}

/** Settles with whether the retained command was taken back. */
function takenBack(client: MqttClient): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(HEARD_MS, () => resolve(false));
    const hear = (topic: string, payload: Buffer): void => {
      if (topic !== TOPIC || payload.length > 0) return;
      timer.cancel();
      client.off('message', hear);
      resolve(true);
    };
    client.on('message', hear);
  });
}

await rig.run(async () => {
  const data = temporaryFolder();
  const port = await freePort();
  const broker = await startMosquitto(temporary(), port, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  const add = [PROGRAM, 'user', 'add', 'alice', '--role', 'operator', '--data', data];
  execFileSync(process.execPath, add, { input: 'correct horse battery\n', stdio: ['pipe', 'ignore', 'inherit'] });
  const network = join(data, 'network.yaml');
  const uplink = `{ name: lab, url: "mqtt://127.0.0.1:${port}", commands: true }`;
  writeFileSync(network, `network: 1\nuplinks:\n  - ${uplink}\n`);
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  await client.subscribeAsync(TOPIC);
  let heard = 0;
  try {
    for (let boot = 0; boot < BOOTS; boot++) {
      await client.publishAsync(TOPIC, startCommand(`kept-${boot}`), { qos: 1, retain: true });
      await client.publishAsync(TOPIC, startCommand(`queued-${boot}`), { qos: 1 });
      const back = takenBack(client);
      const args = ['serve', '--no-terminal', '--data', data, '--console', 'off', '--broker', 'off'];
      const service = galvanode([...args, '--network', network]);
      if (await back) heard += 1;
      service.signal('SIGTERM');
      await service.ended;
      if (boot % 20 === 19) rig.note(`${boot + 1} boots, ${heard} retained starts heard and taken back`);
    }
  } finally {
    await client.endAsync();
    await broker.stop();
  }
  const started = existsSync(databaseFile(data)) ? 'a record was begun' : '0 runs';
  const audit = readFileSync(join(data, 'commands.jsonl'), 'utf8');
  const taken = audit.split('\n').filter((line) => line.includes('"ok":true')).length;
  rig.check('every retained start was heard, and taken back from the broker', heard === BOOTS, `${heard} of ${BOOTS}`);
  rig.check('none of them and none of the queued ones started anything', started === '0 runs', started);
  rig.check('no command was taken', taken === 0, `${taken} taken`);
  return { boots: BOOTS, retained: heard, queued: BOOTS, starts: started === '0 runs' ? 0 : null };
});
