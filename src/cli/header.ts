/** What the record keeps of a run's beginning. Reads nothing but the program's own version. */
import { readFileSync } from 'node:fs';
import type { Board } from '../model/board.js';
import { packagePath } from '../model/entry.js';
import type { Plan } from '../model/plan.js';
import type { OpenedBench } from '../bench.js';
import type { RunHeader } from '../record/run.js';

/** All but what the start itself makes. */
export type HeaderBefore = Omit<RunHeader, 'startedUtc_ms' | 'runTag' | 'resumes'>;

export function headerOf(plan: Plan, board: Board, bench: OpenedBench, seed: number): HeaderBefore {
  return {
    recipe: { name: plan.recipe, title: plan.title, text: plan.text, sha256: plan.sha256, overrides: plan.overrides },
    board: { name: board.name, text: plan.files.board },
    reactor: { name: plan.reactor.name, text: plan.files.reactor },
    calibration: {},
    programVersion: programVersion(),
    firmware: {
      version: bench.identity.firmware,
      serial: String(bench.identity.serial),
      bootCount: bench.identity.bootCount,
    },
    simulated: bench.simulated,
    seed: bench.simulated ? seed : null,
    recordRate_Hz: plan.recordRate_Hz,
    steps: plan.steps.map((step) => {
      const { id, kind, title } = step;
      return step.kind === 'wait' ? { id, kind, title, duration_s: step.duration_s } : { id, kind, title };
    }),
    numbers: plan.numbers,
  };
}

export function programVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(packagePath('package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
