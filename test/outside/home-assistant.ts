/**
 * The real program at a real Mosquitto with the configuration, the access list and the users of docs/mosquitto: what Home
 * Assistant would be told, read and rendered by test/outside/home-assistant.py, under the user that the list gives it. Then
 * its STOP button, by the topic and the word of the discovery message. Home Assistant itself is not run. Needs dist, mosquitto,
 * openssl and the packages python3-voluptuous and python3-jinja2. `--source` runs the program from its source.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt, { type MqttClient } from 'mqtt';
import * as z from 'zod';
import { packagePath } from '../../src/model/entry.js';
import { discoveryMessage, discoveryTopic, STATUS_TOPIC } from '../../src/telemetry/plugins/discovery.js';
import { topicsOf, VALUE_NAMES } from '../../src/telemetry/topics.js';
import { clock, type Figures, Rig, until } from '../rig/rig.js';
import {
  freePort,
  makeCertificates,
  passwordOf,
  shippedConf,
  startMosquitto,
  temporary,
  writePasswords,
} from '../support/mosquitto.js';
import { galvanode, launch, type Program, temporaryFolder } from '../support/process.js';
import { GENERAL, resultOf } from '../support/runs.js';

const SCRIPT = fileURLToPath(new URL('home-assistant.py', import.meta.url));
const PYTHON = process.env['PYTHON'] ?? '/usr/bin/python3';
const FROM_SOURCE = process.argv.includes('--source');
const TOPICS = topicsOf('bench');
const CONFIG = discoveryTopic('galvanode_bench');
const ALARMS = TOPICS.plugin('home-assistant');
const [REACTOR, USER] = ['reactor-bench', 'homeassistant'];

const rig = new Rig('home-assistant');

const state = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const report = z.object({
  wrong: z.array(z.string()),
  cases: z.record(z.string(), z.object({ states: z.record(z.string(), state), wrong: z.array(z.string()) })),
  mistakes: z.number(),
  unseen: z.array(z.string()),
});

interface Case {
  readonly name: string;
  readonly payloads: Readonly<Record<string, string>>;
}

function read(message: unknown, cases: readonly Case[]): Promise<z.infer<typeof report>> {
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin.end(JSON.stringify({ topic: CONFIG, message, cases }));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(report.parse(JSON.parse(said)));
      else reject(new Error(`the reader ended with ${code}`));
    });
  });
}

/** What the user of Home Assistant is given to read: the last payload of each topic, and whether it was retained. */
class Dashboard {
  readonly latest: Record<string, string> = {};
  readonly told = new Map<string, number>();

  private constructor(readonly client: MqttClient) {
    client.on('message', (topic, payload) => {
      this.latest[topic] = payload.toString();
      this.told.set(topic, (this.told.get(topic) ?? 0) + 1);
    });
  }

  static async open(port: number, folder: string): Promise<Dashboard> {
    const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, {
      username: USER,
      password: passwordOf(USER),
      ca: readFileSync(join(folder, 'ca.crt')),
      reconnectPeriod: 0,
    });
    const dashboard = new Dashboard(client);
    // Home Assistant hears what a discovery message names; its owner's list lets it hear the rest as well
    await client.subscribeAsync(['homeassistant/#', 'galvanode/bench/#'], { qos: 1 });
    return dashboard;
  }

  count(topic: string): number {
    return this.told.get(topic) ?? 0;
  }
}

function start(port: number, folder: string): Program {
  const password = join(folder, 'reactor.password');
  writeFileSync(password, passwordOf(REACTOR), { mode: 0o600 });
  const network = join(folder, 'network.yaml');
  const uplink = { name: 'lab', url: `mqtts://127.0.0.1:${port}`, user: REACTOR, password_file: password };
  const settings = { network: 1, uplinks: [{ ...uplink, ca: join(folder, 'ca.crt'), home_assistant: true }] };
  writeFileSync(network, JSON.stringify(settings));
  const args = ['run', GENERAL, '--yes', '--json', '--speed', '120', '--console', '0', '--broker', '0'];
  const all = [...args, '--data', temporaryFolder(), '--network', network];
  if (!FROM_SOURCE) return galvanode(all);
  return launch(process.execPath, ['--import', 'tsx', packagePath('src', 'main.ts'), ...all]);
}

/** The same, with each JSON topic changed. */
function changed(latest: Readonly<Record<string, string>>, change: Readonly<Record<string, object>>) {
  const entries = Object.entries(change).map(([topic, keys]) => {
    const was: unknown = JSON.parse(latest[topic] ?? '{}');
    return [topic, JSON.stringify({ ...Object(was), ...keys })] as const;
  });
  return { ...latest, ...Object.fromEntries(entries) };
}

function casesOf(latest: Readonly<Record<string, string>>): Case[] {
  const empty = Object.fromEntries(Object.keys(latest).map((topic) => [topic, '']));
  const values = Object.fromEntries(VALUE_NAMES.map((name) => [TOPICS.value(name), '']));
  return [
    { name: 'now', payloads: latest },
    { name: 'nothing is good', payloads: { ...latest, ...values } },
    { name: 'all is taken back', payloads: empty },
    {
      name: 'held',
      payloads: changed(latest, {
        [TOPICS.state]: { state: 'held', step_name: null, recipe: null },
        [TOPICS.prompt]: { id: 'q', text: '"ü"'.repeat(500) },
        [TOPICS.about]: { permit: 'none', simulated: false },
        [ALARMS]: { active: 2, alarms: 1, warnings: 1, hydrogen: true, text: 'hydrogen in the air' },
      }),
    },
    { name: 'small', payloads: { ...latest, [TOPICS.value('progress')]: '1.5e-8', [TOPICS.value('current_mA')]: '0' } },
  ];
}

/** The message, as one who shares no code with us understands it. */
async function checkMessage(dashboard: Dashboard): Promise<Figures> {
  const latest = { ...dashboard.latest }; // more comes meanwhile
  const message: unknown = JSON.parse(latest[CONFIG] ?? 'null');
  rig.check('the message is what our schema says', discoveryMessage.safeParse(message).success);
  const { wrong, cases, mistakes, unseen } = await read(message, casesOf(latest));
  rig.check('another reader takes the message', wrong.length === 0, wrong.join('; '));
  rig.check(`and refuses ${mistakes} broken ones`, mistakes > 15 && unseen.length === 0, unseen.join(', '));
  for (const [name, one] of Object.entries(cases))
    rig.check(`each template gives a state: ${name}`, one.wrong.length === 0, one.wrong.join('; '));
  const in_ = (name: string) => cases[name]?.states ?? {};
  const now = in_('now');
  const bare = VALUE_NAMES.filter((name) => name !== 'progress' && latest[TOPICS.value(name)] !== undefined);
  const apart = bare.filter((name) => Number(latest[TOPICS.value(name)]) !== now[name]);
  rig.check('numbers are those of the topics', bare.length > 12 && apart.length === 0, `${bare.length} numbers`);
  const percent = Number(latest[TOPICS.value('progress')]) * 100;
  rig.check('progress is in per cent', Math.abs(Number(now['progress']) - percent) < 0.01, `${now['progress']} %`);
  rig.check('the run is seen', now['running'] === true && now['held'] === false && now['state'] === 'execute');
  rig.check('it is seen to be simulated', now['simulated'] === true && now['permit'] === true);
  const held = in_('held');
  const words = ['held', 'prompt_waits', 'alarm_any', 'alarm_hydrogen', 'alarm_warning'].map((key) => held[key]);
  rig.check('held, asked and alarmed is seen', words.every((on) => on === true) && held['permit'] === false);
  rig.check('a long question is cut', String(held['prompt']).length === 255 && held['step'] === null);
  const gone = Object.values(in_('all is taken back')).filter((shown) => shown !== null && shown !== 'never told');
  rig.check('what is taken back is unknown', gone.length === 0, gone.join(', '));
  return { entities: Object.keys(Object(Object(message).components)).length, mistakes, bytes: latest[CONFIG]?.length };
}

async function checkAgain(dashboard: Dashboard): Promise<void> {
  const before = dashboard.count(CONFIG);
  await dashboard.client.publishAsync(STATUS_TOPIC, 'online', { qos: 1 });
  const again = await until('the device again', 5, () => dashboard.count(CONFIG) > before || undefined);
  rig.check('the device is told again when Home Assistant has begun', again);
}

/** The button as Home Assistant presses it: topic, payload, QoS and retain of the message. */
async function press(dashboard: Dashboard, run: Program): Promise<Figures> {
  const message = discoveryMessage.parse(JSON.parse(dashboard.latest[CONFIG] ?? ''));
  const { stop } = message.components;
  if (stop?.platform !== 'button') throw new Error('there is no button');
  const { command_topic, payload_press, qos = 0, retain } = stop;
  const from_ms = clock.now();
  await dashboard.client.publishAsync(command_topic, payload_press, { qos, retain });
  const { stdout } = await run.ended;
  const { outcome, reason } = resultOf(stdout);
  rig.check('the button stops the run', outcome === 'stopped', `${outcome}: ${reason}`);
  rig.check('under its own name', reason.includes(USER), reason);
  rig.check('and it is seen to be away', dashboard.latest[TOPICS.availability] === 'offline');
  return { stop_to_exit_s: Math.round(clock.now() - from_ms) / 1000 };
}

await rig.run(async () => {
  const [folder, port] = [temporary(), await freePort()];
  makeCertificates(folder);
  writePasswords(join(folder, 'galvanode.passwords'), [REACTOR, USER]);
  const mosquitto = await startMosquitto(folder, port, shippedConf(folder, port));
  try {
    const run = start(port, folder);
    const dashboard = await Dashboard.open(port, folder);
    const current = TOPICS.value('current_mA');
    await until('current', 40, () => Number(dashboard.latest[current] ?? 0) > 10 || undefined);
    const found = await checkMessage(dashboard);
    await checkAgain(dashboard);
    const stopped = await press(dashboard, run);
    dashboard.client.end(true);
    return { ...found, ...stopped };
  } finally {
    await mosquitto.stop();
  }
});
