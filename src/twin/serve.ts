/**
 * Serves a live bench until nobody needs it: files of board and reactor, the real clock, the journal file, signals.
 * The edge of the live bench's process; LiveServer does the work.
 */
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { parseBoard } from '../model/board.js';
import { packagePath } from '../model/entry.js';
import { parseReactor } from '../model/reactor.js';
import { RealClock } from '../model/real-clock.js';
import { Journal } from './journal.js';
import { LiveServer } from './live-server.js';
import { simulatedBench } from './simulated-bench.js';

export interface ServeOptions {
  readonly socket: string;
  /** Names of files under boards/ and boards/reactors/, or paths of files elsewhere. */
  readonly board: string;
  readonly reactor: string;
  readonly seed: number;
  /** File to which the journal is appended; none by default. */
  readonly journal?: string;
  readonly linger_s: number;
}

/** Text of the file of a name under `folder`; a name with a slash or an ending is a path already. */
function read(what: string, name: string, ...folder: readonly string[]): string {
  if (!/^[a-z0-9_-]+$/.test(name)) return readFileSync(name, 'utf8');
  try {
    return readFileSync(packagePath(...folder, `${name}.yaml`), 'utf8');
  } catch (cause) {
    const known = readdirSync(packagePath(...folder)).flatMap((file) =>
      file.endsWith('.yaml') ? [basename(file, '.yaml')] : [],
    );
    throw new Error(`there is no ${what} "${name}"; there are ${known.join(', ')}`, { cause });
  }
}

function readTwin({ board, reactor }: ServeOptions) {
  return {
    board: parseBoard(read('board', board, 'boards'), board),
    reactor: parseReactor(read('reactor', reactor, 'boards', 'reactors'), reactor),
  };
}

/** Settles when the server has ended. Rejects when a file is bad or the socket cannot be served. */
export async function serveTwin(options: ServeOptions, listening: () => void): Promise<void> {
  const clock = new RealClock();
  const bench = simulatedBench({ ...readTwin(options), clock, seed: options.seed });
  const monotonic_ns = (): bigint => process.hrtime.bigint();
  const journal = options.journal === undefined ? undefined : openSync(options.journal, 'a');
  if (journal !== undefined) {
    if (bench.firmware === null)
      throw new Error(`${bench.board.name} has no firmware whose heartbeats a journal could tell`);
    bench.world.witness = new Journal(bench.world, bench.firmware, monotonic_ns, (line) => writeSync(journal, line));
  }
  const server = await LiveServer.listen(bench, { path: options.socket, linger_s: options.linger_s, monotonic_ns });
  const end = (): void => void server.close();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  listening();
  await server.closed;
  process.removeListener('SIGINT', end);
  process.removeListener('SIGTERM', end);
  if (journal !== undefined) closeSync(journal);
}
