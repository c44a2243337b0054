/** Routes on a fastify server: a question in its terms becomes one in ours, an answer of ours one of its. Knows no route. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Answer, Asked, Guest, Route } from '../api/exchange.js';

const words = z.record(z.string(), z.string());

export interface Asking extends Guest {
  readonly address: string;
  readonly token: string | null;
}

/** Aborted when the connection closes before the answer is out. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

function askedOf(request: FastifyRequest, reply: FastifyReply, asking: Asking): Asked | null {
  const params = words.safeParse(request.params ?? {});
  const query = words.safeParse(request.query ?? {}); // a name that comes twice would be a list
  if (!params.success || !query.success) return null;
  return { ...asking, params: params.data, query: query.data, body: request.body ?? null, gone: goneSignal(reply) };
}

const QUOTED = /[^\w.()-]/g;

/** @param setToken puts the token of a session into the answer, or takes it away. */
export async function answer(
  reply: FastifyReply,
  said: Answer,
  setToken: (token: string | null) => void = () => undefined,
): Promise<void> {
  if ('problems' in said) return void (await reply.code(said.status).send({ problems: said.problems }));
  reply.header('cache-control', 'no-store');
  if ('json' in said) {
    if (said.token !== undefined) setToken(said.token);
    return void (await reply.send(said.json));
  }
  reply.type(said.type);
  if (said.headers !== undefined) reply.headers(said.headers);
  if (said.file !== undefined)
    reply.header('content-disposition', `attachment; filename="${said.file.replaceAll(QUOTED, '_')}"`);
  await reply.send(said.stream);
}

export function serveRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  asking: (request: FastifyRequest) => Asking,
  tokenSetter: (reply: FastifyReply) => (token: string | null) => void = () => () => undefined,
): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const asked = askedOf(request, reply, asking(request));
        if (asked === null) return reply.code(400).send({ problems: [{ message: 'the query names something twice' }] });
        await answer(reply, await route.handle(asked), tokenSetter(reply));
        return reply;
      },
    });
  }
}
