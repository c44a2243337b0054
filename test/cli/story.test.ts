import { describe, expect, it } from 'vitest';
import { alarmLines, alarmList, eventLine, membersLine, raisedBy } from '../../src/cli/story.js';
import type { Alarm, RunEvent } from '../../src/model/event.js';

const RAISED: RunEvent = {
  t: 0,
  elapsed_s: 84,
  kind: 'trip',
  actor: 'guard',
  text: 'flow-lost: flow 3.0 mL/min, needs 15 mL/min',
  data: { id: 'flow-lost', state: 'active', reaction: 'abort', safeState: 'S1', firstOut: true, group: null },
};
const ALARM: Alarm = {
  id: 'flow-lost',
  severity: 'alarm',
  safeState: 'S1',
  text: 'flow 3.0 mL/min, needs 15 mL/min',
  cause: 'H20',
  shares: [],
  count: 1,
  consequence: 'The cell outruns its substrate.',
  action: 'Check pump and lines.',
  state: 'active',
  since_s: 84,
  firstOut: true,
  group: null,
  members: [],
  shelved: null,
};

describe('what an operator reads of an answer', () => {
  const answer: RunEvent = { t: 0, elapsed_s: 84, kind: 'answer', actor: 'program', text: 'not given', data: {} };

  it('is told when it is missing, whoever left it out, and is not when the program gave it', () => {
    const left = { ...answer, data: { prompt: 's-1', key: 'gc-1', value: null, unit: null } };
    expect(eventLine(left)).toBe('   1 min 24 s  gc-1: not given');
    expect(eventLine({ ...left, text: 'keep', data: { ...left.data, value: 'keep' } })).toBeNull();
  });
});

describe('what an operator reads of an alarm', () => {
  it('is marked when it is raised, and followed by what it means and what to do', () => {
    expect(eventLine(RAISED)).toBe('   1 min 24 s  ! flow-lost: flow 3.0 mL/min, needs 15 mL/min');
    expect(raisedBy(RAISED)).toBe('flow-lost');
    expect(alarmLines(ALARM).map((line) => line.trim())).toEqual([
      'S1: The cell outruns its substrate.',
      'Check pump and lines.',
    ]);
  });

  it('looks otherwise when it has gone, and when a person did something to it', () => {
    const gone = { ...RAISED, kind: 'alarm', data: { ...RAISED.data, state: 'cleared-unacknowledged' } } as const;
    expect(eventLine(gone)).toMatch(/ {2}gone: flow-lost: /);
    const shelved = { ...RAISED, kind: 'alarm', actor: 'operator', text: 'flow-lost shelved for 10 min' } as const;
    const told = { ...shelved, data: { id: 'flow-lost', state: 'shelved' } };
    expect(eventLine(told)).toBe('   1 min 24 s  flow-lost shelved for 10 min');
    for (const event of [gone, told]) expect(raisedBy(event)).toBeNull();
  });

  it('is not told on its own when another one speaks for it', () => {
    const grouped: RunEvent = { ...RAISED, data: { ...RAISED.data, group: 'board-lost' } };
    expect(eventLine(grouped)).toBeNull();
    expect(raisedBy(grouped)).toBeNull();
    expect(membersLine({ ...ALARM, members: ['no-flow-ml-min', 'no-sweep-ml-min'] })?.trim()).toBe(
      'with it: no-flow-ml-min, no-sweep-ml-min',
    );
    expect(membersLine(ALARM)).toBeNull();
  });

  it('has no advice for a warning, nor for an alarm that is not there', () => {
    expect(alarmLines({ ...ALARM, severity: 'warning' })).toEqual([]);
    expect(alarmLines(undefined)).toEqual([]);
  });

  it('is listed with what came first on top', () => {
    const later: Alarm = { ...ALARM, id: 'band-warn', safeState: 'W', firstOut: false, since_s: 3, members: ['x'] };
    const lines = alarmList([later, ALARM, { ...ALARM, id: 'over', state: 'normal' }]);
    expect(lines[0]).toMatch(/flow-lost: .*\[active, first-out\]$/);
    expect(lines[1]).toMatch(/band-warn/);
    expect(lines[2]?.trim()).toBe('with it: x');
    expect(lines).toHaveLength(3);
    expect(alarmList([])).toEqual(['  no alarm stands']);
  });
});
