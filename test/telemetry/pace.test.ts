import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/telemetry/pace.js';

/** Shows what is allowed of a run at `speed`, ticking at 20 Hz of run time; gives the elapsed times shown. */
function shownAt(speed: number, run_s: number): number[] {
  const pace = new Pace();
  const shown: number[] = [];
  for (let tick = 1; tick <= run_s * 20; tick++) {
    const elapsed_s = tick / 20;
    const wall_ms = (elapsed_s * 1000) / speed;
    if (pace.judge(elapsed_s, wall_ms).kind !== 'now') continue;
    pace.shown(elapsed_s, wall_ms);
    shown.push(elapsed_s);
  }
  return shown;
}

describe('pace of samples', () => {
  it('is one a second of run time in real time', () => {
    const shown = shownAt(1, 30);
    expect(shown).toHaveLength(31); // second 0 and each of 1 to 30
    expect(shown.slice(1)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it('is at most ten a second of wall time when the run is sped up', () => {
    const shown = shownAt(240, 2400); // 10 s of wall time
    expect(shown.length).toBeGreaterThan(90);
    expect(shown.length).toBeLessThanOrEqual(101);
  });

  it('says how long a sample has to wait for the wall', () => {
    const pace = new Pace();
    pace.shown(5, 1000);
    expect(pace.judge(6, 1030)).toEqual({ kind: 'later', wait_ms: 70 });
    expect(pace.judge(5.9, 9000)).toEqual({ kind: 'skip' });
  });

  it('begins anew with a new run', () => {
    const pace = new Pace();
    pace.shown(10_800, 0);
    expect(pace.judge(0.05, 500)).toEqual({ kind: 'now' });
  });
});
