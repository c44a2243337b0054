import { describe, expect, it } from 'vitest';
import {
  FLEET_TOPICS,
  Fleet,
  MOST_REACTORS,
  STALE_MS,
  counted,
  listed,
  urgency,
  type FleetRow,
} from '../../../../src/console/page/fleet/model.js';
import { aboutMessage, alarmMessage, sampleMessage, stateMessage } from '../../../../src/telemetry/payloads.js';
import { topicsOf } from '../../../../src/telemetry/topics.js';
import { alarm, sample, status } from '../../../telemetry/fixtures.js';

const STAMP = { bootId: 'b', seq: 1, t: 0, run: 'r1' };
const WALL_MS = Date.UTC(2026, 10, 22, 9);

type StatusChange = Parameters<typeof status>[0];

function tell(fleet: Fleet, topic: string, payload: unknown, now_ms = 0): void {
  fleet.hear(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), now_ms, WALL_MS);
}

function stands(fleet: Fleet, name: string, change: StatusChange = {}): void {
  const topics = topicsOf(name);
  tell(fleet, topics.availability, 'online');
  tell(fleet, topics.state, stateMessage(status({ speed: 2, ...change }), STAMP));
}

const sampleOf = (change: Parameters<typeof sample>[0] = {}, run = 'r1') =>
  sampleMessage(sample(change), status({ run }), 'b', {});

const rowOf = (fleet: Fleet, name: string, now_ms = 0): FleetRow | undefined =>
  fleet.rows('own', now_ms).find((row) => row.name === name);

const names = (rows: readonly FleetRow[]): string[] => rows.map(({ name }) => name);

describe('row of a reactor', () => {
  it('says what runs there, how far it is and when it ends', () => {
    const fleet = new Fleet();
    stands(fleet, 'west');
    tell(fleet, topicsOf('west').sample, sampleOf({ progress: 0.25, eta_s: 100 }));
    const about = { simulated: true, program: '1', reactor: null, board: 'b', firmware: null, serial: null, users: 0 };
    const given = aboutMessage({ ...about, permit: 'given', permit_until: null, accepts: 'network' }, STAMP);
    tell(fleet, topicsOf('west').about, given);
    expect(rowOf(fleet, 'west')).toEqual({
      name: 'west',
      own: false,
      reach: 'online',
      state: 'execute',
      recipe: 'general-procedure-3a',
      step: '4 of 6',
      stepName: 'electrolyse until 194.4 C',
      progress: 0.25,
      eta_s: 100,
      ends_ms: WALL_MS + 50_000,
      voltage_V: 5.25,
      current_mA: 17.999,
      temperature_C: -0.012,
      worst: null,
      alarms: 0,
      permit: true,
      simulated: true,
    });
  });

  it('has no values of a run that has ended, or of another one', () => {
    const fleet = new Fleet();
    stands(fleet, 'west', { state: 'complete' });
    tell(fleet, topicsOf('west').sample, sampleOf());
    stands(fleet, 'east', { run: 'r2' });
    tell(fleet, topicsOf('east').sample, sampleOf());
    for (const name of ['west', 'east'])
      expect(rowOf(fleet, name)).toMatchObject({ voltage_V: null, progress: null, ends_ms: null });
  });

  it('is silent when a run goes on and its values are old, and offline when it says so', () => {
    const fleet = new Fleet();
    stands(fleet, 'west');
    tell(fleet, topicsOf('west').sample, sampleOf(), 1000);
    expect(rowOf(fleet, 'west', 1000 + STALE_MS)?.reach).toBe('online');
    expect(rowOf(fleet, 'west', 1001 + STALE_MS)?.reach).toBe('silent');
    tell(fleet, topicsOf('west').availability, 'offline');
    expect(rowOf(fleet, 'west', 1000)?.reach).toBe('offline');
  });

  it('shows the gravest alarm that waits, then the gravest', () => {
    const fleet = new Fleet();
    stands(fleet, 'west');
    const { alarm: topic } = topicsOf('west');
    tell(fleet, topic('a'), alarmMessage(alarm({ id: 'a', severity: 'alarm', state: 'acknowledged' }), STAMP));
    tell(fleet, topic('w'), alarmMessage(alarm({ id: 'w', severity: 'warning' }), STAMP));
    expect(rowOf(fleet, 'west')).toMatchObject({ worst: { id: 'w' }, alarms: 2 });
    tell(fleet, topic('w'), alarmMessage(alarm({ id: 'w', state: 'normal' }), STAMP));
    expect(rowOf(fleet, 'west')).toMatchObject({ worst: { id: 'a' }, alarms: 1 });
    tell(fleet, topic('a'), '');
    expect(rowOf(fleet, 'west')).toMatchObject({ worst: null, alarms: 0 });
  });

  it('is the same object until something changes, so that it is not drawn again', () => {
    const fleet = new Fleet();
    stands(fleet, 'west');
    const before = rowOf(fleet, 'west');
    expect(rowOf(fleet, 'west', 500)).toBe(before);
    tell(fleet, topicsOf('west').sample, sampleOf());
    expect(rowOf(fleet, 'west', 500)).not.toBe(before);
  });

  it.each([
    ['galvanode/west/state', '{"v":1'],
    ['galvanode/west/state', '{}'],
    ['galvanode/west/availability', 'perhaps'],
    ['galvanode/west/event', '{}'],
    ['galvanode/We st/availability', 'online'],
    ['other/west/availability', 'online'],
    ['galvanode/west/alarm/other', JSON.stringify(alarmMessage(alarm(), STAMP))],
  ])('is not made of %s %s', (topic, payload) => {
    const fleet = new Fleet();
    tell(fleet, topic, payload);
    expect(fleet.rows(null, 0)).toEqual([]);
  });
});

describe('fleet', () => {
  it('asks for the topics that it reads', () => {
    expect(FLEET_TOPICS).toContain('galvanode/+/alarm/+');
    expect(FLEET_TOPICS).not.toContain('galvanode/+/event');
  });

  it('forgets who is taken back, and who is not told of again after a link was lost', () => {
    const fleet = new Fleet();
    for (const name of ['a', 'b', 'c']) stands(fleet, name);
    tell(fleet, topicsOf('a').availability, '');
    expect(names(fleet.rows(null, 0))).toEqual(['b', 'c']);
    fleet.lost();
    stands(fleet, 'c');
    fleet.forgetUnheard();
    expect(names(fleet.rows(null, 0))).toEqual(['c']);
  });

  it('has so many rows at most', () => {
    const fleet = new Fleet();
    for (let n = 0; n < MOST_REACTORS + 5; n++) tell(fleet, topicsOf(`r${n}`).availability, 'online');
    expect(fleet.rows(null, 0)).toHaveLength(MOST_REACTORS);
  });
});

describe('order', () => {
  const fleet = new Fleet();
  stands(fleet, 'idle', { state: 'idle', run: null, recipe: null });
  stands(fleet, 'run-10');
  stands(fleet, 'run-9', { recipe: 'Kolbe' });
  stands(fleet, 'held', { state: 'held' });
  stands(fleet, 'alarm');
  stands(fleet, 'warned');
  stands(fleet, 'gone', { state: 'complete' });
  tell(fleet, topicsOf('gone').availability, 'offline');
  tell(fleet, topicsOf('alarm').alarm('a'), alarmMessage(alarm({ id: 'a', severity: 'alarm' }), STAMP));
  tell(fleet, topicsOf('warned').alarm('w'), alarmMessage(alarm({ id: 'w', severity: 'warning' }), STAMP));
  tell(fleet, topicsOf('run-9').sample, sampleOf({ progress: 0.5, eta_s: 50 }));
  tell(fleet, topicsOf('run-10').sample, sampleOf({ progress: 0.9, eta_s: 70 }));
  const rows = fleet.rows('run-9', 0);

  it('is by need first, then by name, with numbers as numbers', () => {
    expect(names(listed(rows, 'all', 'attention', ''))).toEqual([
      'alarm',
      'warned',
      'held',
      'run-9',
      'run-10',
      'idle',
      'gone',
    ]);
    expect(rows.filter((row) => urgency(row) < 4)).toHaveLength(3);
  });

  it('puts who has no value last', () => {
    expect(names(listed(rows, 'all', 'progress', '')).slice(0, 2)).toEqual(['run-10', 'run-9']);
    expect(names(listed(rows, 'all', 'ends', '')).slice(0, 2)).toEqual(['run-9', 'run-10']);
  });

  it('counts what each filter shows', () => {
    const counts = counted(rows);
    expect(counts).toEqual({ all: 7, attention: 3, running: 5, rest: 1, offline: 1 });
    for (const filter of ['all', 'attention', 'running', 'rest', 'offline'] as const)
      expect(listed(rows, filter, 'name', '')).toHaveLength(counts[filter]);
  });

  it('finds by name and by recipe', () => {
    expect(names(listed(rows, 'all', 'name', ' RUN-1'))).toEqual(['run-10']);
    expect(names(listed(rows, 'all', 'name', 'kolbe'))).toEqual(['run-9']);
  });
});
