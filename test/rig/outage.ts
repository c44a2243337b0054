/**
 * Twelve hours without a broker, in accelerated time: a run of 13.5 h with its record, and a real Mosquitto that is stopped
 * half an hour after the start and comes back 12 h later. The network process is killed once during the outage, and once
 * while it delivers what is late; the broker is restarted once more in between. A subscriber with a session of its own
 * writes down all that the broker passes on, and that is compared with the record. Needs mosquitto and mosquitto_sub.
 *
 * `--source` runs the program from its source, for work on it; memory is then that of the loader too.
 */
import { createReadStream, openSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packagePath } from '../../src/model/entry.js';
import { eventPayload, samplePayload } from '../../src/telemetry/topics.js';
import { descendant, galvanode, launch, memoryOf, type Program, temporaryFolder } from '../support/process.js';
import { latestRecording, type Recording } from '../support/recording.js';
import { DEAD_MAN, TEN_MINUTES } from '../support/runs.js';
import { clock, type Figures, Rig, until } from './rig.js';

const SPEED = 900;
const BEFORE_S = 0.5 * 3600;
const OUTAGE_S = 12 * 3600;
const WAIT_H = 13;
const MOST_DRAIN_S = 600;
const MOST_GROWTH_MB = 20;
const FROM_SOURCE = process.argv.includes('--source');

const rig = new Rig('outage');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** A Mosquitto that keeps sessions over a restart, so that its subscriber loses nothing either. */
class Outside {
  private program: Program | null = null;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {}

  static async open(): Promise<Outside> {
    const [port, folder] = [await freePort(), temporaryFolder()];
    const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence true'];
    lines.push(`persistence_location ${folder}/`, 'max_queued_messages 0', '');
    writeFileSync(join(folder, 'mosquitto.conf'), lines.join('\n'));
    const outside = new Outside(port, folder);
    await outside.start();
    return outside;
  }

  async start(): Promise<void> {
    this.program = launch('mosquitto', ['-c', join(this.folder, 'mosquitto.conf')]);
    await this.program.prints(/mosquitto version .* running/, 'stderr');
  }

  async stop(): Promise<void> {
    this.program?.signal('SIGTERM');
    await this.program?.ended;
  }

  /** All that is published from here on, a line each: topic, a space, payload. */
  async subscriber(): Promise<{ readonly file: string; readonly end: () => void }> {
    const file = join(this.folder, 'heard');
    const args = ['-h', '127.0.0.1', '-p', String(this.port), '-c', '-i', 'witness', '-q', '1', '-F', '%t %p'];
    const topics = ['sample', 'event', 'availability'].flatMap((topic) => ['-t', `galvanode/bench/${topic}`]);
    const child = spawn('mosquitto_sub', [...args, ...topics], { stdio: ['ignore', openSync(file, 'w'), 'inherit'] });
    await until('a subscriber', 5, async () => (await this.hears(file)) || undefined);
    return { file, end: () => void child.kill('SIGTERM') };
  }

  /** Says something that is not of a run, until it is heard. */
  private async hears(file: string): Promise<boolean> {
    const say = [
      '-h',
      '127.0.0.1',
      '-p',
      String(this.port),
      '-q',
      '1',
      '-t',
      'galvanode/bench/availability',
      '-m',
      'rig',
    ];
    await launch('mosquitto_pub', say).ended;
    await clock.sleep(100);
    for await (const line of createInterface(createReadStream(file))) if (line.endsWith(' rig')) return true;
    return false;
  }
}

interface Heard {
  readonly live: number[];
  readonly late: number[];
  /** Run seconds of all samples. */
  readonly seconds: Set<number>;
  readonly samples: number;
  readonly events: number[];
  readonly eventMessages: number;
  readonly lastWord: string;
}

/** First arrivals, in their order; live and late samples apart. */
async function heardIn(file: string, run: string): Promise<Heard> {
  const first = new Set<number>();
  const told = { live: [] as number[], late: [] as number[], seconds: new Set<number>(), events: [] as number[] };
  let [samples, eventMessages, lastWord] = [0, 0, ''];
  for await (const line of createInterface(createReadStream(file))) {
    const [topic, text] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
    if (topic.endsWith('/availability')) lastWord = text;
    else if (topic.endsWith('/sample')) {
      const sample = samplePayload.parse(JSON.parse(text));
      if (sample.run !== run) continue;
      samples++;
      told.seconds.add(Math.floor(sample.elapsed_s));
      if (!first.has(sample.seq)) (sample.late === true ? told.late : told.live).push(sample.seq);
      first.add(sample.seq);
    } else {
      const { record_seq, run: of } = eventPayload.parse(JSON.parse(text));
      if (of !== run) continue;
      eventMessages++;
      if (typeof record_seq === 'number' && !told.events.includes(record_seq)) told.events.push(record_seq);
    }
  }
  return { ...told, samples, eventMessages, lastWord };
}

const fallsBack = (numbers: readonly number[]): number => numbers.filter((n, i) => n <= (numbers[i - 1] ?? -1)).length;

/** How many samples of that run the broker passed on, also those that came twice. */
function linesOf(file: string, run: string): number {
  const text = readFileSync(file, 'latin1');
  return text.split(`/sample {"v":1`).filter((part) => part.includes(`"run":"${run}"`)).length;
}

/** The program as CI built it, or from source. */
function program(args: readonly string[]): Program {
  if (!FROM_SOURCE) return galvanode(args);
  return launch(process.execPath, ['--import', 'tsx', packagePath('src', 'main.ts'), ...args]);
}

const networkOf = (control: number): number | undefined =>
  descendant(control, FROM_SOURCE ? '/src/network.ts' : '/dist/network.js');

/** Largest gain of resident memory of a process from its first second on, MB. */
class MemoryWitness {
  growth_MB = 0;
  private first_MB: number | undefined;
  private over = false;

  constructor(pid: number, after_ms: number) {
    void this.watch(pid, after_ms);
  }

  end(): number {
    this.over = true;
    return this.growth_MB;
  }

  private async watch(pid: number, after_ms: number): Promise<void> {
    await clock.sleep(after_ms);
    for (; !this.over; await clock.sleep(200)) {
      const now_MB = memoryOf(pid)?.resident_MB;
      if (now_MB === undefined) return;
      this.first_MB ??= now_MB;
      this.growth_MB = Math.max(this.growth_MB, now_MB - this.first_MB);
    }
  }
}

async function network(control: number): Promise<number> {
  return until('a network process', 40, () => networkOf(control));
}

async function killed(program_: Program, why: string): Promise<void> {
  const control = program_.pid;
  const pid = await network(control);
  process.kill(pid, 'SIGKILL');
  rig.note(`network process killed ${why}`);
  await program_.prints(/the network process is back/);
}

/** The run with its outage. Gives the memory that the network process gained meanwhile. */
async function runThrough(
  outside: Outside,
  data: string,
): Promise<{ growth_MB: number; latest_ms: number; missed: number }> {
  const url = `mqtt://127.0.0.1:${outside.port}`;
  const network_ = ['--console', 'off', '--broker', 'off', '--mqtt', url];
  const recipe = packagePath('recipes', 'controls', 'blank-48h.yaml');
  const args = ['run', recipe, '--set', `wait.for=${WAIT_H} h`, '--speed', String(SPEED), '--yes', '--json'];
  const run = program([...args, '--data', data, ...network_]);
  await run.prints(/publishing to mqtt/);
  await clock.sleep((1000 * BEFORE_S) / SPEED);
  await outside.stop();
  rig.note('broker stopped');
  const back_ms = clock.now() + (1000 * OUTAGE_S) / SPEED;
  await clock.sleep(3000);
  await killed(run, 'while the broker is away');
  const memory = new MemoryWitness(await network(run.pid), 2000);
  await clock.sleep(back_ms - clock.now());
  const growth_MB = memory.end();
  await outside.start();
  rig.note('broker is back after 12 h of run time');
  const ended = await run.ended;
  rig.check('the run ends well', ended.code === 0, `exit ${ended.code}`);
  const result = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '{}') as {
    missedTicks: number;
    latest_ms: number;
  };
  return { growth_MB, latest_ms: result.latest_ms, missed: result.missedTicks };
}

interface Due {
  readonly run: string;
  /** Seconds of run time that the record holds. */
  readonly due: number;
}

/** The next run, in real time, under which the rest of the one before is delivered. */
async function deliver(outside: Outside, data: string, { run, due }: Due, file: string): Promise<Figures> {
  const begun_ms = clock.now();
  const url = `mqtt://127.0.0.1:${outside.port}`;
  const network_ = ['--console', 'off', '--broker', 'off', '--mqtt', url];
  const serve = program(['run', DEAD_MAN, ...TEN_MINUTES, '--yes', '--speed', '2', '--data', data, ...network_]);
  await serve.prints(/publishing to mqtt/);
  await clock.sleep(5000);
  await killed(serve, 'while it delivers');
  const memory = new MemoryWitness(await network(serve.pid), 2000);
  await clock.sleep(8000);
  await outside.stop();
  await clock.sleep(500);
  await outside.start();
  rig.note('broker restarted while it is delivered to');
  let heard = await heardIn(file, run);
  for (; heard.seconds.size < due && clock.now() - begun_ms < 1000 * MOST_DRAIN_S; heard = await heardIn(file, run))
    await until('all samples', MOST_DRAIN_S, () => linesOf(file, run) >= due || undefined, 2000);
  const drained_s = (clock.now() - begun_ms) / 1000;
  const growth_MB = memory.end();
  serve.signal('SIGKILL');
  await serve.ended;
  await clock.sleep(2500); // the network process says good-bye
  rig.check(
    `delivered within ${MOST_DRAIN_S} s`,
    heard.seconds.size >= due,
    `${drained_s.toFixed(0)} s with a kill and a restart`,
  );
  return { drained_s: Math.round(drained_s), drainGrowth_MB: growth_MB };
}

function judge(heard: Heard, { samples, events }: Recording): void {
  const due = new Set(samples.map(({ elapsed_s }) => Math.floor(elapsed_s)));
  const lost = [...due].filter((second) => !heard.seconds.has(second));
  rig.check('0 samples lost', lost.length === 0, `${heard.seconds.size} of ${due.size} seconds of run time`);
  const seqs = new Set(samples.map(({ seq }) => seq));
  const strange = heard.late.filter((seq) => !seqs.has(seq));
  rig.check(
    'what comes late is as recorded',
    strange.length === 0,
    `${heard.late.length} late, ${heard.live.length} live`,
  );
  rig.check('live samples in order', fallsBack(heard.live) === 0);
  rig.check('late samples in order', fallsBack(heard.late) === 0);
  const unique = heard.live.length + heard.late.length;
  rig.check('0 duplicates after dedupe by run and seq', new Set([...heard.live, ...heard.late]).size === unique);
  rig.check('each second once, after dedupe', unique === heard.seconds.size, `${unique} samples`);
  rig.check(
    'all events, in the order of the chain',
    heard.events.join() === events.map(({ seq }) => seq).join(),
    `${heard.events.length} of ${events.length}`,
  );
  rig.check('offline is the last word', heard.lastWord === 'offline', heard.lastWord);
}

async function body(outside: Outside, file: string, data: string): Promise<Figures> {
  const during = await runThrough(outside, data);
  const recording = latestRecording(data);
  const due = new Set(recording.samples.map(({ elapsed_s }) => Math.floor(elapsed_s))).size;
  const late = await deliver(outside, data, { run: recording.run.run, due }, file);
  await clock.sleep(1000);
  const heard = await heardIn(file, recording.run.run);
  judge(heard, recording);
  const growth_MB = Math.max(during.growth_MB, Number(late['drainGrowth_MB']));
  rig.check(
    `memory of the network process grows by less than ${MOST_GROWTH_MB} MB`,
    growth_MB < MOST_GROWTH_MB,
    `${during.growth_MB.toFixed(1)} MB away, ${Number(late['drainGrowth_MB']).toFixed(1)} MB delivering`,
  );
  rig.check('no tick missed', during.missed === 0, `${during.missed}`);
  const redelivered = heard.samples - heard.live.length - heard.late.length;
  return {
    ...late,
    growth_MB,
    redelivered,
    samples: heard.samples,
    events: heard.eventMessages,
    latest_ms: during.latest_ms,
  };
}

await rig.run(async () => {
  const data = temporaryFolder();
  const outside = await Outside.open();
  const witness = await outside.subscriber();
  try {
    return await body(outside, witness.file, data);
  } finally {
    witness.end();
  }
});
