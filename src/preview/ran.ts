/** What goes into the thread of a preview and what comes out: plain data, which one thread can hand another. */
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';
import type { TracePoint } from '../plot/trace.js';
import type { Preview, PreviewNumbers } from '../preview.js';

export interface ToRun {
  readonly plan: Plan;
  readonly board: Board;
  readonly seed: number;
}

export interface Ran {
  readonly outcome: string;
  readonly reason: string;
  readonly charge_C: number;
  readonly numbers: PreviewNumbers;
  readonly course: readonly TracePoint[];
}

export function ran({ report, numbers, course }: Preview): Ran {
  const { outcome, reason, charge_C } = report.result;
  return { outcome, reason, charge_C, numbers, course };
}
