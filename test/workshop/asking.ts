/** Asks the routes of the workshop directly, as its server would, for tests. */
import type { Readable } from 'node:stream';
import type { Answer, Asked, Method, Route } from '../../src/console/api/exchange.js';

export interface Question extends Partial<Pick<Asked, 'query' | 'body' | 'user' | 'role' | 'gone'>> {
  readonly method?: Method;
}

const withParams = (path: string): RegExp => new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);

/** Rejects when no route has that path. */
export async function ask(routes: readonly Route[], path: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', query = {}, body = null, user = null, role = null } = question;
  const gone = question.gone ?? new AbortController().signal;
  for (const route of routes) {
    const match = withParams(route.path).exec(path);
    if (match === null || route.method !== method) continue;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    return route.handle({ params, query, body, user, role, address: '', token: null, gone });
  }
  throw new Error(`no route answers ${method} ${path}`);
}

/** Throws when it was refused. */
export function jsonOf(answer: Answer): unknown {
  if ('json' in answer) return answer.json;
  throw new Error(`no JSON: ${JSON.stringify(answer)}`);
}

export interface Download {
  readonly type: string;
  readonly file: string | undefined;
  readonly bytes: Buffer;
}

/** Reads it to its end. Throws when it was refused. */
export async function downloaded(answer: Answer): Promise<Download> {
  if (!('stream' in answer)) throw new Error(`no file: ${JSON.stringify(answer)}`);
  const { stream, type, file } = answer;
  return { type, file, bytes: Buffer.isBuffer(stream) ? stream : await whole(stream) };
}

async function whole(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer | string>) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
