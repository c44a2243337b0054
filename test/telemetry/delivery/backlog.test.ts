import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import type { PastRun, PastSeconds } from '../../../src/record/past.js';
import type { Row } from '../../../src/record/sqlite.js';
import type { BrokerConnection, Delivery } from '../../../src/telemetry/brokers/connection.js';
import { Backlog } from '../../../src/telemetry/delivery/backlog.js';
import { Ranges } from '../../../src/telemetry/delivery/ranges.js';
import type { RunReceipts } from '../../../src/telemetry/delivery/receipts.js';
import { eventMessage, sampleMessage } from '../../../src/telemetry/payloads.js';
import type { Publication } from '../../../src/telemetry/publication.js';
import { publicationsOf } from '../../../src/telemetry/publisher.js';
import { eventPayload, samplePayload, topicsOf } from '../../../src/telemetry/topics.js';
import { runEvent, sample, STARTED_MS, status } from '../fixtures.js';

const topics = topicsOf('bench');
const RUN = 'r1';

/** A record in memory: five samples a second, or one in ten seconds and what an alarm brought out; and events. */
class Record {
  newest = -1;
  outcome: string | null = null;
  readonly chain: Row[] = [];
  record_rate_Hz = 5;
  readonly brought = new Set<number>();

  runs(): PastRun[] {
    const { outcome, record_rate_Hz } = this;
    return [{ run: RUN, started_utc_ms: STARTED_MS, simulated: true, outcome, record_rate_Hz }];
  }

  seconds(_run: string, from: number, to: number): PastSeconds {
    const rows: Row[] = [];
    for (let second = from; second < Math.min(to, this.newest + 1); second++)
      if (this.keeps(second)) rows.push({ ...sample({ seq: 20 * second + 1, elapsed_s: second }) });
    return { rows, newest: this.newest };
  }

  keeps(second: number): boolean {
    return this.record_rate_Hz >= 1 || second % 10 === 0 || this.brought.has(second);
  }

  events(_run: string, after: number, limit: number): Row[] {
    return this.chain.slice(after, after + limit);
  }
}

/** Receipts that may be taken back to what was last written down, as a kill does. */
class Noted {
  live = Noted.none();
  kept = Noted.none();

  static none(): RunReceipts {
    return { run: RUN, seconds: new Ranges(), eventsTo: 0, done: false };
  }
  static copy(of: RunReceipts): RunReceipts {
    return { ...of, seconds: Ranges.parse(of.seconds.toString()) };
  }
  of(): RunReceipts {
    return this.live;
  }
  haveSeconds(_run: string, from: number, to = from): void {
    this.live.seconds.add(from, to);
  }
  haveEvents(_run: string, to: number): void {
    this.live.eventsTo = to;
  }
  finish(): void {
    this.live.done = true;
  }
  save(): void {
    this.kept = Noted.copy(this.live);
  }
}

/** A broker that comes, goes, acknowledges late, and writes down all that it gets. */
class Broker implements BrokerConnection {
  readonly name = 'mqtt://outside';
  connected = false;
  readonly got: Publication[] = [];
  underWay = 0;
  mostUnderWay = 0;
  private came: (() => void)[] = [];
  private went: (() => void)[] = [];
  private pending: (() => void)[] = [];

  constructor(private readonly clock: VirtualClock) {}

  publish(publication: Publication): Promise<boolean> {
    if (!this.connected) return Promise.resolve(false);
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    return new Promise((resolve) => {
      const settle = (taken: boolean) => (): void => {
        if (!this.pending.includes(lost)) return;
        this.pending = this.pending.filter((one) => one !== lost);
        this.underWay--;
        resolve(taken);
      };
      const lost = (): void => settle(false)();
      this.pending.push(lost);
      // what is on its way when the link breaks may have come there or not
      this.clock.after(2.5, () => {
        if (this.pending.includes(lost)) this.got.push(publication);
      });
      this.clock.after(3, settle(true));
    });
  }
  subscribe(): void {}
  unsubscribe(): void {}
  onConnected(told: () => void): void {
    this.came.push(told);
  }
  onGone(told: () => void): void {
    this.went.push(told);
  }
  onMessage(_told: (delivery: Delivery) => void): void {}
  close(): Promise<void> {
    return Promise.resolve();
  }
  /** A new network process: nobody of the old one listens any more. */
  forget(): void {
    this.goes();
    this.came = [];
    this.went = [];
  }
  comes(): void {
    if (this.connected) return;
    this.connected = true;
    for (const told of this.came) told();
  }
  goes(): void {
    if (!this.connected) return;
    this.connected = false;
    for (const lost of this.pending) lost();
    for (const told of this.went) told();
  }
}

class Bench {
  readonly clock = new VirtualClock({ epoch_ms: STARTED_MS });
  readonly record = new Record();
  readonly noted = new Noted();
  readonly broker = new Broker(this.clock);
  private backlog = this.opened();
  private told = 0;

  private opened(): Backlog {
    return new Backlog({
      connection: this.broker,
      past: this.record,
      receipts: this.noted,
      teller: { topics, bootId: 'b' },
      clock: this.clock,
      notice: (text) => expect.unreachable(text),
    });
  }

  kill(): void {
    this.broker.forget();
    this.noted.live = Noted.copy(this.noted.kept);
    this.backlog = this.opened();
  }

  /** One second of the run; the record is some seconds behind. */
  second(at: number, behind_s: number): void {
    const payload = sampleMessage(sample({ seq: 20 * at + 1, elapsed_s: at }), status({ run: RUN }), 'b', {});
    this.publish({ kind: 'sample', n: 1, payload });
    this.record.newest = Math.max(this.record.newest, at - behind_s);
    if (at % 3 !== 0) return;
    this.told++;
    const event = runEvent({ t: STARTED_MS + 1000 * at, elapsed_s: at });
    const seq = this.record.chain.length + 1;
    this.record.chain.push({ ...event, seq, data: '{}' });
    this.publish({
      kind: 'event',
      n: 1,
      recorded: true,
      payload: eventMessage(event, { bootId: 'b', run: RUN, seq: this.told }),
    });
    this.publish({ kind: 'head', n: 1, payload: { v: 1, bootId: 'b', run: RUN, seq, hash: 'h' } });
  }

  end(last: number): void {
    this.record.newest = last;
    this.record.outcome = 'complete';
    const seq = this.record.chain.length;
    this.publish({ kind: 'head', n: 1, payload: { v: 1, bootId: 'b', run: RUN, seq, hash: 'end' } });
  }

  private publish(message: Parameters<typeof publicationsOf>[0]): void {
    for (const publication of publicationsOf(message, topics))
      if (publication.record !== undefined) this.backlog.tell(publication, publication.record);
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.constant('second' as const) },
  { weight: 1, arbitrary: fc.constantFrom('goes' as const, 'comes' as const, 'kill' as const) },
);

function rises(numbers: readonly number[]): boolean {
  return numbers.every((n, i) => i === 0 || n > (numbers[i - 1] ?? Infinity));
}

/** First arrivals in their order. */
const firsts = (numbers: readonly number[]): number[] => [...new Set(numbers)];

async function through(steps: readonly ('second' | 'goes' | 'comes' | 'kill')[], behind_s: number): Promise<Bench> {
  const bench = new Bench();
  let at = 0;
  await bench.clock.run(async () => {
    bench.broker.comes();
    for (const what of steps) {
      if (what === 'second') bench.second(at++, behind_s);
      else if (what === 'kill') bench.kill();
      else bench.broker[what]();
      await bench.clock.sleep(2); // less than a broker takes to acknowledge: links break with something on its way
    }
    bench.end(at - 1);
    bench.broker.comes();
    await bench.clock.sleep(60_000);
  });
  return bench;
}

describe('backlog', () => {
  it('delivers every second and every event, in order, whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 150 }), fc.nat(4), async (steps, behind_s) => {
        const { broker, record, noted } = await through(steps, behind_s);
        const samples = broker.got
          .filter(({ topic }) => topic === topics.sample)
          .map(({ payload }) => samplePayload.parse(JSON.parse(payload)));
        const due = Array.from({ length: record.newest + 1 }, (_, second) => second);
        expect([...new Set(samples.map(({ elapsed_s }) => elapsed_s))].toSorted((a, b) => a - b)).toEqual(due);
        expect(rises(samples.filter(({ late }) => late !== true).map(({ seq }) => seq))).toBe(true);
        const events = broker.got
          .filter(({ topic }) => topic === topics.event)
          .map(({ payload }) => eventPayload.parse(JSON.parse(payload)).record_seq ?? 0);
        expect(firsts(events)).toEqual(record.chain.map(({ seq }) => seq));
        expect(broker.mostUnderWay).toBeLessThanOrEqual(20);
        expect(noted.live.done).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps late samples in order though an alarm brings out the minute before it', async () => {
    const bench = new Bench();
    const { broker, record, clock } = bench;
    record.record_rate_Hz = 0.1;
    await clock.run(async () => {
      for (let at = 0; at < 600; at++) {
        if (at === 200) broker.comes();
        if (at === 230) for (let second = 170; second < 200; second++) record.brought.add(second);
        bench.second(at, 1);
        await clock.sleep(1000);
      }
      bench.end(599);
      await clock.sleep(60_000);
    });
    const samples = broker.got
      .filter(({ topic }) => topic === topics.sample)
      .map(({ payload }) => samplePayload.parse(JSON.parse(payload)));
    const late = samples.filter((one) => one.late === true).map(({ elapsed_s }) => elapsed_s);
    expect(late).toEqual(Array.from({ length: 200 }, (_, second) => second).filter((second) => record.keeps(second)));
    expect(late).toHaveLength(20 + 27);
    expect(samples.length - late.length).toBe(400);
  });

  it('sends nothing late while all arrives live', async () => {
    const { broker } = await through(
      Array.from({ length: 60 }, () => 'second' as const),
      1,
    );
    const samples = broker.got.filter(({ topic }) => topic === topics.sample);
    expect(samples).toHaveLength(60);
    expect(broker.got.filter(({ payload }) => payload.includes('"late":true'))).toEqual([]);
  });
});
