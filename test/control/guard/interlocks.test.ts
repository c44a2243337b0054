import { describe, expect, it } from 'vitest';
import type { Interlock } from '../../../src/control/guard/interlock.js';
import { INTERLOCKS } from '../../../src/control/guard/interlocks.js';
import { seen } from '../../support/observation.js';
import { blindness, complaints, CYCLE_S, failuresOf, raisedIn } from './checks.js';
import { ROWS, RUNNING } from './situations.js';

const pairs = ROWS.map((row) => ({ id: row.id, row, interlock: INTERLOCKS.find(({ id }) => id === row.id) }));

describe('the table', () => {
  it('has every interlock exactly once', () => {
    expect(ROWS.map(({ id }) => id).toSorted()).toEqual(INTERLOCKS.map(({ id }) => id).toSorted());
    expect(new Set(INTERLOCKS.map(({ id }) => id)).size).toBe(INTERLOCKS.length);
  });

  it('has for each something that raises it, something that does not, and something where it is not asked', () => {
    for (const { id, raised, quiet, elsewhere } of ROWS)
      for (const situations of [raised, quiet, elsewhere]) expect(situations.length, id).toBeGreaterThan(0);
  });
});

describe('in a healthy electrolysis', () => {
  it('nothing is raised', () => {
    expect([...raisedIn(INTERLOCKS, {}, 200).keys()]).toEqual([]);
  });

  it('all are on the watch, but for those that need the output off', () => {
    const resting = INTERLOCKS.filter((interlock) => !interlock.applies(seen(), RUNNING));
    expect(resting.map(({ id }) => id)).toEqual(['current-when-off', 'master-relay-welded', 'safe-enable-stuck']);
  });
});

describe('each interlock', () => {
  it.each(pairs)('$id is raised in time, only by its cause, and only where it is asked', ({ row, interlock }) => {
    if (interlock === undefined) throw new Error(`no interlock ${row.id}`);
    expect(complaints(row, interlock)).toEqual([]);
  });

  it.each(pairs.filter(({ row }) => row.blind.length > 0))('$id does not go blind in silence', ({ row }) => {
    expect(blindness(row, INTERLOCKS)).toEqual([]);
  });

  it.each(INTERLOCKS.map((interlock) => ({ id: interlock.id, interlock })))(
    '$id says what is wrong, what follows and what to do, also when nothing is measured',
    ({ interlock }) => {
      const blind = seen({ current_mA: null, voltage_V: null, temperature_C: null, board: null });
      expect(interlock.describe(blind, RUNNING)).toMatch(/\w/);
      expect(interlock.describe(seen(), RUNNING)).not.toMatch(/undefined|null/);
      expect(interlock.consequence).toMatch(/\.$/);
      expect(interlock.action).toMatch(/\.$/);
    },
  );

  it('that ends or holds a run is an alarm and latched; one that only warns clears itself', () => {
    for (const { id, reaction, severity, latched } of INTERLOCKS) {
      expect(latched, id).toBe(reaction !== 'warn');
      expect(severity, id).toBe(reaction === 'warn' ? 'warning' : 'alarm');
    }
  });
});

/** Faults set into a copy of each interlock: a row that does not notice one proves nothing. */
const MUTATIONS: Record<string, (interlock: Interlock) => Interlock> = {
  'healthy negated': (i) => ({ ...i, healthy: (observation, context) => !i.healthy(observation, context) }),
  'always healthy': (i) => ({ ...i, healthy: () => true }),
  'never healthy': (i) => ({ ...i, healthy: () => false }),
  'never asked': (i) => ({ ...i, applies: () => false }),
  'always asked': (i) => ({ ...i, applies: () => true }),
  'two cycles later': (i) => ({ ...i, delay_s: i.delay_s + 2 * CYCLE_S }),
  'two cycles earlier': (i) => ({ ...i, delay_s: i.delay_s - 2 * CYCLE_S }),
  'another reaction': (i) => ({ ...i, reaction: i.reaction === 'warn' ? 'abort' : 'warn' }),
  'another latch': (i) => ({ ...i, latched: !i.latched }),
};

describe('the registry', () => {
  it('is as the table has it, and an interlock that is taken out is missed', () => {
    expect(failuresOf(INTERLOCKS)).toEqual([]);
    for (const { id } of INTERLOCKS)
      expect(failuresOf(INTERLOCKS.filter((one) => one.id !== id))).toEqual([`${id}: there is no such interlock`]);
  });
});

describe('the table bites', () => {
  it.each(Object.keys(MUTATIONS))('every interlock with a fault: %s', (name) => {
    const mutate = MUTATIONS[name];
    if (mutate === undefined) throw new Error(`no mutation ${name}`);
    const unnoticed = pairs.filter(({ row, interlock }) => {
      if (interlock === undefined) return true;
      if (name === 'two cycles earlier' && interlock.delay_s === 0) return false;
      return complaints(row, mutate(interlock)).length === 0;
    });
    expect(unnoticed.map(({ id }) => id)).toEqual([]);
  });
});
