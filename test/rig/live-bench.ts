/**
 * A live bench in a process of its own with its journal, and a witness on its socket, as the rigs in real time need
 * them. The witness only looks: it drives nothing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { SocketBus } from '../../src/bus/socket-bus.js';
import type { Truth } from '../../src/twin/truth.js';
import { type Ended, galvanode, type Program } from '../support/process.js';
import { clock } from './rig.js';

const instant = z.object({ board_ms: z.number(), monotonic_ns: z.string().transform(BigInt) });
const journalLine = instant.extend({
  event: z.string(),
  on: z.boolean(),
  heartbeats: z.number(),
  lastHeartbeat: instant.nullable(),
});
export type JournalLine = z.infer<typeof journalLine>;

export interface LiveBench {
  readonly socket: string;
  /** The board's ms at an instant of CLOCK_MONOTONIC. */
  readonly board_ms: (monotonic_ns: bigint) => number;
  readonly truth: () => Promise<Truth>;
  readonly journal: () => JournalLine[];
  /** What a person at the bench does: presses a button, opens the door. */
  readonly hand: (line: string, asserted: boolean) => Promise<void>;
  /** Its power is cut: the process is gone at once. */
  readonly kill: () => void;
  /** Ends the bench and tells how it ended. */
  readonly end: () => Promise<Ended>;
}

/** Starts a live bench of that reactor with its socket and journal in `folder`. Rejects when it does not come up. */
export async function startLiveBench(
  folder: string,
  reactor: string,
  seed: number,
  name = 'bench.sock',
): Promise<LiveBench> {
  const socket = join(folder, name);
  const journal = join(folder, 'journal.ndjson');
  const args = [
    'twin',
    'serve',
    '--socket',
    socket,
    '--reactor',
    reactor,
    '--journal',
    journal,
    '--seed',
    String(seed),
  ];
  const server: Program = galvanode(args);
  await server.prints(/simulated bench with .* on /, 'stderr');
  const { bus, welcome } = await SocketBus.connect({ path: socket, clock, rate_Hz: 100_000 });
  const start_ns = BigInt(welcome.startMonotonic_ns);
  return {
    socket,
    board_ms: (monotonic_ns) => Number(monotonic_ns - start_ns) / 1e6,
    truth: async () => JSON.parse(await bus.truth()) as Truth,
    hand: (line, asserted) => bus.hand(line, asserted),
    journal: () => linesOf(readFileSync(journal, 'utf8')),
    kill: () => server.signal('SIGKILL'),
    end: async () => {
      await bus.close();
      server.signal('SIGTERM');
      return server.ended;
    },
  };
}

/** The whole lines of a journal; one that is being written has no end yet. */
function linesOf(text: string): JournalLine[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => journalLine.parse(JSON.parse(line)));
}
