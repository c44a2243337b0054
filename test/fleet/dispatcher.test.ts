import { describe, expect, it } from 'vitest';
import type { Line, Standing } from '../../src/fleet/dispatch.js';
import { Dispatcher } from '../../src/fleet/dispatcher.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import type { BrokerConnection, Delivery } from '../../src/telemetry/brokers/connection.js';
import type { Publication } from '../../src/telemetry/publication.js';
import { commandPayload } from '../../src/telemetry/topics.js';
import { EXAMPLES } from '../docs/mqtt-examples.js';

type Reader = (delivery: Delivery) => void;

/** A broker in memory: topics and who reads, and what is retained is told to a newcomer. */
class Broker {
  private readonly readers = new Set<Reader>();
  private readonly kept = new Map<string, string>();

  say(topic: string, payload: string, retain: boolean): void {
    if (retain) this.kept.set(topic, payload);
    for (const reader of this.readers) reader({ topic, payload: Buffer.from(payload), retain: false, dup: false });
  }

  connection(): BrokerConnection {
    return {
      name: 'memory',
      connected: true,
      publish: ({ topic, payload, retain }: Publication) => {
        queueMicrotask(() => this.say(topic, payload, retain));
        return Promise.resolve(true);
      },
      subscribe: () => undefined,
      unsubscribe: () => undefined,
      onConnected: () => undefined,
      onGone: () => undefined,
      onMessage: (reader) => {
        this.readers.add(reader);
        for (const [topic, payload] of this.kept)
          queueMicrotask(() => reader({ topic, payload: Buffer.from(payload), retain: true, dup: false }));
      },
      close: () => Promise.resolve(),
    };
  }
}

interface Manners {
  readonly permit?: boolean;
  readonly refusal?: string;
  /** Takes the start and says nothing. */
  readonly mute?: boolean;
}

/** Answers as the contract says; a run takes a minute. */
class Reactor {
  readonly starts: { readonly entry: string; readonly text: string }[] = [];
  private readonly ended = new Set<string>();
  private nonces = 0;

  constructor(
    private readonly name: string,
    private readonly broker: Broker,
    private readonly clock: VirtualClock,
    private readonly manners: Manners = {},
  ) {
    this.availability('online');
    this.permit(manners.permit ?? true);
    this.state('idle', null);
    broker.connection().onMessage(({ topic, payload }) => {
      if (topic === `galvanode/${name}/command/anna`) this.asked(JSON.parse(payload.toString()));
    });
  }

  availability(word: string): void {
    this.broker.say(`galvanode/${this.name}/availability`, word, true);
  }

  permit(given: boolean): void {
    const about = { ...EXAMPLES.about, bootId: `boot-${this.name}`, permit: given ? 'given' : 'none' };
    this.broker.say(`galvanode/${this.name}/about`, JSON.stringify(about), true);
  }

  private state(state: string, run: string | null): void {
    this.broker.say(`galvanode/${this.name}/state`, JSON.stringify({ ...EXAMPLES.state, state, run }), true);
  }

  private asked(json: unknown): void {
    const { id, verb, nonce, args } = commandPayload.parse(json);
    const reply = (more: object): void =>
      this.broker.say(
        `galvanode/${this.name}/reply/anna`,
        JSON.stringify({ v: 1, id, ok: true, reason: null, bootId: `boot-${this.name}`, ...more }),
        false,
      );
    if (verb === 'hello') return reply({ data: this.hello() });
    expect(nonce).toBe(`n${this.nonces}`);
    const rows = this.starts.map(({ entry }, i) => ({ entry, run: `run-${i}` }));
    if (verb === 'entries') return reply({ rows });
    if (verb === 'runs')
      return reply({ rows: rows.map(({ run }) => ({ run, outcome: this.ended.has(run) ? 'complete' : 'running' })) });
    if (this.manners.refusal !== undefined) return reply({ ok: false, reason: this.manners.refusal });
    const run = `run-${this.starts.length}`;
    this.starts.push({ entry: String(args?.['entry']), text: String(args?.['text']) });
    this.state('execute', run);
    this.clock.after(60_000, () => {
      this.ended.add(run);
      this.state('complete', run);
    });
    if (this.manners.mute !== true) reply({ data: { run } });
  }

  private hello(): object {
    this.nonces += 1;
    const { bootId } = { bootId: `boot-${this.name}` };
    const permit = { permit: true, permit_until_s: null };
    return {
      nonce: `n${this.nonces}`,
      good_for_s: 10,
      bootId,
      state: 'idle',
      user: 'anna',
      role: 'operator',
      ...permit,
      verbs: '',
    };
  }
}

function scene(entries: readonly string[], lines: Line[] = []) {
  const clock = new VirtualClock();
  const broker = new Broker();
  const said: string[] = [];
  const dispatcher = (): Dispatcher =>
    new Dispatcher({
      connection: broker.connection(),
      actor: 'anna',
      clock,
      seriesHash: 'abcdefabcdefabcdef',
      texts: new Map(entries.map((entry) => [entry, `text of ${entry}`])),
      journal: { lines: [...lines], append: (line) => void lines.push(line) },
      to: null,
      tell: (text) => void said.push(text),
    });
  return { clock, broker, said, lines, dispatcher };
}

const phases = (standings: readonly Standing[]): string[] =>
  standings.map(({ entry, phase, said }) => `${entry} ${phase} ${said}`);

describe('the dispatcher', () => {
  it('sends each entry once, two reactors at a time, and follows them to their end', async () => {
    const { clock, broker, lines, dispatcher } = scene(['x', 'y', 'z']);
    const reactors = [new Reactor('a', broker, clock), new Reactor('b', broker, clock)];
    expect(phases(await clock.run(() => dispatcher().run()))).toEqual(
      ['x', 'y', 'z'].map((e) => `${e} ended complete`),
    );
    expect(reactors.flatMap(({ starts }) => starts.map(({ entry }) => entry)).toSorted()).toEqual(
      ['x', 'y', 'z'].map((e) => `abcdefabcdef-${e}`),
    );
    expect(reactors[0]?.starts[0]?.text).toBe('text of x');
    expect(lines.filter(({ what }) => what === 'sent')).toHaveLength(3);
    expect(await clock.run(() => dispatcher().run())).toHaveLength(3); // once more: nothing is left to do
    expect(lines.filter(({ what }) => what === 'sent')).toHaveLength(3);
  });

  it('waits for the arm button, and says so', async () => {
    const { clock, broker, said, dispatcher } = scene(['x']);
    const reactor = new Reactor('b', broker, clock, { permit: false });
    clock.after(30_000, () => {
      expect(reactor.starts).toEqual([]);
      expect(said).toContain('reactor b: waits for its arm button');
      reactor.permit(true);
    });
    expect(phases(await clock.run(() => dispatcher().run()))).toEqual(['x ended complete']);
  });

  it('tells a refusal with its reason, and gives up after the second', async () => {
    const { clock, broker, said, dispatcher } = scene(['x']);
    const fussy = new Reactor('a', broker, clock, { refusal: 'the recipe is for another board' });
    expect(phases(await clock.run(() => dispatcher().run()))).toEqual(['x refused the recipe is for another board']);
    expect(fussy.starts).toEqual([]);
    expect(said.filter((text) => text.includes('a refuses it: the recipe is for another board'))).toHaveLength(2);
  });

  it('finds out by itself what became of a start that was never answered', async () => {
    const { clock, broker, dispatcher } = scene(['x']);
    const mute = new Reactor('a', broker, clock, { mute: true });
    const other = new Reactor('b', broker, clock, { permit: false });
    expect(phases(await clock.run(() => dispatcher().run()))).toEqual(['x ended complete']);
    expect([mute.starts.length, other.starts.length]).toEqual([1, 0]);
  });

  it('goes on after a kill between journal and start, and sends nothing elsewhere meanwhile', async () => {
    const { clock, broker, lines, dispatcher } = scene(
      ['x'],
      [{ what: 'sent', entry: 'x', reactor: 'a', boot: 'boot-a' }],
    );
    const a = new Reactor('a', broker, clock);
    const b = new Reactor('b', broker, clock);
    clock.after(60_000, () => expect([a.starts.length, b.starts.length]).toEqual([0, 0])); // a nonce of before may be good
    expect(phases(await clock.run(() => dispatcher().run()))).toEqual(['x ended complete']);
    expect(lines.map(({ what }) => what)).toEqual(['sent', 'expired', 'freed', 'sent', 'answered', 'running', 'ended']);
    expect(a.starts.length + b.starts.length).toBe(1);
  });

  it('tells of a reactor that goes offline, and leaves its entry there', async () => {
    const { clock, broker, said, dispatcher } = scene(['x']);
    const a = new Reactor('a', broker, clock);
    const one = dispatcher();
    const b = new Reactor('b', broker, clock, { permit: false });
    clock.after(20_000, () => {
      a.availability('offline');
      b.permit(true);
    });
    clock.after(600_000, () => one.leave());
    const [standing] = await clock.run(() => one.run());
    expect(standing?.phase).toBe('running');
    expect(said.at(-1)).toBe(
      'entry x: runs on a as run-0; a is offline, and it is sent nowhere else without --again x',
    );
    expect([a.starts.length, b.starts.length]).toEqual([1, 0]);
  });
});
