/**
 * Finds or starts the process of a live bench and connects to it. Owns where its socket lies and how long a start may
 * take. The process is nobody's child for long: it lives on when its client is killed, which is what it is for.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock } from '../model/clock.js';
import { entryPoint } from '../model/entry.js';
import { BusFault } from './i2c.js';
import { SocketBus } from './socket-bus.js';
import type { Welcome } from './socket-protocol.js';

export interface LiveBenchOptions {
  readonly path: string;
  /** Names of board and reactor that the bench must simulate. */
  readonly board: string;
  readonly reactor: string;
  readonly seed: number;
  readonly clock: Clock;
  readonly rate_Hz: number;
  /** A started process ends so long after its last client left, s. */
  readonly linger_s?: number;
  /** Journal of a started process; see twin/journal.ts. */
  readonly journal?: string;
}

/** A process from source first compiles itself, on a slow machine for seconds. */
const START_LIMIT_MS = 20_000;
const RETRY_MS = 50;
/** sockaddr_un holds 108 bytes, the last one a zero. */
const PATH_LIMIT = 107;

/** Where the socket of that name lies: in a directory for temporary files that is this user's alone. */
export function socketPath(name: string): string {
  const ownDirectory = process.env['XDG_RUNTIME_DIR'];
  return join(ownDirectory ?? tmpdir(), `galvanode-${userInfo().uid}`, `${name}.sock`);
}

/**
 * Connects to the live bench on `path`, and starts one when nobody listens there. Rejects with BusFault 'gone' when
 * none comes up, and 'protocol' when the one that is there simulates something else.
 */
export async function connectLiveBench(options: LiveBenchOptions): Promise<SocketBus> {
  if (!(Buffer.byteLength(options.path) <= PATH_LIMIT)) {
    throw new BusFault('gone', 0, `the socket path ${options.path} is longer than ${PATH_LIMIT} bytes`);
  }
  const { bus, welcome } = (await tryConnect(options)) ?? (await start(options));
  const wrong = mismatch(welcome, options);
  if (wrong === undefined) return bus;
  await bus.close();
  throw new BusFault(
    'protocol',
    0,
    `the live bench on ${options.path} simulates ${wrong}: end it, or choose another socket`,
  );
}

function mismatch(welcome: Welcome, { board, reactor }: LiveBenchOptions): string | undefined {
  if (welcome.board !== board) return `the board ${welcome.board}, not ${board}`;
  if (welcome.reactor !== reactor) return `the reactor ${welcome.reactor}, not ${reactor}`;
  return undefined;
}

interface Connected {
  readonly bus: SocketBus;
  readonly welcome: Welcome;
}

/** undefined when nobody listens. */
async function tryConnect({ path, clock, rate_Hz }: LiveBenchOptions): Promise<Connected | undefined> {
  try {
    return await SocketBus.connect({ path, clock, rate_Hz });
  } catch (error) {
    if (error instanceof BusFault && error.reason === 'gone') return undefined;
    throw error;
  }
}

async function start(options: LiveBenchOptions): Promise<Connected> {
  const log = `${options.path}.log`;
  const ended = launch(options, log);
  const begin = options.clock.now();
  for (;;) {
    await options.clock.sleep(RETRY_MS);
    const connected = await tryConnect(options);
    if (connected) return connected;
    // Another client's process may have taken the socket first; then ours ends and theirs answers.
    if (ended.why !== undefined && (await tryConnect(options)) === undefined) break;
    if (!(options.clock.now() - begin <= START_LIMIT_MS)) break;
  }
  const said = readFileSync(log, 'utf8').trim();
  const why = said === '' ? (ended.why ?? `nothing listens after ${START_LIMIT_MS / 1000} s`) : said;
  throw new BusFault('gone', 0, `no live bench came up on ${options.path}: ${why}`);
}

/** Why the started process has ended; undefined while it runs. */
interface Ended {
  why: string | undefined;
}

/** Starts the process in a session of its own, its stderr in a file: it must not hang on our streams. */
function launch(options: LiveBenchOptions, log: string): Ended {
  const { path, execArgv } = entryPoint('twin/live-process');
  mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
  const out = openSync(log, 'w', 0o600);
  const args = ['--socket', options.path, '--board', options.board, '--reactor', options.reactor];
  args.push('--seed', String(options.seed), '--linger', String(options.linger_s ?? 10));
  if (options.journal !== undefined) args.push('--journal', options.journal);
  const child = spawn(process.execPath, [...execArgv, path, ...args], { detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  const ended: Ended = { why: undefined };
  child.once('exit', (code, signal) => {
    ended.why = `it ended with ${signal ?? `code ${code}`}`;
  });
  child.once('error', (error) => {
    ended.why = error.message;
  });
  child.unref();
  return ended;
}
