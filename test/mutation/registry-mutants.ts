/**
 * Faults set into the interlocks as they are registered, made from the registry itself: an interlock taken out, negated,
 * always or never asked, its delay doubled or halved, its latch turned, its reaction weakened, NaN accepted.
 */
import type { GuardContext, Interlock } from '../../src/control/guard/interlock.js';
import { REACTIONS, type Reaction } from '../../src/control/guard/safe-states.js';
import type { Observation } from '../../src/model/observation.js';
import { seen } from '../support/observation.js';
import { RUNNING } from '../control/guard/situations.js';

export interface RegistryMutant {
  readonly id: string;
  readonly what: string;
  /** null: taken out. */
  readonly interlock: Interlock | null;
}

/** From the strongest on. */
function weaker(reaction: Reaction): readonly Reaction[] {
  return REACTIONS.slice(REACTIONS.indexOf(reaction) + 1);
}

/** A delay of none becomes a second: nothing is sooner than at once. */
function delays({ delay_s }: Interlock): readonly number[] {
  return delay_s === 0 ? [1] : [2 * delay_s, delay_s / 2];
}

/** Numbers that `healthy` looks at: keys of the observation and of the context. */
function looksAt(interlock: Interlock): { readonly seen: string[]; readonly context: string[] } {
  const recorded = <T extends object>(of: T): { readonly spy: T; readonly keys: string[] } => {
    const keys: string[] = [];
    const get = (target: T, key: string | symbol): unknown => {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === 'string' && typeof value === 'number' && !keys.includes(key)) keys.push(key);
      return value;
    };
    return { spy: new Proxy(of, { get }), keys };
  };
  const observation = recorded<Observation>(seen());
  const context = recorded<GuardContext>(RUNNING);
  interlock.healthy(observation.spy, context.spy);
  return { seen: observation.keys, context: context.keys };
}

function acceptingNaN(interlock: Interlock): RegistryMutant[] {
  const keys = looksAt(interlock);
  const mutant = (key: string, isNaNThere: (s: Observation, c: GuardContext) => boolean): RegistryMutant => ({
    id: interlock.id,
    what: `NaN accepted as ${key}`,
    interlock: { ...interlock, healthy: (s, c) => isNaNThere(s, c) || interlock.healthy(s, c) },
  });
  return [
    ...keys.seen.map((key) => mutant(key, (s) => Number.isNaN(Reflect.get(s, key)))),
    ...keys.context.map((key) => mutant(key, (_, c) => Number.isNaN(Reflect.get(c, key)))),
  ];
}

export function registryMutants(interlocks: readonly Interlock[]): RegistryMutant[] {
  return interlocks.flatMap((interlock) => {
    const { id } = interlock;
    const changed = (what: string, change: Partial<Interlock>): RegistryMutant => ({
      id,
      what,
      interlock: { ...interlock, ...change },
    });
    return [
      { id, what: 'taken out', interlock: null },
      changed('healthy negated', { healthy: (s, c) => !interlock.healthy(s, c) }),
      changed('always healthy', { healthy: () => true }),
      changed('always asked', { applies: () => true }),
      changed('never asked', { applies: () => false }),
      changed('latch turned', { latched: !interlock.latched }),
      ...delays(interlock).map((delay_s) => changed(`after ${delay_s} s`, { delay_s })),
      ...weaker(interlock.reaction).map((reaction) => changed(`only ${reaction}`, { reaction })),
      ...acceptingNaN(interlock),
    ];
  });
}
