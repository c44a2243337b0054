/**
 * Root of the network process: broker, page and uplink, wired to the control process that forked it. It may be killed at
 * any instant. It ends when the control process does, and leaves Ctrl-C at the terminal to it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { UserFileOf } from './command/user-file.js';
import { UserBook } from './command/users.js';
import { forkWorkshop } from './console/http/fork-workshop.js';
import { consoleServer, type ConsoleOptions, type ConsoleServer } from './console/server.js';
import type { Clock } from './model/clock.js';
import { packagePath } from './model/entry.js';
import { formatProblem } from './model/problem.js';
import { RealClock } from './model/real-clock.js';
import { Past } from './record/past.js';
import { connectBroker, knock } from './telemetry/brokers/client.js';
import { doorCredentialsOf } from './telemetry/brokers/credentials.js';
import { doorsBeyond } from './telemetry/brokers/doors.js';
import { openEmbedded, type EmbeddedBroker } from './telemetry/brokers/embedded.js';
import { Probe } from './telemetry/brokers/probe.js';
import { Turnstile } from './telemetry/brokers/turnstile.js';
import { Deliveries } from './telemetry/delivery/deliveries.js';
import { BUILT_IN, Inbox } from './telemetry/inbox.js';
import { mirrorFleet } from './telemetry/mirror/mirror.js';
import { homeAssistant } from './telemetry/plugins/home-assistant.js';
import { plugIn } from './telemetry/plugins/plugged.js';
import type { Plugin } from './telemetry/plugins/plugin.js';
import type { Publication } from './telemetry/publication.js';
import { Publisher } from './telemetry/publisher.js';
import { stopper } from './telemetry/stopper.js';
import { hostPort, type DoorSettings, type UplinkSettings } from './telemetry/settings.js';
import { topicsOf, type Topics } from './telemetry/topics.js';
import { openUplink } from './telemetry/uplink.js';
import { isPostgresUrl, openPostgres } from './timeseries/postgres.js';
import { TimeSeriesWriter } from './timeseries/writer.js';
import { toNetwork, type Hello, type ToControl } from './telemetry/wire.js';

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

/** Linux keeps a priority for each thread, and passwords are tried in others than this one; later ones get that of this one. */
function standBack(): void {
  const tasks = '/proc/self/task';
  const threads = existsSync(tasks) ? readdirSync(tasks).map(Number) : [0];
  for (const thread of threads) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch (error) {
      // it ended meanwhile
      if (existsSync(join(tasks, String(thread)))) throw error;
    }
  }
}

/** The encrypted door of the built-in broker, where the settings ask for one. */
async function openBeyond(settings: DoorSettings | null, broker: EmbeddedBroker): Promise<void> {
  const at = settings === null ? null : hostPort(settings.listen);
  if (settings === null || at === null) return;
  const shown = doorCredentialsOf(settings);
  if ('length' in shown) throw new PortRefused(`the door at ${settings.listen}: ${shown.join('; ')}`);
  await broker.listenBeyond({ ...at, ...shown }).catch((cause: unknown) => {
    throw new PortRefused(
      `the door at ${settings.listen} cannot be opened (${messageOf(cause)}): look at broker in the file after --network`,
      { cause },
    );
  });
}

/** Opens all ports; all refusals come at once. */
async function openPorts(hello: Hello, broker: EmbeddedBroker, page: ConsoleServer): Promise<ToControl> {
  const [mqtt, http, beyond] = await Promise.allSettled([
    openPort(broker, hello.mqttPort, 'broker', '--broker'),
    openPort(page, hello.httpPort, 'page', '--console'),
    openBeyond(hello.network.broker, broker),
  ]);
  if (mqtt.status === 'fulfilled' && http.status === 'fulfilled' && beyond.status === 'fulfilled') {
    return { kind: 'ready', mqttPort: mqtt.value, httpPort: http.value };
  }
  const reasons = [mqtt, http, beyond].flatMap((port) => (port.status === 'rejected' ? [messageOf(port.reason)] : []));
  return { kind: 'failed', reason: reasons.join('; ') };
}

function clientIdOf({ reactor }: Hello): string {
  return `galvanode-${reactor}`;
}

/** Knocks at the doors beyond loopback, now and whenever a broker is back. */
function openProbe(hello: Hello, clock: Clock, tell: Tell): Probe {
  const told = (open: readonly string[]): void => void tell({ kind: 'doors', open: [...open] });
  const doors = doorsBeyond(hello.network);
  const probe = new Probe({ doors, clientId: clientIdOf(hello), clock, knock, told });
  probe.begin();
  return probe;
}

/** What belongs together once it is open. */
interface Network {
  readonly topics: Topics;
  readonly publisher: Publisher;
  readonly inbox: Inbox;
  readonly broker: EmbeddedBroker;
  readonly timeSeries: TimeSeriesWriter | null;
}

type Notice = (text: string) => void;

/** null where there are none. */
function bookOf({ network }: Hello, notice: Notice): UserBook | null {
  if (network.users === null) return null;
  return new UserBook(network.users, (problems) => {
    for (const problem of problems.slice(0, 10))
      notice(`users: nobody gets in: ${formatProblem(problem)}`.slice(0, 1000));
  });
}

/** Users of the built-in broker, and where their commands go. */
function usersOf(book: UserBook | null, inbox: Inbox) {
  const refused = (actor: string, _topic: string, reason: string): void => inbox.turnAway(BUILT_IN, actor, reason);
  if (book === null) return { refused };
  return {
    refused,
    verify: (name: string, password: string) => book.verify(name, password),
    markOf: (name: string) => book.markOf(name),
    command: ({ actor, payload }: { readonly actor: string; readonly payload: Buffer }): void =>
      inbox.command(BUILT_IN, actor, payload),
  };
}

/** The same users at the page: signing in there waits at the same turnstile. */
function pageUsersOf(
  { network }: Hello,
  book: UserBook | null,
  turnstile: Turnstile,
  notice: Notice,
): Pick<ConsoleOptions, 'users'> {
  if (book === null || network.users === null) return {};
  const file = new UserFileOf(network.users, (text) => notice(`users: ${text}`));
  return {
    users: {
      roleOf: (name) => book.roleOf(name),
      markOf: (name) => book.markOf(name),
      count: () => book.count,
      tryPassword: async (address, name, password) => {
        const passage = await turnstile.pass(address, name, () => book.verify(name, password));
        return passage.kind === 'passed' ? passage.value : passage.kind;
      },
      list: () => file.list(),
      add: (user, password, by) => file.add(user, password, by),
      change: (name, to, by) => file.change(name, to, by),
      remove: (name, by) => file.remove(name, by),
    },
  };
}

/** null where nothing is recorded, or nobody outside is told. */
function openDeliveries(hello: Hello, topics: Topics, clock: Clock, tell: Tell): Deliveries | null {
  const { record = null, network, bootId } = hello;
  if (record === null || network.uplinks.length === 0) return null;
  const notice = (text: string): void => void tell({ kind: 'notice', text });
  return new Deliveries({ directories: record, teller: { topics, bootId }, clock, notice });
}

/** A further plug-in is a line here, and a key of the settings. */
function pluginsOf(settings: UplinkSettings, { reactor, bootId }: Hello, topics: Topics): Plugin[] {
  return settings.home_assistant ? [homeAssistant({ topics, reactor, bootId })] : [];
}

function addUplinks(hello: Hello, { topics, publisher, inbox, broker }: Network, clock: Clock, tell: Tell): void {
  const probe = openProbe(hello, clock, tell);
  const deliveries = openDeliveries(hello, topics, clock, tell);
  const notice = (text: string): void => void tell({ kind: 'notice', text });
  for (const settings of hello.network.uplinks) {
    const connection = connectBroker({
      settings,
      clientId: `${clientIdOf(hello)}-${settings.name}`, // two of one name take the link from each other
      will: { topic: topics.availability, payload: 'offline', retain: true, qos: 1 },
      clock,
      notice,
    });
    connection.onConnected(() => probe.soon());
    if (settings.commands || settings.home_assistant) inbox.hear(settings.name, connection, settings.commands);
    publisher.add(
      openUplink({
        connection,
        topics,
        values: settings.values,
        bootId: hello.bootId,
        retained: () => publisher.retained(),
        delivering: deliveries?.to(settings.name, connection) ?? null,
      }),
    );
    if (settings.name === hello.network.fleet) {
      const publish = (publication: Publication): Promise<void> => broker.publish(publication);
      mirrorFleet({ connection, own: hello.reactor, publish, clock, notice });
    }
    // after the uplink, so that what it tells stands there before the plug-in speaks of it
    for (const plugin of pluginsOf(settings, hello, topics))
      publisher.onTold(plugIn({ plugin, connection, clock, notice }));
  }
}

/** null where no database of time series is asked for, or nothing is recorded. */
function openTimeSeries(hello: Hello, clock: Clock, tell: Tell): TimeSeriesWriter | null {
  const { record = null, reactor, network } = hello;
  const url = network.postgres ?? null;
  if (record === null || url === null || !isPostgresUrl(url)) return null;
  const notice = (text: string): void => void tell({ kind: 'notice', text: text.slice(0, 1000) });
  return new TimeSeriesWriter({ reactor, warehouse: openPostgres(url, notice), past: new Past(record), clock, notice });
}

/** Gives null when a port was refused: the reason has been told, and there is nothing to stay for. */
async function openNetwork(hello: Hello, clock: Clock, tell: Tell): Promise<Network | null> {
  const topics = topicsOf(hello.reactor);
  const stop = stopper(clock, ({ actor, via, count }) => {
    void tell({ kind: 'command', command: { verb: 'stop', actor, id: `stop-${process.pid}-${count}`, via } });
  });
  const notice = (text: string): void => void tell({ kind: 'notice', text });
  const inbox = new Inbox({ topics, bootId: hello.bootId, clock, tell, stop, notice });
  const book = bookOf(hello, notice);
  const turnstile = new Turnstile(clock);
  const broker = await openEmbedded({
    topics,
    clock,
    turnstile,
    stop: (actor) => stop(actor, BUILT_IN),
    ...usersOf(book, inbox),
  });
  inbox.answersOver(BUILT_IN, (publication) => broker.publish(publication));
  const page = await consoleServer({
    page: packagePath('dist', 'console', 'page'),
    serveMqtt: broker.serve,
    startWorkshop: forkWorkshop(hello.record ?? null, notice, hello.board ?? null),
    clock,
    reactor: hello.reactor,
    ...pageUsersOf(hello, book, turnstile, notice),
  });
  const publisher = new Publisher(topics);
  publisher.add(broker);
  await publisher.availability('online');
  const outcome = await openPorts(hello, broker, page);
  const timeSeries = outcome.kind === 'ready' ? openTimeSeries(hello, clock, tell) : null;
  const network = { topics, publisher, inbox, broker, timeSeries };
  if (outcome.kind === 'ready') addUplinks(hello, network, clock, tell);
  await tell(outcome);
  return outcome.kind === 'ready' ? network : null;
}

/** Messages in the order in which they came, one at a time, so that an acknowledgement means "out". */
function serveControl(clock: Clock, tell: Tell): { readonly end: () => void } {
  let network: Network | null = null;
  const end = async (): Promise<void> => {
    await Promise.all([network?.publisher.close(), network?.timeSeries?.close()]);
    process.exit();
  };
  const take = async (raw: unknown): Promise<void> => {
    const message = toNetwork.safeParse(raw);
    if (!message.success) return tell({ kind: 'notice', text: `not understood: ${z.prettifyError(message.error)}` });
    if (message.data.kind === 'hello') {
      network = await openNetwork(message.data, clock, tell);
      return network === null ? end() : undefined;
    }
    if (message.data.kind === 'reply') {
      const { via, actor, payload } = message.data;
      return network?.inbox.reply(via, actor, payload);
    }
    await network?.publisher.tell(message.data);
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
  standBack(); // the control loop comes first on a small machine
  const control = serveControl(new RealClock(), tellControl);
  process.on('disconnect', control.end);
  process.on('SIGTERM', control.end);
  process.on('SIGINT', () => undefined); // Ctrl-C goes to both processes; the run is still to be seen while it ramps down
  process.on('SIGHUP', () => undefined); // so does the end of a terminal, which a run outlives
}

main();
