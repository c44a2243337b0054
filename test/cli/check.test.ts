import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkCommand, type CheckOptions } from '../../src/cli/check.js';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

async function run(
  path: string,
  options: Partial<CheckOptions> = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const streams = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  };
  const code = await checkCommand(file(path), { board: 'bench-sim', ...options }, streams);
  return { code, out, err };
}

describe('galvanode check', () => {
  it.each([
    'recipes/general-procedure-3a.yaml',
    'recipes/scale-up-5mmol-3a.yaml',
    'test/fixtures/recipes/dead-man-180ma.yaml',
  ])('prints %s within 80 columns', async (path) => {
    const { code, out, err } = await run(path);
    expect(code).toBe(0);
    expect(err).toBe('');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    for (const section of ['Numbers', 'Weigh', 'Steps', 'OK  ']) expect(out).toContain(section);
    expect(out.endsWith('\n')).toBe(true);
  });

  it('prints the numbers that a chemist looks for', async () => {
    const { out } = await run('recipes/general-procedure-3a.yaml');
    expect(out).toMatch(/charge +194\.4 C +4\.03 F\/mol on 0\.5 mmol/);
    expect(out).toMatch(/current +18 mA +6\.67 mA\/cm2/);
    expect(out).toMatch(/electrolysis +3 h/);
    expect(out).toMatch(/Electrolyse at 18 mA to 194\.4 C/);
    expect(out).toContain('doi:10.1038/s41467-025-63914-0');
    expect(out).toContain('cell.gap');
    expect(out).toContain('source, to its own digits: 2a 105 mg, cat-2 12 mg, nBu4NClO4 342 mg');
    expect(out).toMatch(/^ {2}H of 1a +750 umol/m);
    expect(out.match(/^ {2}hydrogen /gm)).toHaveLength(1);
  });

  it('prints every key of the contract as JSON', async () => {
    const { code, out } = await run('recipes/general-procedure-3a.yaml', { json: true });
    expect(code).toBe(0);
    const json: unknown = JSON.parse(out);
    expect(json).toMatchObject({
      name: 'general-procedure-3a',
      charge_C: 194.4,
      duration_s: 10_800,
      current_mA: 18,
      reactor: 'batch-10ml',
      board: 'bench-sim',
      warnings: [],
      steps: [
        { kind: 'prompt' },
        { kind: 'prompt' },
        { kind: 'prompt' },
        { kind: 'purge' },
        { kind: 'cool' },
        { kind: 'electrolyse' },
        { kind: 'finish' },
      ],
    });
    const numbers = [
      'charge_F_mol',
      'current_density_mA_cm2',
      'hydrogen_mL',
      'hydrogen_umol',
      'hydrogen_rate_mL_min',
      'sweep_hydrogen_vol_percent',
      'cell_voltage_V',
      'heat_W',
    ];
    for (const key of numbers) expect(json).toHaveProperty(key, expect.any(Number));
  });

  it('refuses with exit 2, all problems on stderr, one a line, nothing on stdout', async () => {
    const { code, out, err } = await run('test/fixtures/recipes/broken/several-faults.yaml');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(3);
    expect(err).toMatch(/several-faults\.yaml:23:16: electrolyse\.current: 18 has no unit \(would be right: 18 mA\)/);
  });

  it('applies --set, and says which argument is wrong', async () => {
    expect(
      (await run('recipes/general-procedure-3a.yaml', { sets: ['electrolyse.current=9 mA', 'electrolyse.time=6 h'] }))
        .code,
    ).toBe(0);
    const { code, err } = await run('recipes/general-procedure-3a.yaml', { sets: ['electrolyse.current=20 mA'] });
    expect(code).toBe(2);
    expect(err).toContain('--set "electrolyse.current=20 mA": electrolyse.current: 20 mA for 3 h is 216 C');
  });

  it.each([
    ['no such file', 'recipes/nothing.yaml', 'bench-sim', 'nothing.yaml: cannot be read: there is no such file'],
    ['a folder', 'recipes', 'bench-sim', 'recipes: cannot be read: it is a folder, not a file'],
    [
      'no such board',
      'recipes/general-procedure-3a.yaml',
      'gs2',
      '--board: there is no board "gs2" (would be right: one of bench-live, bench-sim',
    ],
    [
      'a path for a board',
      'recipes/general-procedure-3a.yaml',
      '../boards/bench-sim',
      '--board: there is no board "../boards/bench-sim"',
    ],
  ])('refuses %s', async (_what, path, board, message) => {
    const { code, out, err } = await run(path, { board });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
  });
});
