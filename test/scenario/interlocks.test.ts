import { describe, expect, it } from 'vitest';
import { rehearse, type Played, type Stage } from '../support/scenario.js';
import type { Broken, Fault } from './fault.js';
import { FAULTS } from './faults.js';
import { SHORT } from './plans.js';
import { broken } from './safe.js';

/** A phase of its own against the cycles of 50 ms, s after the step began: the current has been full for 3 s. */
const BREAK_S = 4.013;
/** Somebody comes to a held run, looks at it and stops it, s. */
const LOOK_S = 3;

interface Rehearsed {
  readonly played: Played;
  readonly felt: Broken | undefined;
  readonly held_mA: number | null;
}

async function rehearsed(fault: Fault): Promise<Rehearsed> {
  let felt: Broken | undefined;
  let held_mA: number | null = null;
  const stopWhenHeld = ({ when, later, run, world }: Stage): void =>
    when('held', () =>
      later(LOOK_S, () => {
        held_mA = world.plant.current_A * 1000;
        run.stop('operator', 'seen enough');
      }),
    );
  const played = await rehearse({
    plan: fault.plan ?? SHORT,
    unattended: false,
    limit_s: 1200,
    ...(fault.during === undefined ? {} : { during: fault.during }),
    breakAt_s: fault.breakAt_s ?? BREAK_S,
    break: (stage) => {
      stopWhenHeld(stage);
      felt = fault.break(stage) ?? undefined;
    },
  });
  return { played, felt, held_mA };
}

describe('every fault ends in a latched, measured-off safe state', () => {
  it.each(FAULTS)('$catalogue: $name', async (fault) => {
    const { played, felt, held_mA } = await rehearsed(fault);
    expect(broken(fault, played)).toEqual([]);
    if (felt !== undefined) expect(felt.fired).toBeGreaterThan(0);
    if (fault.end === 'held') expect(held_mA).toBeCloseTo(0, 3);
  });
});

describe('without a fault', () => {
  it('the same run completes and says nothing', async () => {
    const played = await rehearse({ plan: SHORT, unattended: false });
    expect(played.report.result).toMatchObject({ outcome: 'complete', busFaults: 0, missedTicks: 0 });
    expect(played.events.filter(({ kind }) => kind === 'trip' || kind === 'alarm')).toEqual([]);
    expect([...played.alarms]).toEqual([]);
  });
});
