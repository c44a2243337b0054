import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import type { BrokerConnection, Delivery } from '../../../src/telemetry/brokers/connection.js';
import { mirrorFleet } from '../../../src/telemetry/mirror/mirror.js';
import { MIRRORED } from '../../../src/telemetry/mirror/roll.js';
import type { Publication } from '../../../src/telemetry/publication.js';
import { topicsOf } from '../../../src/telemetry/topics.js';
import { sampleText, stateText } from './words.js';

const OTHER = topicsOf('other');

class Outside implements BrokerConnection {
  readonly name = 'mqtt://lab';
  connected = true;
  readonly topics = new Set<string>();
  connect = (): void => undefined;
  break = (): void => undefined;
  private deliver: (delivery: Delivery) => void = () => undefined;

  publish(): Promise<boolean> {
    throw new Error('the mirror says nothing there');
  }
  subscribe(topics: readonly string[]): void {
    for (const topic of topics) this.topics.add(topic);
  }
  unsubscribe(topics: readonly string[]): void {
    for (const topic of topics) this.topics.delete(topic);
  }
  onConnected(told: () => void): void {
    this.connect = told;
  }
  onGone(told: () => void): void {
    this.break = told;
  }
  onMessage(told: (delivery: Delivery) => void): void {
    this.deliver = told;
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  says(topic: string, text: string): void {
    this.deliver({ topic, payload: Buffer.from(text), retain: false, dup: false });
  }
}

interface Scene {
  readonly clock: VirtualClock;
  readonly lab: Outside;
  readonly out: Publication[];
  readonly notices: string[];
  readonly at: ReadonlyMap<string, string>;
}

function scene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = new VirtualClock();
  const lab = new Outside();
  const out: Publication[] = [];
  const notices: string[] = [];
  const at = new Map<string, string>();
  const publish = (publication: Publication): Promise<void> => {
    out.push(publication);
    if (publication.retain && publication.payload === '') at.delete(publication.topic);
    else if (publication.retain) at.set(publication.topic, publication.payload);
    return Promise.resolve();
  };
  return clock.run(async () => {
    mirrorFleet({ connection: lab, own: 'bench', publish, clock, notice: (text) => notices.push(text) });
    lab.connect();
    await play({ clock, lab, out, notices, at });
  });
}

describe('mirror', () => {
  it('tells what others say, and nothing of who has not asked', () =>
    scene(async ({ clock, lab, out }) => {
      lab.says(OTHER.availability, 'online');
      lab.says(OTHER.sample, sampleText());
      lab.says('homeassistant/status', 'online');
      lab.says(topicsOf('bench').state, stateText());
      await clock.sleep(1000);
      expect(out.map(({ topic, retain, qos }) => [topic, retain, qos])).toEqual([
        [OTHER.availability, true, 1],
        [OTHER.sample, false, 0],
      ]);
    }));

  it('says that all are offline while the link is gone, and forgets who does not come back', () =>
    scene(async ({ clock, lab, at }) => {
      const back = topicsOf('back');
      for (const { availability, state } of [OTHER, back]) {
        lab.says(availability, 'online');
        lab.says(state, stateText());
      }
      await clock.sleep(1000);
      lab.break();
      await clock.sleep(1000);
      expect([at.get(OTHER.availability), at.get(back.availability)]).toEqual(['offline', 'offline']);
      lab.connect();
      lab.says(back.availability, 'online');
      await clock.sleep(15_000);
      expect([...at.keys()].toSorted()).toEqual([back.availability, back.state]);
      expect(at.get(back.availability)).toBe('online');
    }));

  it('does not read a broker that floods for a minute, and says so', () =>
    scene(async ({ clock, lab, out, notices }) => {
      for (let n = 0; n < 100_000; n++) lab.says(OTHER.sample, 'x');
      expect(notices.join()).toContain('floods');
      expect(notices).toHaveLength(1);
      expect(lab.topics.size).toBe(0);
      await clock.sleep(59_000);
      expect(lab.topics.size).toBe(0);
      await clock.sleep(2000);
      expect([...lab.topics]).toEqual(MIRRORED);
      lab.says(OTHER.availability, 'online');
      await clock.sleep(1000);
      expect(out.at(-1)).toMatchObject({ topic: OTHER.availability, payload: 'online' });
    }));

  it('tells no more than 250 a second for long, whatever is said', () =>
    scene(async ({ clock, lab, out }) => {
      const names = Array.from({ length: 1000 }, (_, n) => topicsOf(`r${n}`));
      for (const { availability } of names) lab.says(availability, 'online');
      for (let second = 0; second < 60; second++) {
        for (const { sample } of names) lab.says(sample, sampleText(second));
        await clock.sleep(1000);
      }
      expect(out.length).toBeGreaterThan(5000);
      expect(out.length).toBeLessThanOrEqual(5000 + 61 * 250);
      const lately = new Set(out.slice(-5000).map(({ topic }) => topic));
      expect(lately.size).toBe(1000); // all of them have their turn
    }));

  it('says once what is left out', () =>
    scene(async ({ clock, lab, notices }) => {
      for (let n = 0; n < 5; n++) lab.says(OTHER.state, 'x'.repeat(9000));
      await clock.sleep(1000);
      expect(notices).toEqual(['fleet at mqtt://lab: something is left out: more than 8192 bytes at once']);
    }));
});
