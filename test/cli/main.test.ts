/** The command line as a process: what it refuses, with which exit code, and in which words. */
import { afterAll, describe, expect, it } from 'vitest';
import { programVersion } from '../../src/cli/header.js';
import { packagePath } from '../../src/model/entry.js';
import { endPrograms, galvanode } from '../support/process.js';
import { DEAD_MAN, GENERAL } from '../support/runs.js';

const SERIES = packagePath('test', 'fixtures', 'recipes', 'series', 'electrodes.yaml');

afterAll(endPrograms);

describe('the command line', () => {
  it.concurrent.each([
    ['an unknown command', ['rum', DEAD_MAN], /unknown command 'rum'/],
    ['an unknown option', ['run', DEAD_MAN, '--sped', '2'], /unknown option '--sped'/],
    ['a missing recipe', ['run'], /missing required argument 'recipe'/],
    ['a port that is none', ['run', DEAD_MAN, '--console', '80800'], /would be right: 0 to 65535, or "off"/],
    ['a speed that is none', ['run', DEAD_MAN, '--speed', 'fast'], /would be right: a number over 0/],
    ['a speed of 0', ['run', DEAD_MAN, '--speed', '0'], /would be right: a number over 0/],
    ['a seed that is none', ['preview', GENERAL, '--seed', '-1'], /would be right: a whole number/],
    [
      'a bench for a preview that is another process',
      ['preview', GENERAL, '--board', 'bench-live'],
      /--board bench-sim/,
    ],
    ['a --set without a value', ['check', GENERAL, '--set', 'electrolyse.current'], /--set/],
    ['a live bench without a socket', ['twin', 'serve'], /--socket/],
    [
      'a whole series',
      ['run', SERIES, '--yes', '--console', 'off', '--broker', 'off'],
      /is a series; one entry of it is due here \(would be right: one of .*series\/electrodes\.yaml#half/,
    ],
    ['a series without a folder to write in', ['series', 'expand', SERIES], /required option '-o, --output <dir>'/],
    ['a run that is not there', ['runs', 'show', 'latest', '--data', '/nowhere/at/all'], /no run has been recorded/],
  ])('refuses %s with exit 2 and a helpful line on stderr', async (_what, args, message) => {
    const { code, stdout, stderr } = await galvanode(args).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('tells its version and its commands', async () => {
    expect(await galvanode(['--version']).ended).toMatchObject({ code: 0, stdout: `${programVersion()}\n` });
    const { code, stdout } = await galvanode(['--help']).ended;
    expect(code).toBe(0);
    for (const command of ['run', 'check', 'preview', 'series', 'serve', 'runs', 'twin'])
      expect(stdout).toContain(`  ${command}`);
  });

  it('proves the general procedure: its numbers within 0.2 %', async () => {
    const { code, stdout } = await galvanode(['check', GENERAL, '--json']).ended;
    expect(code).toBe(0);
    const said = JSON.parse(stdout) as Record<string, number>;
    const due = {
      charge_C: 194.4,
      charge_F_mol: 4.03,
      duration_s: 10_800,
      current_density_mA_cm2: 6.67,
      hydrogen_umol: 1007,
    };
    for (const [name, value] of Object.entries(due))
      expect(Math.abs((said[name] ?? NaN) / value - 1), name).toBeLessThan(0.002);
  });
});
