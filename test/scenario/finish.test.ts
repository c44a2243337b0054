/** A person who finishes an electrolysis early: on the simulated bench, at any instant, with the plant's own account of it. */
import { describe, expect, it } from 'vitest';
import { charge_F_mol } from '../../src/physics/charge.js';
import { ENERGIES, rehearse, type Played, type Stage } from '../support/scenario.js';
import { EVERY_CHARGE_C, EVERY_STEP } from './plans.js';
import { energiesLeft } from './safe.js';

/** Its two numbers of charge agree, as those of a checked recipe do. */
const PLAN = {
  ...EVERY_STEP,
  numbers: {
    ...EVERY_STEP.numbers,
    charge_C: EVERY_CHARGE_C,
    charge_F_mol: charge_F_mol(EVERY_CHARGE_C, EVERY_STEP.basis_mmol),
  },
};
/** A cycle to hear it, one to write it, and the output's own switching. */
const AT_ONCE_S = 0.15;
const LEDGER_SHARE = 0.001;

function attended(breakAt_s: number, act: (stage: Stage) => void): Promise<Played> {
  return rehearse({
    plan: PLAN,
    unattended: false,
    breakAt_s,
    attend: ({ run, later }) => {
      run.prompt$.subscribe((prompt) => {
        if (prompt !== null) later(1, () => run.answer(prompt.id, 'done', 'operator'));
      });
    },
    break: act,
    limit_s: 200,
  });
}

function finishedOf({ events }: Played) {
  const found = events.find(({ data }) => data['verb'] === 'finish' && data['ok'] === true);
  if (found === undefined) throw new Error('nothing was finished');
  return found;
}

function judge(played: Played): void {
  const { result } = played.report;
  const { actor, data } = finishedOf(played);
  expect(result.outcome).toBe('complete');
  expect(result.reason).toMatch(/^finished by anna at \d\.\d\d of 1\.00 C, 0\.00\d of 0\.002 F\/mol$/);
  expect(actor).toBe('anna');
  expect(data['charge_F_mol']).toBeCloseTo(charge_F_mol(Number(data['charge_C']), PLAN.basis_mmol), 12);
  expect(result.charge_C).toBeLessThan(EVERY_CHARGE_C);
  expect(Math.abs(played.truth.charge_C - result.charge_C)).toBeLessThan(LEDGER_SHARE * EVERY_CHARGE_C);
  expect(energiesLeft(played)).toEqual([]);
}

describe('an operator who finishes an electrolysis', () => {
  it.each([0.33, 7.77])('after %f s: off at once, the closing steps, complete', async (at_s) => {
    const played = await attended(at_s, ({ run }) => run.finish('anna'));
    judge(played);
    expect(played.logbook.lasted_s('current')).toBeLessThan(AT_ONCE_S);
    expect(played.states).not.toContain('held');
    expect(played.ended_s - played.broken_s).toBeGreaterThan(2); // it swept
    for (const energy of ENERGIES) expect(played.logbook.wasOn(energy)).toBe(true);
    expect(played.logbook.lasted_s('peltier')).toBeGreaterThan(2); // the temperature was kept meanwhile
  });

  it('that is held, and no current comes back', async () => {
    const played = await attended(7.77, ({ run, when, later }) => {
      when('held', () => later(3, () => run.finish('anna')));
      run.hold('operator');
    });
    judge(played);
    expect(played.logbook.lasted_s('current')).toBeLessThan(2.2);
    expect(played.states).toEqual(expect.arrayContaining(['holding', 'held', 'execute', 'complete']));
    expect(played.ended_s - played.broken_s).toBeGreaterThan(7);
  });

  it('that is held by an interlock whose cause stands still', async () => {
    const played = await attended(7.77, ({ run, when, later, inject }) => {
      inject('cooler-source:nack');
      when('held', () => later(3, () => run.finish('anna')));
    });
    judge(played);
    expect(played.states).toEqual(expect.arrayContaining(['held', 'complete']));
  });

  it('whose current ramps down: at once', async () => {
    const played = await attended(7.77, ({ run, later }) => {
      run.hold('operator');
      later(0.6, () => run.finish('anna'));
    });
    judge(played);
    expect(played.logbook.lasted_s('current')).toBeLessThan(0.6 + AT_ONCE_S);
    expect(played.states).not.toContain('held');
  });

  it('and stops right afterwards: stopped, and complete no more', async () => {
    const played = await attended(7.77, ({ run, later }) => {
      run.finish('anna');
      later(0.5, () => run.stop('operator', 'enough'));
    });
    expect(played.report.result).toMatchObject({ outcome: 'stopped', reason: 'enough' });
    expect(energiesLeft(played)).toEqual([]);
  });

  it('before it has begun hears why nothing comes of it', async () => {
    const played = await rehearse({
      plan: PLAN,
      during: 'purge',
      breakAt_s: 0.5,
      break: ({ run }) => run.finish('anna'),
    });
    expect(played.report.result).toMatchObject({ outcome: 'complete', reason: 'all steps done' });
    expect(played.events.find(({ data }) => data['verb'] === 'finish')).toMatchObject({
      actor: 'anna',
      text: 'finish refused: the electrolysis has not begun yet (would be right: stop)',
    });
  });
});
