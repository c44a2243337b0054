/** The workshop's server on its socket. Owns fastify in that process; who asks was judged before it came here. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import fastify, { type FastifyRequest } from 'fastify';
import { mayAs, ROLES, type Role } from '../telemetry/verbs.js';
import type { Route } from '../console/api/exchange.js';
import { ROUTES } from '../console/api/routes.js';
import { serveRoutes, type Asking } from '../console/http/serve-routes.js';
import { RecordError } from '../record/error.js';

/** A text shorter than this, in characters, is sent as it is. */
const WORTH_PACKING = 32_768;
/** Curves shrink to a quarter at the quickest setting; a better one takes longer than it saves. */
const QUICKEST = 1;
const packed = promisify(gzip);

export interface WorkshopServer {
  listen(socket: string): Promise<void>;
  close(): Promise<void>;
}

/** Nobody else can reach the socket: what the front says of who asks is so. */
function askingOf({ headers }: FastifyRequest): Asking {
  const user = headers['x-galvanode-user'];
  const said = headers['x-galvanode-role'];
  const role: Role | null = ROLES.find((one) => one === said) ?? null;
  return { user: typeof user === 'string' ? user : null, role, address: '', token: null };
}

/** What is not refused with words of its own. */
function wordsFor(error: unknown): { readonly status: number; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RecordError) return { status: 503, message: `the record cannot be read: ${message}` };
  const asked = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
  return { status: asked ? Number(error.statusCode) : 500, message };
}

export function workshopServer(routes: readonly Route[]): WorkshopServer {
  const largest = Math.max(...ROUTES.map(({ largest: bytes }) => bytes ?? 0), 16 * 1024);
  const app = fastify({ bodyLimit: largest, forceCloseConnections: true });
  app.setErrorHandler(async (error, _request, reply) => {
    const { status, message } = wordsFor(error);
    await reply.code(status).send({ problems: [{ message }] });
  });
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ problems: [{ message: 'nothing is recorded here' }] }),
  );
  // The front judged it already; a row that both read the other way must not slip through between them.
  app.addHook('preHandler', async (request, reply) => {
    const row = ROUTES.find(({ path, method }) => path === request.routeOptions.url && method === request.method);
    const { role } = askingOf(request);
    const open = row?.least === 'anyone' || row?.least === 'stranger';
    if (row !== undefined && !open && (role === null || !mayAs(role, row.least)))
      await reply.code(403).send({ problems: [{ message: `this is for ${row.least}s` }] });
  });
  app.addHook('onSend', async ({ headers }, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < WORTH_PACKING) return payload;
    if (!/\bgzip\b/.test(headers['accept-encoding']?.toString() ?? '')) return payload;
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return packed(payload, { level: QUICKEST });
  });
  serveRoutes(app, routes, askingOf);
  return {
    listen: async (socket) => {
      await app.listen({ path: socket });
    },
    close: async () => {
      await app.close();
    },
  };
}
