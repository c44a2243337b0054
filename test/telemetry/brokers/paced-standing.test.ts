import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { RealClock } from '../../../src/model/real-clock.js';
import { paceStanding } from '../../../src/telemetry/brokers/paced-standing.js';

interface Standing {
  readonly topic: string;
  readonly payload: string;
}

function keeperOf(standing: readonly Standing[]) {
  return {
    createRetainedStreamCombi: (_filters: readonly string[]): AsyncIterable<Standing> => Readable.from(standing),
  };
}

/** A clock on which nobody waits, and how long one would have waited. */
function hasty() {
  let slept = 0;
  const sleep = (ms: number): Promise<void> => {
    slept += ms;
    return Promise.resolve();
  };
  return { clock: Object.assign(new RealClock(), { sleep }), slept_ms: () => slept };
}

function many(count: number): Standing[] {
  return Array.from({ length: count }, (_, n) => ({ topic: `t/${n}`, payload: 'x'.repeat(1000) }));
}

describe('what stands', () => {
  it('comes whole and in order, no faster than 640 kB/s', async () => {
    const { clock, slept_ms } = hasty();
    const keeper = keeperOf(many(1000));
    paceStanding(keeper, clock);
    const seen: string[] = [];
    const bytesBy = new Map<number, number>();
    let bytes = 0;
    for await (const { topic, payload } of keeper.createRetainedStreamCombi(['#'])) {
      bytes += topic.length + payload.length;
      bytesBy.set(slept_ms(), bytes);
      seen.push(topic);
    }
    expect(seen).toEqual(many(1000).map(({ topic }) => topic));
    expect(bytesBy.size).toBe(16); // 1 MB in steps of 64 kB
    for (const [ms, soFar] of bytesBy) expect(soFar).toBeLessThanOrEqual((1 + (ms + 100) / 100) * 66_600);
  });

  it('of one reactor comes at once', async () => {
    const { clock, slept_ms } = hasty();
    const keeper = keeperOf(many(50));
    paceStanding(keeper, clock);
    let count = 0;
    for await (const one of keeper.createRetainedStreamCombi(['#'])) count += one.topic === '' ? 0 : 1;
    expect([count, slept_ms()]).toEqual([50, 0]);
  });

  it('is not left unpaced when the broker keeps it in another way', () => {
    expect(() => paceStanding({}, new RealClock())).toThrow('not keep');
  });
});
