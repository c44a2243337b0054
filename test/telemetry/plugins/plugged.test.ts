import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import type { BrokerConnection, Delivery } from '../../../src/telemetry/brokers/connection.js';
import { plugIn } from '../../../src/telemetry/plugins/plugged.js';
import type { Plugin } from '../../../src/telemetry/plugins/plugin.js';
import type { Publication } from '../../../src/telemetry/publication.js';
import type { Told } from '../../../src/telemetry/wire.js';

const HEAD: Told = { kind: 'head', n: 1, payload: { v: 1, bootId: 'b', run: 'r', seq: 3, hash: 'x' } };

/** In the manner of Sparkplug B: a birth with a count, data after it, and a birth again when somebody asks for it. */
class Birthing implements Plugin {
  readonly name = 'birthing';
  readonly hears = ['other/command'];
  private births = 0;
  private seen = 0;
  broken = false;

  *greeting(): Iterable<Publication> {
    this.births += 1;
    yield this.say('birth', true);
  }

  *told(message: Told, now_ms: number): Iterable<Publication> {
    if (this.broken) throw new Error('no such metric');
    this.seen += 1;
    yield this.say(`${message.kind} at ${now_ms}`, false);
  }

  *heard(_topic: string, payload: string): Iterable<Publication> {
    if (payload === 'rebirth') yield* this.greeting();
  }

  private say(word: string, retain: boolean): Publication {
    return { topic: 'other/data', payload: `${word} ${this.births} ${this.seen}`, retain, qos: 1 };
  }
}

class Wire implements BrokerConnection {
  readonly name = 'mqtt://lab';
  connected = false;
  full = false;
  readonly published: string[] = [];
  topics: readonly string[] = [];
  private connect = (): void => undefined;
  private hear: (delivery: Delivery) => void = () => undefined;

  publish({ payload }: Publication): Promise<boolean> {
    if (!this.full) this.published.push(payload);
    return Promise.resolve(!this.full);
  }

  subscribe(topics: readonly string[]): void {
    this.topics = topics;
  }

  unsubscribe(): void {}

  onConnected(told: () => void): void {
    this.connect = told;
  }

  onGone(): void {
    // nothing is kept for a link that is gone
  }

  onMessage(told: (delivery: Delivery) => void): void {
    this.hear = told;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  comes(): void {
    this.connected = true;
    this.connect();
  }

  delivers(topic: string, text: string): void {
    this.hear({ topic, payload: Buffer.from(text), retain: false, dup: false });
  }
}

describe('a plug-in at an uplink', () => {
  let wire: Wire;
  let plugin: Birthing;
  let notices: string[];
  let told: (message: Told) => void;

  beforeEach(() => {
    [wire, plugin, notices] = [new Wire(), new Birthing(), []];
    const clock = new VirtualClock();
    told = plugIn({ plugin, connection: wire, clock, notice: (text) => notices.push(text) });
  });

  it('learns without a connection, and speaks when there is one', () => {
    told(HEAD);
    expect(wire.published).toEqual([]);
    wire.comes();
    told(HEAD);
    expect(wire.published).toEqual(['birth 1 1', 'head at 0 1 2']);
  });

  it('hears what it asked for, of a sane length, and nothing else', () => {
    wire.comes();
    expect(wire.topics).toEqual(['other/command']);
    wire.delivers('galvanode/bench/state', 'rebirth');
    wire.delivers('other/command', `rebirth${' '.repeat(5000)}`);
    wire.delivers('other/command', 'rebirth');
    expect(wire.published).toEqual(['birth 1 0', 'birth 2 0']);
  });

  it('says again what a full connection left out', async () => {
    wire.full = true;
    wire.comes();
    await Promise.resolve();
    wire.full = false;
    told(HEAD);
    expect(wire.published).toEqual(['head at 0 1 1', 'birth 2 1']);
    told(HEAD);
    expect(wire.published).toHaveLength(3);
  });

  it('is taken out when it fails, once, with the reason', () => {
    wire.comes();
    plugin.broken = true;
    told(HEAD);
    told(HEAD);
    wire.comes();
    expect(wire.published).toEqual(['birth 1 0']);
    expect(notices).toEqual(['plug-in birthing at mqtt://lab failed and is left out: no such metric']);
  });
});
