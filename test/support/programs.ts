/**
 * Random programs of sleeps, races and nested tasks, as data, with the instants that arithmetic gives for each of their
 * steps. What a virtual clock shows must be the same.
 */
import { concatMap, lastValueFrom, timeout, timer } from 'rxjs';
import type { Random } from '../../src/model/random.js';
import type { VirtualClock } from '../../src/model/virtual-clock.js';

/** Every step takes `ns` of virtual time and then `depth` continuations that take none. */
export type Step =
  | { readonly kind: 'sleep' | 'race' | 'all' | 'operator'; readonly ns: number; readonly depth: number }
  | { readonly kind: 'outside'; readonly ns: 0; readonly depth: number }
  | { readonly kind: 'children'; readonly tasks: readonly Task[]; readonly depth: number };
export type Task = readonly Step[];

/** Bus transfers end on multiples of 90 µs at 100 kbit/s (nine bits a byte): the instants then often coincide. */
const GRAIN_NS = 90_000;
const NS_PER_MS = 1e6;

export function randomTask(random: Random, level = 0): Task {
  return Array.from({ length: 5 }, () => randomStep(random, level));
}

function randomStep(random: Random, level: number): Step {
  const depth = Math.floor(random.uniform() * 40);
  const ns = Math.floor(random.uniform() * 50) * GRAIN_NS;
  const choice = random.uniform();
  if (choice < 0.35) return { kind: 'sleep', ns, depth };
  if (choice < 0.5) return { kind: 'race', ns, depth };
  if (choice < 0.65) return { kind: 'all', ns, depth };
  if (choice < 0.8) return { kind: 'operator', ns, depth };
  if (choice < 0.85) return { kind: 'outside', ns: 0, depth };
  if (level >= 2) return { kind: 'sleep', ns, depth };
  return { kind: 'children', tasks: [randomTask(random, level + 1), randomTask(random, level + 1)], depth };
}

/** The instants after each step, by arithmetic alone: a task's time is the sum of its steps, that of children the latest. */
export function expectedInstants_ns(task: Task, from_ns = 0): number[] {
  const instants: number[] = [];
  let now = from_ns;
  for (const step of task) {
    if (step.kind === 'children') {
      const inner = step.tasks.map((child) => expectedInstants_ns(child, now));
      instants.push(...inner.flat());
      now = Math.max(...inner.map((child) => child.at(-1) ?? now));
    } else now += step.ns;
    instants.push(now);
  }
  return instants;
}

/** `count` awaits in one another. */
export async function nested(count: number): Promise<void> {
  if (count > 0) await nested(count - 1);
}

/** What a task saw: the instants of its own steps, and in `order` the interleaving with all others. */
export async function perform(clock: VirtualClock, task: Task, name: string, order: string[]): Promise<number[]> {
  const instants: number[] = [];
  for (const [i, step] of task.entries()) {
    if (step.kind === 'children') {
      const inner = step.tasks.map((child, k) => perform(clock, child, `${name}.${i}.${k}`, order));
      instants.push(...(await Promise.all(inner)).flat());
    } else await pass(clock, step);
    await nested(step.depth);
    instants.push(clock.now_ns());
    order.push(`${name}.${i}@${clock.now_ns()}`);
  }
  return instants;
}

async function pass(clock: VirtualClock, step: Exclude<Step, { kind: 'children' }>): Promise<void> {
  const ms = step.ns / NS_PER_MS;
  switch (step.kind) {
    case 'sleep':
      return clock.sleep(ms);
    case 'race':
      return Promise.race([clock.sleep(ms), clock.sleep(ms + 1e-6)]);
    case 'all':
      await Promise.all([clock.sleep(ms), nested(step.depth), clock.sleep(ms / 2)]);
      return;
    case 'operator':
      return lastValueFrom(
        timer(ms, clock.scheduler).pipe(
          concatMap(() => nested(step.depth)),
          timeout({ each: ms + 1e-5, scheduler: clock.scheduler }),
        ),
      );
    case 'outside':
      return clock.hold(new Promise((resolve) => setImmediate(resolve)));
  }
}
