import { beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS } from '../../../src/model/sample.js';
import {
  aboutMessage,
  alarmMessage,
  bareValues,
  sampleMessage,
  stateMessage,
} from '../../../src/telemetry/payloads.js';
import { discoveryMessage, discoveryTopic, STATUS_TOPIC } from '../../../src/telemetry/plugins/discovery.js';
import { homeAssistant } from '../../../src/telemetry/plugins/home-assistant.js';
import type { Plugin } from '../../../src/telemetry/plugins/plugin.js';
import type { Publication } from '../../../src/telemetry/publication.js';
import { type AboutPayload, topicsOf, VALUE_NAMES } from '../../../src/telemetry/topics.js';
import type { Told } from '../../../src/telemetry/wire.js';
import { alarm, sample, status } from '../fixtures.js';

const topics = topicsOf('bench-2');
const STAMP = { bootId: 'b', seq: 1, t: 0, run: 'r1' };
const CONFIG = discoveryTopic('galvanode_bench-2');
const SUMMARY = 'galvanode/bench-2/plugin/home-assistant';

function about(change: Partial<AboutPayload> = {}): Told {
  const known = {
    simulated: true,
    program: '1.2.3',
    reactor: null,
    board: 'bench-sim',
    firmware: '1.0.0',
    serial: '7',
  };
  const payload = aboutMessage({ ...known, permit: 'none', permit_until: null, accepts: 'network', users: 2 }, STAMP);
  return { kind: 'about', n: 1, payload: { ...payload, ...change } };
}

function sampled(change: Parameters<typeof sample>[0] = {}): Told {
  return { kind: 'sample', n: 1, payload: sampleMessage(sample(change), status(), 'b', {}) };
}

function alarmed(change: Parameters<typeof alarm>[0] = {}): Told {
  return { kind: 'alarm', n: 1, payload: alarmMessage(alarm(change), STAMP) };
}

function summaryIn(publications: readonly Publication[]): unknown {
  return JSON.parse(publications.find(({ topic }) => topic === SUMMARY)?.payload ?? 'null');
}

let plugin: Plugin;
const tell = (message: Told, now_ms = 0): Publication[] => [...plugin.told(message, now_ms)];
const greeting = (): Publication[] => [...plugin.greeting(0)];

function discovered(publications: readonly Publication[] = greeting()) {
  const config = publications.find(({ topic }) => topic === CONFIG);
  return discoveryMessage.parse(JSON.parse(config?.payload ?? ''));
}

beforeEach(() => {
  plugin = homeAssistant({ topics, reactor: 'bench-2', bootId: 'b' });
});

describe('discovery for Home Assistant', () => {
  it('waits until it is known whether the reactor is simulated', () => {
    expect([...greeting(), ...tell(alarmed())]).toEqual([]);
    const told = tell(about());
    expect(told.map(({ topic, retain, qos }) => [topic, retain, qos])).toEqual([
      [CONFIG, true, 1],
      [SUMMARY, true, 1],
    ]);
    expect(summaryIn(told)).toMatchObject({ active: 1 });
  });

  it('says in the name of the device that it is simulated, and of a real one that it is none', () => {
    tell(about());
    expect(discovered().device).toMatchObject({
      identifiers: ['galvanode_bench-2'],
      name: 'SIMULATED reactor bench-2',
      model: expect.stringMatching(/no real cell/),
      sw_version: '1.2.3, firmware 1.0.0',
      serial_number: '7',
    });
    tell(about({ simulated: false, firmware: null, serial: null }));
    const { device } = discovered();
    expect(JSON.stringify(device)).not.toMatch(/simulated bench|SIMULATED/);
    expect(device).toMatchObject({ name: 'Reactor bench-2', sw_version: '1.2.3' });
    expect(device).not.toHaveProperty('serial_number');
  });

  it('shows every bare number, and none that is old', () => {
    tell(about());
    const { components } = discovered();
    for (const name of VALUE_NAMES) {
      expect(components[name]).toMatchObject({ platform: 'sensor', state_topic: topics.value(name), expire_after: 60 });
    }
  });

  it('has a STOP button and nothing else that commands', () => {
    tell(about());
    const { components } = discovered();
    const commanding = Object.values(components).filter((component) => component.platform === 'button');
    expect(commanding).toMatchObject([
      { command_topic: topics.stop('homeassistant'), payload_press: 'stop', retain: false },
    ]);
    const topicsWritten = JSON.stringify(discovered()).match(/galvanode\/bench-2\/command[^"]*/g);
    expect(topicsWritten).toEqual([topics.stop('homeassistant')]);
  });

  it('is said again when something in it changed, and not for a permit', () => {
    tell(about());
    expect(tell(about({ permit: 'given', seq: 2, t: 5 }))).toEqual([]);
    expect(discovered(tell(about({ firmware: '1.0.1' }))).device.sw_version).toBe('1.2.3, firmware 1.0.1');
  });

  it('is said again when Home Assistant has begun, and for no other word', () => {
    tell(about());
    expect([...plugin.heard(STATUS_TOPIC, 'offline', 0)]).toEqual([]);
    const said = [...plugin.heard(STATUS_TOPIC, 'online', 0)];
    expect(said).toEqual(greeting());
    expect(said.length).toBeGreaterThan(1);
  });

  it('is said once in two seconds to who says again and again that it has begun, and in the end once more', () => {
    tell(about());
    const said = Array.from({ length: 1000 }, (_, n) => [...plugin.heard(STATUS_TOPIC, 'online', 10_000 + n)].length);
    expect(said.filter((count) => count > 0)).toHaveLength(1);
    const late = tell(about(), 15_000);
    expect(late.map(({ topic }) => topic)).toContain(greeting()[0]?.topic);
    expect(tell(about(), 30_000)).toEqual([]);
  });
});

describe('numbers', () => {
  it('are repeated so often that one which is told is never old', () => {
    tell(about());
    const again = (now_ms: number): string[] => tell(sampled(), now_ms).map(({ topic }) => topic);
    const good = VALUE_NAMES.map((name) => topics.value(name)).filter((topic) => !/sweep|flow/.test(topic));
    expect(again(1000).toSorted()).toEqual(good.toSorted());
    expect(again(2000)).toEqual([]);
    expect(again(20_999)).toEqual([]);
    expect(again(21_000).length).toBe(good.length);
  });

  it('are not repeated once they are taken back, nor by what is no number', () => {
    tell(about());
    tell(sampled(), 0);
    const gone = tell(sampled({ voltage_V: null }), 30_000).map(({ topic }) => topic);
    expect(gone).not.toContain(topics.value('voltage_V'));
    expect(gone).toContain(topics.value('current_mA'));
    expect(tell({ kind: 'state', n: 1, payload: stateMessage(status(), STAMP) }, 90_000)).toEqual([]);
  });

  it('come while nothing runs, too', () => {
    tell(about());
    const read = { ...sample(), ...Object.fromEntries(CHANNELS.map((name) => [name, null])), temperature_C: 21.5 };
    expect(tell({ kind: 'values', n: 1, payload: bareValues(read) }, 0)).toEqual([
      { topic: topics.value('temperature_C'), payload: '21.5', retain: true, qos: 1 },
    ]);
  });
});

describe('the alarms together', () => {
  beforeEach(() => {
    tell(about());
  });

  it('count what is active, by severity, and say the worst that came first', () => {
    tell(alarmed({ id: 'a', severity: 'warning', since_s: 5, text: 'early' }));
    tell(alarmed({ id: 'b', severity: 'alarm', since_s: 20, text: 'later' }));
    const told = tell(alarmed({ id: 'c', severity: 'alarm', since_s: 10, text: 'first', action: 'do this' }));
    expect(summaryIn(told)).toEqual({
      v: 1,
      bootId: 'b',
      active: 3,
      alarms: 2,
      warnings: 1,
      advisories: 0,
      hydrogen: false,
      id: 'c',
      text: 'first',
      action: 'do this',
    });
  });

  it.each(['normal', 'cleared-unacknowledged', 'shelved'] as const)('leave out one that is %s', (state) => {
    tell(alarmed());
    expect(summaryIn(tell(alarmed({ state })))).toMatchObject({ active: 0, warnings: 0, text: null, id: null });
  });

  it.each(['hydrogen-warn', 'hydrogen-trip', 'vent-hydrogen-high'])('know hydrogen by %s', (id) => {
    expect(summaryIn(tell(alarmed({ id, state: 'acknowledged' })))).toMatchObject({ hydrogen: true });
    expect(summaryIn(tell(alarmed({ id, state: 'normal' })))).toMatchObject({ hydrogen: false });
  });
});
