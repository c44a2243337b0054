import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { stopper } from '../../src/telemetry/stopper.js';

describe('a flood of stops', () => {
  it('is told at once, ten times a second, and the last of it in any case', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const passed: [t_ms: number, actor: string][] = [];
      const stop = stopper(clock, ({ actor }) => passed.push([clock.now(), actor]));
      stop('ann', 'plant');
      expect(passed).toEqual([[0, 'ann']]);
      for (let n = 0; n < 1000; n++) {
        await clock.sleep(1);
        stop('mallory', 'plant');
      }
      stop('ann', 'plant');
      await clock.sleep(200);
      expect(passed).toHaveLength(12);
      expect(passed.at(-1)).toEqual([1100, 'ann']);
      stop('ben', 'plant');
      expect(passed.at(-1)).toEqual([1200, 'ben']);
    });
  });
});
