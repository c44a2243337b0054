/**
 * The reactors on a broker as their messages show them. Pure: (fleet, message) -> fleet, and what changed in words. Messages
 * that are not as the contract says change nothing. Must not know a broker or the time.
 */
import {
  ROOT,
  aboutPayload,
  alarmPayload,
  availabilityPayload,
  isId,
  samplePayload,
  statePayload,
  type AboutPayload,
  type AlarmPayload,
  type SamplePayload,
  type StatePayload,
} from '../telemetry/topics.js';
import type { ReactorSeen } from './dispatch.js';

/** What `fleet` reads of every reactor. */
export const FLEET_TOPICS = ['availability', 'about', 'state', 'alarm/+', 'sample'].map((rest) => `${ROOT}/+/${rest}`);

export interface Known {
  readonly online: boolean;
  readonly about: AboutPayload | null;
  readonly state: StatePayload | null;
  readonly sample: SamplePayload | null;
  readonly alarms: ReadonlyMap<string, AlarmPayload>;
}
export type Fleet = ReadonlyMap<string, Known>;

const UNKNOWN: Known = { online: false, about: null, state: null, sample: null, alarms: new Map() };

export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
}

/** The fleet after a message; `change` in words, null when it says nothing new. */
export function heard(fleet: Fleet, message: Message): { readonly fleet: Fleet; readonly change: string | null } {
  const [root, name = '', topic = ''] = message.topic.split('/');
  if (root !== ROOT || !isId(name)) return { fleet, change: null };
  const was = fleet.get(name) ?? UNKNOWN;
  const text = message.payload.toString('utf8');
  const now = topic === 'availability' ? available(was, text) : told(was, topic, jsonOf(text));
  if (now === null) return { fleet, change: null };
  return { fleet: new Map([...fleet, [name, now]]), change: changeOf(was, now, topic) };
}

function available(was: Known, text: string): Known | null {
  const word = availabilityPayload.safeParse(text);
  return word.success ? { ...was, online: word.data === 'online' } : null;
}

function told(was: Known, topic: string, json: unknown): Known | null {
  switch (topic) {
    case 'about':
      return withPart(was, 'about', aboutPayload.safeParse(json));
    case 'state':
      return withPart(was, 'state', statePayload.safeParse(json));
    case 'sample': {
      const sample = samplePayload.safeParse(json);
      // What is back-filled is of the past.
      return sample.success && sample.data.late !== true ? { ...was, sample: sample.data } : null;
    }
    case 'alarm': {
      const alarm = alarmPayload.safeParse(json);
      return alarm.success ? { ...was, alarms: new Map([...was.alarms, [alarm.data.id, alarm.data]]) } : null;
    }
    default:
      return null;
  }
}

function withPart<K extends 'about' | 'state'>(
  was: Known,
  key: K,
  parsed: { readonly success: boolean; readonly data?: Known[K] },
): Known | null {
  return parsed.success && parsed.data !== undefined ? { ...was, [key]: parsed.data } : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no object: the schema refuses it
  }
}

const standing = (known: Known): readonly AlarmPayload[] =>
  [...known.alarms.values()].filter(({ state }) => state !== 'normal');

function changeOf(was: Known, now: Known, topic: string): string | null {
  const { state, about, sample } = now;
  switch (topic) {
    case 'availability':
      return was.online === now.online ? null : now.online ? 'is online' : 'is offline';
    case 'state': {
      if (state === null || (was.state?.state === state.state && was.state.step_name === state.step_name)) return null;
      return [state.state, state.recipe, state.step_name].filter((word) => word !== null).join(', ');
    }
    case 'about':
      return about === null || was.about?.permit === about.permit ? null : `permit ${about.permit}`;
    case 'sample':
      return sample === null ? null : sampleText(sample);
    default: {
      const before = new Map(standing(was).map(({ id, state: of }) => [id, of]));
      const news = [...now.alarms.values()].filter(({ id, state: of }) => (before.get(id) ?? 'normal') !== of);
      return news.length === 0 ? null : news.map(({ id, state: of }) => `alarm ${id} ${of}`).join('; ');
    }
  }
}

const shown = (value: number | null, digits: number, unit: string): string =>
  value === null ? `no ${unit}` : `${value.toFixed(digits)} ${unit}`;

function sampleText(sample: SamplePayload): string {
  return [
    `${sample.elapsed_s.toFixed(0)} s`,
    shown(sample.current_mA, 1, 'mA'),
    shown(sample.voltage_V, 2, 'V'),
    shown(sample.temperature_C, 2, '°C'),
    shown(sample.charge_C, 1, 'C'),
    `${(100 * sample.progress).toFixed(1)} %`,
  ].join('  ');
}

/** For the dispatcher. */
export function reactorsSeen(fleet: Fleet): ReactorSeen[] {
  return [...fleet].map(([name, { online, about, state }]) => ({
    name,
    online,
    bootId: about?.bootId ?? null,
    state: state?.state ?? null,
    run: state?.run ?? null,
    permit: about?.permit === 'given',
    accepts: about?.accepts === 'network',
  }));
}

/** One row of `fleet list`; the keys of `--json`. */
export function fleetRow(name: string, known: Known) {
  const { online, state, about } = known;
  return {
    name,
    online,
    state: state?.state ?? null,
    recipe: state?.recipe ?? null,
    run: state?.run ?? null,
    step: state?.step_name ?? null,
    since: state?.since ?? null,
    simulated: state?.simulated ?? about?.simulated ?? null,
    permit: about?.permit ?? null,
    accepts: about?.accepts ?? null,
    program: about?.program ?? null,
    alarms: standing(known).map(({ id }) => id),
  };
}
