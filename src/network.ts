/**
 * Root of the network process: broker, page and uplink, wired to the control process that forked it. It may be killed at
 * any instant. It ends when the control process does, and leaves Ctrl-C at the terminal to it.
 */
import { constants, setPriority } from 'node:os';
import * as z from 'zod';
import { consoleServer, type ConsoleServer } from './console/server.js';
import type { Clock } from './model/clock.js';
import { packagePath } from './model/entry.js';
import { RealClock } from './model/real-clock.js';
import { openBroker, type Broker } from './telemetry/broker.js';
import { Publisher } from './telemetry/publisher.js';
import { topicsOf, type Topics } from './telemetry/topics.js';
import { isBrokerUrl, openUplink } from './telemetry/uplink.js';
import { toNetwork, type Hello, type ToControl } from './telemetry/wire.js';

/** Who may publish without a name, on loopback. */
const ANYBODY = 'console';
/** A flood of stops is one stop: the control process hears one in this time, ms. */
const STOP_PERIOD_MS = 100;
/** For the good-byes; a broker or a reader that hangs is left behind. */
const CLOSE_MS = 2000;

type Tell = (message: ToControl) => Promise<void>;

/** Settles when the message is on its way; with nobody there any more, it is not, and the process is about to end. */
const tellControl: Tell = (message) =>
  new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });

/** A port that could not be opened, in words that say which and what to do. */
class PortRefused extends Error {
  override readonly name = 'PortRefused';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function portRefused(what: string, port: number, option: string, cause: unknown): PortRefused {
  const reason =
    cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
      ? 'is in use by another program'
      : `cannot be opened (${messageOf(cause)})`;
  return new PortRefused(
    `port ${port} of the ${what} ${reason}: stop that program, or choose another port with ${option} PORT, or ${option} off`,
    { cause },
  );
}

async function openPort(
  server: { listen(port: number): Promise<number> },
  port: number | null,
  what: string,
  option: string,
): Promise<number | null> {
  if (port === null) return null;
  return server.listen(port).catch((error: unknown) => {
    throw portRefused(what, port, option, error);
  });
}

/** Passes on a stop, and no more than ten a second. */
function stopper(clock: Clock, tell: Tell): () => void {
  let last_ms = -Infinity;
  let count = 0;
  return () => {
    const now_ms = clock.now();
    if (now_ms - last_ms < STOP_PERIOD_MS) return;
    last_ms = now_ms;
    count += 1;
    void tell({ kind: 'command', command: { verb: 'stop', actor: ANYBODY, id: `stop-${process.pid}-${count}` } });
  };
}

/** Why there can be no uplink to this URL; it is not shown, since it may hold a password. */
function uplinkRefusals(url: string | null): string[] {
  if (url === null || isBrokerUrl(url)) return [];
  return ['the URL after --mqtt is not one of a broker: it looks like mqtt://host:1883 or mqtts://user:password@host'];
}

/** Opens both ports; all refusals come at once. */
async function openPorts(hello: Hello, broker: Broker, page: ConsoleServer): Promise<ToControl> {
  const [mqtt, http] = await Promise.allSettled([
    openPort(broker, hello.mqttPort, 'broker', '--broker'),
    openPort(page, hello.httpPort, 'page', '--console'),
  ]);
  const refused = uplinkRefusals(hello.uplink);
  if (mqtt.status === 'fulfilled' && http.status === 'fulfilled' && refused.length === 0) {
    return { kind: 'ready', mqttPort: mqtt.value, httpPort: http.value };
  }
  for (const port of [mqtt, http]) if (port.status === 'rejected') refused.push(messageOf(port.reason));
  return { kind: 'failed', reason: refused.join('; ') };
}

function addUplink(hello: Hello, topics: Topics, publisher: Publisher, tell: Tell): void {
  if (hello.uplink === null) return;
  const uplink = openUplink({
    url: hello.uplink,
    clientId: `galvanode-${hello.reactor}`,
    availabilityTopic: topics.availability,
    retained: () => publisher.retained(),
    notice: (text) => void tell({ kind: 'notice', text }),
  });
  publisher.add(uplink);
}

/** Gives null when a port was refused: the reason has been told, and there is nothing to stay for. */
async function openNetwork(hello: Hello, clock: Clock, tell: Tell): Promise<Publisher | null> {
  const topics = topicsOf(hello.reactor);
  const broker = await openBroker({ stopTopic: topics.stop(ANYBODY), stop: stopper(clock, tell) });
  const page = await consoleServer({ page: packagePath('dist', 'console', 'page'), serveMqtt: broker.serve });
  const publisher = new Publisher(topics);
  publisher.add(broker);
  await publisher.availability('online');
  const outcome = await openPorts(hello, broker, page);
  if (outcome.kind === 'ready') addUplink(hello, topics, publisher, tell);
  await tell(outcome);
  return outcome.kind === 'ready' ? publisher : null;
}

/** Messages in the order in which they came, one at a time, so that an acknowledgement means "out". */
function serveControl(clock: Clock, tell: Tell): { readonly end: () => void } {
  let publisher: Publisher | null = null;
  const end = async (): Promise<void> => {
    await publisher?.close();
    process.exit();
  };
  const take = async (raw: unknown): Promise<void> => {
    const message = toNetwork.safeParse(raw);
    if (!message.success) return tell({ kind: 'notice', text: `not understood: ${z.prettifyError(message.error)}` });
    if (message.data.kind === 'hello') {
      publisher = await openNetwork(message.data, clock, tell);
      return publisher === null ? end() : undefined;
    }
    await publisher?.tell(message.data);
    await tell({ kind: 'ack', n: message.data.n });
  };
  let work = Promise.resolve();
  process.on('message', (raw) => {
    work = work.then(() => take(raw));
  });
  return {
    end: () => {
      work = work.then(end);
      clock.after(CLOSE_MS, () => process.exit());
    },
  };
}

function main(): void {
  if (process.send === undefined) {
    process.stderr.write('this is the network process; it is started by the control process\n');
    process.exitCode = 2;
    return;
  }
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL); // the control loop comes first on a small machine
  const control = serveControl(new RealClock(), tellControl);
  process.on('disconnect', control.end);
  process.on('SIGTERM', control.end);
  process.on('SIGINT', () => undefined); // Ctrl-C goes to both processes; the run is still to be seen while it ramps down
  process.on('SIGHUP', () => undefined); // so does the end of a terminal, which a run outlives
}

main();
