/**
 * A STOP by somebody who comes anew, while a crowd of strangers on the same machine does its worst to the broker of a run:
 * one run for each kind of crowd, in real time. `npx tsx test/rig/crowd.ts [kind...]`. The same file is the crowd, as a
 * process of its own: `npx tsx test/rig/crowd.ts crowd KIND PORT`.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { generate, type IConnectPacket } from 'mqtt-packet';
import { launch, memoryOf, networkProcess, temporaryFolder } from '../support/process.js';
import { brokerPort, startRun } from '../support/runs.js';
import { clock, Rig } from './rig.js';

const CROWD_MS = 30_000;
/** For the crowd to gather, and for a stop at the most, ms. */
const GATHER_MS = 2000;
const STOP_MS = 1000;
const LARGEST_MB = 250;
const STOP = 'galvanode/bench/command/console/stop';

const QUIET = 'is not there';

let came = 0;

function connectPacket(more: Partial<IConnectPacket> = {}): Buffer {
  came += 1;
  const clientId = `one-of-many-${came}`;
  return generate({
    cmd: 'connect',
    clientId,
    clean: true,
    keepalive: 0,
    protocolId: 'MQTT',
    protocolVersion: 4,
    ...more,
  });
}

/** Comes, and says `first`, where anything is to be said. */
function comes(port: number, first: Buffer | null, then: (socket: Socket) => void = () => undefined): Socket {
  const socket = connectTcp(port, '127.0.0.1', () => {
    if (first !== null) socket.write(first);
    then(socket);
  });
  socket.on('error', () => undefined);
  return socket.resume();
}

/** Comes again whenever he is sent away. */
function insists(comesOnce: () => Socket): void {
  comesOnce().once('close', () => clock.after(2, () => insists(comesOnce)));
}

function pours(socket: Socket, bytes: () => Buffer): void {
  const pour = (): void => {
    while (!socket.destroyed && socket.write(bytes()));
    if (!socket.destroyed) socket.once('drain', pour);
  };
  clock.after(300, pour);
}

function filters(topics: readonly string[]): Buffer {
  return generate({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: topics.map((topic) => ({ topic, qos: 1 as const })),
  });
}

const some = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const PINGS = Buffer.concat(some(30_000, () => generate({ cmd: 'pingreq' })));
const MANY_FILTERS = filters(some(2000, (n) => `galvanode/bench/x/${came}/${n}`));
const WIDE_FILTERS = filters(some(300, (n) => `${'+/'.repeat(n % 4)}#`));
const FORGED = generate({
  cmd: 'publish',
  topic: 'galvanode/bench/state',
  payload: '{}',
  qos: 0,
  retain: true,
  dup: false,
});

const CROWDS: Readonly<Record<string, (port: number) => void>> = {
  [QUIET]: () => undefined,
  'says nothing': (port) => some(200, () => insists(() => comes(port, null))),
  'has no name': (port) => some(200, () => insists(() => comes(port, connectPacket()))),
  'comes and goes': (port) =>
    some(40, () =>
      insists(() => comes(port, connectPacket(), (socket) => socket.once('data', () => socket.destroy()))),
    ),
  pings: (port) => some(50, () => insists(() => comes(port, connectPacket(), (socket) => pours(socket, () => PINGS)))),
  'asks for thousands of topics': (port) =>
    some(50, () => insists(() => comes(port, connectPacket(), (socket) => pours(socket, () => MANY_FILTERS)))),
  'asks for everything again and again': (port) =>
    some(50, () => insists(() => comes(port, connectPacket(), (socket) => pours(socket, () => WIDE_FILTERS)))),
  'forges the state': (port) => some(40, () => insists(() => comes(port, Buffer.concat([connectPacket(), FORGED])))),
  'tries passwords': (port) =>
    some(30, (n) =>
      insists(() => comes(port, connectPacket({ username: `user${n}`, password: Buffer.from(`word ${came}`) }))),
    ),
};

function beCrowd(kind: string, port: number): void {
  CROWDS[kind]?.(port);
  clock.after(CROWD_MS, () => process.exit());
}

interface Seen {
  readonly kind: string;
  readonly stop_ms: number;
  readonly network_MB: number;
}

async function stoppedAmid(rig: Rig, kind: string): Promise<Seen> {
  const run = startRun({ data: temporaryFolder(), network: 'any' });
  const port = await brokerPort(run);
  await run.prints(/Electrolyse .*: begins/);
  const network = networkProcess(run.pid);
  const crowd = launch(process.execPath, [
    ...process.execArgv,
    fileURLToPath(import.meta.url),
    'crowd',
    kind,
    `${port}`,
  ]);
  await clock.sleep(GATHER_MS);
  const from_ms = clock.now();
  const newcomer = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 50, connectTimeout: 1000 });
  newcomer.on('error', () => undefined);
  newcomer.publish(STOP, '');
  await run.prints(/stopping: stopped by console/);
  const stop_ms = Math.round(clock.now() - from_ms);
  const lives = networkProcess(run.pid) === network;
  const network_MB = Math.round(memoryOf(network)?.peak_MB ?? NaN);
  rig.check('  the crowd is there', !crowd.over || kind === QUIET, crowd.over ? 'it ended before' : '');
  crowd.signal('SIGKILL');
  await newcomer.endAsync(true);
  await Promise.all([run.ended, crowd.ended]);
  rig.check(`a crowd that ${kind}: stopped`, stop_ms <= STOP_MS, `${stop_ms} ms after the newcomer began to connect`);
  rig.check('  the network process lives', lives && network_MB <= LARGEST_MB, `${network_MB} MB at its peak`);
  return { kind, stop_ms, network_MB };
}

const [first, kind = '', port = ''] = process.argv.slice(2);
if (first === 'crowd') beCrowd(kind, Number(port));
else {
  const rig = new Rig('crowd');
  const wanted = process.argv.slice(2);
  await rig.run(async () => {
    const seen: Seen[] = [];
    for (const one of wanted.length > 0 ? wanted : Object.keys(CROWDS)) seen.push(await stoppedAmid(rig, one));
    return { crowds: seen.length, worst_ms: Math.max(...seen.map(({ stop_ms }) => stop_ms)), seen };
  });
}
