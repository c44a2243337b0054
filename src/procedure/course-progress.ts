/** How far the course of a current has come. Data only. */
import type { HalfWave } from './alternation.js';
import type { Met } from './end-conditions.js';
import type { FlowFollowed } from './flow-following.js';

export interface CourseProgress {
  /** With a current asked for, dead times included, holds left out. */
  readonly time_s: number;
  readonly absoluteAtStart_C: number;
  /** As asked for last, with its sign. */
  readonly current_mA: number;
  readonly ramp_mA_s: number;
  /** How long the set point has stood at it, s. */
  readonly steady_s: number;
  /** Place among the stages. */
  readonly stage: number;
  readonly half: HalfWave;
  readonly flow: FlowFollowed;
  readonly met: readonly Met[];
}
