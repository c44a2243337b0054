/** What an order of the network comes to, idle and in a run. */
import { BehaviorSubject, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Asker, Done, Order } from '../../src/command/executor.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import type { Alarm, RunEvent } from '../../src/model/event.js';
import type { RunState } from '../../src/model/state.js';
import { idle as restingState } from '../../src/procedure/machine.js';
import type { ProcedureState, Prompt } from '../../src/procedure/types.js';
import type { Run } from '../../src/reactor.js';
import { buttonPermit, type Permit } from '../../src/station/permit.js';
import { type Idle, type Rehearse, Station } from '../../src/station/station.js';

const ALICE: Asker = { actor: 'alice', id: 'c1' };
const OK: Done = { ok: true, reason: null };
const LOAD: Prompt = { id: 'p1', key: 'load', text: 'Load the cell.', answer: { kind: 'number', quantity: null } };

type Left = Pick<Alarm, 'id' | 'state' | 'group'>;

/** A run that journals what is asked of it, as the procedure does. */
class FakeRun {
  readonly id = 'run-1';
  readonly events$ = new Subject<RunEvent>();
  readonly state$ = new BehaviorSubject<ProcedureState>(restingState());
  readonly asked: string[] = [];
  alarm: Left[] = [];
  readonly hold = (actor: string): void => this.heard('hold', actor, 'state', { from: 'execute', to: 'holding' });
  readonly resume = (actor: string): void => this.heard('unhold', actor, 'command', { verb: 'resume', ok: false });
  readonly answer = (prompt: string, text: string, actor: string): void =>
    this.heard(`answer ${prompt} ${text}`, actor, 'answer', { prompt });
  readonly finish = (actor: string): void =>
    this.heard('finish', actor, 'step', { verb: 'finish', ok: true, charge_C: 4.2, charge_F_mol: 0.5 });
  readonly unshelve = (alarm: string): boolean => alarm === 'drift';
  readonly stop = (actor: string): void => void this.asked.push(`stop ${actor}`);
  readonly acknowledge = (alarm: string): void => void this.asked.push(`acknowledge ${alarm}`);
  readonly shelve = (alarm: string, minutes: number): boolean => alarm === 'drift' && minutes <= 60;
  readonly alarms = () => this.alarm;

  is(run: RunState, prompt: Prompt | null = null): void {
    this.state$.next({ ...restingState(), run, prompt });
  }

  private heard(what: string, actor: string, kind: RunEvent['kind'], data: RunEvent['data']): void {
    this.asked.push(what);
    this.events$.next({ t: 0, elapsed_s: 0, kind: 'note', actor, text: 'by the way', data: {} });
    this.events$.next({ t: 0, elapsed_s: 0, kind, actor: 'guard', text: 'of another', data });
    this.events$.next({ t: 0, elapsed_s: 0, kind, actor, text: `${what} as the journal says`, data });
  }
}

interface Bench {
  readonly station: Station;
  readonly permit: Permit;
  readonly clock: VirtualClock;
  readonly begun: string[];
  /** Alarms that were told after their run. */
  readonly told: Left[];
  readonly ask: (order: Order) => Promise<Done>;
  readonly attend: (run: FakeRun, rehearse?: Rehearse) => () => void;
}

function at(idle: Partial<Idle> | null = {}): Bench {
  const clock = new VirtualClock();
  const permit = buttonPermit(clock);
  const begun: string[] = [];
  const told: Left[] = [];
  const station = new Station({
    permit,
    wall: clock,
    state: 'idle',
    idle:
      idle === null
        ? null
        : {
            start: async ({ recipe = '' }) => {
              begun.push(recipe);
              return OK;
            },
            resume: async () => OK,
            clear: async () => ({ faults: [] }),
            giveUp: (actor) => void begun.push(`given up by ${actor}`),
            ...idle,
          },
    recipes: async () => Array.from({ length: 180 }, (_, n) => ({ recipe: `r${n}` })),
    runs: () => [],
    entries: () => [{ entry: 'a', run: null }],
    alarm: ({ id, state, group }) => void told.push({ id, state, group }),
  });
  return {
    station,
    permit,
    clock,
    begun,
    told,
    ask: (order) => station.execute(order, ALICE),
    attend: (run, rehearse) => station.attend(run as unknown as Run, rehearse),
  };
}

describe('an idle reactor', () => {
  it('starts nothing without a press, and one run at a time with one', async () => {
    const { ask, permit, begun, station } = at();
    expect(await ask({ verb: 'start', args: { recipe: 'a' } })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('no permit'),
    });
    permit.pressed();
    expect(await ask({ verb: 'start', args: { recipe: 'a' } })).toEqual(OK);
    expect(station.standing().takesStarts).toBe(false);
    expect(await ask({ verb: 'start', args: { recipe: 'b' } })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('not free'),
    });
    expect(begun).toEqual(['a']);
  });

  it('is free again after a start that came to nothing', async () => {
    const { ask, permit } = at({ start: () => Promise.reject(new Error('no bench')) });
    permit.pressed();
    expect(await ask({ verb: 'start', args: { recipe: 'a' } })).toEqual({ ok: false, reason: 'no bench' });
    expect(await ask({ verb: 'resume', args: {} })).toEqual(OK);
  });

  it('starts nothing while a person at the terminal is at it', async () => {
    const { ask, permit, station, begun } = at();
    permit.pressed();
    station.occupy(true);
    expect(station.standing().takesStarts).toBe(false);
    expect(await ask({ verb: 'start', args: { recipe: 'a' } })).toMatchObject({ ok: false });
    station.occupy(false);
    expect(await ask({ verb: 'start', args: { recipe: 'a' } })).toEqual(OK);
    expect(begun).toEqual(['a']);
  });

  it('gives up a start that has no run yet when it is to stop, and stops the run when it has one', async () => {
    const { station, begun, attend } = at();
    station.stop('ann');
    expect(begun).toEqual(['given up by ann']);
    const run = new FakeRun();
    attend(run);
    station.stop('ann');
    expect(run.asked).toEqual(['stop ann']);
    expect(begun).toHaveLength(1);
  });

  it('clears with a permit, which is spent, and says what is latched still', async () => {
    const { ask, permit } = at({ clear: async () => ({ faults: ['over-voltage'] }) });
    expect(await ask({ verb: 'clear', args: {} })).toMatchObject({ ok: false });
    permit.pressed();
    expect(await ask({ verb: 'clear', args: {} })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('over-voltage'),
    });
    expect(permit.given('energise')).toBe(false);
  });

  it('lists what there is, bounded, and has no run to hold', async () => {
    const { ask } = at();
    const recipes = await ask({ verb: 'recipes', args: {} });
    expect(recipes).toMatchObject({ ok: true, data: { count: 180, shown: 100 } });
    expect(recipes.rows).toHaveLength(100);
    expect(await ask({ verb: 'entries', args: {} })).toMatchObject({ ok: true, rows: [{ entry: 'a' }] });
    expect(await ask({ verb: 'hold', args: {} })).toEqual({ ok: false, reason: 'no run is on' });
    expect(await ask({ verb: 'status', args: {} })).toMatchObject({ ok: true, data: { state: 'idle', run: null } });
  });

  it('of a program that runs one recipe starts nothing, permit or not', async () => {
    const { ask, permit, station } = at(null);
    permit.pressed();
    expect(station.standing().takesStarts).toBe(false);
    const orders: Order[] = [
      { verb: 'start', args: { recipe: 'a' } },
      { verb: 'resume', args: {} },
      { verb: 'clear', args: {} },
    ];
    for (const order of orders)
      expect(await ask(order)).toMatchObject({ ok: false, reason: expect.stringContaining('galvanode serve') });
    expect(permit.given('energise')).toBe(true);
  });
});

describe('a run', () => {
  it('is held, and the reply is what its journal says', async () => {
    const { ask, attend } = at();
    const run = new FakeRun();
    attend(run);
    run.is('execute');
    expect(await ask({ verb: 'hold', args: {} })).toEqual({ ok: true, reason: null, data: { state: 'holding' } });
  });

  it('is finished without a permit, and the reply says at what charge', async () => {
    const { ask, attend, permit } = at();
    const run = new FakeRun();
    attend(run);
    run.is('execute');
    expect(permit.given('energise')).toBe(false);
    expect(await ask({ verb: 'finish', args: {} })).toEqual({
      ok: true,
      reason: null,
      data: { charge_C: 4.2, charge_F_mol: 0.5 },
    });
  });

  it('takes faults into its bench where it has a way for them, and only while it is on', async () => {
    const { ask, attend } = at();
    const fault: Order = { verb: 'fault', args: { fault: 'door:off' } };
    expect(await ask(fault)).toEqual({ ok: false, reason: 'no run is on' });
    const asked: string[] = [];
    const left = attend(new FakeRun(), (args, actor) => {
      asked.push(`${args.fault} ${actor}`);
      return OK;
    });
    expect(await ask(fault)).toEqual(OK);
    left();
    expect(await ask(fault)).toMatchObject({ ok: false });
    attend(new FakeRun());
    expect(await ask(fault)).toEqual({ ok: false, reason: 'here no faults can be put in' });
    expect(asked).toEqual(['door:off alice']);
  });

  it('leaves its alarms to be acknowledged after it, each once', async () => {
    const { ask, attend, station, told } = at();
    const run = new FakeRun();
    const left = attend(run);
    run.alarm = [
      { id: 'hot', state: 'active', group: null },
      { id: 'seen', state: 'acknowledged', group: null },
      { id: 'gone', state: 'cleared-unacknowledged', group: null },
      { id: 'over', state: 'normal', group: null },
    ];
    expect(station.standing().alarms).toBe(0);
    left();
    expect(station.standing().alarms).toBe(2);
    expect(await ask({ verb: 'acknowledge', args: { alarm: 'seen' } })).toMatchObject({ ok: false });
    expect(await ask({ verb: 'acknowledge', args: { alarm: 'hot' } })).toEqual({ ...OK, rows: [{ alarm: 'hot' }] });
    expect(await ask({ verb: 'acknowledge', args: {} })).toEqual({ ...OK, rows: [{ alarm: 'gone' }] });
    expect(await ask({ verb: 'acknowledge', args: {} })).toMatchObject({ ok: false });
    expect(told.map(({ id, state }) => `${id} ${state}`)).toEqual(['hot normal', 'gone normal']);
    expect(station.standing().alarms).toBe(0);
  });

  it('begins with no alarm of the one before it, and neither does a board that was cleared', async () => {
    const { ask, attend, permit, told } = at();
    const first = new FakeRun();
    const left = attend(first);
    first.alarm = [{ id: 'hot', state: 'active', group: null }];
    left();
    const second = new FakeRun();
    const leftAgain = attend(second);
    expect(told).toEqual([{ id: 'hot', state: 'normal', group: null }]);
    second.alarm = [{ id: 'e-stop', state: 'acknowledged', group: null }];
    second.is('aborted');
    leftAgain();
    permit.pressed();
    expect(await ask({ verb: 'clear', args: {} })).toMatchObject({ ok: true });
    expect(told.at(-1)).toEqual({ id: 'e-stop', state: 'normal', group: null });
  });

  it('goes on only with a permit, and a refusal of the procedure is the reply', async () => {
    const { ask, attend, permit } = at();
    const run = new FakeRun();
    attend(run);
    run.is('held');
    expect(await ask({ verb: 'unhold', args: {} })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('no permit'),
    });
    expect(run.asked).toEqual([]);
    permit.pressed();
    expect(await ask({ verb: 'unhold', args: {} })).toEqual({ ok: false, reason: 'unhold as the journal says' });
    expect(permit.given('energise')).toBe(false);
  });

  it('takes an answer by the name of the question, checked first, within the minute of a press', async () => {
    const { ask, attend, permit } = at();
    const run = new FakeRun();
    attend(run);
    run.is('execute', LOAD);
    const answer = (prompt: string, text: string): Promise<Done> => ask({ verb: 'answer', args: { prompt, text } });
    expect(await answer('p9', '1')).toEqual({ ok: false, reason: '"p9" is not asked now' });
    expect(await answer('load', 'one')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('"one" is not a number'),
    });
    expect(await answer('load', '0.35')).toMatchObject({ ok: false, reason: expect.stringContaining('no permit') });
    permit.pressed();
    for (const name of ['load', 'p1', 'load', 'p1', 'load']) expect(await answer(name, '0.35')).toEqual(OK);
    expect(run.asked).toEqual(Array(5).fill('answer p1 0.35'));
  });

  it('takes no photo from the network', async () => {
    const { ask, attend, permit } = at();
    const run = new FakeRun();
    attend(run);
    permit.pressed();
    run.is('execute', { id: 'p1', text: 'Photo?', answer: { kind: 'photo' } });
    expect(await ask({ verb: 'answer', args: { prompt: 'p1', text: '/etc/passwd' } })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('at the terminal'),
    });
    expect(run.asked).toEqual([]);
  });

  it('has its alarms acknowledged and shelved, none that does not wait', async () => {
    const { ask, attend } = at();
    const run = new FakeRun();
    attend(run);
    expect(await ask({ verb: 'acknowledge', args: {} })).toMatchObject({ ok: false });
    run.alarm = [
      { id: 'drift', state: 'active', group: null },
      { id: 'hot', state: 'acknowledged', group: null },
      { id: 'sub', state: 'active', group: 'drift' },
    ];
    expect(await ask({ verb: 'acknowledge', args: {} })).toMatchObject({ ok: true, rows: [{ alarm: 'drift' }] });
    expect(await ask({ verb: 'acknowledge', args: { alarm: 'hot' } })).toMatchObject({ ok: false });
    expect(run.asked).toEqual(['acknowledge drift']);
    expect(await ask({ verb: 'shelve', args: { alarm: 'drift', minutes: 10 } })).toEqual(OK);
    for (const minutes of [0, -1, 61, NaN, Infinity])
      expect(await ask({ verb: 'shelve', args: { alarm: 'drift', minutes } })).toMatchObject({ ok: false });
  });

  it('that says nothing is waited for no longer than 3 s, and one that ends says so', async () => {
    const { ask, attend, clock } = at();
    const run = new FakeRun();
    const mute = Object.assign(run, { hold: () => undefined });
    attend(mute);
    await clock.run(async () => {
      expect(await ask({ verb: 'hold', args: {} })).toMatchObject({
        ok: false,
        reason: expect.stringContaining('within 3 s'),
      });
      const waiting = ask({ verb: 'hold', args: {} });
      run.events$.complete();
      expect(await waiting).toEqual({ ok: false, reason: 'the run has ended' });
    });
  });

  it('leaves the reactor in its last state, free once the terminal has let go', async () => {
    const { attend, station, permit, ask } = at();
    permit.pressed();
    await ask({ verb: 'start', args: { recipe: 'a' } });
    const run = new FakeRun();
    const left = attend(run);
    run.is('execute', LOAD);
    expect(station.standing()).toMatchObject({ state: 'execute', run: 'run-1', prompts: ['p1'], takesStarts: false });
    run.is('aborted');
    left();
    station.occupy(false);
    expect(station.standing()).toMatchObject({ state: 'aborted', run: null, prompts: [], takesStarts: true });
  });
});
