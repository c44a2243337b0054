import { describe, expect, it } from 'vitest';
import { eventMessage, sampleMessage, stateMessage } from '../../src/telemetry/payloads.js';
import type { Outlet, Publication } from '../../src/telemetry/publication.js';
import { Publisher, publicationsOf } from '../../src/telemetry/publisher.js';
import { VALUE_NAMES, topicsOf, valuePayload } from '../../src/telemetry/topics.js';
import type { Told } from '../../src/telemetry/wire.js';
import { runEvent, sample, status } from './fixtures.js';

const topics = topicsOf('bench');
const STAMP = { bootId: 'b', seq: 1, t: 0, run: 'r1' };

function told(change: Parameters<typeof sample>[0] = {}): Told {
  return { kind: 'sample', n: 1, payload: sampleMessage(sample(change), status(), 'b', {}) };
}

class Notebook implements Outlet {
  readonly seen: Publication[] = [];

  publish(publication: Publication): Promise<void> {
    this.seen.push(publication);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('publications', () => {
  it('give a sample once, live, and each of its numbers bare and retained', () => {
    const [first, ...values] = publicationsOf(told(), topics);
    expect(first).toMatchObject({ topic: topics.sample, retain: false, qos: 1 });
    expect(values.map((value) => value.topic)).toEqual(VALUE_NAMES.map((name) => topics.value(name)));
    for (const value of values) {
      expect(value.retain).toBe(true);
      if (value.payload !== '') expect(valuePayload.safeParse(value.payload).success).toBe(true);
    }
    const charge = values.find((value) => value.topic === topics.value('charge_C'));
    expect(charge?.payload).toBe('12.34568');
  });
});

describe('publisher', () => {
  it('tells a retained number only when it changes, and takes back one that is no longer good', async () => {
    const notebook = new Notebook();
    const publisher = new Publisher(topics);
    publisher.add(notebook);
    await publisher.tell(told());
    expect(notebook.seen.some((publication) => publication.topic === topics.value('sweep_mL_min'))).toBe(false);
    notebook.seen.length = 0;
    await publisher.tell(told({ voltage_V: null, charge_C: 13 }));
    expect(notebook.seen.map((publication) => [publication.topic, publication.payload]).slice(1)).toEqual([
      [topics.value('voltage_V'), ''],
      [topics.value('charge_C'), '13'],
    ]);
    const standing = [...publisher.retained()].map((publication) => publication.topic);
    expect(standing).not.toContain(topics.value('voltage_V'));
  });

  it('remembers what a newcomer must see, and no event', async () => {
    const publisher = new Publisher(topics);
    await publisher.availability('online');
    await publisher.tell({ kind: 'state', n: 1, payload: stateMessage(status(), STAMP) });
    await publisher.tell({ kind: 'event', n: 2, payload: eventMessage(runEvent(), STAMP) });
    expect([...publisher.retained()].map((publication) => publication.topic)).toEqual([
      topics.availability,
      topics.state,
    ]);
  });

  it('says offline before it ends', async () => {
    const notebook = new Notebook();
    const publisher = new Publisher(topics);
    publisher.add(notebook);
    await publisher.availability('online');
    await publisher.close();
    expect(notebook.seen.map((publication) => publication.payload)).toEqual(['online', 'offline']);
  });
});
