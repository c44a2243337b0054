/**
 * What Home Assistant shows of a reactor: every entity with its topic, its template, its unit. Pure. There is a STOP button,
 * and nothing that starts, sets or answers: that takes a user, a nonce and a permit, which a dashboard does not have.
 */
import { RUN_STATES } from '../../model/state.js';
import type { Topics, ValueName } from '../topics.js';
import {
  LONGEST_STATE,
  UNKNOWN,
  type BinarySensor,
  type Button,
  type Component,
  type Sensor,
  type SensorClass,
} from './discovery.js';

/** Its name at the broker: the access list lets it ask for a stop under this one only. */
export const ACTOR = 'homeassistant';
/** A number that nobody has told for this long is no longer shown, s. */
export const EXPIRES_S = 60;

export interface Naming {
  readonly topics: Topics;
  /** Names the device for ever: small letters, digits, "_" and "-". */
  readonly device: string;
  /** Topic of the alarms together. */
  readonly alarms: string;
}

interface Shown {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  readonly kind?: SensorClass;
  readonly diagnostic?: true;
  readonly template?: string;
}

/** An empty payload takes a number back. */
const NUMBER = `{{ value or '${UNKNOWN}' }}`;
const PERCENT = `{{ (value | float * 100) | round(2) if value else '${UNKNOWN}' }}`;

/** All bare numbers of the contract: a new one is not forgotten here. */
const NUMBERS: Readonly<Record<ValueName, Shown>> = {
  current_mA: { name: 'Current', unit: 'mA', digits: 2, kind: 'current' },
  return_current_mA: { name: 'Return current', unit: 'mA', digits: 2, kind: 'current', diagnostic: true },
  voltage_V: { name: 'Cell voltage', unit: 'V', digits: 3, kind: 'voltage' },
  temperature_C: { name: 'Temperature', unit: '°C', digits: 2, kind: 'temperature' },
  safety_temperature_C: { name: 'Safety temperature', unit: '°C', digits: 2, kind: 'temperature', diagnostic: true },
  board_temperature_C: { name: 'Board temperature', unit: '°C', digits: 1, kind: 'temperature', diagnostic: true },
  hot_side_C: { name: 'Hot side', unit: '°C', digits: 1, kind: 'temperature', diagnostic: true },
  supply_V: { name: 'Supply', unit: 'V', digits: 2, kind: 'voltage', diagnostic: true },
  peltier_A: { name: 'Peltier current', unit: 'A', digits: 2, kind: 'current', diagnostic: true },
  // gas is a volume and ppm belongs to other gases: these two have no class
  hydrogen_ppm: { name: 'Hydrogen in air', unit: 'ppm', digits: 0 },
  vent_hydrogen_vol_percent: { name: 'Hydrogen in vent', unit: '%', digits: 3 },
  // volume_flow_rate knows no mL/min
  sweep_mL_min: { name: 'Nitrogen sweep', unit: 'mL/min', digits: 1 },
  flow_mL_min: { name: 'Liquid flow', unit: 'mL/min', digits: 2 },
  setpoint_mA: { name: 'Current asked for', unit: 'mA', digits: 2, kind: 'current' },
  temperature_setpoint_C: { name: 'Temperature asked for', unit: '°C', digits: 1, kind: 'temperature' },
  peltier_setpoint_A: {
    name: 'Peltier current asked for',
    unit: 'A',
    digits: 2,
    kind: 'current',
    diagnostic: true,
  },
  flow_setpoint_mL_min: { name: 'Liquid flow asked for', unit: 'mL/min', digits: 2 },
  charge_C: { name: 'Charge', unit: 'C', digits: 1 },
  charge_F_mol: { name: 'Charge per substrate', unit: 'F/mol', digits: 3 },
  progress: { name: 'Progress', unit: '%', digits: 1, template: PERCENT },
  eta_s: { name: 'Time to the end', unit: 's', digits: 0, kind: 'duration' },
};

/** Of a JSON payload; an empty one takes the topic back. */
const field = (key: string): string => `(value_json.${key} if value_json is defined else none)`;
const word = (key: string): string => `{{ (${field(key)} or '${UNKNOWN}')[:${LONGEST_STATE}] }}`;
/** Unknown where the topic is taken back: neither on nor off would be true. */
const onWhere = (condition: string): string =>
  `{{ ('ON' if ${condition} else 'OFF') if value_json is defined else '${UNKNOWN}' }}`;

class Entities {
  readonly all: Record<string, Component> = {};

  constructor(private readonly naming: Naming) {}

  sensor(key: string, of: Omit<Sensor, 'platform' | 'unique_id' | 'default_entity_id'>): this {
    this.all[key] = { platform: 'sensor', ...this.named('sensor', key), ...of };
    return this;
  }

  binary(key: string, of: Omit<BinarySensor, 'platform' | 'unique_id' | 'default_entity_id'>): this {
    this.all[key] = { platform: 'binary_sensor', ...this.named('binary_sensor', key), ...of };
    return this;
  }

  button(key: string, of: Omit<Button, 'platform' | 'unique_id' | 'default_entity_id'>): this {
    this.all[key] = { platform: 'button', ...this.named('button', key), ...of };
    return this;
  }

  private named(domain: string, key: string): { unique_id: string; default_entity_id: string } {
    const { device } = this.naming;
    const name = `${device}_${key}`.toLowerCase().replaceAll('-', '_');
    return { unique_id: `${device}_${key}`, default_entity_id: `${domain}.${name}` };
  }
}

function addNumbers(entities: Entities, topics: Topics): void {
  for (const [key, shown] of Object.entries(NUMBERS) as [ValueName, Shown][]) {
    entities.sensor(key, {
      name: shown.name,
      state_topic: topics.value(key),
      value_template: shown.template ?? NUMBER,
      unit_of_measurement: shown.unit,
      state_class: 'measurement',
      suggested_display_precision: shown.digits,
      expire_after: EXPIRES_S,
      ...(shown.kind === undefined ? {} : { device_class: shown.kind }),
      ...(shown.diagnostic === undefined ? {} : { entity_category: 'diagnostic' }),
    });
  }
}

function addRun(entities: Entities, { topics }: Naming): void {
  const { state, prompt, about } = topics;
  const ended = `['idle', 'complete', 'stopped', 'aborted']`;
  entities
    .sensor('state', {
      name: 'State',
      state_topic: state,
      value_template: `{{ ${field('state')} or '${UNKNOWN}' }}`,
      device_class: 'enum',
      options: [...RUN_STATES],
      json_attributes_topic: state,
      icon: 'mdi:state-machine',
    })
    .sensor('step', { name: 'Step', state_topic: state, value_template: word('step_name'), icon: 'mdi:stairs' })
    .sensor('recipe', { name: 'Recipe', state_topic: state, value_template: word('recipe'), icon: 'mdi:flask' })
    .binary('running', {
      name: 'Running',
      state_topic: state,
      value_template: onWhere(`value_json.state not in ${ended}`),
      device_class: 'running',
    })
    .binary('held', {
      name: 'Held',
      state_topic: state,
      value_template: onWhere(`value_json.state in ['holding', 'held']`),
      icon: 'mdi:pause-circle',
    })
    .sensor('prompt', {
      name: 'Question to the operator',
      state_topic: prompt,
      value_template: word('text'),
      json_attributes_topic: prompt,
      icon: 'mdi:account-question',
    })
    .binary('prompt_waits', {
      name: 'Operator is asked',
      state_topic: prompt,
      value_template: onWhere('value_json.id'),
      icon: 'mdi:account-alert',
    })
    .binary('permit', {
      name: 'Permit given at the bench',
      state_topic: about,
      value_template: onWhere(`value_json.permit == 'given'`),
      icon: 'mdi:key',
    })
    .binary('simulated', {
      name: 'Simulated',
      state_topic: about,
      value_template: onWhere('value_json.simulated'),
      entity_category: 'diagnostic',
      icon: 'mdi:test-tube-empty',
    });
}

function addAlarms(entities: Entities, alarms: string): void {
  const of = (name: string, condition: string): Parameters<Entities['binary']>[1] => ({
    name,
    state_topic: alarms,
    value_template: onWhere(condition),
    device_class: 'problem',
  });
  entities
    .sensor('alarm_text', {
      name: 'Alarm',
      state_topic: alarms,
      value_template: word('text'),
      json_attributes_topic: alarms,
      icon: 'mdi:alert',
    })
    .binary('alarm_any', of('Any alarm', 'value_json.active'))
    .binary('alarm_alarm', of('Alarm: act', 'value_json.alarms'))
    .binary('alarm_warning', of('Warning: look', 'value_json.warnings'))
    .binary('alarm_advisory', of('Advisory', 'value_json.advisories'))
    .binary('alarm_hydrogen', { ...of('Hydrogen', 'value_json.hydrogen'), device_class: 'gas' });
}

/** Keyed by a name that stays, so that Home Assistant knows them again. */
export function entitiesOf(naming: Naming): Readonly<Record<string, Component>> {
  const entities = new Entities(naming);
  addNumbers(entities, naming.topics);
  addRun(entities, naming);
  addAlarms(entities, naming.alarms);
  entities.button('stop', {
    name: 'STOP',
    command_topic: naming.topics.stop(ACTOR),
    payload_press: 'stop',
    qos: 1,
    retain: false,
    icon: 'mdi:stop-circle',
  });
  return entities.all;
}
