import { describe, expect, it } from 'vitest';
import { judge, type GuardMemory, type Interlock } from '../../../src/control/guard/interlock.js';
import { INTERLOCKS } from '../../../src/control/guard/interlocks.js';
import { seen } from '../../support/observation.js';
import { ROWS, RUNNING, type Row, type Situation } from './situations.js';

const CYCLE_S = 0.05;
/** Sums of cycles carry rounding. */
const ROUNDING_S = 1e-9;

/** When each interlock is raised in a situation that stands for so long, s after it began. */
function raisedIn(interlocks: readonly Interlock[], situation: Situation, longest_s: number): Map<string, number> {
  const raised = new Map<string, number>();
  const observation = seen(situation.seen);
  const context = { ...RUNNING, ...situation.context };
  let memory: GuardMemory = new Map();
  for (let cycle = 1; cycle * CYCLE_S <= longest_s + ROUNDING_S; cycle++) {
    const judged = judge(interlocks, memory, observation, context, CYCLE_S);
    memory = judged.memory;
    for (const { interlock, change } of judged.verdicts)
      if (change === 'raised') raised.set(interlock.id, cycle * CYCLE_S);
  }
  return raised;
}

/** What is wrong with an interlock by its row; empty when it does what it must. */
function complaints(row: Row, interlock: Interlock): string[] {
  const wrong: string[] = [];
  const longest_s = row.after_s + 1;
  const when = (situation: Situation): number | undefined => raisedIn([interlock], situation, longest_s).get(row.id);
  for (const [k, situation] of row.raised.entries()) {
    const at_s = when(situation);
    if (at_s === undefined) wrong.push(`raised ${k}: is not`);
    else if (at_s <= row.after_s - ROUNDING_S) wrong.push(`raised ${k}: too early, after ${at_s} s`);
    else if (at_s > row.after_s + CYCLE_S + ROUNDING_S) wrong.push(`raised ${k}: too late, after ${at_s} s`);
  }
  for (const [k, situation] of row.quiet.entries()) if (when(situation) !== undefined) wrong.push(`quiet ${k}: raised`);
  for (const [k, situation] of row.elsewhere.entries())
    if (when(situation) !== undefined) wrong.push(`elsewhere ${k}: raised`);
  if (interlock.reaction !== row.reaction) wrong.push(`reaction ${interlock.reaction}`);
  if (interlock.latched !== row.latched) wrong.push(`latched ${interlock.latched}`);
  return wrong;
}

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

  it('all are on the watch, but for the one that needs the output off', () => {
    const resting = INTERLOCKS.filter((interlock) => !interlock.applies(seen(), RUNNING));
    expect(resting.map(({ id }) => id)).toEqual(['current-when-off']);
  });
});

describe('each interlock', () => {
  it.each(pairs)('$id is raised in time, only by its cause, and only where it is asked', ({ row, interlock }) => {
    if (interlock === undefined) throw new Error(`no interlock ${row.id}`);
    expect(complaints(row, interlock)).toEqual([]);
  });

  it.each(pairs.filter(({ row }) => row.blind.length > 0))('$id does not go blind in silence', ({ row }) => {
    for (const { by, ...situation } of row.blind)
      expect([...raisedIn(INTERLOCKS, situation, 61).keys()], JSON.stringify(situation.seen)).toContain(by);
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
