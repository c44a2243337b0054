/**
 * The HTTP side of the console: the built page, and MQTT over WebSocket on the same port. Owns fastify and who may speak to
 * it. It must not know MQTT: the stream of a WebSocket goes to whatever the root gives.
 */
import { existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createWebSocketStream } from 'ws';

/** Names under which a browser on this machine may ask. Any other name is a foreign site that points here (DNS rebinding). */
const OWN_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const LOOPBACK = '127.0.0.1';

/** Nothing is loaded from elsewhere, no script and no style stands in the page itself, and nobody frames it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const MOST_CONNECTIONS = 64;
const LARGEST_FRAME = 64 * 1024 + 5;
const LARGEST_BODY = 16 * 1024;
/** For the whole of a request: who sends it slower is put out, so that idle sockets cannot keep the page's places for long. */
const REQUEST_MS = 10_000;

export interface ConsoleOptions {
  /** Folder of the built page. */
  readonly page: string;
  /** Takes the byte stream of a WebSocket that speaks MQTT. */
  readonly serveMqtt: (stream: Duplex) => void;
  /** For the whole of a request, ms; 10 s by default. */
  readonly request_ms?: number;
}

export interface ConsoleServer {
  /** Opens the port on loopback and gives its number (0 asks for any free one). Rejects with the system's error. */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

/** The name in a Host header or in the host part of an origin, without its port. */
function nameIn(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

/** True when a request was meant for this server by the name that the browser used. */
export function isOwnHost(host: string | undefined): boolean {
  return host !== undefined && OWN_NAMES.has(nameIn(host));
}

/** True when a WebSocket is opened by a page of this very server: browsers always send the origin, and cannot forge it. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return isOwnHost(host) && origin !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

async function guard(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.headers(HEADERS);
  if (!isOwnHost(request.headers.host)) await reply.code(421).send('this server does not go by that name\n');
}

async function guardSocket(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!isOwnOrigin(request.headers.origin, request.headers.host)) {
    await reply.code(403).send('only the page of this server may open this socket\n');
  }
}

/** True when what really lies at `path` lies in `folder`, whatever links are on the way. */
function staysIn(folder: string, path: string): boolean {
  try {
    return `${realpathSync(join(folder, path))}${sep}`.startsWith(`${folder}${sep}`);
  } catch {
    return false; // nothing is there, or nothing that has a name: both are "not found"
  }
}

async function servePage(app: FastifyInstance, page: string): Promise<void> {
  if (existsSync(page)) {
    // The files that are there at the start, and no others: not what a link leads to, nor a name with a dot before it.
    const real = realpathSync(page);
    await app.register(fastifyStatic, {
      root: page,
      wildcard: false,
      dotfiles: 'ignore',
      allowedPath: (path) => staysIn(real, path),
      preCompressed: true,
      cacheControl: false,
      index: ['index.html'],
    });
    return;
  }
  app.get('/', async (_request, reply) => reply.code(503).send('the page is not built: npm run build\n'));
}

async function takeSockets(app: FastifyInstance): Promise<void> {
  await app.register(fastifyWebsocket, {
    options: {
      maxPayload: LARGEST_FRAME,
      perMessageDeflate: false,
      handleProtocols: (protocols: Set<string>) => (protocols.has('mqtt') ? 'mqtt' : false),
    },
  });
}

export async function consoleServer(options: ConsoleOptions): Promise<ConsoleServer> {
  const { request_ms = REQUEST_MS } = options;
  const app = fastify({
    bodyLimit: LARGEST_BODY,
    requestTimeout: request_ms,
    // Node looks for slow requests every 30 s by default, whatever the time-outs say.
    http: { headersTimeout: request_ms, connectionsCheckingInterval: request_ms / 4 },
    forceCloseConnections: true,
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  await takeSockets(app); // before the guard: it ends the connection of an upgrade that the guard refuses
  app.addHook('onRequest', guard);
  app.get('/mqtt', { websocket: true, onRequest: guardSocket }, (socket) => {
    options.serveMqtt(createWebSocketStream(socket));
  });
  await servePage(app, options.page);
  return {
    listen: async (port) => Number(new URL(await app.listen({ port, host: LOOPBACK })).port),
    close: async () => {
      await app.close();
    },
  };
}
