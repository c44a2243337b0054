import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/control/guard/interlock.js';
import { HOT_SIDE_FASTEST_K_S, JumpFilter } from '../../../src/control/guard/jump.js';
import { TransferTally } from '../../../src/control/guard/tally.js';
import * as trackers from '../../../src/control/guard/trackers.js';
import { jumpFailures, judgeFailures, tallyFailures, trackerFailures } from './tracker-checks.js';

describe('judging', () => {
  it('is as its stories tell it', () => {
    expect(judgeFailures(judge)).toEqual([]);
  });
});

describe('what is remembered beside the interlocks', () => {
  it('a jump of a reading', () => {
    expect(jumpFailures({ HOT_SIDE_FASTEST_K_S, JumpFilter })).toEqual([]);
  });

  it('noise, trend, difference, stillness and debt', () => {
    expect(trackerFailures(trackers)).toEqual([]);
  });

  it('the share of transfers that failed', () => {
    expect(tallyFailures({ TransferTally })).toEqual([]);
  });
});
