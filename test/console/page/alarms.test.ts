import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bell } from '../../../src/console/page/alarms/bell.js';
import { age_s, counted, listed, titleWith, waiting } from '../../../src/console/page/alarms/order.js';
import { ofPeople } from '../../../src/console/page/alarms/past.js';
import { minutesOf } from '../../../src/console/page/alarms/shelve-dialog.js';
import { burstOf, voiceOf, type Tone } from '../../../src/console/page/alarms/tones.js';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import type { AlarmPayload } from '../../../src/telemetry/topics.js';

const alarm = (id: string, rest: Partial<AlarmPayload> = {}): AlarmPayload => ({
  v: 1,
  bootId: 'boot',
  seq: 1,
  t: 0,
  run: 'run',
  id,
  state: 'active',
  severity: 'warning',
  first_out: false,
  since_s: 10,
  text: id,
  cause: 'c',
  consequence: 'q',
  action: 'a',
  ...rest,
});

const some = fc.array(
  fc.record({
    id: fc.string({ minLength: 1 }),
    state: fc.constantFrom('normal', 'active', 'acknowledged', 'cleared-unacknowledged', 'shelved'),
    severity: fc.constantFrom('advisory', 'warning', 'alarm'),
    first_out: fc.boolean(),
    since_s: fc.integer({ min: 0, max: 1000 }),
  }),
);

describe('the list of alarms', () => {
  it('has the gravest first, of those the first-out, then the eldest; shelved ones last', () => {
    const alarms = [
      alarm('shelf', { severity: 'alarm', state: 'shelved' }),
      alarm('late', { severity: 'alarm', since_s: 30 }),
      alarm('warning'),
      alarm('early', { severity: 'alarm', since_s: 20 }),
      alarm('first', { severity: 'alarm', since_s: 25, first_out: true }),
    ];
    expect(listed(alarms, 'all').map((row) => row.alarm.id)).toEqual(['first', 'early', 'late', 'warning', 'shelf']);
  });

  it('folds members under the alarm that speaks for them', () => {
    const alarms = [alarm('head', { members: 'one two' }), alarm('one', { group: 'head' })];
    expect(listed(alarms, 'all').map(({ alarm: { id }, members }) => [id, members])).toEqual([
      ['head', ['one', 'two']],
    ]);
  });

  it('shows every alarm that is not over under one filter, and does not depend on the order of telling', () => {
    fc.assert(
      fc.property(some, (rows) => {
        const alarms = [...new Map(rows.map((row) => [row.id, alarm(row.id, row)])).values()];
        const counts = counted(alarms);
        expect(counts.waiting + counts.acknowledged + counts.shelved).toBe(counts.all);
        expect(listed(alarms.toReversed(), 'all')).toEqual(listed(alarms, 'all'));
      }),
    );
  });

  it('tells no age by the samples of another run', () => {
    expect(age_s(alarm('x'), null)).toBeNull();
  });

  it('counts in the title what nobody has acknowledged', () => {
    const alarms = [alarm('a'), alarm('b', { state: 'cleared-unacknowledged' }), alarm('c', { state: 'acknowledged' })];
    expect(titleWith(alarms, 'bench')).toBe('(2) bench');
    expect(waiting(alarms)).toHaveLength(2);
    expect(titleWith([], 'bench')).toBe('bench');
  });

  it('takes a shelf of an hour at most', () => {
    expect([minutesOf('10'), minutesOf('0,5'), minutesOf('60')]).toEqual([10, 0.5, 60]);
    for (const wrong of ['', '0', '-1', '61', 'x', 'NaN', 'Infinity']) expect(minutesOf(wrong)).toBeTypeOf('string');
  });
});

describe('the sound of alarms', () => {
  it('is the more urgent the graver the alarm, and ends before it begins again', () => {
    const bursts = (['alarm', 'warning', 'advisory'] as const).map(burstOf);
    expect(bursts.map(({ tones }) => tones.length)).toEqual([10, 3, 1]);
    for (const { tones, every_s } of bursts) {
      let end_s = 0;
      for (const { at_s, for_s, pitch_Hz } of tones) {
        expect(at_s).toBeGreaterThanOrEqual(end_s);
        expect(pitch_Hz >= 150 && pitch_Hz <= 1000).toBe(true);
        end_s = at_s + for_s;
      }
      expect(end_s).toBeLessThan(every_s);
    }
  });

  it('is silent when all is acknowledged or shelved', () => {
    expect(voiceOf([alarm('a', { state: 'acknowledged' }), alarm('b', { state: 'shelved' })])).toBeNull();
    expect(voiceOf([alarm('a'), alarm('b', { severity: 'alarm' })])).toBe('alarm');
  });

  it('repeats until acknowledged, waits for a press, and is off unless somebody wants it', async () => {
    const clock = new VirtualClock();
    const played: (readonly Tone[])[] = [];
    let [awake, wanted] = [false, false];
    const bell = new Bell(
      clock,
      { awake: () => Promise.resolve(awake), play: (tones) => void played.push(tones) },
      { read: () => wanted, write: (now) => void (wanted = now) },
    );
    bell.follow([alarm('a')]);
    expect(played).toHaveLength(0);
    await bell.switchTo(true);
    expect([bell.state.value, played.length, wanted]).toEqual(['mute', 0, true]);
    awake = true;
    await bell.switchTo(true);
    expect([bell.state.value, played.length]).toEqual(['on', 1]);
    await clock.run(() => clock.sleep(25_000));
    expect(played).toHaveLength(3);
    bell.follow([alarm('a', { state: 'acknowledged' })]);
    await clock.run(() => clock.sleep(60_000));
    expect(played).toHaveLength(3);
  });
});

describe('deeds of people', () => {
  it('are told from what parts of the program wrote', () => {
    const event = (seq: number, actor: string) => ({ seq, t: 0, elapsed_s: 0, kind: 'command', actor, text: '' });
    const events = ['anna', 'guard', 'operator', 'rehearsal', 'procedure'].map((actor, at) => event(at, actor));
    expect(ofPeople(events).map(({ actor }) => actor)).toEqual(['operator', 'anna']);
  });
});
