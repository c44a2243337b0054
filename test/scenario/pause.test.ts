/**
 * Holds on the simulated bench, judged by the plant's truth: what is on while held, what comes back before any current, and
 * that the charge of the run is the planned one wherever the hold came.
 */
import { describe, expect, it } from 'vitest';
import { KEEP_ALL, type PausePolicy, type Plan, type StepKind } from '../../src/model/plan.js';
import { rehearse, type Played, type Stage } from '../support/scenario.js';
import { CURRENT_MA, EVERY_CHARGE_C, EVERY_STEP } from './plans.js';
import { energiesLeft } from './safe.js';

const CYCLE_C = (CURRENT_MA / 1000) * 0.05;
/** The last cycle and half of the next, as without any hold. */
const OVERSHOOT_C = 1.6 * CYCLE_C;
/** Ledger against truth: its share, and half a cycle where a current that fell at once fell somewhere within one. */
const LEDGER_C = 0.001 * EVERY_CHARGE_C + CYCLE_C / 2;

/** Lets go of all; the nitrogen soon, which the checker would refuse. */
const LETS_GO: PausePolicy = {
  current: { down_s: 1, up_s: 3 },
  temperature: 'release',
  flow: 'stop',
  purgeStopAfter_s: 2,
};
const AT_ONCE: PausePolicy = { ...KEEP_ALL, current: { down_s: 0, up_s: null } };

const withPause = (pause: PausePolicy): Plan => ({ ...EVERY_STEP, pause });

function answersPrompts({ run, later }: Stage): void {
  run.prompt$.subscribe((prompt) => {
    if (prompt !== null) later(1, () => run.answer(prompt.id, 'done', 'operator'));
  });
}

function attended(pause: PausePolicy, during: StepKind, breakAt_s: number, act: (stage: Stage) => void) {
  return rehearse({
    plan: withPause(pause),
    unattended: false,
    during,
    breakAt_s,
    attend: answersPrompts,
    break: act,
    limit_s: 400,
  });
}

/** Holds once, and again when the run is in one of these states; resumes each hold after 4 s. */
function holdsAlso(...states: readonly ('unholding' | 'execute')[]): (stage: Stage) => void {
  return ({ run, when, later }) => {
    const again = [...states];
    const resume = (): void =>
      when('held', () =>
        later(4, () => {
          const next = again.shift();
          if (next !== undefined)
            when(next, () =>
              later(0.3, () => {
                resume();
                run.hold('operator');
              }),
            );
          run.resume('operator');
        }),
      );
    resume();
    run.hold('operator');
  };
}

function expectWhole(played: Played): void {
  const { result } = played.report;
  expect(result).toMatchObject({ outcome: 'complete' });
  expect(result.charge_C).toBeGreaterThanOrEqual(EVERY_CHARGE_C);
  expect(result.charge_C).toBeLessThanOrEqual(EVERY_CHARGE_C + OVERSHOOT_C);
  expect(Math.abs(played.truth.charge_C - result.charge_C)).toBeLessThan(LEDGER_C);
  expect([...played.alarms.values()].filter(({ severity }) => severity === 'alarm')).toEqual([]);
  expect(energiesLeft(played)).toEqual([]);
}

/** Instants after a step began, s; in the electrolysis within its ramp, at full current, and at its last coulomb. */
const INSTANTS: readonly (readonly [StepKind, number])[] = [
  ['prompt', 0.5],
  ['purge', 0.6],
  ['flow', 0.7],
  ['cool', 0.4],
  ['electrolyse', 0.33],
  ['electrolyse', 7.77],
  ['electrolyse', 12.5],
  ['electrolyse', 12.9],
  ['finish', 0.02],
  ['finish', 0.9],
];

describe('a hold that lets everything go', () => {
  it.each(INSTANTS)('in %s after %f s: all the charge in the end', async (during, at_s) => {
    expectWhole(await attended(LETS_GO, during, at_s, holdsAlso()));
  });

  it('is truly without current, Peltier, pump and nitrogen', async () => {
    const seen = { current_mA: NaN, peltier_A: NaN, pump_mL_min: NaN, sweepOpen: true, sweepLate: false };
    const played = await attended(LETS_GO, 'electrolyse', 7.77, ({ run, when, later, world }) => {
      when('held', () => {
        later(1.5, () => (seen.sweepLate = world.plant.inputs.sweepOpen));
        later(4, () => {
          const { current_A, inputs } = world.plant;
          Object.assign(seen, {
            current_mA: current_A * 1000,
            peltier_A: inputs.peltier_A,
            pump_mL_min: inputs.pump_mL_min,
            sweepOpen: inputs.sweepOpen,
          });
          run.resume('operator');
        });
      });
      run.hold('operator');
    });
    expect(Math.abs(seen.current_mA)).toBeLessThan(0.01);
    expect(seen).toMatchObject({ peltier_A: 0, pump_mL_min: 0, sweepOpen: false, sweepLate: true });
    expectWhole(played);
    const texts = played.events.map(({ text }) => text);
    const at = (text: string): number => texts.lastIndexOf(text);
    const order = ['Purge with', 'Pump', 'Cool'].map((word) =>
      texts.findLastIndex((text) => text.startsWith(`before any current: ${word}`)),
    );
    expect(order, texts.join('\n')).toEqual(order.toSorted((a, b) => a - b));
    expect(at('goes on')).toBeGreaterThan(Math.max(...order));
  });

  it('opens the nitrogen again when the run is stopped or aborted while held', async () => {
    for (const end of ['stop', 'abort'] as const) {
      let open: boolean | null = null;
      const played = await attended(LETS_GO, 'electrolyse', 7.77, ({ run, when, later, world }) => {
        when('held', () =>
          later(4, () => {
            expect(world.plant.inputs.sweepOpen).toBe(false);
            run[end]('operator', 'enough');
            later(0.4, () => (open = world.plant.inputs.sweepOpen));
          }),
        );
        run.hold('operator');
      });
      expect(played.report.result.outcome).toBe(end === 'stop' ? 'stopped' : 'aborted');
      expect(open).toBe(true);
      expect(energiesLeft(played)).toEqual([]);
    }
  });
});

describe.each([
  ['that keeps all', KEEP_ALL],
  ['that is off at once', AT_ONCE],
  ['that lets everything go', LETS_GO],
])('a run %s', (_, pause) => {
  it('is held while it goes on, and again after it went on', async () => {
    expectWhole(await attended(pause, 'electrolyse', 3, holdsAlso('unholding', 'execute', 'unholding')));
  });

  it('is held within the ramp, twice, and at the last coulomb', async () => {
    expectWhole(await attended(pause, 'electrolyse', 0.4, holdsAlso('unholding', 'execute')));
    expectWhole(await attended(pause, 'electrolyse', 12.8, holdsAlso('unholding')));
  });
});

describe('a condition that does not come back', () => {
  it('has the run held again, without any current', async () => {
    let peak_mA = NaN;
    const played = await attended(LETS_GO, 'electrolyse', 7.77, ({ run, when, later, world }) => {
      const { plant } = world;
      const againHeld = (): void =>
        when('held', () => {
          plant.defects.sweepShare = 1;
          later(1, () => run.resume('operator'));
        });
      when('held', () =>
        later(4, () => {
          plant.defects.sweepShare = 0;
          when('unholding', () => {
            againHeld();
            later(30, () => (peak_mA = plant.current_A * 1000));
          });
          run.resume('operator');
        }),
      );
      run.hold('operator');
    });
    expect(played.events.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^the sweep gas is 0\.\d mL\/min, not 100 mL\/min/),
    );
    expect(Math.abs(peak_mA)).toBeLessThan(0.01);
    expect(played.states.filter((state) => state === 'unholding')).toHaveLength(2);
    expectWhole(played);
  });
});
