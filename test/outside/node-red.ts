/**
 * The example flow of docs/node-red in the real Node-RED, with a real run: its messages and its log are read from the files
 * that it writes, its buttons are pressed as its editor would. Once without a name at the built-in broker, once as a user there,
 * once as a user of a Mosquitto with the shipped access list. `npx tsx test/outside/node-red.ts`; needs dist, mosquitto and the
 * programs of this folder.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagePath } from '../../src/model/entry.js';
import { clock, Rig } from '../rig/rig.js';
import { freePort, passwordOf, shipped, startMosquitto, temporary, writePasswords } from '../support/mosquitto.js';
import { launch, PROGRAM, temporaryFolder } from '../support/process.js';
import { brokerPort, resultOf, startRun, TEN_MINUTES, type RunResult } from '../support/runs.js';

const NODE_RED = fileURLToPath(new URL('node_modules/node-red/red.js', import.meta.url));
const FLOW = packagePath('docs', 'node-red', 'flow.json');
/** A name of the flow's user, at every broker. */
const USER = 'nodered';
const REACTOR = 'reactor-bench';
/** For what takes a second or two on an idle machine, ms. */
const PATIENCE_MS = 30_000;
/** Ten minutes in half a minute, so that some lines of the log are written. */
const SPEED = ['--speed', '20'] as const;
/** Raises an alarm that aborts the run. */
const ALARM = ['--fault', 'e-stop:off@electrolyse+60s'] as const;
/** Of the user at the built-in broker. */
const PASSWORD = 'kettle-orange-7';

const rig = new Rig('node-red');

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [key: string]: unknown;
}

/** The flow as its user has set it up: address of the broker, and a name with its password if he has one. */
function flowFor(port: number, user: string | null, password = PASSWORD): FlowNode[] {
  const flow = JSON.parse(readFileSync(FLOW, 'utf8')) as FlowNode[];
  return flow.map((node) => {
    if (node.type === 'mqtt-broker') {
      const credentials = user === null ? {} : { credentials: { user, password } };
      return { ...node, port: String(port), ...credentials };
    }
    if (node.type !== 'tab' || user === null) return node;
    const env = (node['env'] as { name: string; value: string }[]).map((one) =>
      one.name === 'ACTOR' ? { ...one, value: user } : one,
    );
    return { ...node, env };
  });
}

interface NodeRed {
  deploy(flow: readonly FlowNode[]): Promise<number>;
  press(id: string): Promise<number>;
  /** What is in a file of its folder by now; empty before there is one. */
  file(name: string): string;
  readonly said: () => Promise<string>;
}

async function startNodeRed(): Promise<NodeRed> {
  const folder = temporaryFolder();
  const uiPort = await freePort();
  const settings = {
    flowFile: 'flows.json',
    uiHost: '127.0.0.1',
    uiPort,
    fileWorkingDirectory: folder,
    credentialSecret: 'of this test',
    telemetry: { enabled: false, updateNotification: false },
  };
  const file = join(folder, 'settings.js');
  writeFileSync(file, `module.exports = ${JSON.stringify(settings)};\n`);
  const program = launch(process.execPath, [NODE_RED, '--userDir', folder, '--settings', file]);
  await program.prints(/Started flows/);
  const post = async (path: string, body: unknown): Promise<number> => {
    const headers = { 'Content-Type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(`http://127.0.0.1:${uiPort}${path}`, init)).status;
  };
  return {
    deploy: (flow) => post('/flows', flow),
    press: (id) => post(`/inject/${id}`, {}),
    file: (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : ''),
    said: async () => {
      program.signal('SIGTERM');
      const { stdout, stderr } = await program.ended;
      return stdout + stderr;
    },
  };
}

const MESSAGES = 'galvanode-messages.txt';
const LOG = 'galvanode-shift-log.csv';

/** True when it came to be within the patience. */
async function comes(holds: () => boolean): Promise<boolean> {
  const end_ms = clock.now() + PATIENCE_MS;
  while (!holds()) {
    if (!(clock.now() < end_ms)) return false;
    await clock.sleep(50);
  }
  return true;
}

function userOfGalvanode(data: string): void {
  const args = [PROGRAM, 'user', 'add', USER, '--role', 'operator', '--data', data];
  execFileSync(process.execPath, args, { input: `${PASSWORD}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
}

/** Lines of the log with as many cells as its head, and values in it. */
function logIsWhole(text: string): boolean {
  const [head = '', ...lines] = text.trim().split('\n');
  const width = head.split(',').length;
  const current = head.split(',').indexOf('current_mA');
  return (
    head.startsWith('utc,reactor,run,simulated,state,') &&
    lines.length >= 2 &&
    lines.every((line) => line.split(',').length === width && line.split(',')[3] === 'true') &&
    lines.some((line) => Number(line.split(',')[current]) > 100)
  );
}

interface Seen {
  readonly stop_ms: number;
  readonly result: RunResult;
}

async function pressed(name: string, nodeRed: NodeRed, holds: boolean): Promise<number> {
  const logged = await comes(() => logIsWhole(nodeRed.file(LOG)));
  rig.check(`${name}: a line a minute is written`, logged, nodeRed.file(LOG).split('\n').slice(0, 3).join(' | '));
  const before = nodeRed.file(MESSAGES);
  rig.check(`${name}: no message says held or stopped so far`, !/: (?:held|stopped)/.test(before), before.trim());
  await nodeRed.press('press-hold');
  if (holds) {
    const held = await comes(() => nodeRed.file(MESSAGES).includes(': held'));
    rig.check(`${name}: HOLD holds the run, and a message says so`, held, nodeRed.file(MESSAGES).trim());
    await nodeRed.press('press-hold');
    const refused = await comes(() => /hold: refused, .+/.test(nodeRed.file(MESSAGES)));
    rig.check(`${name}: a second HOLD is refused with its reason`, refused, nodeRed.file(MESSAGES).trim());
  }
  const at_ms = clock.now();
  rig.check(`${name}: STOP is pressed`, (await nodeRed.press('press-stop')) === 200);
  return at_ms;
}

async function follow(name: string, nodeRed: NodeRed, run: ReturnType<typeof startRun>, holds: boolean): Promise<Seen> {
  const at_ms = await pressed(name, nodeRed, holds);
  const ended = await Promise.race([run.ended, clock.sleep(PATIENCE_MS).then(() => null)]);
  if (ended === null) throw new Error(`${name}: the run did not stop`);
  const result = resultOf(ended.stdout);
  rig.check(`${name}: the run has stopped`, result.outcome === 'stopped', `${result.outcome}, ${result.reason}`);
  const told = await comes(() => /\(simulated\) .*: stopped/.test(nodeRed.file(MESSAGES)));
  rig.check(`${name}: a message says so, and that it is simulated`, told, nodeRed.file(MESSAGES).trim());
  if (!holds) rig.check(`${name}: without a user HOLD has done nothing`, !nodeRed.file(MESSAGES).includes(': held'));
  return { stop_ms: Math.round(clock.now() - at_ms), result };
}

async function atBuiltIn(user: string | null): Promise<Seen> {
  const name = user === null ? 'built-in broker, nobody' : 'built-in broker, a user';
  const nodeRed = await startNodeRed();
  const data = temporaryFolder();
  if (user !== null) userOfGalvanode(data);
  const run = startRun({ data, network: 'any', args: [...TEN_MINUTES, ...SPEED] });
  const deployed = await nodeRed.deploy(flowFor(await brokerPort(run), user));
  rig.check(`${name}: Node-RED takes the flow`, deployed === 204, `status ${deployed}`);
  const seen = await follow(name, nodeRed, run, user !== null);
  const errors = (await nodeRed.said()).match(/\[error\].*/g) ?? [];
  rig.check(`${name}: Node-RED tells of no error`, errors.length === 0, errors.join('; '));
  return seen;
}

async function atMosquitto(): Promise<Seen> {
  const name = 'Mosquitto with its access list';
  const folder = temporary();
  const port = await freePort();
  writePasswords(join(folder, 'passwords'), [USER, REACTOR]);
  copyFileSync(shipped('galvanode.acl'), join(folder, 'galvanode.acl'));
  const acl = `password_file ${join(folder, 'passwords')}\nacl_file ${join(folder, 'galvanode.acl')}`;
  const broker = await startMosquitto(folder, port, `listener ${port} 127.0.0.1\nallow_anonymous false\n${acl}\n`);
  try {
    const nodeRed = await startNodeRed();
    const data = temporaryFolder();
    userOfGalvanode(data);
    writeFileSync(join(data, 'word'), `${passwordOf(REACTOR)}\n`, { mode: 0o600 });
    const uplink = `{ name: lab, url: "mqtt://127.0.0.1:${port}", user: ${REACTOR}, password_file: word, commands: true }`;
    writeFileSync(join(data, 'network.yaml'), `network: 1\nuplinks:\n  - ${uplink}\n`);
    rig.check(
      `${name}: Node-RED takes the flow`,
      (await nodeRed.deploy(flowFor(port, USER, passwordOf(USER)))) === 204,
    );
    const run = startRun({ data, args: [...TEN_MINUTES, ...SPEED, '--network', join(data, 'network.yaml')] });
    const seen = await follow(name, nodeRed, run, true);
    const offline = await comes(() => nodeRed.file(MESSAGES).includes('is offline'));
    rig.check(`${name}: a message says that the reactor is offline`, offline, nodeRed.file(MESSAGES).trim());
    return seen;
  } finally {
    await broker.stop();
  }
}

/** An alarm and the end of its run reach a person. */
async function alarmed(): Promise<void> {
  const nodeRed = await startNodeRed();
  const run = startRun({ data: temporaryFolder(), network: 'any', args: [...TEN_MINUTES, ...SPEED, ...ALARM] });
  await nodeRed.deploy(flowFor(await brokerPort(run), null));
  const ended = await Promise.race([run.ended, clock.sleep(PATIENCE_MS).then(() => null)]);
  const outcome = ended === null ? 'still running' : resultOf(ended.stdout).outcome;
  rig.check('an alarm: the run is aborted', outcome === 'aborted', outcome);
  const said = await comes(() => /alarm e-stop-closed: .*To do: .*[\s\S]*: aborted/.test(nodeRed.file(MESSAGES)));
  rig.check('an alarm: messages say what to do, and that the run is aborted', said, nodeRed.file(MESSAGES).trim());
}

await rig.run(async () => {
  const seen = [await atBuiltIn(null), await atBuiltIn(USER), await atMosquitto()];
  await alarmed();
  return { stop_ms: seen.map(({ stop_ms }) => stop_ms), charge_C: seen.map(({ result }) => result.charge_C) };
});
