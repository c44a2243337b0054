import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { twinServeCommand } from '../../src/cli/twin.js';
import { connectLiveBench, socketPath } from '../../src/bus/live-bench.js';
import { SocketBus } from '../../src/bus/socket-bus.js';
import { encodeRequest, FrameCutter } from '../../src/bus/socket-protocol.js';
import { RealClock } from '../../src/model/real-clock.js';
import { seeded } from '../../src/model/random.js';
import { LiveServer, type LiveServerOptions } from '../../src/twin/live-server.js';
import { simulatedBench } from '../../src/twin/simulated-bench.js';
import { boardNamed, reactorNamed } from '../contract/files.js';

interface JournalLine {
  readonly event: string;
  readonly on: boolean;
  readonly board_ms: number;
  readonly monotonic_ns: string;
  readonly lastHeartbeat: { readonly board_ms: number; readonly monotonic_ns: string } | null;
}

/** Each takes about 1.5 s, most of it the start of the client. */
const TRIALS = 2;

let folder: string;
let socket: string;
const clock = new RealClock();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-live-'));
  socket = join(folder, 'bench.sock');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a live bench whose host is killed', () => {
  it('turns current, Peltier and pump off within 250 ms of the last heartbeat, by both clocks', {
    timeout: 60_000,
  }, async () => {
    const journal = join(folder, 'journal.ndjson');
    const phase = seeded(1);
    for (let trial = 0; trial < TRIALS; trial++) {
      const client = await drivingClient(journal);
      await clock.sleep(50 * phase.uniform());
      client.kill('SIGKILL');
      await once(client, 'exit');
      await clock.sleep(400);
    }
    const lines = readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalLine);
    for (const event of ['current', 'relay', 'safe-enabled', 'peltier', 'pump']) {
      const offs = lines.filter((line) => line.event === event && !line.on);
      expect(offs.length, event).toBeGreaterThanOrEqual(TRIALS);
      for (const off of offs) {
        expect(off.board_ms - (off.lastHeartbeat?.board_ms ?? Number.NEGATIVE_INFINITY), event).toBeLessThanOrEqual(
          152,
        );
        const silence_ns = BigInt(off.monotonic_ns) - BigInt(off.lastHeartbeat?.monotonic_ns ?? 0);
        expect(Number(silence_ns) / 1e6, event).toBeLessThanOrEqual(250);
        process.stdout.write(`${event} off ${(Number(silence_ns) / 1e6).toFixed(1)} ms after the last heartbeat\n`);
      }
    }
    expect(lines.filter(({ event, on }) => event === 'fault' && on).length).toBeGreaterThanOrEqual(TRIALS);
    // Latched: each client had to clear and arm again before a current flowed.
    const order = lines.filter(({ event }) => event === 'current').map(({ on }) => on);
    expect(order).toEqual(order.map((_, i) => i % 2 === 0));
    await gone(socket);
  });

  async function drivingClient(journal: string): Promise<ChildProcess> {
    const script = fileURLToPath(new URL('./live-client.ts', import.meta.url));
    const client = spawn(process.execPath, ['--import', 'tsx', script, socket, journal], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (client.stdout === null) throw new Error('the client has no stdout');
    await once(client.stdout, 'data');
    return client;
  }
});

async function gone(path: string): Promise<void> {
  for (let waited_ms = 0; existsSync(path); waited_ms += 50) {
    if (!(waited_ms < 5000)) throw new Error('the live bench outlives its clients');
    await clock.sleep(50);
  }
}

describe('the server of a live bench', () => {
  const listen = (options: Partial<LiveServerOptions> = {}) => {
    const bench = simulatedBench({
      board: boardNamed('bench-live'),
      reactor: reactorNamed('batch-10ml'),
      clock,
      seed: 1,
    });
    const monotonic_ns = (): bigint => process.hrtime.bigint();
    return LiveServer.listen(bench, { path: socket, linger_s: Number.POSITIVE_INFINITY, monotonic_ns, ...options });
  };
  const connect = () => SocketBus.connect({ path: socket, clock, rate_Hz: 100_000 });

  it('keeps the board’s time in step with the real one, also through a stall of the process', async () => {
    const server = await listen();
    const { bus } = await connect();
    const board_ms = async () => (JSON.parse(await bus.truth()) as { board_ms: number }).board_ms;
    const first = { board: await board_ms(), real: clock.now() };
    const stall_until = clock.now() + 120;
    while (clock.now() < stall_until) Math.sqrt(stall_until);
    await clock.sleep(20);
    const lag = clock.now() - first.real - ((await board_ms()) - first.board);
    expect(Math.abs(lag)).toBeLessThan(20);
    await bus.close();
    await server.close();
  });

  it('is shared by clients: one wire, and levels told to all', async () => {
    const server = await listen();
    const [a, b] = [await connect(), await connect()];
    expect(a.welcome).toMatchObject({ board: 'bench-live', reactor: 'batch-10ml', pid: process.pid });
    await a.bus.hand('door-closed', false);
    for (let waited = 0; b.bus.get('door-closed') && waited < 100; waited++) await clock.sleep(5);
    expect(b.bus.get('door-closed')).toBe(false);
    await expect(a.bus.hand('safe-enabled', true)).rejects.toThrow('no hand reaches');
    const [first, second] = await Promise.all(
      [a.bus, b.bus].map((bus) => bus.transfer({ address: 0x48, write: Uint8Array.of(15), read: 2 })),
    );
    expect(first).toEqual(second);
    await a.bus.close();
    await b.bus.close();
    await server.close();
  });

  it('refuses another version, nonsense and an unknown line, and lives on', async () => {
    const server = await listen();
    const raw = createConnection(socket);
    raw.write(encodeRequest(1, { kind: 'hello', version: 99 }));
    const cutter = new FrameCutter();
    const [hello] = cutter.push(((await once(raw, 'data')) as [Uint8Array])[0]);
    expect(new TextDecoder().decode(hello?.body)).toContain('version 99');
    raw.write(Uint8Array.of(0, 5, 0x77, 0, 0, 0, 1));
    await once(raw, 'close');
    const { bus } = await connect();
    await expect(bus.hand('no-such-line', true)).rejects.toThrow('no-such-line');
    await bus.close();
    await server.close();
  });

  it('takes over the socket of a dead server, and neither that of a living one nor a file', async () => {
    const server = await listen();
    await expect(listen()).rejects.toThrow('another live bench');
    await server.close();
    writeFileSync(socket, 'notes');
    await expect(listen()).rejects.toThrow('no socket');
    expect(readFileSync(socket, 'utf8')).toBe('notes');
  });

  it('ends some time after its last client, not before its first', async () => {
    const server = await listen({ linger_s: 0.2 });
    const { bus } = await connect();
    await clock.sleep(300);
    await expect(bus.truth()).resolves.toContain('board_ms');
    await bus.close();
    await server.closed;
    expect(existsSync(socket)).toBe(false);
  });

  it('is not taken for a bench of another reactor', async () => {
    const server = await listen();
    const options = { path: socket, board: 'bench-live', reactor: 'flow-12cm2', seed: 1, clock, rate_Hz: 100_000 };
    await expect(connectLiveBench(options)).rejects.toThrow('reactor batch-10ml, not flow-12cm2');
    await server.close();
  });
});

describe('starting a live bench', () => {
  it('says why none came up', async () => {
    const options = { path: socket, board: 'bench-live', reactor: 'no-such-reactor', seed: 1, clock, rate_Hz: 100_000 };
    await expect(connectLiveBench(options)).rejects.toThrow('there is no reactor "no-such-reactor"; there are');
  });

  it('refuses a path that the system cannot take', async () => {
    const path = join(folder, 'x'.repeat(120));
    const options = { path, board: 'bench-live', reactor: 'batch-10ml', seed: 1, clock, rate_Hz: 100_000 };
    await expect(connectLiveBench(options)).rejects.toThrow('longer than 107 bytes');
  });

  it('keeps the sockets of one user apart from those of another', () => {
    expect(socketPath('bench')).toMatch(/galvanode-\d+\/bench\.sock$/);
  });

  it('exits 2 from the command line for a reactor that is not there', async () => {
    expect(await twinServeCommand({ socket, reactor: 'no-such-reactor' })).toBe(2);
    expect(existsSync(socket)).toBe(false);
  });

  it('serves from the command line until its linger is over', async () => {
    expect(await twinServeCommand({ socket, linger: 0.1 })).toBe(0);
  });
});
