/** Steps that ask, wait and run at once, on the twin: what truly passed and what the journal says. */
import { describe, expect, it } from 'vitest';
import type { Aliquot, Plan, PlanStep } from '../../src/model/plan.js';
import type { Step } from '../support/plan.js';
import { rehearse, type Played, type Stage } from '../support/scenario.js';
import { CURRENT_MA, EVERY_STEP } from './plans.js';
import { energiesLeft } from './safe.js';

const PART_C = 0.5;
/** Each electrolysis ends at the first cycle at or over its charge and half a cycle passes until the off; C. */
const OVERSHOOT_C = 1.6 * (CURRENT_MA / 1000) * 0.05;
const LEDGER_SHARE = 0.001;

function stepOf<K extends PlanStep['kind']>(kind: K): Step<K> {
  const found = EVERY_STEP.steps.find((step): step is Step<K> => step.kind === kind);
  if (found === undefined) throw new Error(`the plan has no ${kind}`);
  return found;
}

const [PURGE, FLOW, COOL] = [stepOf('purge'), stepOf('flow'), stepOf('cool')];
const PASS: Step<'electrolyse'> = { ...stepOf('electrolyse'), charge_C: PART_C };
const FINISH: Step<'finish'> = { ...stepOf('finish'), holdTemperature: false };
const AT_ONCE: Step<'parallel'> = {
  id: 'parallel',
  title: 'At once',
  kind: 'parallel',
  tracks: [[FLOW, PURGE], [COOL]],
};
const HEAT: Step<'heat'> = { ...COOL, id: 'heat', title: 'Heat', kind: 'heat', target_C: 20 };
const STAND: Step<'hold'> = { id: 'hold', title: 'Stand', kind: 'hold', text: 'exchange the flask' };
const WAIT: Step<'wait'> = { id: 'wait', title: 'Wait', kind: 'wait', duration_s: 5 };
const share = { kind: 'number', quantity: 'share', fallback: null } as const;
const TAKE = (n: number): Step<'sample'> => ({
  id: `sample-${n}`,
  title: 'Take',
  kind: 'sample',
  text: 'Take 50 uL',
  key: `taken-${n}`,
  answer: share,
});
const aliquot = (n: number, at_C: number, wait: boolean): Aliquot => ({
  id: `s-${n}`,
  text: 'Take 50 uL',
  key: `gc-${n}`,
  answer: share,
  at_C,
  at_s: null,
  wait,
});

const planned = (...steps: readonly PlanStep[]): Plan => ({ ...EVERY_STEP, steps: [...steps, FINISH] });
const SAMPLED = planned(AT_ONCE, {
  ...PASS,
  samples: [aliquot(1, 0.1, false), aliquot(2, 0.3, true), aliquot(3, 9, false)],
});

/** Answers a question two seconds after it is shown, and resumes what the recipe holds. */
function attentive({ run, later }: Stage): void {
  run.prompt$.subscribe((prompt) => {
    if (prompt !== null) later(2, () => run.answer(prompt.id, '12 %', 'operator'));
  });
}

const said = ({ events }: Played, kind: string) =>
  events.filter((event) => event.kind === kind).map(({ text, data }) => ({ text, ...data }));

function passed(played: Played, charge_C: number, parts: number): void {
  const { result } = played.report;
  expect(result.charge_C).toBeGreaterThanOrEqual(charge_C);
  expect(result.charge_C).toBeLessThanOrEqual(charge_C + parts * OVERSHOOT_C);
  expect(Math.abs(played.truth.charge_C - result.charge_C)).toBeLessThan(LEDGER_SHARE * charge_C);
  expect(energiesLeft(played)).toEqual([]);
}

describe('tracks at once', () => {
  it('cool while flow and purge come, and all of the charge passes after them', async () => {
    const played = await rehearse({ plan: planned(AT_ONCE, PASS) });
    expect(played.report.result.outcome).toBe('complete');
    const steps = said(played, 'step').map(({ text }) => text);
    expect(steps.indexOf(`${COOL.title}: begins`)).toBeLessThan(steps.indexOf(`${PURGE.title}: begins`));
    expect(steps).toContain('At once: all tracks are done');
    passed(played, PART_C, 1);
  });

  it('are held in their middle and go on where they were', async () => {
    const played = await rehearse({
      plan: planned(AT_ONCE, PASS),
      unattended: false,
      during: 'parallel',
      breakAt_s: 1,
      break: ({ run, when, later }) => {
        when('held', () => later(3, () => run.resume('operator')));
        run.hold('operator');
      },
    });
    expect(played.report.result.outcome).toBe('complete');
    expect(played.states).toEqual(expect.arrayContaining(['held', 'unholding', 'complete']));
    const begun = said(played, 'step').filter(({ text }) => text === `${FLOW.title}: begins`);
    expect(begun).toHaveLength(1);
    passed(played, PART_C, 1);
  });

  it.each(['abort', 'stop'] as const)('end with nothing left on by %s', async (how) => {
    const played = await rehearse({
      plan: SAMPLED,
      during: 'parallel',
      breakAt_s: 1,
      break: ({ run }) => run[how]('operator', 'smoke'),
    });
    expect(played.report.result).toMatchObject({ reason: 'smoke' });
    expect(played.logbook.peak_mA).toBeLessThan(0.2);
    expect(energiesLeft(played)).toEqual([]);
  });
});

describe('samples', () => {
  it('with wait hold the current until they are answered, the others do not, and one is never due', async () => {
    const played = await rehearse({ plan: SAMPLED, unattended: false, attend: attentive });
    expect(played.report.result.outcome).toBe('complete');
    expect(played.states.filter((state) => state === 'held')).toHaveLength(1);
    expect(said(played, 'answer')).toMatchObject([
      { key: 'gc-1', value: 12, unit: '%' },
      { key: 'gc-2', value: 12, unit: '%' },
    ]);
    expect(said(played, 'note')).toContainEqual(expect.objectContaining({ key: 'gc-3', missed: 'never due' }));
    passed(played, PART_C, 1);
  });

  it('are kept as not given where nobody is', async () => {
    const played = await rehearse({ plan: SAMPLED });
    expect(said(played, 'answer')).toMatchObject([
      { text: 'not given', key: 'gc-1', value: null, unit: null },
      { text: 'not given', key: 'gc-2', value: null, unit: null },
    ]);
    passed(played, PART_C, 1);
  });

  it('that are open when the run is aborted while it waits for one are told', async () => {
    const played = await rehearse({
      plan: SAMPLED,
      unattended: false,
      attend: ({ run, when, later }) => when('held', () => later(3, () => run.abort('operator', 'smoke'))),
    });
    expect(played.report.result).toMatchObject({ outcome: 'aborted', reason: 'smoke' });
    const missed = played.events.flatMap(({ data }) => ('missed' in data ? [[data['key'], data['missed']]] : []));
    expect(missed).toEqual([
      ['gc-2', 'not answered'],
      ['gc-1', 'not answered'],
      ['gc-3', 'never due'],
    ]);
    expect(energiesLeft(played)).toEqual([]);
  });

  it('between repeated electrolyses, with a hold, a wait and a heat: the charge is that of all parts', async () => {
    const again: Step<'electrolyse'> = { ...PASS, id: 'electrolyse-2' };
    const played = await rehearse({
      plan: planned(AT_ONCE, HEAT, PASS, TAKE(1), STAND, again, TAKE(2), WAIT),
      unattended: false,
      attend: (stage) => {
        attentive(stage);
        stage.when('held', () => stage.later(2, () => stage.run.resume('operator')));
      },
    });
    expect(played.report.result.outcome).toBe('complete');
    expect(said(played, 'answer').map((given) => ('key' in given ? given['key'] : null))).toEqual([
      'taken-1',
      'taken-2',
    ]);
    expect(said(played, 'state')).toContainEqual(
      expect.objectContaining({ to: 'holding', text: 'exchange the flask' }),
    );
    passed(played, 2 * PART_C, 2);
  });
});

describe('a run without current', () => {
  const blank = planned(FLOW, PURGE, COOL, { ...WAIT, duration_s: 120 });
  const told = ({ alarms }: Played) => [...alarms.keys()];

  it('ends with its wait, and nothing has passed', async () => {
    const played = await rehearse({ plan: blank });
    expect(played.report.result.outcome).toBe('complete');
    expect(Math.abs(played.truth.charge_C)).toBeLessThan(1e-4);
    expect(energiesLeft(played)).toEqual([]);
  });

  it('trips by the emergency stop as one with current does, and the master relay opens', async () => {
    const during = { during: 'wait', breakAt_s: 2, break: ({ hand }: Stage) => hand('e-stop-closed', false) } as const;
    const played = await rehearse({ plan: blank, ...during });
    expect(played.report.result.outcome).toBe('aborted');
    expect(told(played)).toContain('e-stop-closed');
    expect(played.logbook.powerLasted_s).toBeLessThan(0.1);
    expect(energiesLeft(played)).toEqual([]);
  });

  it('notices that its relay opened, and that its cooling is lost', async () => {
    const during = { during: 'wait', breakAt_s: 2 } as const;
    const opened = await rehearse({ plan: blank, ...during, break: ({ inject }) => inject('master-relay:off') });
    expect(opened.report.result.reason).toMatch(/^master-relay-dropped: /);
    const warmer = await rehearse({ plan: blank, ...during, break: ({ inject }) => inject('peltier:wrong=-200%') });
    expect(warmer.report.result.reason).toMatch(/^cooling-wrong-way: /);
    expect([...energiesLeft(opened), ...energiesLeft(warmer)]).toEqual([]);
  });
});
