/**
 * Puts a fault into a simulated bench at its instant and takes it away again. Owns an injection's life: scheduled, in
 * force, ended. What a fault does is the registry's. The same order on the same bench and seed gives the same bytes.
 */
import type { Timer } from '../../model/clock.js';
import { seeded, type Random } from '../../model/random.js';
import type { SimulatedBench } from '../simulated-bench.js';
import type { FaultOrder, Injection } from './order.js';
import type { Setup, Suffering, Undo } from './part.js';
import { TARGETS, targetNamed, verbsOf } from './targets.js';

/**
 * `at_s` and `for_s` count from this call; `struck` is told when it changes something for the first time. Throws RangeError for an order that this bench cannot suffer: an unknown
 * target or verb, an amount out of its range, a part that it does not have.
 */
export function inject(bench: SimulatedBench, order: FaultOrder, struck: () => void = () => undefined): Injection {
  return new Running(bench, order, sufferingOf(bench, order), struck);
}

/** Why a bench cannot suffer an order, in words; null when it can. */
export function refusalOf(bench: Setup, order: FaultOrder): string | null {
  try {
    sufferingOf(bench, order);
    return null;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function sufferingOf(bench: Setup, order: FaultOrder): Suffering {
  const target = targetNamed(order.target);
  if (target === undefined)
    throw new RangeError(
      `there is no "${order.target}" to break; there are ${TARGETS.map(({ name }) => name).join(', ')}`,
    );
  const suffering = target.verbs[order.verb];
  if (suffering === undefined) {
    const known = verbsOf(target).map(([verb]) => verb);
    throw new RangeError(`${order.target} cannot be "${order.verb}"; it can be ${known.join(', ')}`);
  }
  const missing = target.missing(bench);
  if (missing !== null) throw new RangeError(`${bench.board.name} has no ${order.target}: ${missing}`);
  mustFit(order, suffering);
  return suffering;
}

function mustFit({ target, verb, amount, at_s, for_s }: FaultOrder, { unit, least, most }: Suffering): void {
  const name = `${target}:${verb}`;
  if (amount !== null && unit === null) throw new RangeError(`${name} takes no amount`);
  if (amount !== null && !(amount >= least && amount <= most))
    throw new RangeError(`${name} takes ${least} to ${most} ${unit}, not ${amount}`);
  if (!(at_s >= 0 && at_s < Infinity)) throw new RangeError(`${name} cannot begin at ${at_s} s`);
  if (for_s !== null && !(for_s > 0 && for_s < Infinity)) throw new RangeError(`${name} cannot last ${for_s} s`);
}

class Running implements Injection {
  fired = 0;
  private readonly timers = new Set<Timer>();
  private undo: Undo | null = null;
  private ended = false;

  constructor(
    private readonly bench: SimulatedBench,
    readonly order: FaultOrder,
    private readonly suffering: Suffering,
    private readonly struck: () => void,
  ) {
    if (order.at_s === 0) this.begin();
    else this.after(order.at_s, () => this.begin());
  }

  get over(): boolean {
    return this.ended;
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    const { undo } = this;
    if (undo === null) return;
    this.disturb(() => {
      undo();
      this.bench.world.faults.delete(this.order);
    });
  }

  private begin(): void {
    const { bench, order, suffering } = this;
    this.disturb(() => {
      bench.world.faults.add(order);
      this.undo = suffering.begin({
        bench,
        amount: order.amount ?? suffering.usual ?? NaN,
        random: this.random(),
        now_s: () => bench.world.elapsed_ms / 1000,
        fire: () => {
          if (this.fired++ === 0) this.struck();
        },
        every: (period_s, act) => this.every(period_s, act),
      });
    });
    if (order.for_s !== null) this.after(order.for_s, () => this.end());
  }

  /** A stream of its own for each order, so that a second fault does not move the first one's. */
  private random(): Random {
    const { target, verb, amount, at_s } = this.order;
    return seeded(this.bench.seed).fork(`fault ${target} ${verb} ${amount ?? ''} ${at_s}`);
  }

  /** Acts at once, which is within `begin`, and then each period. */
  private every(period_s: number, act: () => void): void {
    act();
    const again = (): void => {
      this.disturb(act);
      this.after(period_s, again);
    };
    this.after(period_s, again);
  }

  private disturb(act: () => void): void {
    this.bench.world.disturb(act, this.bench.time.now_ns());
  }

  private after(delay_s: number, act: () => void): void {
    const timer = this.bench.time.clock.after(delay_s * 1000, () => {
      this.timers.delete(timer);
      act();
    });
    this.timers.add(timer);
  }
}
