/** `galvanode run --fault` and `galvanode faults` as processes. */
import { afterAll, describe, expect, it } from 'vitest';
import { endPrograms, type Ended, galvanode, removeFolders, temporaryFolder } from '../support/process.js';
import { DEAD_MAN, TEN_MINUTES } from '../support/runs.js';

afterAll(async () => {
  await endPrograms();
  removeFolders();
});

const QUIET = ['--yes', '--console', 'off', '--broker', 'off'];

function rehearse(faults: readonly string[], ...more: readonly string[]): Promise<Ended> {
  const ordered = faults.flatMap((fault) => ['--fault', fault]);
  return galvanode(['run', DEAD_MAN, ...TEN_MINUTES, ...QUIET, ...ordered, ...more]).ended;
}

describe('a rehearsed emergency', () => {
  it('says before anything comes of it that it is practice, keeps that, and tells how often each fault fired', async () => {
    const data = temporaryFolder();
    const faults = ['e-stop:off@electrolyse+20s', 'door:off@5h'];
    const { code, stdout } = await rehearse(faults, '--speed', 'max', '--json', '--data', data);
    expect(code).toBe(3);
    const lines = stdout.split('\n');
    const strikes = lines.findIndex((line) => line.includes('*** REHEARSAL *** e-stop:off@electrolyse+20s strikes'));
    const trip = lines.findIndex((line) => /! (e-stop-closed|board-fault)/.test(line));
    expect(strikes).toBeGreaterThan(0);
    expect(trip).toBeGreaterThan(strikes);
    expect(stdout).toMatch(/rehearsal {3}e-stop:off@electrolyse\+20s fired \d+ times/);
    expect(stdout).toMatch(/rehearsal {3}door:off@18000s NEVER FIRED/);
    expect(JSON.parse(lines.findLast((line) => line.startsWith('{')) ?? '')).toMatchObject({
      outcome: 'aborted',
      rehearsal: [{ fired: expect.toSatisfy((fired: number) => fired > 0) }, { fired: 0 }],
    });
    const shown = await galvanode(['runs', 'show', 'latest', '--json', '--data', data]).ended;
    expect(JSON.parse(shown.stdout)).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({ kind: 'note', actor: 'rehearsal', text: expect.stringContaining('strikes') }),
      ]),
    });
  });
});

describe('a rehearsal that is refused, with nothing touched', () => {
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['on a real bench', ['--board', 'gs1'], /--fault: gs1 is a real bench, and nothing is broken there on purpose/],
    ['in another process', ['--board', 'bench-live'], /--fault: bench-live runs in a process of its own/],
  ];
  it.each(wrong)('%s', async (_, more, says) => {
    const { code, stdout, stderr } = await rehearse(['e-stop:off@5s'], ...more);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });

  it('of a part that the bench has not, at a step that the recipe has not, and in wrong words', async () => {
    const lacking = await rehearse(['pump:off@5s', 'e-stop:off@boil+5s'], '--speed', 'max');
    expect(lacking.code).toBe(2);
    expect(lacking.stderr).toMatch(/'pump:off@5s': bench-sim has no pump: this reactor has no pump/);
    expect(lacking.stderr).toMatch(/'e-stop:off@boil\+5s': time: the recipe has no step "boil" \(would be right: /);
    const garbled = await rehearse(['thermometr:stuck@5s', 'cell:wrong=5K'], '--speed', 'max');
    expect(garbled.code).toBe(2);
    expect(garbled.stderr).toMatch(/there is no "thermometr" to break \(would be right: thermometer/);
    expect(garbled.stderr).toMatch(/"K" is not the unit of it/);
  });
});

describe('galvanode faults', () => {
  it('lists what can break, with units and rows of the catalogue', async () => {
    const { code, stdout } = await galvanode(['faults']).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^thermometer: T2, by which the temperature is controlled$/m);
    expect(stdout).toMatch(/^ {2}power-stage:wrong +=50 % +H1, H7, H8 +delivers so much more/m);
  });

  it('gives the same as JSON', async () => {
    const { code, stdout } = await galvanode(['faults', '--json']).ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: 'e-stop', verb: 'off', unit: null }));
  });
});
