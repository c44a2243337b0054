/**
 * The HTTP side of the console: the built page, the routes of the table, and MQTT over WebSocket on the same port. Owns
 * fastify and who may speak to it. It must not know MQTT, nor what is asked: the stream of a WebSocket goes to whatever the
 * root gives, and a question to its route or to the workshop.
 */
import { existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createWebSocketStream } from 'ws';
import type { Clock } from '../model/clock.js';
import { mayAs } from '../telemetry/verbs.js';
import type { Guest, Method, Route } from './api/exchange.js';
import { ROUTES, type RouteRow } from './api/routes.js';
import { goneSignal, serveRoutes, type Asking } from './http/serve-routes.js';
import { sessionRoutes, type Door } from './http/session-routes.js';
import { Sessions, type Accounts } from './http/sessions.js';
import { userRoutes, type UserFile } from './http/user-routes.js';
import { Workshop, type StartWorkshop } from './http/workshop.js';

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
  /** Takes the byte stream of a WebSocket that speaks MQTT, of whom the page's session says he is. */
  readonly serveMqtt: (stream: Duplex, guest: Guest) => void;
  /** Users and their passwords. Absent: nobody signs in. */
  readonly users?: Accounts & Door & UserFile;
  /** Starts the process that may be slow. Absent: there is no past to look at. */
  readonly startWorkshop?: StartWorkshop;
  readonly clock: Clock;
  /** In the name of the cookie: browsers send those of one port to all others of a machine. */
  readonly reactor: string;
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

const OWN_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What changes something comes from our own page, or from a program that says no origin and has no cookie of a browser. */
async function guardOrigin(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (OWN_METHODS.has(request.method)) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign = site !== undefined && site !== 'same-origin';
  if (!isOwnOrigin(origin, host) || foreign)
    await reply.code(403).send(problem('only the page of this server may ask this'));
}

const problem = (message: string, hint?: string) => ({
  problems: [hint === undefined ? { message } : { message, hint }],
});

/** null: may ask. */
function refusalFor(
  { least }: RouteRow,
  { role }: Guest,
): { readonly code: 401 | 403; readonly message: string } | null {
  if (least === 'stranger' || least === 'anyone') return null;
  if (role === null) return { code: 401, message: 'nobody is signed in' };
  return mayAs(role, least) ? null : { code: 403, message: `this is for ${least}s, and you are ${role}` };
}

/** Everybody and nobody, where no users are given. */
const NO_USERS: Accounts & Door & UserFile = {
  roleOf: () => null,
  markOf: () => null,
  tryPassword: async () => 'wrong',
  count: () => 0,
  list: () => [],
  add: async () => ({ ok: false, problems: [] }),
  change: async () => ({ ok: false, problems: [] }),
  remove: async () => ({ ok: false, problems: [] }),
};

class Front {
  readonly sessions: Sessions;
  readonly workshop: Workshop | null;
  private readonly cookie: string;

  constructor(
    private readonly app: FastifyInstance,
    private readonly options: ConsoleOptions,
  ) {
    const { clock, reactor, users = NO_USERS, startWorkshop } = options;
    this.sessions = new Sessions(clock, users);
    this.workshop = startWorkshop === undefined ? null : new Workshop(startWorkshop, clock);
    this.cookie = `galvanode-${reactor}`;
  }

  private tokenOf(request: FastifyRequest): string | null {
    return request.cookies[this.cookie] ?? null;
  }

  private asking(request: FastifyRequest): Asking {
    const token = this.tokenOf(request);
    return { ...this.sessions.guest(token), token, address: request.ip };
  }

  private setToken(reply: FastifyReply) {
    const about = { path: '/', httpOnly: true, sameSite: 'strict' } as const;
    return (token: string | null): void => {
      if (token === null) reply.clearCookie(this.cookie, about);
      else reply.setCookie(this.cookie, token, about);
    };
  }

  /** Every row of the table, and nothing else. */
  async serve(): Promise<void> {
    const { users = NO_USERS } = this.options;
    const own = [...sessionRoutes(this.options.reactor, this.sessions, users, () => true), ...userRoutes(users)];
    for (const row of ROUTES) await this.app.register(async (scope) => this.serveRow(scope, row, own));
  }

  private serveRow(scope: FastifyInstance, row: RouteRow, own: readonly Route[]): void {
    scope.addHook('onRequest', guardOrigin);
    scope.addHook('onRequest', async (request, reply) => {
      const no = refusalFor(row, this.asking(request));
      if (no !== null) await reply.code(no.code).send(problem(no.message));
    });
    const { method, path, by } = row;
    const route = own.find((one) => one.method === method && one.path === path);
    if (by === 'front') {
      if (route === undefined) throw new Error(`no route answers ${method} ${path}`);
      return serveRoutes(
        scope,
        [route],
        (request) => this.asking(request),
        (reply) => this.setToken(reply),
      );
    }
    scope.route({
      method,
      url: path,
      bodyLimit: row.largest ?? LARGEST_BODY,
      handler: (request, reply) => this.pass(method, request, reply),
    });
  }

  private async pass(method: Method, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (this.workshop === null) return reply.code(404).send(problem('nothing is recorded here'));
    const { user, role } = this.asking(request);
    const encodings = request.headers['accept-encoding'];
    const asked = { method, url: request.url, body: request.body, encodings, user, role, gone: goneSignal(reply) };
    const answered = await this.workshop.pass(asked).catch((error: unknown) => String(error));
    if (typeof answered === 'string')
      return reply.code(502).send(problem(`the workshop of this page gave no answer: ${answered}`, 'once more'));
    reply.code(answered.status);
    for (const [name, value] of Object.entries(answered.headers))
      if (value !== undefined && !HOPS.has(name)) reply.header(name, value);
    return reply.send(answered.body);
  }

  takeSocket(stream: Duplex, request: FastifyRequest): void {
    const token = this.tokenOf(request);
    const guest = this.sessions.guest(token);
    const closed = this.sessions.opened(token, () => stream.destroy());
    stream.once('close', closed);
    this.options.serveMqtt(stream, guest);
  }
}

/** Headers that are of one connection alone. */
const HOPS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

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
  app.removeContentTypeParser('text/plain'); // which a form of a foreign site could send
  await takeSockets(app); // before the guard: it ends the connection of an upgrade that the guard refuses
  await app.register(fastifyCookie);
  app.addHook('onRequest', guard);
  const front = new Front(app, options);
  app.get('/mqtt', { websocket: true, onRequest: guardSocket }, (socket, request) => {
    front.takeSocket(createWebSocketStream(socket), request);
  });
  await front.serve();
  await servePage(app, options.page);
  return {
    listen: async (port) => Number(new URL(await app.listen({ port, host: LOOPBACK })).port),
    close: async () => {
      front.workshop?.close();
      front.sessions.close();
      await app.close();
    },
  };
}
