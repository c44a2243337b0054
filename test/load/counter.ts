/**
 * The other end of the load: a process that subscribes to the samples of all reactors and counts what comes. It believes
 * nothing that the generator says. Told over IPC when to begin and when to end; gives its figures once a second.
 */
import mqtt from 'mqtt';
import * as z from 'zod';
import { RealClock } from '../../src/model/real-clock.js';
import { samplePayload } from '../../src/telemetry/topics.js';
import { spread, type Spread } from '../rig/rig.js';

export interface Counted {
  readonly reactors: number;
  readonly samples: number;
  /** Seconds of run time between the first and the last sample of a reactor of which none came. */
  readonly lost: number;
  readonly duplicates: number;
  readonly disordered: number;
  /** Payloads that the contract does not know. */
  readonly foreign: number;
  readonly electrolysing: number;
  /** From the instant of a sample to its arrival here, ms. */
  readonly latency_ms: Spread;
  /** Of this process. */
  readonly cpu_ms: number;
}

interface Course {
  first: number;
  last: number;
  count: number;
  current_mA: number;
}

const instruction = z.enum(['begin', 'end']);
const clock = new RealClock();
const courses = new Map<string, Course>();
let latencies_ms: number[] = [];
let duplicates = 0;
let disordered = 0;
let foreign = 0;
let lastSeconds_ms: number[] = [];

/** One in so many payloads is held against the schema as well: all of them would be more work than counting. */
const CHECKED = 20;
const sampled = z.object({ elapsed_s: z.number(), t: z.number(), current_mA: z.number().nullable() });
let seen = 0;

function take(topic: string, text: string): void {
  const raw: unknown = JSON.parse(text);
  const sample = sampled.safeParse(raw);
  seen += 1;
  if (!sample.success || (seen % CHECKED === 0 && !samplePayload.safeParse(raw).success)) {
    foreign += 1;
    return;
  }
  const { elapsed_s, t, current_mA } = sample.data;
  const second = Math.floor(elapsed_s);
  const latency_ms = clock.wallTime_ms() - t;
  latencies_ms.push(latency_ms);
  lastSeconds_ms.push(latency_ms);
  const course = courses.get(topic);
  if (course === undefined) {
    courses.set(topic, { first: second, last: second, count: 1, current_mA: current_mA ?? 0 });
    return;
  }
  if (second === course.last) duplicates += 1;
  else if (second < course.last) disordered += 1;
  else {
    course.last = second;
    course.count += 1;
  }
  course.current_mA = current_mA ?? 0;
}

function counted(latency: readonly number[]): Counted {
  let samples = 0;
  let lost = 0;
  let electrolysing = 0;
  for (const { first, last, count, current_mA } of courses.values()) {
    samples += count;
    lost += last - first + 1 - count;
    if (current_mA > 1) electrolysing += 1;
  }
  const { user, system } = process.cpuUsage();
  return {
    reactors: courses.size,
    samples,
    lost,
    duplicates,
    disordered,
    foreign,
    electrolysing,
    latency_ms: spread(latency),
    cpu_ms: (user + system) / 1000,
  };
}

function begin(): void {
  courses.clear();
  latencies_ms = [];
  duplicates = disordered = foreign = 0;
}

const [url = ''] = process.argv.slice(2);
const client = await mqtt.connectAsync(url, { protocolVersion: 4, clientId: 'load-counter' });
client.on('message', (topic, payload) => take(topic, payload.toString()));
client.on('close', () => process.exit(1));
await client.subscribeAsync('galvanode/+/sample', { qos: 1 });
process.on('message', (raw) => {
  if (instruction.parse(raw) === 'begin') return begin();
  process.send?.({ kind: 'end', counted: counted(latencies_ms) });
});
process.on('disconnect', () => process.exit());
const tell = (): void => {
  process.send?.({ kind: 'second', counted: counted(lastSeconds_ms) });
  lastSeconds_ms = [];
  clock.after(1000, tell);
};
tell();
