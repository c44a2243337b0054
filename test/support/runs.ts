/** Runs of the compiled program that end-to-end tests and rigs share: recipes, arguments, and the result that is printed. */
import * as z from 'zod';
import { packagePath } from '../../src/model/entry.js';
import { galvanode, type Environment, type Program } from './process.js';

export const GENERAL = packagePath('recipes', 'general-procedure-3a.yaml');
export const SCALE_UP = packagePath('recipes', 'scale-up-5mmol-3a.yaml');
/** Full current within a second, no prompt, no cooling. */
export const DEAD_MAN = packagePath('test', 'fixtures', 'recipes', 'dead-man-180ma.yaml');

/** Ten minutes of current and 12,000 cycles out of the dead-man recipe. */
export const TEN_MINUTES = ['--set', 'basis.charge=0.224 F/mol', '--set', 'electrolyse.time=10 min'] as const;

const runResult = z.object({
  run: z.string(),
  outcome: z.string(),
  reason: z.string(),
  charge_C: z.number(),
  board_charge_C: z.number().nullable(),
  elapsed_s: z.number(),
  cycles: z.number(),
  missedTicks: z.number(),
  latest_ms: z.number(),
  busFaults: z.number(),
  truth: z.object({ charge_C: z.number(), current_mA: z.number(), relayClosed: z.boolean() }).nullable(),
});
export type RunResult = z.infer<typeof runResult>;

/** The JSON that `run --json` prints last. */
export function resultOf(stdout: string): RunResult {
  return runResult.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

export interface RunSettings {
  readonly recipe?: string;
  readonly data: string;
  readonly args?: readonly string[];
  /** `any`: page and broker on any free ports. */
  readonly network?: 'any' | 'off';
  readonly environment?: Environment;
}

/** `galvanode run … --yes --json`. */
export function startRun({ recipe = DEAD_MAN, data, args = [], network = 'off', environment }: RunSettings): Program {
  const port = network === 'any' ? '0' : 'off';
  const shared = ['--yes', '--json', '--data', data, '--console', port, '--broker', port];
  return galvanode(['run', recipe, ...shared, ...args], environment);
}

/** Port of the run's broker on loopback. */
export async function brokerPort(program: Program): Promise<number> {
  return Number((await program.prints(/mqtt:\/\/127\.0\.0\.1:(\d+)/))[1]);
}
