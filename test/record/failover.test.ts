/** A store that was given up for a disk that hangs: how long an end waits for it. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { closesWithin } from '../../src/record/failover.js';

describe('a store that was given up', () => {
  async function closed(close: (clock: VirtualClock) => Promise<void>) {
    const clock = new VirtualClock({ drain: 'tick' });
    let abandoned = 0;
    const store = { close: () => close(clock), abandon: () => void abandoned++ };
    const inTime = await clock.run(() => closesWithin(5, store, clock));
    return { inTime, abandoned, waited_s: clock.now() / 1000 };
  }

  it('is waited for while it closes', async () => {
    expect(await closed((clock) => clock.sleep(4900))).toEqual({ inTime: true, abandoned: 0, waited_s: 4.9 });
  });

  it('is left after 5 s when it hangs for ever', async () => {
    const hangs = (): Promise<void> => new Promise(() => undefined);
    expect(await closed(hangs)).toEqual({ inTime: false, abandoned: 1, waited_s: 5 });
  });
});
