import { describe, expect, it } from 'vitest';
import { judge, type GuardMemory, type Interlock } from '../../../src/control/guard/interlock.js';
import { seen } from '../../support/observation.js';
import { RUNNING } from './situations.js';

const LIMIT: Interlock = {
  id: 'limit',
  catalogue: 'none',
  severity: 'alarm',
  reaction: 'hold',
  delay_s: 0.2,
  latched: true,
  applies: (_, context) => context.armed,
  healthy: ({ voltage_V }) => voltage_V !== null && voltage_V <= 4,
  describe: ({ voltage_V }) => `${voltage_V ?? 'no'} V`,
  consequence: 'None.',
  action: 'None.',
};

/** Says in which cycle, from 1, what changed. */
function story(interlock: Interlock, voltages: readonly (number | null)[], armed = true): string[] {
  let memory: GuardMemory = new Map();
  return voltages.flatMap((voltage_V, k) => {
    const judged = judge([interlock], memory, seen({ voltage_V }), { ...RUNNING, armed }, 0.1);
    memory = judged.memory;
    return judged.verdicts.map(({ change, text }) => `${k + 1} ${change} ${text}`);
  });
}

describe('judging', () => {
  it('raises once, when the cause has stood for longer than the delay', () => {
    expect(story(LIMIT, [5, 5, 5, 5, 5])).toEqual(['3 raised 5 V']);
  });

  it('counts from the beginning after a break of one cycle', () => {
    expect(story(LIMIT, [5, 5, 3, 5, 5, 3, 5])).toEqual([]);
    expect(story(LIMIT, [5, 5, 3, 5, 5, 6])).toEqual(['6 raised 6 V']);
  });

  it('raises at once without a delay', () => {
    expect(story({ ...LIMIT, delay_s: 0 }, [3, 5])).toEqual(['2 raised 5 V']);
  });

  it.each([null, NaN])('takes %s for a violation', (voltage_V) => {
    expect(story(LIMIT, [voltage_V, voltage_V, voltage_V])).toHaveLength(1);
  });

  it('never clears a latched one by itself, nor raises it twice', () => {
    expect(story(LIMIT, [5, 5, 5, 3, 3, 3, 5, 5, 5, 5])).toEqual(['3 raised 5 V']);
  });

  it('clears one that is not latched, and raises it again', () => {
    expect(story({ ...LIMIT, latched: false }, [5, 5, 5, 3, 5, 5, 5])).toEqual([
      '3 raised 5 V',
      '4 cleared 3 V',
      '7 raised 5 V',
    ]);
  });

  it('does not ask where it does not apply', () => {
    expect(story(LIMIT, [5, 5, 5, 5], false)).toEqual([]);
  });

  it('judges each for itself, and gives the verdicts in the order of the set', () => {
    const other: Interlock = { ...LIMIT, id: 'other', delay_s: 0, healthy: ({ current_mA }) => current_mA === 0 };
    const first = judge([LIMIT, other], new Map(), seen({ voltage_V: 5 }), RUNNING, 0.3);
    expect(first.verdicts.map(({ interlock }) => interlock.id)).toEqual(['limit', 'other']);
  });

  it('touches nothing while all is well, and never the memory it was given', () => {
    const quiet: GuardMemory = new Map();
    expect(judge([LIMIT], quiet, seen({ voltage_V: 3 }), RUNNING, 0.1).memory).toBe(quiet);
    const worse = judge([LIMIT], quiet, seen({ voltage_V: 5 }), RUNNING, 0.1);
    expect(worse.memory).not.toBe(quiet);
    expect(quiet.size).toBe(0);
    const latched: GuardMemory = new Map([['limit', { violated_s: 0, active: true }]]);
    expect(judge([LIMIT], latched, seen({ voltage_V: 3 }), RUNNING, 0.1).memory.get('limit')).toEqual({
      violated_s: 0,
      active: true,
    });
  });
});
