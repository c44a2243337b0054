import { describe, expect, it } from 'vitest';
import { INTERLOCKS } from '../../src/control/guard/interlocks.js';
import { Watch } from '../../src/control/watch.js';
import { watchFailures } from './watch-checks.js';

describe('the watch over a run', () => {
  it('is as its stories tell it', () => {
    expect(watchFailures((plan) => new Watch(plan))).toEqual([]);
  });

  it('guards by the interlocks that it is given', () => {
    const blind = INTERLOCKS.filter(({ id }) => id !== 'door-closed');
    expect(watchFailures((plan) => new Watch(plan, blind)).join()).toContain('a reset is refused');
  });
});
