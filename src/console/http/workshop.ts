/**
 * The process that may be slow, as the front knows it: started when it is first asked for, asked over a socket that nobody
 * else can open, started anew when it has ended. What is asked and answered goes through as it is.
 */
import { request, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Clock } from '../../model/clock.js';
import type { Guest, Method } from '../api/exchange.js';

/** For a start, and for the first byte of an answer: the longest is a preview on a small machine, ms. */
const START_MS = 20_000;
const ANSWER_MS = 120_000;

export interface WorkshopProcess {
  /** Settles with the path of its socket once it listens. */
  readonly ready: Promise<string>;
  /** Settles when it is gone. */
  readonly ended: Promise<void>;
  kill(): void;
}

export type StartWorkshop = () => WorkshopProcess;

export interface Passed extends Guest {
  readonly method: Method;
  /** With its query, as it was asked. */
  readonly url: string;
  readonly body: unknown;
  /** How the answer may be packed, as the browser says. */
  readonly encodings?: string | undefined;
  readonly gone: AbortSignal;
}

export interface PassedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

export class WorkshopGone extends Error {
  override readonly name = 'WorkshopGone';
}

export class Workshop {
  private running: { readonly process: WorkshopProcess; readonly socket: Promise<string> } | null = null;

  constructor(
    private readonly start: StartWorkshop,
    private readonly clock: Clock,
  ) {}

  /** Rejects with WorkshopGone when it cannot be started, ends before it answers, or does not answer in time. */
  async pass(asked: Passed): Promise<PassedAnswer> {
    const running = this.open();
    const socketPath = await running.socket;
    return new Promise((resolve, reject) => {
      const text = asked.body === undefined ? null : Buffer.from(JSON.stringify(asked.body));
      const late = this.clock.after(ANSWER_MS, () => {
        running.process.kill(); // it hangs: the next question gets a new one
        reject(new WorkshopGone('no answer in time'));
      });
      const sent = request(
        { socketPath, path: asked.url, method: asked.method, headers: headersOf(asked, text), signal: asked.gone },
        (answer: IncomingMessage) => {
          late.cancel();
          resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: answer });
        },
      );
      sent.on('error', (error) => {
        late.cancel();
        reject(new WorkshopGone(error.message, { cause: error }));
      });
      sent.end(text);
    });
  }

  close(): void {
    this.running?.process.kill();
    this.running = null;
  }

  private open(): { readonly process: WorkshopProcess; readonly socket: Promise<string> } {
    if (this.running !== null) return this.running;
    const process = this.start();
    const running = { process, socket: this.listening(process) };
    this.running = running;
    void process.ended.then(() => {
      if (this.running === running) this.running = null;
    });
    return running;
  }

  private listening(process: WorkshopProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = this.clock.after(START_MS, () => {
        process.kill();
        reject(new WorkshopGone('it did not begin in time'));
      });
      void process.ended.then(() => {
        late.cancel();
        reject(new WorkshopGone('it ended before it listened'));
      });
      process.ready.then(
        (socket) => {
          late.cancel();
          resolve(socket);
        },
        (error: unknown) => reject(new WorkshopGone(String(error))),
      );
    });
  }
}

function headersOf({ user, role, encodings }: Passed, body: Buffer | null): Record<string, string | number> {
  return {
    host: 'workshop',
    ...(encodings === undefined ? {} : { 'accept-encoding': encodings }),
    ...(user === null || role === null ? {} : { 'x-galvanode-user': user, 'x-galvanode-role': role }),
    ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
  };
}
