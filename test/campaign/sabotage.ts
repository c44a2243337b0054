/**
 * Programs with something wrong in them, by name: what the campaign must notice. Each is put in from outside, through an
 * option or in place of a method, and taken out again after the run. Owns the list and nothing of the campaign.
 */
import { Channels } from '../../src/control/channels.js';
import { INTERLOCKS } from '../../src/control/guard/interlocks.js';
import { Output } from '../../src/control/output.js';
import { Shutdown, type OffVerdict } from '../../src/control/shutdown.js';
import { Watch } from '../../src/control/watch.js';
import { Firmware } from '../../src/twin/firmware.js';
import type { Conditions } from './play.js';

export interface Sabotage {
  readonly name: string;
  readonly does: string;
  readonly conditions?: Conditions;
  /** Puts it in place and gives back what takes it out. */
  readonly begin?: () => () => void;
}

/** Puts another property in the place of one of an object or prototype. */
function replaced(owner: object, key: string, put: PropertyDescriptor): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  if (before === undefined) throw new RangeError(`there is no ${key} to sabotage`);
  Object.defineProperty(owner, key, { ...put, configurable: true });
  return () => {
    Object.defineProperty(owner, key, before);
  };
}

const isPrivate = (watch: object): { memory: ReadonlyMap<string, unknown> } =>
  watch as unknown as { memory: ReadonlyMap<string, unknown> };

/** The method as it is now, for any shutdown. */
function judgeOf(prototype: Shutdown): (shutdown: Shutdown, seen: Parameters<Shutdown['judge']>[0]) => OffVerdict {
  const method: unknown = Object.getOwnPropertyDescriptor(prototype, 'judge')?.value;
  if (typeof method !== 'function') throw new TypeError('a shutdown judges');
  return (shutdown, seen) => Reflect.apply(method, shutdown, [seen]) as OffVerdict;
}

interface Slots {
  readonly slots: Readonly<Record<string, { readonly expected: boolean; readonly value: number | null }>>;
}
const slotsOf = (channels: object): Slots['slots'] => (channels as unknown as Slots).slots;

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'latch-removed',
    does: 'a resume is taken although the cause of the trip still stands',
    begin: () =>
      replaced(Watch.prototype, 'reset', {
        value(this: Watch) {
          isPrivate(this).memory = new Map();
          return { standing: [], cleared: [] };
        },
      }),
  },
  {
    name: 'stale-value-accepted',
    does: 'the last value of a channel is good for ever',
    begin: () => {
      const undo = [
        replaced(Channels.prototype, 'quality', {
          value(this: Channels, name: string) {
            return slotsOf(this)[name]?.expected === true ? 'good' : 'absent';
          },
        }),
        replaced(Channels.prototype, 'value', {
          value(this: Channels, name: string) {
            return slotsOf(this)[name]?.value ?? null;
          },
        }),
      ];
      return () => {
        for (const one of undo) one();
      };
    },
  },
  {
    name: 'deadlines-doubled',
    does: 'every interlock of the host waits twice as long',
    conditions: { options: { interlocks: INTERLOCKS.map((one) => ({ ...one, delay_s: 2 * one.delay_s })) } },
  },
  {
    name: 'relay-supervision-broken',
    does: 'nobody opens the master relay when an off is not obeyed',
    conditions: {
      options: { interlocks: INTERLOCKS.filter(({ id }) => id !== 'current-when-off') },
    },
    begin: () => {
      const healthy = judgeOf(Shutdown.prototype);
      const undo = [
        replaced(Shutdown.prototype, 'judge', {
          value(this: Shutdown, seen: Parameters<Shutdown['judge']>[0]) {
            const verdict = healthy(this, seen);
            return verdict === 'open-relay' ? 'waiting' : verdict;
          },
        }),
        replaced(Firmware.prototype, 'openMasterRelay', { get: () => false }),
        replaced(Output.prototype, 'openMasterRelay', { value: () => undefined }),
      ];
      return () => {
        for (const one of undo) one();
      };
    },
  },
  {
    name: 'heartbeat-of-its-own',
    does: 'the heartbeat comes from a timer beside the control cycle, and goes on when that has died',
    conditions: { undead: true },
  },
];

/** Runs `body` with the sabotage of that name in place. Throws RangeError for a name that is none. */
export async function sabotaged<T>(name: string, body: (conditions: Conditions) => Promise<T>): Promise<T> {
  const sabotage = SABOTAGES.find((one) => one.name === name);
  if (sabotage === undefined) throw new RangeError(`no sabotage is called ${name}`);
  const end = sabotage.begin?.();
  try {
    return await body(sabotage.conditions ?? {});
  } finally {
    end?.();
  }
}
