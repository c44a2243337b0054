/**
 * Home Assistant's message of device discovery, as far as it is used here: its keys, and which units go with which class.
 * Pure facts, from home-assistant/core: components/mqtt/{schemas,sensor,binary_sensor,button}.py and
 * components/sensor/const.py (DEVICE_CLASS_UNITS), as of 2026.10; object_id is gone since 2026.4. It knows no reactor.
 */
import * as z from 'zod';

/** Longest state of an entity, characters (homeassistant/const.py, MAX_LENGTH_STATE_STATE). */
export const LONGEST_STATE = 255;
/** The word that makes a state unknown; an empty one would leave the state before it (components/mqtt/const.py). */
export const UNKNOWN = 'None';

/** Units that Home Assistant takes with a class; without a class it takes any. null: none at all. */
export const CLASS_UNITS = {
  current: ['A', 'mA'],
  voltage: ['V', 'mV'],
  temperature: ['°C', '°F', 'K'],
  duration: ['d', 'h', 'min', 's', 'ms'],
  enum: [null],
} as const satisfies Readonly<Record<string, readonly (string | null)[]>>;
export type SensorClass = keyof typeof CLASS_UNITS;

const topic = z
  .string()
  .min(1)
  .max(65_535)
  .regex(/^[^+#]+$/);
const template = z.string().min(1);
/** What is registered under a name keeps it: no capitals, no hyphens. */
const entityId = (domain: string) => z.string().regex(new RegExp(`^${domain}\\.[a-z0-9_]+$`));

const common = {
  name: z.string().min(1),
  unique_id: z.string().min(1),
  icon: z
    .string()
    .regex(/^mdi:[a-z0-9-]+$/)
    .optional(),
  entity_category: z.literal('diagnostic').optional(),
  json_attributes_topic: topic.optional(),
  qos: z.literal([0, 1, 2]).optional(),
};

const sensor = z
  .strictObject({
    platform: z.literal('sensor'),
    ...common,
    default_entity_id: entityId('sensor'),
    state_topic: topic,
    value_template: template,
    device_class: z.enum(['current', 'voltage', 'temperature', 'duration', 'enum']).optional(),
    unit_of_measurement: z.string().min(1).optional(),
    state_class: z.enum(['measurement', 'total', 'total_increasing']).optional(),
    options: z.array(z.string()).min(1).optional(),
    suggested_display_precision: z.int().nonnegative().optional(),
    expire_after: z.int().positive().optional().describe('s without a message until the state is unavailable'),
  })
  .refine(
    ({ device_class: kind, unit_of_measurement: unit = null }) =>
      kind === undefined || (CLASS_UNITS[kind] as readonly (string | null)[]).includes(unit),
    { error: 'is no unit of its class', path: ['unit_of_measurement'] },
  )
  .refine(({ device_class: kind, options }) => (kind === 'enum') === (options !== undefined), {
    error: 'go with the class enum, and only with it',
    path: ['options'],
  })
  .refine(({ device_class: kind, state_class }) => kind !== 'enum' || state_class === undefined, {
    error: 'a word is no measurement',
    path: ['state_class'],
  });

const binarySensor = z.strictObject({
  platform: z.literal('binary_sensor'),
  ...common,
  default_entity_id: entityId('binary_sensor'),
  state_topic: topic,
  value_template: template,
  device_class: z.enum(['running', 'problem', 'gas', 'safety']).optional(),
  payload_on: z.string().default('ON'),
  payload_off: z.string().default('OFF'),
});

const button = z.strictObject({
  platform: z.literal('button'),
  ...common,
  default_entity_id: entityId('button'),
  command_topic: topic,
  payload_press: z.string(),
  retain: z.literal(false),
});

const device = z.strictObject({
  identifiers: z.array(z.string().min(1)).min(1),
  name: z.string().min(1),
  manufacturer: z.string(),
  model: z.string(),
  sw_version: z.string(),
  hw_version: z.string(),
  serial_number: z.string().optional(),
});

export const discoveryMessage = z
  .strictObject({
    device,
    origin: z.strictObject({ name: z.string().min(1), sw_version: z.string() }),
    availability_topic: topic,
    payload_available: z.string(),
    payload_not_available: z.string(),
    qos: z.literal([0, 1, 2]),
    components: z.record(z.string().regex(/^[a-zA-Z0-9_-]+$/), z.union([sensor, binarySensor, button])),
  })
  .refine(
    ({ components }) => {
      const ids = Object.values(components).map((component) => component.unique_id);
      return new Set(ids).size === ids.length;
    },
    { error: 'each component has a unique_id of its own', path: ['components'] },
  );

export type Sensor = z.input<typeof sensor>;
export type BinarySensor = z.input<typeof binarySensor>;
export type Button = z.input<typeof button>;
export type Component = Sensor | BinarySensor | Button;
export type DiscoveryMessage = z.input<typeof discoveryMessage>;

/** `homeassistant` is the prefix of discovery unless its owner changed it. */
export const DISCOVERY_PREFIX = 'homeassistant';
/** Where Home Assistant says `online` after a start. */
export const STATUS_TOPIC = `${DISCOVERY_PREFIX}/status`;

export const discoveryTopic = (device: string): string => `${DISCOVERY_PREFIX}/device/${device}/config`;
