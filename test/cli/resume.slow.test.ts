/** `galvanode resume` as a process: what it refuses, what it shows, and that it goes on only by a person's word. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import { RealClock } from '../../src/model/real-clock.js';
import { History } from '../../src/record/history.js';
import { endPrograms, type Ended, galvanode, removeFolders, temporaryFolder } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { DEAD_MAN, resultOf, startRun } from '../support/runs.js';

afterAll(async () => {
  await endPrograms();
  removeFolders();
});

const clock = new RealClock();
/** A minute at 180 mA. */
const MINUTE = ['--set', 'basis.charge=0.0224 F/mol', '--set', 'electrolyse.time=60 s'] as const;
const PLANNED_C = 10.8;
const quiet = ['--console', 'off', '--broker', 'off'] as const;

function resume(data: string, ...more: string[]): Promise<Ended> {
  return galvanode(['resume', '--data', data, ...quiet, ...more]).ended;
}

function runsIn(data: string): number {
  const history = History.open(data);
  const count = history?.runs().length ?? 0;
  history?.close();
  return count;
}

describe('a run whose program was killed', () => {
  const data = temporaryFolder();
  let passed_C = 0;
  beforeAll(async () => {
    const run = startRun({ data, args: [...MINUTE, '--speed', '10'] });
    await run.prints(/Electrolyse at 180 mA to 10.8 C: begins/);
    const flowing = async (): Promise<void> => {
      const history = History.open(data);
      const charge_C = history?.runs()[0]?.charge_C ?? 0;
      history?.close();
      if (charge_C >= 2) return;
      await clock.sleep(50);
      await flowing();
    };
    await flowing();
    run.signal('SIGKILL');
    await run.ended;
    passed_C = latestRecording(data).run.charge_C ?? 0;
  }, 60_000);

  it('is told of by the next run, which begins nothing of it', async () => {
    const other = startRun({ data, args: ['--set', 'basis.charge=1 F/mol'] });
    expect((await other.ended).code).toBe(2);
    const refused = startRun({ data, recipe: DEAD_MAN, args: [...MINUTE, '--speed', '10'] });
    await refused.prints(/note +\d{8}-\d{6}-dead-man-180ma was interrupted at \d+\.\d C of 10\.8 C: galvanode resume/);
    refused.signal('SIGKILL');
    await refused.ended;
    const history = History.open(data);
    const oldest = latestOf(data, -1);
    expect(history?.run(oldest).outcome).toBe('interrupted');
    expect(history?.resumedBy(oldest)).toBeNull();
    history?.close();
  });

  it('is shown without a terminal, and neither begun nor written', async () => {
    const before = runsIn(data);
    const oldest = latestOf(data, -1);
    const { code, stdout, stderr } = await resume(data, oldest, '--json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/goes on only when a person says so/);
    expect(stdout).toMatch(/board +counts this run no longer/);
    expect(stdout).toMatch(/taken +\d+\.\d+ C by the host; at most 180 mC uncounted/);
    const known: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(known).toMatchObject({
      run: oldest,
      outcome: 'interrupted',
      taken: 'host',
      board_charge_C: null,
      output_on: false,
    });
    expect(runsIn(data)).toBe(before);
  });

  it('is refused on another kind of bench, or one that is not there', async () => {
    const oldest = latestOf(data, -1);
    const wrong = await resume(data, oldest, '--yes', '--board', 'no-such-board');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/there is no board "no-such-board"/);
    const hardware = await resume(data, oldest, '--yes', '--board', 'gs1');
    expect(hardware.code).toBe(2);
    expect(hardware.stderr).toMatch(/was on a simulated bench, and gs1 is not/);
  });

  it('goes on by a word on the command line, to the same total, as a run of its own', async () => {
    const oldest = latestOf(data, -1);
    const ended = await resume(data, oldest, '--yes', '--json', '--speed', 'max');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const result = resultOf(ended.stdout);
    expect(result.outcome).toBe('complete');
    expect(Math.abs(result.charge_C - PLANNED_C)).toBeLessThan(0.02);
    const truth_C = result.truth?.charge_C ?? NaN;
    const { run, events } = latestRecording(data);
    expect(run).toMatchObject({ resumes: oldest, outcome: 'complete' });
    expect(Math.abs((run.carried_charge_C ?? NaN) + truth_C - PLANNED_C)).toBeLessThan(0.02);
    const said = events.map(({ text }) => text);
    expect(said).toContain('confirmed before the start');
    // Whether the board has latched anything or not: a restart by its watchdog shows in the self-test alone.
    expect(said).toContain('latched faults of the board cleared');
    expect(passed_C).toBeGreaterThan(0);
  });

  it('is not resumed twice, and what is complete not at all', async () => {
    const again = await resume(data, latestOf(data, -1), '--yes');
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toMatch(/was resumed already, by \d{8}-\d{6}-dead-man-180ma/);
    const newest = await resume(data, '--yes');
    expect(newest).toMatchObject({ code: 2 });
    expect(newest.stderr).toMatch(/is complete; name an older run/);
  });
});

describe('nothing to resume', () => {
  it('is told: no record, no such run', async () => {
    const data = temporaryFolder();
    expect((await resume(data)).stderr).toMatch(/no run has been recorded in/);
    const run = await galvanode(['run', packagePath('recipes', 'no-such.yaml'), '--data', data, ...quiet]).ended;
    expect(run.code).toBe(2);
    expect((await resume(data, 'x')).code).toBe(2);
  });
});

/** Id of a run by its place, -1 the oldest. */
function latestOf(data: string, place: number): string {
  const history = History.open(data);
  const run = history?.runs().at(place)?.run;
  history?.close();
  if (run === undefined) throw new Error('no such run');
  return run;
}
