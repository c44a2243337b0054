/**
 * The embedded MQTT 3.1.1 broker. Owns aedes, the TCP port on loopback and who may do what there: anybody on this machine
 * may read and ask to stop; all else is refused and ends the connection. It must not know what is published.
 */
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { Aedes, type Client } from 'aedes';
import { MeteredStream } from './metered.js';
import type { Outlet, Publication } from './publication.js';

/** Nobody beyond this machine can connect: there, nobody may be anonymous. */
export const LOOPBACK = '127.0.0.1';
/**
 * One subscriber that reads no more makes the broker hold back all others until it is thrown out, ms (60 s by default,
 * measured 11.9 s of silence in a 12 s test).
 */
const DRAIN_MS = 2000;
const MOST_CONNECTIONS = 64;

export interface BrokerOptions {
  /** The one topic that a client may publish to; with any payload, but not retained. */
  readonly stopTopic: string;
  /** Called when a client does, at the door: a stop does not queue behind deliveries to slow readers. */
  readonly stop: () => void;
}

export interface Broker extends Outlet {
  /** Serves MQTT on a byte stream: a WebSocket, for one. */
  readonly serve: (stream: Duplex) => void;
  /** Opens the TCP port and gives its number (0 asks for any free one). Rejects with the system's error. */
  listen(port: number): Promise<number>;
}

interface Asked {
  readonly topic: string;
  readonly retain?: boolean;
}

/** Why a client may not publish this, or null. A retained stop would stop every later run as well. */
function refusal(asked: Asked, stopTopic: string): Error | null {
  if (asked.topic !== stopTopic) return new Error('here only stop may be published');
  if (asked.retain === true) return new Error('a stop may not be retained');
  return null;
}

async function openAedes(options: BrokerOptions): Promise<Aedes> {
  const aedes = await Aedes.createBroker({
    drainTimeout: DRAIN_MS,
    connectTimeout: 10_000,
    preConnect: (_client, packet, done) => {
      // A persistent session would collect every message for a client that never comes back.
      packet.clean = true;
      const refused = packet.will ? refusal(packet.will, options.stopTopic) : null;
      done(refused, refused === null);
    },
    authorizePublish: (_client, packet, done) => {
      const refused = refusal(packet, options.stopTopic);
      if (refused === null) options.stop();
      done(refused);
    },
  });
  // A client that breaks the protocol is disconnected by aedes, which is all that is to be done about it.
  const disconnected = (_client: Client, _error: Error): void => undefined;
  aedes.on('clientError', disconnected);
  aedes.on('connectionError', disconnected);
  return aedes;
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const aedes = await openAedes(options);
  const serve = (stream: Duplex): void => {
    aedes.handle(new MeteredStream(stream));
  };
  const server = createServer(serve);
  server.maxConnections = MOST_CONNECTIONS;
  return {
    serve,
    listen: (port) => listenOn(server, port),
    publish: ({ topic, payload, retain, qos }: Publication) =>
      new Promise((resolve) => {
        // The broker fails a publication only for clients that are gone; the retained copy is stored first.
        aedes.publish({ cmd: 'publish', topic, payload, retain, qos, dup: false }, () => resolve());
      }),
    close: () =>
      new Promise((resolve) => {
        server.close();
        aedes.close(() => resolve());
      }),
  };
}
