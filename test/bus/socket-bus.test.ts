import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { SerialQueue } from '../../src/bus/serial-queue.js';
import { SocketBus } from '../../src/bus/socket-bus.js';
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  FrameCutter,
  PROTOCOL_VERSION,
  ProtocolFault,
  type Request,
  type Welcome,
} from '../../src/bus/socket-protocol.js';
import { RealClock } from '../../src/model/real-clock.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const transfer: fc.Arbitrary<Transfer> = fc
  .record({
    address: fc.integer({ min: 0, max: 0x7f }),
    write: fc.option(bytes(32), { nil: undefined }),
    read: fc.option(fc.integer({ min: 0, max: 32 }), { nil: undefined }),
  })
  .map(({ address, write, read }) => ({
    address,
    ...(write === undefined ? {} : { write }),
    ...(read === undefined ? {} : { read }),
  }));
const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

describe('protocol of the live bench', () => {
  it('gives back every request, however the stream is cut', () => {
    const request: fc.Arbitrary<Request> = fc.oneof(
      fc.record({ kind: fc.constant('hello' as const), version: fc.integer({ min: 0, max: 255 }) }),
      fc.record({ kind: fc.constant('batch' as const), transfers: fc.array(transfer, { maxLength: 20 }) }),
      fc.record({ kind: fc.constantFrom('drive' as const, 'hand' as const), line, asserted: fc.boolean() }),
      fc.record({ kind: fc.constant('truth' as const) }),
    );
    fc.assert(
      fc.property(fc.array(request, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (requests, cut) => {
        const stream = Buffer.concat(requests.map((r, i) => encodeRequest(i + 1, r)));
        const cutter = new FrameCutter();
        const frames = [];
        for (let at = 0; at < stream.length; at += cut) frames.push(...cutter.push(stream.subarray(at, at + cut)));
        expect(frames.map(({ id }) => id)).toEqual(requests.map((_, i) => i + 1));
        expect(frames.map((frame) => decodeRequest(frame))).toEqual(requests);
      }),
    );
  });

  it('gives back replies and the reason of each fault', () => {
    const asked: Transfer[] = [{ address: 0x2c }, { address: 0x48, read: 2 }, { address: 0x10 }];
    const replies: Reply[] = [new Uint8Array(0), Uint8Array.of(1, 2), new BusFault('nack', 0x10, 'no chip answers')];
    const [frame] = new FrameCutter().push(encodeAnswer(7, { kind: 'replies', replies }));
    expect(frame).toBeDefined();
    if (frame) expect(decodeAnswer(frame, asked)).toEqual({ kind: 'replies', replies });
  });

  it('takes any bytes as frames or refuses them as ProtocolFault, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        try {
          for (const frame of new FrameCutter().push(noise)) decodeRequest(frame);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolFault);
        }
      }),
    );
  });
});

describe('serial queue', () => {
  it('keeps closed behind late work, answers for it in time, and drops what never came to its turn', async () => {
    const clock = new VirtualClock();
    const queue = new SerialQueue(clock);
    const log: string[] = [];
    const work = (name: string, ms: number) => async () => {
      log.push(`${name} begins ${clock.now()}`);
      await clock.sleep(ms);
      log.push(`${name} ends ${clock.now()}`);
      return name;
    };
    const late = (begun: boolean) => (begun ? 'late' : 'dropped');
    const settled = async (promise: Promise<string>) => {
      const answer = await promise;
      log.push(`${answer} at ${clock.now()}`);
    };
    await clock.run(async () => {
      await Promise.all([
        settled(queue.run(work('slow', 50), 20, late)),
        settled(queue.run(work('never', 1), 30, late)),
        settled(queue.run(work('next', 1), 100, late)),
      ]);
    });
    expect(log).toEqual([
      'slow begins 0',
      'late at 20',
      'dropped at 30',
      'slow ends 50',
      'next begins 50',
      'next ends 51',
      'next at 51',
    ]);
    expect(queue.length).toBe(0);
  });
});

/** A server that welcomes and then does with each further request what the test says. */
class ScriptedServer {
  readonly requests: Request[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(path: string, answer: (socket: Socket, id: number, request: Request) => void) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      const cutter = new FrameCutter();
      socket.on('data', (chunk) => {
        for (const frame of cutter.push(chunk)) {
          const request = decodeRequest(frame);
          this.requests.push(request);
          if (request.kind === 'hello')
            socket.write(encodeAnswer(frame.id, { kind: 'welcome', json: JSON.stringify(WELCOME) }));
          else answer(socket, frame.id, request);
        }
      });
      socket.on('error', () => socket.destroy());
    });
    this.server.listen(path);
  }

  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const WELCOME: Welcome = {
  version: PROTOCOL_VERSION,
  board: 'bench-live',
  reactor: 'batch-10ml',
  seed: 1,
  pid: 1,
  startMonotonic_ns: '0',
  inputs: { 'e-stop-closed': true },
  outputs: ['master-relay'],
};

const echo = (request: Request): Reply[] =>
  request.kind === 'batch' ? request.transfers.map(({ read }) => new Uint8Array(read ?? 0).fill(0xa5)) : [];

describe('socket bus', () => {
  let folder: string;
  let path: string;
  let server: ScriptedServer | undefined;
  const clock = new RealClock();
  const connect = (slack_ms?: number) =>
    SocketBus.connect({ path, clock, rate_Hz: 100_000, ...(slack_ms === undefined ? {} : { slack_ms }) });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'galvanode-test-'));
    path = join(folder, 'bench.sock');
  });

  afterEach(async () => {
    await server?.close();
    server = undefined;
    rmSync(folder, { recursive: true });
  });

  it('gives the answers of a batch, and rejects a single transfer that failed', async () => {
    server = new ScriptedServer(path, (socket, id, request) => {
      const replies = echo(request).map((reply, i) =>
        i === 1 ? new BusFault('nack', 0x11, 'no chip answers') : reply,
      );
      socket.write(encodeAnswer(id, { kind: 'replies', replies }));
    });
    const { bus, welcome } = await connect();
    expect(welcome).toEqual(WELCOME);
    const [first, second] = await bus.batch([{ address: 0x48, read: 2 }, { address: 0x11 }]);
    expect(first).toEqual(Uint8Array.of(0xa5, 0xa5));
    expect(second).toMatchObject({ reason: 'nack', address: 0x11, message: 'I2C 0x11: no chip answers' });
    await expect(bus.transfer({ address: 0x48, read: 1 })).resolves.toEqual(Uint8Array.of(0xa5));
    await bus.close();
  });

  it('says timeout for a late batch, sends nothing meanwhile, and goes on when the late answer has come', async () => {
    const held: (() => void)[] = [];
    server = new ScriptedServer(path, (socket, id, request) => {
      const answer = () => socket.write(encodeAnswer(id, { kind: 'replies', replies: echo(request) }));
      if (held.length === 0) held.push(answer);
      else answer();
    });
    const { bus } = await connect(30);
    const [late] = await bus.batch([{ address: 0x2c, read: 1 }]);
    expect(late).toMatchObject({ reason: 'timeout', address: 0x2c });
    const [waiting] = await bus.batch([{ address: 0x2c, read: 2 }]);
    expect(waiting).toMatchObject({ reason: 'busy' });
    expect(server.requests.filter(({ kind }) => kind === 'batch')).toHaveLength(1);
    held[0]?.();
    const [next] = await bus.batch([{ address: 0x2c, read: 3 }]);
    expect(next).toEqual(new Uint8Array(3).fill(0xa5));
    expect(server.requests.filter(({ kind }) => kind === 'batch')).toHaveLength(2);
    await bus.close();
  });

  it('is gone for good when the server goes: transfers, lines and levels say so', async () => {
    server = new ScriptedServer(path, () => server?.drop());
    const { bus } = await connect();
    expect(bus.get('e-stop-closed')).toBe(true);
    const [reply] = await bus.batch([{ address: 0x2c, read: 1 }]);
    expect(reply).toMatchObject({ reason: 'gone', address: 0x2c });
    expect(bus.get('e-stop-closed')).toBe(false);
    expect(() => bus.set('master-relay', true)).toThrow(BusFault);
    await expect(bus.truth()).rejects.toMatchObject({ reason: 'gone' });
    await bus.close();
  });

  it('knows its lines and follows the levels that the server tells', async () => {
    server = new ScriptedServer(path, (socket, id) => {
      socket.write(encodeAnswer(0, { kind: 'level', line: 'e-stop-closed', asserted: false }));
      socket.write(encodeAnswer(id, { kind: 'done' }));
    });
    const { bus } = await connect();
    expect(() => bus.set('buzzer', true)).toThrow(RangeError);
    expect(() => bus.get('tray-dry')).toThrow(RangeError);
    bus.set('master-relay', true);
    await bus.hand('e-stop-closed', false);
    expect(bus.get('e-stop-closed')).toBe(false);
    expect(server.requests).toContainEqual({ kind: 'drive', line: 'master-relay', asserted: true });
    await bus.close();
  });

  it('ends a connection that speaks nonsense', async () => {
    server = new ScriptedServer(path, (socket) => socket.write(Uint8Array.of(0, 1, 0xff)));
    const { bus } = await connect();
    const [reply] = await bus.batch([{ address: 0x2c, read: 1 }]);
    expect(reply).toMatchObject({ reason: 'protocol' });
    await bus.close();
  });

  it('says gone when nobody listens', async () => {
    await expect(connect()).rejects.toMatchObject({ reason: 'gone' });
  });
});
