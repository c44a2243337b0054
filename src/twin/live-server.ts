/**
 * A live bench: the simulated bench in real time behind a Unix socket, in a process of its own. Owns the connections
 * and the beat that keeps the bench at the present; the bench itself is the same that runs in step elsewhere.
 *
 * A client that goes away changes nothing here, as pulling a plug from a bus changes nothing on it: its lines stay as
 * they are, and it is the firmware's dead-man that turns things off. A stall of this process loses no time of the
 * bench: the next beat catches up with the clock. A transfer begins on the wire when this process reads it, so a stall
 * of more than the dead-man trips the board although its host did not fall silent: the safe way round.
 */
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Timer } from '../model/clock.js';
import {
  type Answer,
  decodeRequest,
  encodeAnswer,
  FrameCutter,
  PROTOCOL_VERSION,
  ProtocolFault,
  type Request,
  type Welcome,
} from '../bus/socket-protocol.js';
import type { SimulatedBench } from './simulated-bench.js';
import { truthOf } from './truth.js';

/** The bench is never further behind the clock than this while the process runs, ms. */
const BEAT_MS = 5;
/** A client that reads so little that this much waits for it is dropped, bytes. */
const UNREAD_LIMIT = 1_000_000;
/** Requests of one client that may wait for the wire. */
const WAITING_LIMIT = 64;

export interface LiveServerOptions {
  /** Path of the socket; at most 107 bytes (sockaddr_un). */
  readonly path: string;
  /** The server ends so long after its last client left, s; Infinity: never. */
  readonly linger_s: number;
  /** CLOCK_MONOTONIC, ns. */
  readonly monotonic_ns: () => bigint;
}

export class LiveServer {
  /** Settles when the server has ended, by `close` or because nobody was left. */
  readonly closed: Promise<void>;
  private readonly server: Server;
  private readonly clients = new Set<Socket>();
  private readonly shown = new Map<string, boolean>();
  private readonly startMonotonic_ns: bigint;
  private beat: Timer | undefined;
  private farewell: Timer | undefined;

  private constructor(
    private readonly bench: SimulatedBench,
    private readonly options: LiveServerOptions,
  ) {
    this.startMonotonic_ns = options.monotonic_ns() - BigInt(bench.time.now_ns());
    this.server = createServer((socket) => this.welcome(socket));
    this.closed = new Promise((resolve) => this.server.once('close', resolve));
  }

  /** Rejects when the path is too long, cannot be made, or is served by somebody else. */
  static async listen(bench: SimulatedBench, options: LiveServerOptions): Promise<LiveServer> {
    const server = new LiveServer(bench, options);
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    await clearStale(options.path);
    server.server.listen(options.path);
    await once(server.server, 'listening');
    chmodSync(options.path, 0o600);
    server.keepBeat();
    server.armFarewell();
    return server;
  }

  async close(): Promise<void> {
    this.beat?.cancel();
    this.farewell?.cancel();
    if (this.server.listening) this.server.close();
    for (const client of this.clients) client.destroy();
    await this.closed;
  }

  private keepBeat(): void {
    this.bench.world.advanceTo(this.bench.time.now_ns());
    this.showLevels();
    this.beat = this.bench.time.clock.after(BEAT_MS, () => this.keepBeat());
  }

  private armFarewell(): void {
    if (this.clients.size > 0 || this.options.linger_s === Infinity) return;
    this.farewell = this.bench.time.clock.after(this.options.linger_s * 1000, () => void this.close());
  }

  private welcome(socket: Socket): void {
    this.farewell?.cancel();
    this.clients.add(socket);
    const cutter = new FrameCutter();
    const waiting = { count: 0 };
    socket.on('data', (chunk) => {
      try {
        for (const frame of cutter.push(chunk)) void this.serve(socket, frame.id, decodeRequest(frame), waiting);
      } catch (error) {
        if (!(error instanceof ProtocolFault)) throw error;
        socket.end(encodeAnswer(0, { kind: 'refused', reason: error.message }));
      }
    });
    // A client's end, however rough, is no fault of the bench; 'close' follows.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.clients.delete(socket);
      if (this.server.listening) this.armFarewell();
    });
  }

  private async serve(socket: Socket, id: number, request: Request, waiting: { count: number }): Promise<void> {
    waiting.count++;
    const answer: Answer =
      waiting.count > WAITING_LIMIT
        ? { kind: 'refused', reason: `more than ${WAITING_LIMIT} requests wait for the wire` }
        : await this.answer(request);
    waiting.count--;
    this.send(socket, encodeAnswer(id, answer));
  }

  private async answer(request: Request): Promise<Answer> {
    const { lines, bus, world, time } = this.bench;
    try {
      switch (request.kind) {
        case 'hello':
          return this.hello(request.version);
        case 'batch':
          return { kind: 'replies', replies: await bus.batch(request.transfers) };
        case 'drive':
          lines.set(request.line, request.asserted);
          return { kind: 'done' };
        case 'hand':
          lines.hand(request.line, request.asserted);
          return { kind: 'done' };
        case 'truth':
          world.advanceTo(time.now_ns());
          return { kind: 'truth', json: JSON.stringify(truthOf(world)) };
      }
    } catch (error) {
      if (error instanceof RangeError) return { kind: 'refused', reason: error.message };
      throw error;
    }
  }

  private hello(version: number): Answer {
    if (version !== PROTOCOL_VERSION) {
      return { kind: 'refused', reason: `protocol version ${version} is not spoken here, ${PROTOCOL_VERSION} is` };
    }
    const { lines, board, reactor, seed } = this.bench;
    const welcome: Welcome = {
      version: PROTOCOL_VERSION,
      board: board.name,
      reactor: reactor.name,
      seed,
      pid: process.pid,
      startMonotonic_ns: String(this.startMonotonic_ns),
      inputs: Object.fromEntries(lines.inputs.map((line) => [line, lines.get(line)])),
      outputs: lines.outputs,
    };
    return { kind: 'welcome', json: JSON.stringify(welcome) };
  }

  /** Tells every client of inputs that changed since the last beat. */
  private showLevels(): void {
    for (const line of this.bench.lines.inputs) {
      const asserted = this.bench.lines.get(line);
      if (this.shown.get(line) === asserted) continue;
      this.shown.set(line, asserted);
      const notice = encodeAnswer(0, { kind: 'level', line, asserted });
      for (const client of this.clients) this.send(client, notice);
    }
  }

  private send(socket: Socket, bytes: Uint8Array): void {
    if (socket.writableLength > UNREAD_LIMIT) socket.destroy();
    if (socket.writable) socket.write(bytes);
  }
}

/** Removes a socket that a killed server left; refuses when somebody answers on it, or when it is no socket. */
async function clearStale(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket()) throw new Error(`${path} is there already and is no socket`);
  const probe = createConnection(path);
  const answered = await once(probe, 'connect').then(
    () => true,
    () => false, // nobody listens
  );
  probe.destroy();
  if (answered) throw new Error(`${path} is served by another live bench`);
  rmSync(path);
}
