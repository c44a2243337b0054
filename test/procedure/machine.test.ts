import { describe, expect, it } from 'vitest';
import { FINAL_STATES, RUN_STATES, type RunState } from '../../src/model/state.js';
import { advance, idle } from '../../src/procedure/machine.js';
import { REST, type ProcedureEvent, type ProcedureState } from '../../src/procedure/types.js';
import { seen } from '../support/observation.js';
import { ASK, COOL, ELECTROLYSE, FINISH, planOf } from '../support/plan.js';
import {
  ABORT,
  answerTo,
  ARM_FAILED,
  ARMED,
  CLEAR,
  HOLD,
  OFF_MEASURED,
  OFF_UNCONFIRMED,
  Rehearsal,
  RESET,
  START,
  STOP,
  UNHOLD,
} from '../support/procedure.js';

const PLAN = planOf([ELECTROLYSE, FINISH]);
const OFF = { current_mA: 0, setpoint_mA: 0 };

const running = (): Rehearsal => new Rehearsal(PLAN).begin().tick();
/** Each state as a run comes to it; those that no event leads to are set by hand. */
const REACHED: Record<RunState, () => ProcedureState> = {
  idle,
  starting: () => new Rehearsal(PLAN).hear(START).state,
  execute: () => running().state,
  holding: () => running().hear(HOLD).state,
  held: () => running().hear(HOLD).tick(OFF).hear(OFF_MEASURED).state,
  unholding: () => running().hear(HOLD).tick(OFF).hear(OFF_MEASURED).hear(UNHOLD).state,
  completing: () => ({ ...idle(), run: 'completing' }),
  complete: () => new Rehearsal(planOf([])).begin().state,
  stopping: () => running().hear(STOP).state,
  stopped: () => running().hear(STOP).tick(OFF).hear(OFF_MEASURED).state,
  aborting: () => running().hear(ABORT).state,
  aborted: () => running().hear(ABORT).hear(OFF_MEASURED).state,
  clearing: () => ({ ...idle(), run: 'clearing' }),
  resetting: () => ({ ...idle(), run: 'resetting' }),
};

const COLUMNS: Record<string, ProcedureEvent> = {
  start: START,
  armed: ARMED,
  'arm-f': ARM_FAILED,
  hold: HOLD,
  unhold: UNHOLD,
  stop: STOP,
  abort: ABORT,
  clear: CLEAR,
  reset: RESET,
  'off-u': OFF_UNCONFIRMED,
};

/** Which state follows; a dot is the same state, with nothing changed at all. */
const TABLE = `
  state      | start    armed   arm-f    hold    unhold    stop     abort    clear   reset off-u
  idle       | starting .       .        .       .         stopping aborting .       .     aborted
  starting   | .        execute aborting .       .         stopping aborting .       .     aborted
  execute    | .        .       .        holding .         stopping aborting .       .     aborted
  holding    | .        .       .        .       .         stopping aborting .       .     aborted
  held       | .        .       .        .       unholding stopping aborting .       .     aborted
  unholding  | .        .       .        holding .         stopping aborting .       .     aborted
  completing | .        .       .        .       .         stopping aborting .       .     aborted
  complete   | .        .       .        .       .         .        .        .       idle  .
  stopping   | .        .       .        .       .         .        aborting .       .     aborted
  stopped    | .        .       .        .       .         .        .        .       idle  .
  aborting   | .        .       .        .       .         .        .        .       .     aborted
  aborted    | .        .       .        .       .         .        .        stopped .     .
  clearing   | .        .       .        .       .         stopping aborting .       .     aborted
  resetting  | .        .       .        .       .         stopping aborting .       .     aborted
`;

function cells(): { state: RunState; event: string; next: string }[] {
  const [head = '', ...rows] = TABLE.trim().split('\n');
  const columns = (head.split('|')[1] ?? '').trim().split(/\s+/);
  return rows.flatMap((row) => {
    const [name = '', entries = ''] = row.split('|');
    const state = RUN_STATES.find((run) => run === name.trim());
    if (state === undefined) throw new Error(`the table has a state that is none: ${name}`);
    const next = entries.trim().split(/\s+/);
    return columns.map((event, k) => ({ state, event, next: next[k] ?? 'missing' }));
  });
}

describe('states and events', () => {
  it('every state is reached as it is named', () => {
    for (const run of RUN_STATES) expect(REACHED[run]().run).toBe(run);
  });

  it('the table has every state once, and every event', () => {
    expect(cells()).toHaveLength(RUN_STATES.length * Object.keys(COLUMNS).length);
    expect(new Set(cells().map(({ state }) => state)).size).toBe(RUN_STATES.length);
  });

  it.each(cells())('$state, $event -> $next', ({ state, event, next }) => {
    const before = REACHED[state]();
    const heard = COLUMNS[event];
    if (heard === undefined) throw new Error(`no event ${event}`);
    const outcome = advance(PLAN, before, heard, before.now_s);
    // A person's hold or resume that the state does not take is refused in words.
    const refused = heard.kind === 'hold' || heard.kind === 'unhold';
    const intents = refused ? [expect.objectContaining({ kind: 'journal', event: 'command' })] : [];
    if (next === '.') expect(outcome).toEqual({ state: before, intents });
    else expect(outcome.state.run).toBe(next);
  });

  it.each(RUN_STATES)('%s: an answer to no question changes nothing', (run) => {
    const before = REACHED[run]();
    expect(advance(PLAN, before, answerTo('prompt'), before.now_s)).toEqual({ state: before, intents: [] });
  });

  it.each(RUN_STATES)('%s: a tick moves on only a state that waits for something measured', (run) => {
    const before = REACHED[run]();
    const outcome = advance(PLAN, before, { kind: 'tick', observation: seen(OFF) }, before.now_s);
    expect(outcome.state.run).toBe(run);
    const asksOff = run === 'holding' || run === 'stopping';
    expect(outcome.intents.map(({ kind }) => kind)).toEqual(asksOff ? ['off'] : []);
  });

  it.each([...FINAL_STATES])('%s was reached with a disarm, and nothing is driven', (run) => {
    const before: Record<string, Rehearsal> = {
      complete: new Rehearsal(planOf([])).begin(),
      stopped: running().hear(STOP).tick(OFF).hear(OFF_MEASURED),
      aborted: running().hear(ABORT).hear(OFF_MEASURED),
    };
    expect(before[run]?.state.run).toBe(run);
    expect(before[run]?.asked).toContain('disarm');
    expect(before[run]?.state.demand.current_mA).toBe(0);
  });

  it('a reset forgets everything', () => {
    expect(running().hear(STOP).tick(OFF).hear(OFF_MEASURED).hear(RESET).state).toEqual({ ...idle(), now_s: 2 });
  });
});

describe('a start', () => {
  it('arms, and drives nothing before the board is armed', () => {
    const run = new Rehearsal(PLAN).hear(START);
    expect(run.asked).toEqual(['arm']);
    expect(run.state.demand).toEqual(REST);
    run.tick();
    expect(run.state.demand).toEqual(REST);
  });

  it('that the board refuses ends aborted, off measured', () => {
    const run = new Rehearsal(PLAN).hear(START).hear(ARM_FAILED);
    expect(run.state.reason).toBe('the board stored another envelope');
    expect(run.asked).toEqual(['off', 'withdraw-prompt']);
    expect(run.hear(OFF_MEASURED).state.run).toBe('aborted');
  });
});

describe('a hold', () => {
  it('ramps the current down in 2 s, asks for off at zero, and is held once off is measured', () => {
    const run = running().hear(HOLD);
    expect(run.state.demand).toMatchObject({ current_mA: 0, currentRamp_mA_s: 40 });
    expect(run.asked).toEqual([]);
    expect(run.tick({ setpoint_mA: 40 }).asked).toEqual([]);
    expect(run.tick({ setpoint_mA: 0, current_mA: 0.5 }).asked).toEqual(['off']);
    expect(run.tick({ setpoint_mA: 0, current_mA: 0.5 }).asked).toEqual([]);
    expect(run.state.run).toBe('holding');
    expect(run.hear(OFF_MEASURED).state).toMatchObject({ run: 'held', reason: 'a look at the cell' });
  });

  it('keeps temperature and flow', () => {
    const plan = planOf([COOL, ELECTROLYSE, FINISH]);
    const run = new Rehearsal(plan).begin().ticks(6, { temperature_C: 0, temperature_setpoint_C: 0 });
    expect(run.state.step).toBe(1);
    run.hear(HOLD).tick(OFF).hear(OFF_MEASURED);
    expect(run.state.demand).toMatchObject({ current_mA: 0, temperature_C: 0 });
  });

  it('goes on with the same step and the same demand', () => {
    const run = running();
    const { step, demand } = run.state;
    run.hear(HOLD).tick(OFF).hear(OFF_MEASURED).ticks(100, OFF).hear(UNHOLD);
    expect(run.state).toMatchObject({ run: 'unholding', step, demand, reason: null });
    expect(run.tick({ setpoint_mA: 40 }).state.run).toBe('unholding');
    expect(run.tick({ setpoint_mA: 80 }).state).toMatchObject({ run: 'execute', step, demand });
  });

  it('takes no time from the step, and gives it its time limit anew', () => {
    const run = running().ticks(100, { charge_C: 1 }).hear(HOLD).tick(OFF).hear(OFF_MEASURED).ticks(500, OFF);
    run.hear(UNHOLD).tick({ setpoint_mA: 80, charge_C: 1 });
    expect(run.state.progress.active_s).toBe(0);
    expect(run.ticks(120, { charge_C: 2 }).state.run).toBe('execute');
    expect(run.tick({ charge_C: 2 }).state.run).toBe('holding');
  });

  it('counts the charge from before it', () => {
    const run = new Rehearsal(PLAN).begin().tick({ charge_C: 0 }).tick({ charge_C: 5 });
    run.hear(HOLD).tick({ ...OFF, charge_C: 5.1 });
    run.hear(OFF_MEASURED).hear(UNHOLD).tick({ setpoint_mA: 80, charge_C: 5.1 });
    expect(run.tick({ charge_C: 7.99 }).state.step).toBe(0);
    expect(run.tick({ charge_C: 8 }).state.step).toBe(1);
  });

  it('late in an electrolysis does not let the ramp pass more than the rest', () => {
    const run = running()
      .tick({ charge_C: 7.9 })
      .hear(HOLD)
      .tick({ ...OFF, charge_C: 7.95 });
    run.hear(OFF_MEASURED).hear(UNHOLD);
    expect(run.tick({ setpoint_mA: 5, charge_C: 7.99 }).state.run).toBe('unholding');
    expect(run.tick({ setpoint_mA: 9, charge_C: 8 }).state.run).toBe('execute');
    expect(run.tick({ setpoint_mA: 13, charge_C: 8.01 }).state).toMatchObject({ step: 1, demand: { current_mA: 0 } });
  });

  it('before any current holds at once', () => {
    const run = new Rehearsal(planOf([ASK, ELECTROLYSE, FINISH])).begin().hear(HOLD);
    expect(run.tick(OFF).asked).toEqual(['off']);
    expect(run.hear(OFF_MEASURED).state.run).toBe('held');
  });

  it('keeps a question, whose answer counts when the run goes on', () => {
    const run = new Rehearsal(planOf([ASK, ELECTROLYSE, FINISH])).begin().hear(HOLD).tick(OFF).hear(OFF_MEASURED);
    expect(run.state.prompt?.id).toBe('prompt');
    expect(run.hear(answerTo('prompt')).asked).toEqual(['withdraw-prompt']);
    run.hear(UNHOLD).tick(OFF).tick(OFF);
    expect(run.state).toMatchObject({ run: 'execute', step: 1, prompt: null });
  });

  it('while the finish is being measured off does not strand it', () => {
    const run = running().tick({ charge_C: 8 });
    expect(run.state).toMatchObject({ step: 1, offPending: true, progress: { stage: 'off' } });
    run.hear(HOLD).hear(OFF_MEASURED);
    expect(run.state.run).toBe('held');
    run.hear(UNHOLD).tick(OFF);
    expect(run.tick(OFF).asked).toEqual(['off']);
    expect(run.hear(OFF_MEASURED).state.progress.stage).toBe('sweep');
  });
});

describe('a stop', () => {
  it('ramps down, measures off, and ends stopped and disarmed', () => {
    const run = running().hear(STOP);
    expect(run.state.demand).toMatchObject({ current_mA: 0, currentRamp_mA_s: 40 });
    expect(run.tick({ setpoint_mA: 20 }).asked).toEqual([]);
    expect(run.tick(OFF).asked).toEqual(['off']);
    expect(run.hear(OFF_MEASURED).asked).toEqual(['disarm']);
    expect(run.state).toMatchObject({ run: 'stopped', reason: 'enough' });
  });

  it('withdraws an open question', () => {
    const run = new Rehearsal(planOf([ASK, ELECTROLYSE, FINISH])).begin().hear(STOP);
    expect(run.state.prompt).toBeNull();
    expect(run.asked).toEqual(['withdraw-prompt']);
  });

  it('measures off anew, also from held', () => {
    const run = running().hear(HOLD).tick(OFF).hear(OFF_MEASURED).hear(STOP);
    expect(run.hear(OFF_MEASURED).state.run).toBe('stopping'); // no off of its own was asked for yet
    expect(run.tick(OFF).asked).toEqual(['off']);
    expect(run.hear(OFF_MEASURED).state.run).toBe('stopped');
  });
});

describe('an abort', () => {
  it('has the current off at once, without a ramp', () => {
    const run = running().hear(ABORT);
    expect(run.state.demand).toMatchObject({ current_mA: 0, currentRamp_mA_s: Infinity });
    expect(run.asked).toEqual(['off', 'withdraw-prompt']);
    expect(run.hear(OFF_MEASURED).asked).toEqual(['disarm']);
    expect(run.state).toMatchObject({ run: 'aborted', reason: 'over-voltage: 4.2 V' });
  });

  it('overtakes a hold and a stop that are still ramping', () => {
    expect(running().hear(HOLD).hear(ABORT).asked).toContain('off');
    expect(running().hear(STOP).hear(ABORT).asked).toContain('off');
  });

  it('keeps its first reason', () => {
    expect(running().hear(ABORT).hear({ kind: 'abort', actor: 'guard', reason: 'another' }).state.reason).toBe(
      'over-voltage: 4.2 V',
    );
  });
});

describe('an off that is not confirmed', () => {
  it('ends aborted with everything at rest, and says so', () => {
    const run = running().hear(STOP).tick(OFF).hear(OFF_UNCONFIRMED);
    expect(run.state).toMatchObject({ run: 'aborted', demand: REST });
    expect(run.state.reason).toBe('enough; off not confirmed: 79.90 mA still flow');
    expect(run.asked).toContain('disarm');
  });

  it('leaves no question open', () => {
    const run = new Rehearsal(planOf([ASK, ELECTROLYSE, FINISH])).begin().hear(HOLD).tick(OFF).hear(OFF_UNCONFIRMED);
    expect(run.state.prompt).toBeNull();
    expect(run.asked).toContain('withdraw-prompt');
  });
});

describe('events that nobody waits for', () => {
  it('take no time from the step: whoever knocks at every tick stops no time limit', () => {
    const run = running();
    for (let k = 0; k < 125; k++) {
      run.tick({ charge_C: 1 });
      run.now_s += 0.5;
      run.hear(START).hear(UNHOLD).hear(answerTo('nobody'));
      run.now_s -= 0.5;
      if (run.state.run !== 'execute') break;
    }
    expect(run.state.run).toBe('holding');
    expect(run.now_s).toBeCloseTo(1 + 121, 6);
  });
});

describe('the journal', () => {
  it('has each change of state with its actor, and each step at both ends', () => {
    const run = running();
    const notes = run.hear(HOLD).intents.flatMap((intent) => (intent.kind === 'journal' ? [intent] : []));
    expect(notes).toEqual([
      {
        kind: 'journal',
        event: 'state',
        actor: 'operator',
        text: 'a look at the cell',
        data: { from: 'execute', to: 'holding' },
      },
    ]);
    const ended = running()
      .tick({ charge_C: 8 })
      .intents.flatMap((intent) => (intent.kind === 'journal' ? [intent.text] : []));
    expect(ended).toEqual(['Electrolyse: 8.00 C passed', 'Finish: begins']);
  });
});

describe('a hold or resume that the state does not take', () => {
  const said = (state: ProcedureState, event: ProcedureEvent): readonly unknown[] => {
    const { state: after, intents } = advance(PLAN, state, event, state.now_s);
    expect(after).toEqual(state);
    return intents;
  };
  const hold = (actor: string): ProcedureEvent => ({ kind: 'hold', actor, reason: 'asked' });
  const refusal = (text: string) => [expect.objectContaining({ kind: 'journal', event: 'command', text })];

  it.each<[RunState, string]>([
    ['idle', 'hold refused: nothing to hold yet'],
    ['starting', 'hold refused: nothing to hold yet'],
    ['holding', 'hold refused: it is held already'],
    ['held', 'hold refused: it is held already'],
    ['stopping', 'hold refused: the run ends'],
    ['aborting', 'hold refused: the run ends'],
  ])('is refused in words: a hold in %s', (name, text) => {
    expect(said(REACHED[name](), hold('operator'))).toEqual(refusal(text));
    expect(said(REACHED[name](), hold('guard'))).toEqual([]);
  });

  it.each<[RunState, string]>([
    ['idle', 'resume refused: the run is not held'],
    ['execute', 'resume refused: the run is not held'],
    ['holding', 'resume refused: the current still ramps down'],
    ['stopping', 'resume refused: the run is not held'],
  ])('is refused in words: a resume in %s', (name, text) => {
    expect(said(REACHED[name](), { kind: 'unhold', actor: 'operator' })).toEqual(refusal(text));
  });
});

describe('a stop', () => {
  it.each([
    ['ramps', STOP, 40],
    ['goes without a ramp where nobody sees the bench', { ...STOP, atOnce: true }, Infinity],
  ])('%s, and both end in order', (_how, event, ramp_mA_s) => {
    const run = new Rehearsal(planOf([ELECTROLYSE, FINISH])).begin();
    run.ticks(3, { temperature_C: 0, temperature_setpoint_C: 0 });
    run.hear(event);
    expect(run.state).toMatchObject({ run: 'stopping', demand: { current_mA: 0, currentRamp_mA_s: ramp_mA_s } });
    run.tick({ setpoint_mA: 0 }).hear(OFF_MEASURED);
    expect(run.state).toMatchObject({ run: 'stopped', reason: 'enough' });
  });
});
