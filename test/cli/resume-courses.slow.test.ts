/**
 * Electrolyses with a course of their own, killed in the middle by SIGKILL and gone on with by `galvanode resume`, both as
 * processes on the simulated bench: the charge of both runs together is that of the recipe, in truth as well.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import { RealClock } from '../../src/model/real-clock.js';
import { History } from '../../src/record/history.js';
import { endPrograms, galvanode, type Program, removeFolders, temporaryFolder } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { DEAD_MAN, resultOf, startRun } from '../support/runs.js';

afterAll(async () => {
  await endPrograms();
  removeFolders();
});

const clock = new RealClock();
const SINGLE_PASS = packagePath('recipes', 'scale-up', 'single-pass-05mmol-3a.yaml');

/** Charge of either direction by the last sample of its only run, C. */
function recorded_C(data: string): number {
  const history = History.open(data);
  const id = history?.runs()[0]?.run;
  let charge_C = 0;
  if (history !== undefined && id !== undefined)
    for (const row of history.samples(id)) charge_C = Number(row['absolute_charge_C']);
  history?.close();
  return charge_C;
}

async function passes(run: Program, data: string, charge_C: number): Promise<void> {
  if (recorded_C(data) >= charge_C) return;
  if (run.over) throw new Error(`ended before ${charge_C} C: ${(await run.ended).stderr}`);
  await clock.sleep(200);
  await passes(run, data, charge_C);
}

interface Course {
  /** What stands in the place of the fixture's electrolysis; absent: the recipe as it is. */
  readonly body?: string;
  readonly planned_C: number;
  readonly killedAt_C: number;
  readonly speed: string;
}

function recipeOf({ body }: Course): string {
  if (body === undefined) return SINGLE_PASS;
  const file = join(temporaryFolder(), 'dead-man-180ma.yaml');
  const text = readFileSync(DEAD_MAN, 'utf8').replace(/^ {2}- electrolyse:.*$/m, `  - electrolyse: ${body}`);
  writeFileSync(file, text.replace(/charge: [0-9.]+ F\/mol/, 'charge: 0.224 F/mol'));
  return file;
}

describe.each<[string, Course]>([
  [
    'alternating',
    {
      body: '{ current: 180 mA, time: 10 min, polarity: { half_period: 30 s, dead_time: 1 s } }',
      planned_C: 108,
      killedAt_C: 40,
      speed: '60',
    },
  ],
  [
    'staged',
    {
      body: '{ current: 180 mA, stages: [ { current: 180 mA, charge: 54 C }, { current: 90 mA, charge: 27 C }, { current: 180 mA, charge: 27 C } ] }',
      planned_C: 108,
      killedAt_C: 60,
      speed: '60',
    },
  ],
  ['that follows the flow', { planned_C: 194.4, killedAt_C: 40, speed: 'max' }],
])('an electrolysis %s', (_, course) => {
  it('killed in the middle and resumed passes its charge, no more and no less', async () => {
    const data = temporaryFolder();
    const run = startRun({ data, recipe: recipeOf(course), args: ['--speed', course.speed] });
    await run.prints(/Electrolyse .*: begins/);
    await passes(run, data, course.killedAt_C);
    run.signal('SIGKILL');
    expect((await run.ended).signal).toBe('SIGKILL');
    const killed_C = recorded_C(data);
    expect(killed_C).toBeGreaterThanOrEqual(course.killedAt_C);
    expect(killed_C).toBeLessThan(0.95 * course.planned_C);
    const quiet = ['--console', 'off', '--broker', 'off'];
    const more = ['--data', data, ...quiet, '--yes', '--json', '--speed', 'max'];
    const ended = await galvanode(['resume', ...more]).ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(resultOf(ended.stdout).outcome).toBe('complete');
    const { run: kept, samples } = latestRecording(data);
    expect(Math.abs((kept.absolute_charge_C ?? NaN) - course.planned_C)).toBeLessThan(0.001 * course.planned_C);
    // What the second process drove, by its own meter: the twin of it began at zero.
    const driven_C = samples.reduce((sum, { current_mA, elapsed_s }, i) => {
      const before_s = samples[i - 1]?.elapsed_s ?? elapsed_s;
      return sum + (Math.abs(current_mA ?? 0) / 1000) * (elapsed_s - before_s);
    }, 0);
    expect(Math.abs(killed_C + driven_C - course.planned_C)).toBeLessThan(0.01 * course.planned_C);
  }, 300_000);
});
