import { describe, expect, it } from 'vitest';
import { discoveryMessage, type Component, type DiscoveryMessage } from '../../../src/telemetry/plugins/discovery.js';
import { entitiesOf } from '../../../src/telemetry/plugins/entities.js';
import { topicsOf } from '../../../src/telemetry/topics.js';

const topics = topicsOf('bench');
const ALARMS = 'galvanode/bench/plugin/home-assistant';

function message(components: Readonly<Record<string, object>>, change: object = {}): unknown {
  const whole: DiscoveryMessage = {
    device: { identifiers: ['x'], name: 'x', manufacturer: 'x', model: 'x', sw_version: '1', hw_version: 'x' },
    origin: { name: 'x', sw_version: '1' },
    availability_topic: topics.availability,
    payload_available: 'online',
    payload_not_available: 'offline',
    qos: 1,
    components: {},
  };
  return { ...whole, components, ...change };
}

const entities = entitiesOf({ topics, device: 'galvanode_bench', alarms: ALARMS });
const accepted = (of: unknown): boolean => discoveryMessage.safeParse(of).success;

function changed(key: string, change: object): unknown {
  return message({ ...entities, [key]: { ...entities[key], ...change } });
}

describe('the discovery message', () => {
  it('is one that Home Assistant takes, with names that it would not change', () => {
    expect(discoveryMessage.safeParse(message(entities)).error).toBeUndefined();
    const ids = Object.values(entities).map((component: Component) => component.default_entity_id);
    expect(ids).toContain('sensor.galvanode_bench_current_ma');
    expect(ids).toContain('button.galvanode_bench_stop');
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['object_id, gone since 2026.4', changed('state', { object_id: 'x' })],
    ['an entity without its domain', changed('state', { default_entity_id: 'galvanode_bench_state' })],
    ['an entity of another domain', changed('running', { default_entity_id: 'sensor.galvanode_bench_running' })],
    ['a unit that its class does not have', changed('temperature_C', { unit_of_measurement: 'mA' })],
    ['a class that has no such unit', changed('flow_mL_min', { device_class: 'voltage' })],
    ['a class without its unit', changed('voltage_V', { unit_of_measurement: undefined })],
    ['words that are measured', changed('state', { state_class: 'measurement' })],
    ['words that are not listed', changed('state', { options: undefined })],
    ['a retained command', changed('stop', { retain: true })],
    ['a topic with a wildcard', changed('stop', { command_topic: 'galvanode/+/command' })],
    ['two of one name', changed('running', { unique_id: 'galvanode_bench_held' })],
    ['a platform that it does not know', changed('stop', { platform: 'starter' })],
    ['a number that would be old at once', changed('voltage_V', { expire_after: 0 })],
    ['a device without a name of its own', message(entities, { device: { identifiers: [] } })],
    ['no origin', message(entities, { origin: undefined })],
  ])('is refused with %s', (_what, wrong) => {
    expect(accepted(wrong)).toBe(false);
  });
});
