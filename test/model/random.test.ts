import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded, type Random } from '../../src/model/random.js';

const drawn = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.uniform());

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length };
}

describe('seeded random numbers', () => {
  it('are the same for the same seed, and others for another', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        expect(drawn(seeded(a), 20)).toEqual(drawn(seeded(a), 20));
        if ((a | 0) !== (b | 0)) expect(drawn(seeded(a), 20)).not.toEqual(drawn(seeded(b), 20));
      }),
    );
  });

  it('lie in [0, 1)', () => {
    for (const value of drawn(seeded(1), 20_000)) expect(value >= 0 && value < 1).toBe(true);
  });

  /** Standard errors of 100,000 draws: mean 0.0009, variance 0.0003; five of each. */
  it('are uniform', () => {
    const { mean, variance } = moments(drawn(seeded(42), 100_000));
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.0015);
  });

  it('are normal with mean 0 and standard deviation 1', () => {
    const random = seeded(42);
    const values = Array.from({ length: 100_000 }, () => random.normal());
    const { mean, variance } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.016);
    expect(Math.abs(variance - 1)).toBeLessThan(0.025);
    const within = (limit: number): number => values.filter((x) => Math.abs(x) < limit).length / values.length;
    expect(within(1)).toBeCloseTo(0.6827, 1.9);
    expect(within(2)).toBeCloseTo(0.9545, 1.9);
    expect(within(3)).toBeCloseTo(0.9973, 2);
  });
});

describe('forks', () => {
  it('do not depend on how much their parent has drawn', () => {
    const [fresh, used] = [seeded(7), seeded(7)];
    drawn(used, 1000);
    expect(drawn(used.fork('adc'), 10)).toEqual(drawn(fresh.fork('adc'), 10));
  });

  it('do not move one another: each name has a stream of its own', () => {
    const names = ['adc', 'dac', 'bath', 'ba', 'ab', '', 'a', 'hydrogen', 'flow', 'sweep'];
    const streams = names.map((name) => drawn(seeded(7).fork(name), 4).join());
    expect(new Set([drawn(seeded(7), 4).join(), ...streams]).size).toBe(names.length + 1);
  });

  it('differ by seed and by descent', () => {
    const first = (random: Random): number => random.uniform();
    const values = [
      first(seeded(1).fork('a')),
      first(seeded(2).fork('a')),
      first(seeded(1).fork('a').fork('b')),
      first(seeded(1).fork('b').fork('a')),
    ];
    expect(new Set(values).size).toBe(4);
  });

  it('are not correlated with their parent', () => {
    const parent = drawn(seeded(3), 10_000);
    const child = drawn(seeded(3).fork('child'), 10_000);
    const product = parent.reduce((sum, x, k) => sum + (x - 0.5) * ((child[k] ?? NaN) - 0.5), 0);
    expect(Math.abs((product / parent.length) * 12)).toBeLessThan(0.05);
  });
});
