/**
 * The bus and the lines of a live bench, over its Unix socket. Owns the client's side of the connection: one batch on
 * the wire at a time, a deadline for each, and what is true once the server is gone. Knows no chip; the bytes are those
 * of socket-protocol.ts.
 */
import { createConnection, type Socket } from 'node:net';
import type { Clock } from '../model/clock.js';
import { BusFault, type I2cBus, type Lines, type Reply, type Transfer, wireTime_s } from './i2c.js';
import { SerialQueue } from './serial-queue.js';
import {
  type Answer,
  decodeAnswer,
  encodeRequest,
  type Frame,
  FrameCutter,
  parseWelcome,
  PROTOCOL_VERSION,
  ProtocolFault,
  type Request,
  type Welcome,
} from './socket-protocol.js';

export interface SocketBusOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Clock of the simulated wire, Hz: gives each batch its share of the deadline. */
  readonly rate_Hz: number;
  /** How much longer than its wire time a batch may take, ms; 100 leaves a third of the board's dead-man of 150. */
  readonly slack_ms?: number;
}

interface Waiting {
  readonly asked: readonly Transfer[];
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export class SocketBus implements I2cBus, Lines {
  private readonly socket: Socket;
  private readonly cutter = new FrameCutter();
  private readonly queue: SerialQueue;
  private readonly waiting = new Map<number, Waiting>();
  private readonly levels = new Map<string, boolean>();
  private readonly outputs = new Set<string>();
  private nextId = 1;
  private gone: BusFault | undefined;
  private ended: (() => void) | undefined;

  private constructor(private readonly options: SocketBusOptions) {
    this.queue = new SerialQueue(options.clock);
    this.socket = createConnection(options.path);
    this.socket.on('data', (chunk) => this.receive(chunk));
    this.socket.on('error', (cause) => this.lose(`the live bench does not answer (${cause.message})`, cause));
    this.socket.on('close', () => {
      this.lose('the live bench closed the connection');
      this.ended?.();
    });
  }

  /** Connects and greets. Rejects with BusFault: 'gone' when nobody listens, 'protocol' when it speaks another version. */
  static async connect(options: SocketBusOptions): Promise<{ readonly bus: SocketBus; readonly welcome: Welcome }> {
    const bus = new SocketBus(options);
    try {
      const welcome = await bus.greet();
      for (const [line, asserted] of Object.entries(welcome.inputs)) bus.levels.set(line, asserted);
      for (const line of welcome.outputs) bus.outputs.add(line);
      return { bus, welcome };
    } catch (error) {
      await bus.close();
      throw error;
    }
  }

  async transfer(transfer: Transfer): Promise<Uint8Array> {
    const [reply] = await this.batch([transfer]);
    if (reply instanceof BusFault) throw reply;
    if (reply === undefined) throw new BusFault('protocol', transfer.address, 'the answer has no reply');
    return reply;
  }

  batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    const all = (fault: (address: number) => BusFault): Reply[] => transfers.map(({ address }) => fault(address));
    const wire_s = transfers.reduce((sum, transfer) => sum + wireTime_s(transfer, this.options.rate_Hz), 0);
    const deadline_ms = wire_s * 1000 + (this.options.slack_ms ?? 100);
    const work = async (): Promise<Reply[]> => {
      try {
        const answer = await this.request({ kind: 'batch', transfers }, transfers);
        if (answer.kind === 'replies' && answer.replies.length === transfers.length) return [...answer.replies];
        const said = answer.kind === 'refused' ? answer.reason : `a batch was answered by ${answer.kind}`;
        return all((address) => new BusFault('protocol', address, said));
      } catch (error) {
        if (!(error instanceof BusFault)) throw error;
        return all((address) => new BusFault(error.reason, address, 'the live bench is gone', { cause: error }));
      }
    };
    return this.queue.run(work, deadline_ms, (begun) =>
      all((address) =>
        begun
          ? new BusFault(
              'timeout',
              address,
              `no answer within ${deadline_ms.toFixed(1)} ms; the bus waits until it comes`,
            )
          : new BusFault('busy', address, `the bus was not free within ${deadline_ms.toFixed(1)} ms; nothing was sent`),
      ),
    );
  }

  /** Drives an output. Throws BusFault 'gone' when the server is gone, RangeError for a line that it does not have. */
  set(line: string, asserted: boolean): void {
    if (!this.outputs.has(line)) throw new RangeError(`this bench has no output line "${line}"`);
    if (this.gone) throw this.gone;
    this.command({ kind: 'drive', line, asserted });
  }

  /** Once the server is gone nothing can be seen any more, and every input counts as not asserted: the unhealthy level. */
  get(line: string): boolean {
    const level = this.levels.get(line);
    if (level === undefined) throw new RangeError(`this bench has no input line "${line}"`);
    return this.gone === undefined && level;
  }

  /** What a person at the bench does: presses, opens, unplugs. Settles when the server has taken it. */
  async hand(line: string, asserted: boolean): Promise<void> {
    const answer = await this.request({ kind: 'hand', line, asserted });
    if (answer.kind !== 'done')
      throw new RangeError(answer.kind === 'refused' ? answer.reason : `answered by ${answer.kind}`);
  }

  /** What the simulated plant really does now, as the server's JSON: for tests and exercises, never for control. */
  async truth(): Promise<string> {
    const answer = await this.request({ kind: 'truth' });
    if (answer.kind !== 'truth') throw new BusFault('protocol', 0, `truth was answered by ${answer.kind}`);
    return answer.json;
  }

  close(): Promise<void> {
    if (this.socket.closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.ended = resolve;
      this.socket.end();
      this.socket.destroySoon();
    });
  }

  private async greet(): Promise<Welcome> {
    const answer = await this.request({ kind: 'hello', version: PROTOCOL_VERSION });
    const said = answer.kind === 'refused' ? answer.reason : `hello was answered by ${answer.kind}`;
    if (answer.kind !== 'welcome') throw new BusFault('protocol', 0, said);
    try {
      return parseWelcome(answer.json);
    } catch (cause) {
      throw new BusFault('protocol', 0, 'the welcome of the live bench is not one', { cause });
    }
  }

  private request(request: Request, asked: readonly Transfer[] = []): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.gone) {
        reject(this.gone);
        return;
      }
      const id = this.nextId++;
      this.waiting.set(id, { asked, resolve, reject });
      this.socket.write(encodeRequest(id, request));
    });
  }

  /** A request whose caller does not wait; a refusal means that the two ends disagree, which ends the connection. */
  private command(request: Request): void {
    this.request(request).then(
      (answer) => {
        if (answer.kind !== 'done') this.lose(`the live bench did not take a line command (${answer.kind})`);
      },
      // Only a lost connection rejects; it is remembered in `gone` and every later call says so.
      (error: unknown) => this.lose('the live bench is gone', error),
    );
  }

  private receive(chunk: Uint8Array): void {
    try {
      for (const frame of this.cutter.push(chunk)) this.take(frame);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      this.lose(`the live bench sent no frame of the protocol (${error.message})`, error, 'protocol');
    }
  }

  private take(frame: Frame): void {
    const waiting = this.waiting.get(frame.id);
    const answer = decodeAnswer(frame, waiting?.asked);
    if (answer.kind === 'level') this.levels.set(answer.line, answer.asserted);
    else if (waiting === undefined) throw new ProtocolFault(`answer ${frame.id} was not asked for`);
    this.waiting.delete(frame.id);
    waiting?.resolve(answer);
  }

  private lose(message: string, cause?: unknown, reason: 'gone' | 'protocol' = 'gone'): void {
    if (this.gone) return;
    this.gone = new BusFault(reason, 0, message, cause === undefined ? {} : { cause });
    this.socket.destroy();
    for (const waiting of this.waiting.values()) waiting.reject(this.gone);
    this.waiting.clear();
  }
}
