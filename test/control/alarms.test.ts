import { describe, expect, it } from 'vitest';
import * as alarms from '../../src/control/alarms.js';
import { alarmFailures, STORIES } from './alarm-checks.js';

describe('the life of alarms', () => {
  it(`is as ${Object.keys(STORIES).length} stories tell it`, () => {
    expect(alarmFailures(alarms)).toEqual([]);
  });

  it('is missed when it is not', () => {
    const deaf: typeof alarms = { ...alarms, acknowledged: () => null };
    expect(alarmFailures(deaf).length).toBeGreaterThan(0);
  });
});
