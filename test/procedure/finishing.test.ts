/** A finish before the charge has passed: when it is taken, what ends, what follows, and what the journal keeps of it. */
import { describe, expect, it } from 'vitest';
import { type Aliquot, KEEP_ALL, type PausePolicy, type PlanStep } from '../../src/model/plan.js';
import { FINAL_STATES } from '../../src/model/state.js';
import { closingStep } from '../../src/procedure/finishing.js';
import type { Intent } from '../../src/procedure/types.js';
import { ASK, COOL, ELECTROLYSE, FINISH, planOf, PURGE, type Step } from '../support/plan.js';
import { ABORT, ARMED, HOLD, OFF_MEASURED, Rehearsal, START, STOP, UNHOLD } from '../support/procedure.js';

const ASKED = { kind: 'finish', actor: 'anna' } as const;
const OFF = { setpoint_mA: 0 };
const SECOND: Step<'electrolyse'> = { ...ELECTROLYSE, id: 'electrolyse-2', title: 'Once more' };
const WAIT: Step<'wait'> = { id: 'wait', title: 'Wait', kind: 'wait', duration_s: 10 };

const begun = (steps: readonly PlanStep[] = [ELECTROLYSE, FINISH], pause: PausePolicy = KEEP_ALL): Rehearsal =>
  new Rehearsal({ ...planOf(steps), pause }).begin().tick({ charge_C: 0 });
const held = (run: Rehearsal, charge_C: number): Rehearsal =>
  run
    .hear(HOLD)
    .tick({ ...OFF, charge_C })
    .hear(OFF_MEASURED);
const said = (intents: readonly Intent[], event: string) =>
  intents.flatMap((one) => (one.kind === 'journal' && one.event === event ? [one] : []));
const refusal = (run: Rehearsal): string | undefined => said(run.intents, 'command')[0]?.text;

describe('a finish of an electrolysis', () => {
  it('turns the current off at once and goes on with the closing steps, to complete', () => {
    const run = begun().tick({ charge_C: 4 }).hear(ASKED);
    expect(run.intents).toEqual([]); // the next tick brings the charge
    run.tick({ charge_C: 4.2, absolute_charge_C: 5 });
    expect(run.asked).toEqual(['off']);
    expect(run.state).toMatchObject({ run: 'execute', step: 1, offPending: true, demand: { current_mA: 0 } });
    run.tick(OFF).hear(OFF_MEASURED);
    expect(run.state.progress.stage).toBe('sweep');
    run.ticks(31, OFF).hear({ kind: 'answer', prompt: 'finish-hand-over', text: 'yes', actor: 'operator' }).tick(OFF);
    expect(run.state).toMatchObject({
      run: 'complete',
      reason: 'finished by anna at 4.20 of 8.00 C, 0.009 of 0.017 F/mol',
    });
    expect(said(run.intents, 'state')).toMatchObject([{ text: run.state.reason }]);
  });

  it('is told with who, step and charge, both as C and as F/mol', () => {
    const run = begun().hear(ASKED).tick({ charge_C: 2 });
    const [ended, begins] = said(run.intents, 'step');
    expect(ended).toMatchObject({
      actor: 'anna',
      text: 'Electrolyse: 2.00 C passed; finished by anna at 2.00 of 8.00 C, 0.004 of 0.017 F/mol',
      data: { step: 'electrolyse', ended: true, verb: 'finish', ok: true, charge_C: 2, planned_C: 8, left_out: '' },
    });
    expect(ended?.data['charge_F_mol']).toBeCloseTo(0.0166 / 4, 9);
    expect(begins).toMatchObject({ actor: 'procedure', data: { step: 'finish', index: 1, ended: false } });
  });

  it('counts both polarities where directions alternate, and keeps their account', () => {
    const polarity = { halfPeriod_s: 10, deadTime_s: 0.1, ramp_mA_s: 800 } as const;
    const step = { ...ELECTROLYSE, polarity: polarity as Step<'electrolyse'>['polarity'] } as Step<'electrolyse'>;
    const run = new Rehearsal(planOf([step, FINISH])).begin().ticks(2, { charge_C: 0, absolute_charge_C: 0 });
    run.hear(ASKED).tick({ charge_C: -0.1, absolute_charge_C: 3 });
    const [ended] = said(run.intents, 'step');
    expect(ended?.text).toContain('3.00 C passed; finished by anna at 3.00 of 8.00 C');
    expect(ended?.data).toMatchObject({ charge_C: 3, absolute_C: 3, net_C: -0.1 });
  });

  it('lets no sample of it come due any more, and says so', () => {
    const sample: Aliquot = { id: 's-1', key: 'gc-1', text: 'Take 50 uL', at_C: 6, at_s: null, wait: false };
    const run = begun([{ ...ELECTROLYSE, samples: [sample] }, FINISH])
      .hear(ASKED)
      .tick({ charge_C: 2 });
    expect(said(run.intents, 'note')).toMatchObject([{ data: { key: 'gc-1', missed: 'never due' } }]);
  });

  it('leaves later electrolyses out with what leads to them, and their samples', () => {
    const sample: Aliquot = { id: 's-1', key: 'gc-1', text: 'Take 50 uL', at_C: 6, at_s: null, wait: false };
    const steps = [ELECTROLYSE, WAIT, { ...SECOND, samples: [sample] }, COOL, FINISH];
    const run = begun(steps).hear(ASKED).tick({ charge_C: 2 });
    expect(run.state).toMatchObject({ step: 3, demand: { current_mA: 0, temperature_C: 0 } });
    expect(run.asked).toEqual(['off']);
    const [ended] = said(run.intents, 'step');
    expect(ended?.text).toContain('left out: Wait, Once more');
    expect(ended?.data['left_out']).toBe('wait electrolyse-2');
    expect(said(run.intents, 'note')).toMatchObject([{ data: { key: 'gc-1' } }]);
    expect(closingStep(planOf(steps))).toBe(3);
  });

  it('is taken between two electrolyses, where the open question of the step goes', () => {
    const keyed = { ...ASK, key: 'colour', answer: { kind: 'text' } } as const;
    const run = begun([ELECTROLYSE, keyed, SECOND, FINISH]).tick({ charge_C: 8 });
    run.hear(ASKED).tick(OFF);
    expect(run.state.step).toBe(1); // the off of the first is measured before
    run.hear(OFF_MEASURED).tick({ ...OFF, charge_C: 8.01 });
    expect(run.state).toMatchObject({ step: 3, prompt: null, finished: expect.stringContaining('8.01 of 8.00 C') });
    expect(run.asked).toEqual(['withdraw-prompt', 'off']);
    expect(said(run.intents, 'note')).toMatchObject([{ data: { key: 'colour', missed: 'not answered' } }]);
  });

  it('is taken in tracks between two electrolyses, and in a hold of the recipe there', () => {
    const tracks: Step<'parallel'> = { id: 'parallel', title: 'At once', kind: 'parallel', tracks: [[ASK], [WAIT]] };
    const run = begun([ELECTROLYSE, tracks, SECOND, FINISH]).tick({ charge_C: 8 }).hear(OFF_MEASURED).tick(OFF);
    expect(run.state).toMatchObject({ step: 1, prompt: { id: 'prompt' } });
    run.hear(ASKED).tick(OFF);
    expect(run.state).toMatchObject({ step: 3, prompt: null, progress: { tracks: [] } });
    const stand: Step<'hold'> = { id: 'hold', title: 'Stand', kind: 'hold', text: 'exchange the flask' };
    const stood = begun([ELECTROLYSE, stand, SECOND, FINISH]).tick({ charge_C: 8 }).hear(OFF_MEASURED).tick(OFF);
    stood.tick(OFF).hear(OFF_MEASURED);
    expect(stood.state).toMatchObject({ run: 'held', step: 1 });
    expect(stood.hear(ASKED).tick(OFF).state).toMatchObject({ run: 'execute', step: 3, reason: null });
  });

  it('has no F/mol where nothing was planned to pass', () => {
    const plan = planOf([ELECTROLYSE, FINISH]);
    const none = { ...plan, numbers: { ...plan.numbers, charge_C: 0, charge_F_mol: 0 } };
    const run = new Rehearsal(none).begin().tick({ charge_C: 0 }).hear(ASKED).tick({ charge_C: 2 });
    expect(run.state.finished).toBe('finished by anna at 2.00 of 0.00 C');
    expect(said(run.intents, 'step')[0]?.data['charge_F_mol']).toBeNull();
  });

  it('keeps a sample open, and shows it where the question of the step was', () => {
    const sample: Aliquot = { id: 's-1', key: 'gc-1', text: 'Take 50 uL', at_C: 1, at_s: null, wait: false };
    const run = begun([{ ...ELECTROLYSE, samples: [sample] }, ASK, SECOND, FINISH]);
    run.tick({ charge_C: 2 }).tick({ charge_C: 8 }).hear(OFF_MEASURED);
    expect(run.state).toMatchObject({ step: 1, prompt: { id: 'prompt' }, unanswered: [{ id: 's-1' }] });
    run.hear(ASKED).tick(OFF);
    expect(run.state).toMatchObject({ prompt: { id: 's-1' }, unanswered: [] });
    expect(run.asked).toEqual(['ask', 'off']);
    expect(said(run.intents, 'note')).toEqual([]);
  });
});

describe('a finish from a hold', () => {
  it('goes on with the closing steps, and no current comes back', () => {
    const run = held(begun().tick({ charge_C: 3 }), 3.1)
      .hear(ASKED)
      .tick({ ...OFF, charge_C: 3.1 });
    expect(run.state).toMatchObject({ run: 'execute', step: 1, reason: null, demand: { current_mA: 0 } });
    expect(said(run.intents, 'state').map(({ actor, data }) => [actor, data['to']])).toEqual([
      ['anna', 'unholding'],
      ['procedure', 'execute'],
    ]);
    expect(run.asked).toEqual(['off']);
    for (let k = 0; k < 40; k++) expect(run.tick(OFF).state.demand.current_mA).toBe(0);
  });

  it('brings back temperature, flow and nitrogen that the hold let go', () => {
    const policy: PausePolicy = {
      current: { down_s: 2, up_s: null },
      temperature: 'release',
      flow: 'stop',
      purgeStopAfter_s: 5,
    };
    const cold = { temperature_C: 0, temperature_setpoint_C: 0 };
    const run = new Rehearsal({ ...planOf([PURGE, COOL, ELECTROLYSE, FINISH]), pause: policy }).begin();
    run
      .ticks(11, cold)
      .ticks(6, cold)
      .tick({ ...cold, charge_C: 0 });
    held(run, 1).ticks(6, OFF);
    expect(run.state).toMatchObject({ demand: { temperature_C: null, sweepShut: true } });
    expect(run.state.pause.owed).toEqual(['purge', 'cool']);
    run.hear(ASKED).tick(OFF);
    expect(run.state).toMatchObject({ step: 3, demand: { temperature_C: 0, sweepShut: false }, pause: { owed: [] } });
    expect(run.state.demand).toBe(run.state.stepDemand);
  });

  it('while the current still ramps down takes it off at once', () => {
    const run = begun().hear(HOLD).tick({ setpoint_mA: 40, charge_C: 1 }).hear(ASKED);
    run.tick({ setpoint_mA: 20, charge_C: 1.1 });
    expect(run.asked).toEqual(['off']);
    expect(run.state).toMatchObject({ run: 'execute', step: 1, offPending: true });
  });

  it('whose off is being measured waits for it', () => {
    const run = begun().hear(HOLD).tick(OFF).hear(ASKED).tick(OFF);
    expect(run.state).toMatchObject({ run: 'holding', step: 0, finishBy: 'anna' });
    run.hear(OFF_MEASURED).tick({ ...OFF, charge_C: 1 });
    expect(run.state).toMatchObject({ run: 'execute', step: 1, finishBy: null });
  });

  it('while the current comes back takes it off again', () => {
    const run = held(begun(), 1).hear(UNHOLD).tick({ setpoint_mA: 40 }).hear(ASKED).tick({ setpoint_mA: 60 });
    expect(run.asked).toEqual(['off']);
    expect(run.state).toMatchObject({ run: 'execute', step: 1, demand: { current_mA: 0 } });
    expect(said(run.intents, 'state')).toHaveLength(1);
  });

  it('needs no answer to the sample that it was held for', () => {
    const sample: Aliquot = { id: 's-1', key: 'gc-1', text: 'Take 50 uL', at_C: 1, at_s: null, wait: true };
    const run = begun([{ ...ELECTROLYSE, samples: [sample] }, FINISH]).tick({ charge_C: 1 });
    run
      .tick({ ...OFF, charge_C: 1.1 })
      .hear(OFF_MEASURED)
      .hear(ASKED)
      .tick(OFF);
    expect(run.state).toMatchObject({ run: 'execute', step: 1, heldFor: null, prompt: { id: 's-1' } });
    run.hear({ kind: 'answer', prompt: 's-1', text: 'later', actor: 'anna' });
    expect(run.asked).not.toContain('resume');
  });
});

describe('a finish that means nothing is refused in words', () => {
  const cases: readonly (readonly [string, Rehearsal, string])[] = [
    ['before the start', new Rehearsal(planOf()), 'nothing has begun yet (would be right: stop)'],
    ['while arming', new Rehearsal(planOf()).hear(START), 'nothing has begun yet'],
    ['before the electrolysis', begun([ASK, ELECTROLYSE, FINISH]), 'the electrolysis has not begun yet'],
    ['in the warm-up', new Rehearsal(planOf([ELECTROLYSE, FINISH])).hear(START).hear(ARMED), 'has not begun yet'],
    ['of a blank', begun([WAIT, FINISH]), 'the recipe has no electrolysis (would be right: stop)'],
    ['in the closing steps', begun().tick({ charge_C: 8 }), 'the electrolysis is over already'],
    ['twice', begun().hear(ASKED), 'anna asked for it already'],
    ['while stopping', begun().hear(STOP), 'the run ends'],
    ['while aborting', begun().hear(ABORT), 'the run ends'],
  ];
  it.each(cases)('%s', (_, run, why) => {
    const before = run.state;
    run.hear(ASKED);
    expect(run.state).toEqual(before);
    expect(refusal(run)).toContain(`finish refused: ${why.startsWith('has') ? '' : why}`);
    expect(refusal(run)).toContain(why);
    expect(said(run.intents, 'command')).toMatchObject([{ actor: 'anna', data: { verb: 'finish', ok: false } }]);
  });

  it.each([...FINAL_STATES])('%s', (state) => {
    const ended = begun().hear(state === 'stopped' ? STOP : ABORT);
    const run = state === 'complete' ? new Rehearsal(planOf([])).begin() : ended.tick(OFF).hear(OFF_MEASURED);
    expect(run.state.run).toBe(state);
    expect(refusal(run.hear(ASKED))).toBe('finish refused: the run ends');
  });

  it('is forgotten by a run that is stopped in the same cycle', () => {
    const run = begun().hear(ASKED).hear(STOP).tick(OFF).hear(OFF_MEASURED);
    expect(run.state).toMatchObject({ run: 'stopped', finished: null });
  });
});
