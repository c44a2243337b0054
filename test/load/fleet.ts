/**
 * Load generator: N simulated reactors in one process on one real broker, each sample counted by another process.
 *
 *   npm run fleet:load -- --reactors 50 --seconds 20      (--help tells the options)
 *
 * The reactors are spread over worker threads of this process. Prints a line every five seconds and ends with one line of
 * JSON; exit code 1 when a sample was lost, came twice or out of order, or when a reactor did not run.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { entryPoint } from '../../src/model/entry.js';
import { clock, type Figures, Rig, until } from '../rig/rig.js';
import type { Counted } from './counter.js';
import type { Report } from './reactors.js';

type Lag = Extract<Report, { kind: 'lag' }>;

/** More than this after the end of the grain in which a sample was taken is no live picture any more, ms. */
const LATE_MS = 1000;
const EVERY_MS = 5000;
/** Before the measurement, s: all reactors have their current on by then, and the just-in-time compiler has done its work. */
const SETTLE_S = 20;

/** The number of reactors that is asked for. */
const THOUSAND = 1000;

/** What loads TypeScript in a thread and in a process of its own. */
const LOADER = entryPoint('network').execArgv;

const HELP = `npm run fleet:load -- [options]

  --reactors N   how many, 1 to 5000 (50). Each with firmware, plant, chips and control core at 20 Hz, one sample a second
  --seconds S    how long is counted, 5 to 3600 (20), after all have started and ${SETTLE_S} s more
  --running F    the share that electrolyses, 0 to 1 (1); the others wait at a question with their loop running
  --workers N    threads for the reactors (one less than there are cores). For ${THOUSAND} on two cores: 2
  --grain MS     how far a reactor goes in one go, 1 to 1000 (1000): what it says comes later by so much at most, and a
                 reactor costs the less the longer it works in warm caches
  --broker URL   a broker that runs already; without it a Mosquitto is started on a free port of loopback
  --values       the bare numbers as topics of their own, too
  --alongside    with the nominal twin alongside each

Ends with one line of JSON; cpu_ms_per_reactor_s is what a reactor costs, also on a machine that does other things. Exit
code 1 when a sample was lost, came twice, out of order or late, or when a reactor did not run.
`;

const { values: given } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    reactors: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    running: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    broker: { type: 'string' },
    values: { type: 'boolean', default: false },
    alongside: { type: 'boolean', default: false },
    grain: { type: 'string', default: '1000' },
  },
});

function numberOf(name: 'reactors' | 'seconds' | 'running' | 'workers' | 'grain', least: number, most: number): number {
  const value = Number(given[name]);
  if (!(value >= least && value <= most)) {
    throw new RangeError(`--${name} ${given[name]} is not a number from ${least} to ${most}`);
  }
  return value;
}

interface Broker {
  readonly url: string;
  readonly pid: number | null;
  readonly end: () => Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Mosquitto on a free port of loopback, open to anybody there. It keeps nothing on disk. */
async function openMosquitto(): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'galvanode-load-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'max_queued_messages 100000',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const child = spawn('mosquitto', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('running')) resolve();
    });
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    pid: child.pid ?? null,
    end: () =>
      new Promise((resolve) => {
        child.once('close', () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        child.kill();
      }),
  };
}

/** CPU time of a process so far, ms: user and system of /proc/PID/stat, in ticks of 10 ms. NaN for one elsewhere. */
function cpuOf_ms(pid: number | null): number {
  if (pid === null) return NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

class Counter {
  latest: Counted | null = null;
  private readonly child: ChildProcess;
  private ended: ((counted: Counted) => void) | null = null;

  constructor(url: string) {
    this.child = fork(fileURLToPath(new URL('counter.ts', import.meta.url)), [url], { execArgv: [...LOADER] });
    this.child.on('message', (raw) => {
      const { kind, counted } = raw as { kind: 'second' | 'end'; counted: Counted };
      if (kind === 'end') this.ended?.(counted);
      else this.latest = counted;
    });
  }

  begin(): void {
    this.child.send('begin');
  }

  end(): Promise<Counted> {
    this.child.send('end');
    return new Promise((resolve) => {
      this.ended = resolve;
    });
  }

  close(): void {
    this.child.kill();
  }
}

interface Size {
  readonly reactors: number;
  readonly threads: number;
  readonly running: number;
  readonly seconds: number;
  readonly grain_ms: number;
}

class Threads {
  private readonly workers: Worker[];
  private readonly lags = new Map<number, Lag>();
  private readonly begun = new Set<number>();
  failure: Error | null = null;

  constructor(broker: string, { reactors, threads, running, seconds, grain_ms }: Size) {
    this.workers = Array.from({ length: threads }, (_, i) => {
      const from = Math.round((i * reactors) / threads);
      const to = Math.round(((i + 1) * reactors) / threads);
      const { values, alongside } = given;
      const workerData = {
        from,
        to,
        running: Math.round(running * reactors),
        seconds,
        broker,
        values,
        alongside,
        grain_ms,
      };
      const worker = new Worker(new URL('reactors.ts', import.meta.url), { workerData, execArgv: [...LOADER] });
      worker.on('message', (report: Report) => {
        if (report.kind === 'lag') this.lags.set(i, report);
        else this.begun.add(i);
      });
      worker.on('error', (error: Error) => {
        this.failure ??= error;
      });
      return worker;
    });
  }

  get ready(): boolean {
    if (this.failure !== null) throw this.failure;
    return this.begun.size === this.workers.length;
  }

  /** Of the slowest thread, ms. */
  get behind_ms(): number {
    return Math.max(...[...this.lags.values()].map(({ behind_ms }) => behind_ms));
  }

  get published(): number {
    return [...this.lags.values()].reduce((sum, { published }) => sum + published, 0);
  }

  get failed(): number {
    return [...this.lags.values()].reduce((sum, { failed }) => sum + failed, 0);
  }

  get states(): Readonly<Record<string, number>> {
    const all: Record<string, number> = {};
    for (const { states } of this.lags.values()) {
      for (const [state, count] of Object.entries(states)) all[state] = (all[state] ?? 0) + count;
    }
    return all;
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

interface Used {
  readonly at_ms: number;
  readonly own_ms: number;
  readonly broker_ms: number;
}

function used(broker: Broker): Used {
  const { user, system } = process.cpuUsage();
  return { at_ms: clock.now(), own_ms: (user + system) / 1000, broker_ms: cpuOf_ms(broker.pid) };
}

const MB = 1e6;
const rig = new Rig('fleet-load');

function line(threads: Threads, counter: Counter, before: Used, broker: Broker): Used {
  const now = used(broker);
  const wall_ms = now.at_ms - before.at_ms;
  const percent = (cpu_ms: number): string => `${((100 * cpu_ms) / wall_ms).toFixed(0).padStart(3)} %`;
  const { latest } = counter;
  const states = Object.entries(threads.states).map(([state, count]) => `${count} ${state}`);
  rig.note(
    `${states.join(', ')} | samples ${latest?.samples ?? 0}, lost ${latest?.lost ?? 0} | latency ` +
      `${latest?.latency_ms.median ?? NaN} / ${latest?.latency_ms.p99 ?? NaN} ms | reactors ${percent(now.own_ms - before.own_ms)}, ` +
      `broker ${percent(now.broker_ms - before.broker_ms)} | ${(process.memoryUsage.rss() / MB).toFixed(0)} MB`,
  );
  return now;
}

async function watched(seconds: number, threads: Threads, counter: Counter, broker: Broker): Promise<void> {
  let before = used(broker);
  for (const end = clock.now() + 1000 * seconds; clock.now() < end; ) {
    await clock.sleep(Math.min(EVERY_MS, Math.max(1, end - clock.now())));
    if (threads.failure !== null) throw threads.failure;
    before = line(threads, counter, before, broker);
  }
}

async function load(broker: Broker): Promise<Figures> {
  const reactors = numberOf('reactors', 1, 5000);
  const seconds = numberOf('seconds', 5, 3600);
  const running = numberOf('running', 0, 1);
  const grain_ms = numberOf('grain', 1, 1000);
  const workers = Math.min(numberOf('workers', 1, 64), reactors);
  rig.note(`${reactors} reactors, ${Math.round(running * reactors)} of them to electrolyse, in ${workers} threads`);
  const counter = new Counter(broker.url);
  const threads = new Threads(broker.url, { reactors, threads: workers, running, seconds, grain_ms });
  try {
    await until('all reactors have started', 300, () => (threads.ready ? true : undefined));
    await watched(SETTLE_S, threads, counter, broker);
    const [before, counterBefore_ms] = [used(broker), counter.latest?.cpu_ms ?? 0];
    const behindBefore_ms = threads.behind_ms;
    counter.begin();
    await watched(seconds, threads, counter, broker);
    const counted = await counter.end();
    const after = used(broker);
    const wall_s = (after.at_ms - before.at_ms) / 1000;
    const slower_ms = threads.behind_ms - behindBefore_ms;
    judge({ reactors, seconds, running, grain_ms, counted, slower_ms, failed: threads.failed });
    return {
      reactors,
      electrolysing: counted.electrolysing,
      seconds: Math.round(wall_s),
      workers,
      grain_ms,
      cores: cpus().length,
      samples: counted.samples,
      lost: counted.lost,
      latency_ms: counted.latency_ms,
      behind_ms: Math.round(slower_ms),
      reactors_cpu: round((after.own_ms - before.own_ms) / 1000 / wall_s),
      broker_cpu: round((after.broker_ms - before.broker_ms) / 1000 / wall_s),
      counter_cpu: round((counted.cpu_ms - counterBefore_ms) / 1000 / wall_s),
      cpu_ms_per_reactor_s: round((after.own_ms - before.own_ms) / counted.samples),
      rss_MB: Math.round(process.memoryUsage.rss() / MB),
      values: given.values,
      alongside: given.alongside,
    };
  } finally {
    counter.close();
    await threads.end();
  }
}

const round = (x: number): number => Math.round(1000 * x) / 1000;

interface Outcome {
  readonly reactors: number;
  readonly seconds: number;
  readonly running: number;
  readonly grain_ms: number;
  readonly counted: Counted;
  readonly slower_ms: number;
  readonly failed: number;
}

function judge({ reactors, seconds, running, grain_ms, counted, slower_ms, failed }: Outcome): void {
  const { samples, lost, duplicates, disordered, foreign, electrolysing, latency_ms } = counted;
  rig.check('every reactor is heard', counted.reactors === reactors, `${counted.reactors} of ${reactors}`);
  rig.check('those that should electrolyse do', electrolysing === Math.round(running * reactors), `${electrolysing}`);
  const due = reactors * (seconds - 1);
  rig.check('a sample of each second of each reactor', samples >= due, `${samples}, at least ${due}`);
  rig.check(
    'none lost, none twice, in order',
    lost + duplicates + disordered === 0,
    `${lost}, ${duplicates}, ${disordered}`,
  );
  rig.check('all as the contract says', foreign === 0, `${foreign} not`);
  rig.check('no publication failed', failed === 0, `${failed}`);
  rig.check('the reactors keep up with the wall', slower_ms < 500, `${slower_ms.toFixed(0)} ms slower`);
  const late_ms = LATE_MS + grain_ms;
  rig.check(`99 % arrive within ${late_ms} ms`, latency_ms.p99 < late_ms, `p99 ${latency_ms.p99} ms`);
}

if (given.help) {
  process.stdout.write(HELP);
  process.exit();
}
await rig.run(async () => {
  const broker: Broker =
    given.broker === undefined ? await openMosquitto() : { url: given.broker, pid: null, end: () => Promise.resolve() };
  try {
    return await load(broker);
  } finally {
    await broker.end();
  }
});
process.exit();
