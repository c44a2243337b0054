/**
 * What must be true of a set of interlocks, row by row of the table of situations, as functions that give what is wrong in
 * words. The tests run them over the registry, the mutation check over copies with a fault.
 */
import { judge, type GuardMemory, type Interlock } from '../../../src/control/guard/interlock.js';
import { seen } from '../../support/observation.js';
import { ROWS, RUNNING, type Row, type Situation } from './situations.js';

export type Judge = typeof judge;

export const CYCLE_S = 0.05;
/** Sums of cycles carry rounding. */
const ROUNDING_S = 1e-9;
/** Short delays are looked at more closely than a control cycle does. */
const FINE_S = 0.02;
const SHORT_S = 3;
/** Longer than any delay of the registry. */
const LONG_S = 61;

/** When each interlock is raised in a situation that stands for so long, s after it began. */
export function raisedIn(
  interlocks: readonly Interlock[],
  situation: Situation,
  longest_s: number,
  judged: Judge = judge,
  cycle_s = CYCLE_S,
): Map<string, number> {
  const raised = new Map<string, number>();
  const observation = seen(situation.seen);
  const context = { ...RUNNING, ...situation.context };
  let memory: GuardMemory = new Map();
  for (let cycle = 1; cycle * cycle_s <= longest_s + ROUNDING_S; cycle++) {
    const { memory: after, verdicts } = judged(interlocks, memory, observation, context, cycle_s);
    memory = after;
    for (const { interlock, change } of verdicts) if (change === 'raised') raised.set(interlock.id, cycle * cycle_s);
  }
  return raised;
}

/** What is wrong with an interlock by its row; empty when it does what it must. */
export function complaints(row: Row, interlock: Interlock, judged: Judge = judge): string[] {
  const wrong: string[] = [];
  const longest_s = row.after_s + 1;
  const cycle_s = row.after_s <= SHORT_S ? FINE_S : CYCLE_S;
  const when = (situation: Situation): number | undefined =>
    raisedIn([interlock], situation, longest_s, judged, cycle_s).get(row.id);
  for (const [k, situation] of row.raised.entries()) {
    const at_s = when(situation);
    if (at_s === undefined) wrong.push(`raised ${k}: is not`);
    else if (at_s <= row.after_s - ROUNDING_S) wrong.push(`raised ${k}: too early, after ${at_s} s`);
    else if (at_s > row.after_s + cycle_s + ROUNDING_S) wrong.push(`raised ${k}: too late, after ${at_s} s`);
  }
  for (const [k, situation] of row.quiet.entries()) if (when(situation) !== undefined) wrong.push(`quiet ${k}: raised`);
  for (const [k, situation] of row.elsewhere.entries())
    if (when(situation) !== undefined) wrong.push(`elsewhere ${k}: raised`);
  for (const [k, { by, ...situation }] of row.blind.entries())
    if (by === row.id && when(situation) === undefined) wrong.push(`blind ${k}: is not raised`);
  if (interlock.reaction !== row.reaction) wrong.push(`reaction ${interlock.reaction}`);
  if (interlock.latched !== row.latched) wrong.push(`latched ${interlock.latched}`);
  return wrong;
}

/** Who must speak when a value is not measured, and does not. */
export function blindness(row: Row, interlocks: readonly Interlock[]): string[] {
  return row.blind.flatMap(({ by, ...situation }, k) =>
    raisedIn(interlocks, situation, LONG_S).has(by) ? [] : [`blind ${k}: ${by} says nothing`],
  );
}

/** All that is wrong with a set, each with the interlock in front. `rows` of the interlocks in question. */
export function failuresOf(interlocks: readonly Interlock[], rows: readonly Row[] = ROWS): string[] {
  return rows.flatMap((row) => {
    const interlock = interlocks.find(({ id }) => id === row.id);
    if (interlock === undefined) return [`${row.id}: there is no such interlock`];
    return complaints(row, interlock).map((wrong) => `${row.id}: ${wrong}`);
  });
}
