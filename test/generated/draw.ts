/** Seeded choices for generated recipes: from lists, between bounds, and near bounds on purpose. Knows no recipe. */
import { seeded, type Random } from '../../src/model/random.js';

/** Shares of the draws of `near` that lie on a bound and just beyond one. */
const ON_BOUND = 0.3;
const BEYOND = 0.04;
/** How far beyond, as a share of the bound. */
const BEYOND_SHARE = 0.05;

export class Draw {
  private readonly random: Random;

  /** Attempts of one seed have nothing in common. */
  constructor(seed: number, attempt: number) {
    this.random = seeded(seed).fork(`generated recipe, attempt ${attempt}`);
  }

  chance(share: number): boolean {
    return this.random.uniform() < share;
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[Math.floor(this.random.uniform() * from.length)];
    if (chosen === undefined) throw new RangeError('nothing to choose from');
    return chosen;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.random.uniform();
  }

  /** A whole number of both bounds and between. */
  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  /** Within the bounds, often on one, and now and then beyond the one that a rule guards. */
  near(least: number, most: number, guarded: 'least' | 'most'): number {
    const where = this.random.uniform();
    const [edge, outward] = guarded === 'most' ? [most, 1] : [least, -1];
    if (where < BEYOND) return edge * (1 + Math.sign(edge) * outward * BEYOND_SHARE * this.random.uniform());
    if (where < BEYOND + ON_BOUND) return edge;
    return this.between(least, most);
  }
}

/** A quantity as it is written: so many significant digits, no exponent. */
export function written(value: number, unit: string, significant = 4): string {
  if (value === 0) return `0 ${unit}`;
  const decimals = Math.max(0, Math.min(9, significant - 1 - Math.floor(Math.log10(Math.abs(value)))));
  return `${Number(value.toFixed(decimals))} ${unit}`;
}
