import { describe, expect, it } from 'vitest';
import type { StepKind } from '../../src/model/plan.js';
import { ENERGIES, rehearse, type Played, type Stage } from '../support/scenario.js';
import { CURRENT_MA, EVERY_CHARGE_C, EVERY_STEP, LONG, SHORT } from './plans.js';
import { lostRecord } from './lost-record.js';
import { energiesLeft } from './safe.js';

/** Some instant in each step, s after it began; in the electrolysis both within the ramp and at full current. */
const INSTANTS: readonly (readonly [StepKind, number])[] = [
  ['prompt', 0.5],
  ['purge', 0.6],
  ['flow', 0.7],
  ['cool', 0.4],
  ['electrolyse', 0.33],
  ['electrolyse', 7.77],
  ['finish', 0.02],
  ['finish', 0.9],
];

/**
 * What passes in one cycle of 50 ms, C. The ledger ends an electrolysis at the first cycle at or over its charge, and half
 * a cycle more passes until the off.
 */
const CYCLE_C = (CURRENT_MA / 1000) * 0.05;
const OVERSHOOT_C = 1.6 * CYCLE_C;
/** Ledger against truth. */
const LEDGER_SHARE = 0.001;
/** A stop or hold ramps for 2 s; a cycle to hear it, one to measure the off, and the output's own switching. */
const RAMPED_S = 2 + 0.2;
/** An abort does not ramp. */
const AT_ONCE_S = 0.1;

/** The operator answers a question a second after it was asked. */
function answersPrompts({ run, later }: Stage): void {
  run.prompt$.subscribe((prompt) => {
    if (prompt !== null) later(1, () => run.answer(prompt.id, 'done', 'operator'));
  });
}

/** A run of every kind of step, in which an operator does something at an instant of one of them. */
function attended(during: StepKind, breakAt_s: number, act: (stage: Stage) => void): Promise<Played> {
  return rehearse({
    plan: EVERY_STEP,
    unattended: false,
    during,
    breakAt_s,
    attend: answersPrompts,
    break: act,
    limit_s: 200,
  });
}

/** Holds, looks at what is on while held, and resumes. */
async function heldAndResumed(during: StepKind, at_s: number) {
  const seen = { current_mA: NaN, pump_mL_min: NaN, peltier_A: NaN };
  const played = await attended(during, at_s, ({ run, when, later, world }) => {
    when('held', () =>
      later(3, () => {
        const { current_A, inputs } = world.plant;
        Object.assign(seen, {
          current_mA: current_A * 1000,
          pump_mL_min: inputs.pump_mL_min,
          peltier_A: inputs.peltier_A,
        });
        run.resume('operator');
      }),
    );
    run.hold('operator');
  });
  return { played, seen };
}

describe('an operator who holds a run and resumes it', () => {
  it.each(INSTANTS)('in %s after %f s: no current while held, and all the charge in the end', async (during, at_s) => {
    const { played, seen } = await heldAndResumed(during, at_s);
    const { result } = played.report;
    expect(result.outcome).toBe('complete');
    expect(played.states).toEqual(expect.arrayContaining(['holding', 'held', 'unholding', 'complete']));
    expect(Math.abs(seen.current_mA)).toBeLessThan(0.01);
    expect(result.charge_C).toBeGreaterThanOrEqual(EVERY_CHARGE_C);
    expect(result.charge_C).toBeLessThanOrEqual(EVERY_CHARGE_C + OVERSHOOT_C);
    expect(Math.abs(played.truth.charge_C - result.charge_C)).toBeLessThan(LEDGER_SHARE * EVERY_CHARGE_C);
    expect(energiesLeft(played)).toEqual([]);
  });

  it('keeps pump and Peltier on meanwhile', async () => {
    const { seen } = await heldAndResumed('electrolyse', 7.77);
    expect(seen.pump_mL_min).toBeGreaterThan(15);
    expect(seen.peltier_A).toBeGreaterThan(0.5);
  });
});

describe('an operator who stops a run', () => {
  it.each(INSTANTS)('in %s after %f s: ramped down, off, stopped', async (during, at_s) => {
    const played = await attended(during, at_s, ({ run }) => run.stop('operator', 'enough for today'));
    expect(played.report.result).toMatchObject({ outcome: 'stopped', reason: 'enough for today' });
    expect(played.logbook.lasted_s('current')).toBeLessThan(RAMPED_S);
    expect(played.ended_s - played.broken_s).toBeLessThan(RAMPED_S + 0.1);
    expect(energiesLeft(played)).toEqual([]);
  });

  it('while it is being held: the one ends in the other', async () => {
    const played = await attended('electrolyse', 7.77, ({ run, later }) => {
      run.hold('operator');
      later(0.4, () => run.stop('operator', 'enough'));
    });
    expect(played.report.result).toMatchObject({ outcome: 'stopped', reason: 'enough' });
    expect(played.logbook.lasted_s('current')).toBeLessThan(RAMPED_S + 0.4);
    expect(energiesLeft(played)).toEqual([]);
  });
});

describe('an operator who aborts a run', () => {
  it.each(INSTANTS)('in %s after %f s: off at once, aborted', async (during, at_s) => {
    const played = await attended(during, at_s, ({ run }) => run.abort('operator', 'smoke'));
    expect(played.report.result).toMatchObject({ outcome: 'aborted', reason: 'smoke' });
    for (const energy of ENERGIES) expect(played.logbook.lasted_s(energy)).toBeLessThan(AT_ONCE_S + 0.05);
    expect(energiesLeft(played)).toEqual([]);
  });

  it.each(['holding', 'held', 'unholding', 'stopping'] as const)('also while %s', async (state) => {
    const played = await attended('electrolyse', 7.77, ({ run, when, later }) => {
      when(state, () => run.abort('operator', 'smoke'));
      when('held', () => later(0.5, () => run.resume('operator')));
      if (state === 'stopping') run.stop('operator', 'enough');
      else run.hold('operator');
    });
    expect(played.report.result).toMatchObject({ outcome: 'aborted', reason: 'smoke' });
    expect(played.states).toContain(state);
    expect(energiesLeft(played)).toEqual([]);
  });
});

describe('a run that nobody attends', () => {
  it('is stopped when it was held for ten minutes', async () => {
    const played = await rehearse({ plan: LONG, breakAt_s: 7.77, break: ({ run }) => run.hold('operator') });
    expect(played.report.result.outcome).toBe('stopped');
    expect(played.report.result.reason).toMatch(/^held for 10 min with nobody here: held by operator$/);
    expect(played.ended_s - played.broken_s).toBeGreaterThan(600);
    expect(played.ended_s - played.broken_s).toBeLessThan(604);
    expect(played.logbook.lasted_s('current')).toBeLessThan(RAMPED_S);
    expect(energiesLeft(played)).toEqual([]);
  });
});

describe('a record that warns', () => {
  it('is told of while it does, and costs neither charge nor the run', async () => {
    const { record, warn } = lostRecord(SHORT);
    let stood: string | undefined;
    const played = await rehearse({
      plan: SHORT,
      record,
      breakAt_s: 2,
      break: ({ later, run }) => {
        const warning = 'only 3.1 MB are free on the disk of the record';
        warn(warning);
        later(2, () => {
          stood = run.alarms().find(({ id }) => id === 'record-warning')?.state;
          warn(null);
        });
      },
    });
    expect(played.report.result).toMatchObject({ outcome: 'complete', reason: 'all steps done' });
    expect(stood).toBe('active');
    expect(played.alarms.get('record-warning')).toMatchObject({
      severity: 'warning',
      state: 'cleared-unacknowledged',
      text: expect.stringContaining('record: only 3.1 MB are free on the disk of the record'),
    });
    expect(played.events.filter(({ kind }) => kind === 'alarm').map(({ text }) => text)).toContain(
      'record-warning: record: only 3.1 MB are free on the disk of the record',
    );
    expect(played.states).not.toContain('holding');
  });
});

describe('a record that cannot be written any more', () => {
  it('holds the run, refuses to resume, and is said in the end', async () => {
    const { record, lose } = lostRecord(SHORT);
    const played = await rehearse({
      plan: SHORT,
      unattended: false,
      record,
      breakAt_s: 7.77,
      break: ({ run, when, later }) => {
        when('held', () => {
          later(2, () => run.resume('operator'));
          later(4, () => run.stop('operator', 'enough'));
        });
        lose('no space is left');
      },
    });
    expect(played.report.result).toMatchObject({ outcome: 'stopped', reason: 'enough' });
    expect(played.report.recordFailure).toBe('no space is left');
    expect(played.events.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'record-lost: the record cannot be written: no space is left',
        'resume refused: record-lost still stands',
      ]),
    );
    expect(played.alarms.get('record-lost')).toMatchObject({ state: 'active', firstOut: true });
    expect(played.states).not.toContain('unholding');
    expect(played.logbook.lasted_s('current')).toBeLessThan(RAMPED_S);
    expect(energiesLeft(played)).toEqual([]);
  });
});

describe('an operator whose terminal is gone', () => {
  const WAIT_S = 600;
  const gone = 'the input of the terminal has ended';

  it('in a hold: the run is stopped after 10 min, and says why', async () => {
    const played = await rehearse({
      plan: SHORT,
      unattended: false,
      breakAt_s: 5,
      break: ({ run, when, later }) => {
        when('held', () => later(30, () => run.leave(gone)));
        run.hold('operator');
      },
      limit_s: 1000,
    });
    expect(played.report.result).toMatchObject({
      outcome: 'stopped',
      reason: 'held for 10 min with nobody here: held by operator',
    });
    expect(played.ended_s - played.broken_s).toBeGreaterThan(WAIT_S + 30);
    expect(played.ended_s - played.broken_s).toBeLessThan(WAIT_S + 30 + 10);
    expect(energiesLeft(played)).toEqual([]);
    const notes = played.events.filter(({ kind }) => kind === 'note').map(({ text }) => text);
    expect(notes).toContain(
      `${gone}: the run goes on with nobody at its terminal; a hold or a question of 10 min ends it`,
    );
  });

  it('with a question open: nothing answers for them, and the run is stopped after 10 min', async () => {
    const played = await rehearse({
      plan: EVERY_STEP,
      unattended: false,
      attend: ({ run }) => run.leave(gone),
      limit_s: 1000,
    });
    expect(played.report.result).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringMatching(/^asked for 10 min with nobody here: \S/),
    });
    expect(played.events.some(({ kind }) => kind === 'answer')).toBe(false);
    expect(played.ended_s).toBeGreaterThan(WAIT_S);
    expect(played.ended_s).toBeLessThan(WAIT_S + 30);
    expect(played.logbook.peak_mA).toBeLessThan(0.2);
    expect(energiesLeft(played)).toEqual([]);
  });

  it('in a run that asks nothing: it goes on to its end', async () => {
    const played = await rehearse({ plan: SHORT, unattended: false, attend: ({ run }) => run.leave(gone) });
    expect(played.report.result.outcome).toBe('complete');
  });
});
