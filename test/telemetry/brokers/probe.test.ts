import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import type { AnonymousAnswer } from '../../../src/telemetry/brokers/client.js';
import { Probe } from '../../../src/telemetry/brokers/probe.js';

const DOORS = [
  { name: 'mqtts://lab:8883', urls: ['mqtts://lab:8883', 'mqtt://lab:1883'] },
  { name: 'mqtt://shed', urls: ['mqtt://shed'] },
];

function probing(clock: VirtualClock, answers: Readonly<Record<string, AnonymousAnswer>>) {
  const rounds: (readonly string[])[] = [];
  const probe = new Probe({
    doors: DOORS,
    clientId: 'galvanode-bench',
    clock,
    knock: (url) => Promise.resolve(answers[url] ?? 'unreachable'),
    told: (open) => rounds.push(open),
  });
  return { probe, rounds };
}

describe('probe', () => {
  it('tells through which doors it got in, and at which address where that is another', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { probe, rounds } = probing(clock, {
        'mqtt://lab:1883': 'in',
        'mqtt://shed': 'in',
        'mqtts://lab:8883': 'refused',
      });
      probe.begin();
      await clock.sleep(1);
      expect(rounds).toEqual([['mqtts://lab:8883 (mqtt://lab:1883)', 'mqtt://shed']]);
      probe.end();
    });
  });

  it('tries again every hour, and soon after a broker is back, but no more than once a minute', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { probe, rounds } = probing(clock, {});
      probe.begin();
      await clock.sleep(3_700_000);
      expect(rounds).toHaveLength(2);
      for (let i = 0; i < 120; i++) {
        probe.soon();
        await clock.sleep(1000);
      }
      expect(rounds).toHaveLength(5); // at 0 s, 3600 s, and then at 3700 s, 3760 s and 3820 s
      expect(rounds.flat()).toEqual([]);
      probe.end();
    });
  });
});
