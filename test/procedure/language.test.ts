/** Steps that ask, wait and run at once: prompts with answers, samples while the current flows, hold, wait, parallel. */
import { describe, expect, it } from 'vitest';
import type { Aliquot, PlanStep } from '../../src/model/plan.js';
import { remaining } from '../../src/procedure/remaining.js';
import type { Intent } from '../../src/procedure/types.js';
import { ASK, COOL, ELECTROLYSE, FINISH, FLOW, planOf, PURGE, type Step } from '../support/plan.js';
import { ABORT, answerTo, HOLD, OFF_MEASURED, Rehearsal, STOP, UNHOLD } from '../support/procedure.js';

const MASS: Step<'prompt'> = { ...ASK, key: 'yield', answer: { kind: 'number', quantity: 'mass' } };
const WAIT: Step<'wait'> = { id: 'wait', title: 'Wait', kind: 'wait', duration_s: 10 };
const HEAT: Step<'heat'> = { ...COOL, id: 'heat', title: 'Heat', kind: 'heat', target_C: 15 };
const STAND: Step<'hold'> = { id: 'hold', title: 'Stand', kind: 'hold', text: 'exchange the flask' };
/** The set point has come to zero. */
const OFF = { setpoint_mA: 0 };
const LAST: Step<'finish'> = { ...FINISH, holdTemperature: false };
const both = (...tracks: Step<'parallel'>['tracks'][number][]): Step<'parallel'> => ({
  id: 'parallel',
  title: 'At once',
  kind: 'parallel',
  tracks,
});

const begun = (...steps: readonly PlanStep[]): Rehearsal => new Rehearsal(planOf([...steps, LAST])).begin();
const said = (intents: readonly Intent[], event: string) =>
  intents.flatMap((one) => (one.kind === 'journal' && one.event === event ? [{ text: one.text, ...one.data }] : []));
const answering = (prompt: string, text: string) => ({ kind: 'answer', prompt, text, actor: 'operator' }) as const;

describe('a prompt with an answer', () => {
  it('keeps it under its name, in its canonical unit, with the charge at which it was given', () => {
    const run = begun(MASS, WAIT).tick({ charge_C: 3 });
    run.hear(answering('prompt', '0.174 g'));
    expect(said(run.intents, 'answer')).toEqual([
      { text: '0.174 g', prompt: 'prompt', key: 'yield', value: 174, unit: 'mg', charge_C: 3 },
    ]);
    expect(run.tick().state.step).toBe(1);
  });

  it('is asked on after a wrong answer, which is refused with what would be right', () => {
    const run = begun(MASS);
    run.hear(answering('prompt', '174'));
    expect(said(run.intents, 'command')).toEqual([
      {
        text: 'answer refused: "174" has no unit (would be right: 174 mg)',
        verb: 'answer',
        prompt: 'prompt',
        ok: false,
      },
    ]);
    expect(run.tick().state).toMatchObject({ step: 0, prompt: { id: 'prompt' } });
  });

  it('keeps nothing in place of an answer that is not given, where the recipe says so and only there', () => {
    const left = begun({ ...MASS, answer: { kind: 'number', quantity: 'mass', fallback: null } });
    left.hear(answering('prompt', 'not given'));
    expect(said(left.intents, 'answer')).toMatchObject([{ text: 'not given', key: 'yield', value: null, unit: null }]);
    expect(said(begun(MASS).hear(answering('prompt', 'not given')).intents, 'answer')).toEqual([]);
  });

  it('takes a photo only with its hash, and keeps that', () => {
    const run = begun({ ...ASK, key: 'cell', answer: { kind: 'photo' } });
    run.hear(answering('prompt', 'cell.jpg'));
    expect(run.state.prompt).not.toBeNull();
    run.hear({ ...answering('prompt', 'cell.jpg'), photo_sha256: 'b'.repeat(64) });
    expect(said(run.intents, 'answer')).toMatchObject([{ value: 'cell.jpg', sha256: 'b'.repeat(64) }]);
  });

  it('leaves a mere confirmation as it was', () => {
    expect(said(begun(ASK).hear(answering('prompt', 'yes')).intents, 'answer')).toEqual([
      { text: 'yes', prompt: 'prompt' },
    ]);
  });
});

describe('wait, hold and heat', () => {
  it('a wait goes on after a hold where it was', () => {
    const run = begun(WAIT).ticks(6);
    run.hear(HOLD).tick(OFF).hear(OFF_MEASURED).ticks(30).hear(UNHOLD).tick(OFF);
    expect(run.ticks(3).state.step).toBe(0);
    expect(run.ticks(2).state.step).toBe(1);
  });

  it('a hold holds by itself with its reason, and is done when somebody resumes', () => {
    const run = begun(STAND, WAIT).tick();
    expect(run.state).toMatchObject({ run: 'holding', reason: 'exchange the flask' });
    run.tick(OFF).hear(OFF_MEASURED).ticks(100);
    expect(run.state).toMatchObject({ run: 'held', step: 0 });
    expect(run.hear(UNHOLD).ticks(2, OFF).state).toMatchObject({ run: 'execute', step: 1 });
  });

  it('heat settles as cool does, and a resume brings that temperature back', () => {
    const run = new Rehearsal({
      ...planOf([COOL, HEAT, ELECTROLYSE, LAST]),
      pause: { ...planOf().pause, temperature: 'release' },
    }).begin();
    const at = (C: number) => ({ temperature_C: C, temperature_setpoint_C: C });
    run.ticks(6, at(0)).ticks(6, at(15)).ticks(2, at(15));
    expect(run.state).toMatchObject({ step: 2, demand: { temperature_C: 15, current_mA: 80 } });
    run
      .hear(HOLD)
      .tick({ ...at(15), setpoint_mA: 0 })
      .hear(OFF_MEASURED);
    expect(run.state.demand.temperature_C).toBeNull();
    run.hear(UNHOLD);
    expect(run.state.demand).toMatchObject({ temperature_C: 15, current_mA: 0 });
    expect(run.ticks(6, at(15)).state.demand.current_mA).toBe(80);
  });
});

describe('parallel', () => {
  const cold = { temperature_C: 0, temperature_setpoint_C: 0 };

  it('runs its tracks at once, each at its own pace, and is done when all are', () => {
    const run = begun(both([PURGE, ASK], [COOL]), WAIT).tick();
    expect(run.state.demand.temperature_C).toBe(0);
    expect(said(run.intents, 'step').map(({ text }) => text)).toEqual(['Purge: begins', 'Cool: begins']);
    run.ticks(10);
    expect(run.state).toMatchObject({ step: 0, prompt: { id: 'prompt' } });
    run.ticks(6, cold).hear(answerTo('prompt')).ticks(2, cold);
    expect(run.state.step).toBe(1);
  });

  it('asks one question after the other, and each track hears its own answer', () => {
    const run = begun(both([ASK], [{ ...ASK, id: 'prompt-2' }])).tick();
    expect(run.state).toMatchObject({ prompt: { id: 'prompt-2' }, unanswered: [{ id: 'prompt' }] });
    run.hear(answerTo('prompt')).tick();
    expect(run.state.prompt?.id).toBe('prompt-2');
    run.hear(answerTo('prompt-2')).ticks(2);
    expect(run.state.step).toBe(1);
  });

  it('holds the run when one track cannot come to its end, and gives it its time anew', () => {
    const run = begun(both([WAIT], [COOL])).ticks(63, { temperature_C: 20, temperature_setpoint_C: 0 });
    expect(run.state.run).toBe('holding');
    expect(run.state.reason).toContain('was not within 0.1 K');
    run.tick(OFF).hear(OFF_MEASURED).hear(UNHOLD).tick(OFF);
    expect(run.state.run).toBe('execute');
    expect(run.ticks(30, { temperature_C: 20, temperature_setpoint_C: 0 }).state.run).toBe('execute');
  });

  it('waits anew for what a hold let go, in a track that is done as in one that is not', () => {
    const plan = planOf([both([FLOW, WAIT], [COOL]), ELECTROLYSE, LAST]);
    const policy = { ...plan.pause, temperature: 'release', flow: 'stop' } as const;
    const run = new Rehearsal({ ...plan, pause: policy }).begin();
    const flowing = { ...cold, ...OFF, flow_mL_min: 25 };
    run.ticks(5, flowing); // the flow has been met, the cooling not yet
    run.hear(HOLD).tick(flowing).hear(OFF_MEASURED);
    expect(run.state).toMatchObject({ run: 'held', demand: { flow_mL_min: 0, temperature_C: null } });
    expect(run.state.pause.owed).toEqual(['flow', 'cool']);
    run.hear(UNHOLD).tick({ ...flowing, flow_mL_min: 0 });
    expect(run.state).toMatchObject({ run: 'unholding', demand: { flow_mL_min: 25 } });
    run.ticks(4, flowing);
    expect(run.state.run).toBe('execute');
    expect(run.ticks(4, flowing).state.step).toBe(0); // the cooling of its own track began anew
    expect(run.ticks(9, flowing).state.step).toBe(1);
  });

  it('passes no current, and a stop in it ends the run', () => {
    const run = begun(both([WAIT], [PURGE])).ticks(3);
    expect(run.state.demand.current_mA).toBe(0);
    expect(run.hear(STOP).tick(OFF).hear(OFF_MEASURED).state.run).toBe('stopped');
  });
});

describe('samples while the current flows', () => {
  const aliquot = (n: number, at_C: number, more: Partial<Aliquot> = {}): Aliquot => ({
    id: `s-${n}`,
    text: 'Take 50 uL',
    key: `gc-${n}`,
    answer: { kind: 'number', quantity: 'share' },
    at_C,
    at_s: null,
    wait: false,
    ...more,
  });
  const sampling = (...samples: readonly Aliquot[]): Rehearsal => begun({ ...ELECTROLYSE, samples }, WAIT).tick();

  it('are asked at their charge, the oldest on top, and the current goes on', () => {
    const run = sampling(aliquot(1, 2), aliquot(2, 4)).tick({ charge_C: 1.9 });
    expect(run.state.prompt).toBeNull();
    run.tick({ charge_C: 2.1 });
    expect(run.state).toMatchObject({ run: 'execute', prompt: { id: 's-1' }, demand: { current_mA: 80 } });
    run.tick({ charge_C: 4 });
    expect(run.state).toMatchObject({ prompt: { id: 's-1' }, unanswered: [{ id: 's-2' }] });
    expect(said(run.intents, 'note')).toEqual([
      { text: 'gc-2 is due too: Take 50 uL', prompt: 's-2', key: 'gc-2', asked_C: 4 },
    ]);
    run.tick({ charge_C: 5 }).hear(answering('s-2', '12 %'));
    expect(said(run.intents, 'answer')).toMatchObject([{ key: 'gc-2', value: 12, unit: '%', asked_C: 4, charge_C: 5 }]);
    expect(run.state.prompt?.id).toBe('s-1');
  });

  it('outlive their step, are answered later or told at the end', () => {
    const run = sampling(aliquot(1, 2), aliquot(2, 8))
      .tick({ charge_C: 8 })
      .tick({ charge_C: 8 })
      .tick({ charge_C: 8 });
    expect(run.state).toMatchObject({ step: 1, prompt: { id: 's-1' }, unanswered: [{ id: 's-2' }] });
    run.hear(OFF_MEASURED).hear(answering('s-1', '9 %'));
    expect(said(run.intents, 'answer')).toMatchObject([{ key: 'gc-1', asked_C: 8 }]);
    run.hear(ABORT);
    expect(said(run.intents, 'note')).toMatchObject([{ text: 'gc-2 was not answered' }]);
    expect(run.state).toMatchObject({ prompt: null, unanswered: [] });
  });

  it('that never came due are told when the electrolysis has ended, by its end or before', () => {
    const ended = begun({ ...ELECTROLYSE, samples: [aliquot(1, 2), aliquot(2, 9)] }, WAIT)
      .tick()
      .tick({ charge_C: 8 });
    const missed = { text: 'gc-2 never came due: the electrolysis ended before 9 C', key: 'gc-2', missed: 'never due' };
    expect(said(ended.intents, 'note')).toMatchObject([missed]);
    const stopped = sampling(aliquot(1, 2), aliquot(2, 9)).tick({ charge_C: 3 }).hear(STOP);
    expect(said(stopped.intents, 'note')).toMatchObject([{ key: 'gc-1', missed: 'not answered' }, missed]);
    expect(said(stopped.hear(ABORT).intents, 'note')).toEqual([]);
    const late = sampling(aliquot(1, 0, { at_C: null, at_s: 900 })).hear(ABORT);
    expect(said(late.intents, 'note')).toMatchObject([{ text: expect.stringContaining('ended before 900 s') }]);
  });

  it('come behind one that the run is held for', () => {
    const run = sampling(aliquot(1, 2), aliquot(2, 4, { wait: true }))
      .tick({ charge_C: 2 })
      .tick({ charge_C: 4 });
    expect(run.state).toMatchObject({ run: 'holding', prompt: { id: 's-2' }, unanswered: [{ id: 's-1' }] });
  });

  it('stand back behind a question that a step waits for', () => {
    const run = begun({ ...ELECTROLYSE, samples: [aliquot(1, 2)] }, ASK)
      .tick()
      .ticks(2, { charge_C: 8 });
    expect(run.state).toMatchObject({ step: 1, prompt: { id: 'prompt' }, unanswered: [{ id: 's-1' }] });
  });

  it('that are waited for hold the run, and their answer asks for the resume once the current is off', () => {
    const run = sampling(aliquot(1, 2, { wait: true })).tick({ charge_C: 2, setpoint_mA: 80 });
    expect(run.state).toMatchObject({ run: 'holding', prompt: { id: 's-1' } });
    run.hear(answering('s-1', '5 %'));
    expect(run.asked).not.toContain('resume');
    run.tick({ charge_C: 2.1, setpoint_mA: 0 }).hear(OFF_MEASURED);
    expect(run.state.run).toBe('held');
    expect(run.asked).toContain('resume');
  });

  it('that are waited for are not resumed without their answer', () => {
    const run = sampling(aliquot(1, 2, { wait: true }))
      .tick({ charge_C: 2 })
      .tick(OFF)
      .hear(OFF_MEASURED);
    run.hear(UNHOLD);
    expect(run.state.run).toBe('held');
    expect(said(run.intents, 'command')[0]?.text).toContain('is not answered yet');
    run.hear(answering('s-1', '5 %'));
    expect(run.asked).toContain('resume');
    expect(run.hear(UNHOLD).state.run).toBe('unholding');
  });

  it('leave a run held that somebody else wants held', () => {
    const run = sampling(aliquot(1, 2, { wait: true }))
      .tick({ charge_C: 2 })
      .tick(OFF)
      .hear(OFF_MEASURED)
      .hear(HOLD);
    run.hear(answering('s-1', '5 %'));
    expect(run.asked).not.toContain('resume');
    expect(run.state).toMatchObject({ run: 'held', reason: 'a look at the cell' });
  });

  it('at times all come due, however much of the charge passes in the ramps of their holds', () => {
    // 8 C at 80 mA are 100 s: every 5 s a sample, each with 2 s down and 2 s up at half the current.
    const samples = Array.from({ length: 19 }, (_, i) => {
      return aliquot(i + 1, 0, { at_C: null, at_s: 5 * (i + 1), wait: true });
    });
    const run = sampling(...samples);
    const due_C: number[] = [];
    let charge_C = 0;
    const tick = (setpoint_mA: number): void => {
      charge_C += setpoint_mA * 1e-3;
      run.tick({ charge_C, setpoint_mA });
    };
    for (let k = 0; k < 1000 && run.state.step === 0; k++) {
      tick(80);
      if (run.state.run !== 'holding') continue;
      due_C.push(charge_C);
      const { id } = run.state.prompt ?? { id: '' };
      for (const setpoint_mA of [60, 20, 0]) tick(setpoint_mA);
      run.hear(OFF_MEASURED).hear(answering(id, '5 %')).hear(UNHOLD);
      for (const setpoint_mA of [20, 60, 80]) tick(setpoint_mA);
    }
    expect(due_C).toHaveLength(19);
    for (const [i, sample_C] of due_C.entries()) expect(Math.abs(sample_C - 0.4 * (i + 1))).toBeLessThan(0.1);
  });

  it('at times count only time with the current flowing', () => {
    const run = sampling(aliquot(1, 0, { at_C: null, at_s: 5 })).ticks(3);
    run.hear(HOLD).tick(OFF).hear(OFF_MEASURED).ticks(60).hear(UNHOLD).tick({ setpoint_mA: 80 });
    expect(run.state).toMatchObject({ run: 'execute', prompt: null });
    expect(run.ticks(2).state.prompt?.id).toBe('s-1');
  });

  it('that had come due are not asked for again after an interruption, and the others keep their place', () => {
    const plan = planOf([{ ...ELECTROLYSE, samples: [aliquot(1, 2), aliquot(2, 4)] }, LAST]);
    const rest = remaining(plan, { step: 0, passed_C: 3 }).steps.find(({ kind }) => kind === 'electrolyse');
    expect(rest).toMatchObject({ charge_C: 5, samples: [{ id: 's-2', at_C: 1 }] });
  });
});

describe('what is left of an interrupted plan', () => {
  it('makes the conditions of finished tracks anew, one after the other, and a heat instead of the cool before it', () => {
    const plan = planOf([both([PURGE, ASK], [FLOW, COOL]), HEAT, ELECTROLYSE, LAST]);
    const ids = remaining(plan, { step: 2, passed_C: 1 }).steps.map(({ id }) => id);
    expect(ids).toEqual(['resume', 'purge', 'flow', 'heat', 'electrolyse', 'finish']);
  });

  it('finishes tracks that were interrupted again from their beginning', () => {
    const plan = planOf([FLOW, PURGE, both([PURGE], [COOL]), ELECTROLYSE, LAST]);
    const ids = remaining(plan, { step: 2, passed_C: 0 }).steps.map(({ id }) => id);
    expect(ids).toEqual(['resume', 'flow', 'parallel', 'electrolyse', 'finish']);
  });

  it('of a blank is the rest of its wait, which no electrolysis would lead to', () => {
    const plan = { ...planOf([COOL, WAIT, LAST]), waived: ['electrolysis'] as const };
    const rest = remaining(plan, { step: 1, passed_C: 0, waited_s: 4 }).steps;
    expect(rest.map(({ id }) => id)).toEqual(['resume', 'cool', 'wait', 'finish']);
    expect(rest[2]).toMatchObject({ title: 'Wait, the rest of it', duration_s: 6 });
    expect(remaining(plan, { step: 1, passed_C: 0, waited_s: 11 }).steps[2]).toMatchObject({ duration_s: 0 });
  });
});
