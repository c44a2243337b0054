/** The HTTP side of the server as the page uses it. Owns `fetch`; what comes is held against its schema. */
import type * as z from 'zod';
import { refusal, type ApiProblem } from '../../api/refusal.js';

/** The server said no, or could not be reached; `problems` has at least one. */
export class HttpRefused extends Error {
  override readonly name = 'HttpRefused';

  constructor(
    readonly status: number,
    readonly problems: readonly [ApiProblem, ...ApiProblem[]],
  ) {
    super(problems.map(({ message }) => message).join('; '));
  }
}

export interface Http {
  /** Rejects with HttpRefused. `path` as `/api/runs`. */
  get<S extends z.ZodType>(path: string, schema: S, signal?: AbortSignal): Promise<z.infer<S>>;
  send<S extends z.ZodType>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    schema: S,
  ): Promise<z.infer<S>>;
}

const alone = (message: string): readonly [ApiProblem] => [{ message }];

async function refused(response: Response): Promise<HttpRefused> {
  const text = await response.text();
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // a text for a person, as the server writes before it knows what is asked
  }
  const told = refusal.safeParse(json);
  const [first, ...others] = told.success ? told.data.problems : [];
  if (first !== undefined) return new HttpRefused(response.status, [first, ...others]);
  return new HttpRefused(response.status, alone(text.slice(0, 300).trim() || `the server says ${response.status}`));
}

async function ask<S extends z.ZodType>(path: string, init: RequestInit, schema: S): Promise<z.infer<S>> {
  const response = await fetch(path, { ...init, credentials: 'same-origin', redirect: 'error' }).catch(
    (error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new HttpRefused(0, alone('The reactor cannot be reached.'));
    },
  );
  if (!response.ok) throw await refused(response);
  const read = schema.safeParse(response.status === 204 ? null : await response.json());
  if (!read.success) throw new HttpRefused(response.status, alone(`The answer of ${path} is not as agreed.`));
  return read.data;
}

export const http: Http = {
  get: (path, schema, signal) => ask(path, signal === undefined ? {} : { signal }, schema),
  send: (method, path, body, schema) =>
    ask(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, schema),
};
