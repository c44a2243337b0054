/** A question over HTTP and its answer, free of any server: what a route is given, and what it may say. */
import type { Readable } from 'node:stream';
import type { Role } from '../../telemetry/verbs.js';
import type { ApiProblem } from './refusal.js';

/** Who asks, as the front knows it. */
export interface Guest {
  readonly user: string | null;
  readonly role: Role | null;
}

export const NOBODY: Guest = { user: null, role: null };

export interface Asked extends Guest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Whose passwords are counted together. */
  readonly address: string;
  /** Token of the session, as the browser sent it. */
  readonly token: string | null;
  /** Aborted when whoever asked has gone. */
  readonly gone: AbortSignal;
}

export type Answer =
  | {
      readonly json: unknown;
      /** Sets the session's token; null takes it away. */
      readonly token?: string | null;
    }
  | {
      readonly stream: Readable | Buffer;
      /** Media type. */
      readonly type: string;
      /** Name under which a browser keeps it; absent: it is shown. */
      readonly file?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly status: number; readonly problems: readonly [ApiProblem, ...ApiProblem[]] };

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** With `:name` for what stands there. */
  readonly path: string;
  handle(asked: Asked): Promise<Answer> | Answer;
}

export function refuse(status: number, message: string, hint?: string): Answer {
  return { status, problems: [hint === undefined ? { message } : { message, hint }] };
}
