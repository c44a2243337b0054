import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lit, type PanelView, signalsFor } from '../../src/device/panel-signals.js';
import { RUN_STATES } from '../../src/model/state.js';

const calm: PanelView = { run: 'execute', alarms: [], asked: false };
const alarm = (state: 'active' | 'acknowledged' | 'cleared-unacknowledged' | 'normal' | 'shelved') =>
  ({ state, severity: 'alarm' }) as const;
const warning = (state: 'active' | 'acknowledged') => ({ state, severity: 'warning' }) as const;

const views = fc.record({
  run: fc.constantFrom(...RUN_STATES),
  asked: fc.boolean(),
  alarms: fc.array(
    fc.record({
      state: fc.constantFrom('normal', 'active', 'acknowledged', 'cleared-unacknowledged', 'shelved'),
      severity: fc.constantFrom('advisory', 'warning', 'alarm'),
    }),
    { maxLength: 5 },
  ),
});

describe('the signals of a run', () => {
  it('are green while it executes and dark while nothing runs', () => {
    expect(signalsFor(calm)).toEqual({ green: 'on', amber: 'off', red: 'off', buzzer: 'off' });
    expect(signalsFor({ ...calm, run: 'idle' })).toEqual({ green: 'off', amber: 'off', red: 'off', buzzer: 'off' });
  });

  it('are amber for a held run, a question and a warning', () => {
    expect(signalsFor({ ...calm, run: 'held' })).toMatchObject({ green: 'off', amber: 'on' });
    expect(signalsFor({ ...calm, run: 'idle', permit: true })).toMatchObject({
      green: 'flash',
      amber: 'off',
      red: 'off',
    });
    expect(signalsFor({ ...calm, run: 'held', permit: true })).toMatchObject({ green: 'flash', amber: 'on' });
    expect(signalsFor({ ...calm, asked: true })).toMatchObject({ green: 'on', amber: 'flash' });
    expect(signalsFor({ ...calm, alarms: [warning('acknowledged')] })).toMatchObject({ amber: 'on', buzzer: 'off' });
    expect(signalsFor({ ...calm, alarms: [warning('active')] })).toMatchObject({ amber: 'flash', buzzer: 'off' });
  });

  it('are red for an aborted run and an alarm, and sound until somebody acknowledges', () => {
    expect(signalsFor({ ...calm, run: 'aborted' })).toMatchObject({ green: 'off', red: 'on', buzzer: 'off' });
    expect(signalsFor({ ...calm, alarms: [alarm('active')] })).toMatchObject({ red: 'flash', buzzer: 'flash' });
    expect(signalsFor({ ...calm, alarms: [alarm('acknowledged')] })).toMatchObject({ red: 'on', buzzer: 'off' });
    expect(signalsFor({ ...calm, alarms: [alarm('cleared-unacknowledged')] })).toMatchObject({
      red: 'flash',
      buzzer: 'off',
    });
    expect(signalsFor({ ...calm, alarms: [alarm('shelved')] })).toEqual(signalsFor(calm));
  });

  it('never sound without red, and show green in no state that has ended badly', () => {
    fc.assert(
      fc.property(views, (view) => {
        const { green, red, buzzer } = signalsFor(view);
        if (buzzer !== 'off') expect(red).toBe('flash');
        if (['aborting', 'aborted', 'stopped', 'held', 'holding'].includes(view.run)) expect(green).toBe('off');
        if (['aborting', 'aborted'].includes(view.run)) expect(red).not.toBe('off');
      }),
    );
  });

  it('grow no weaker with one alarm more', () => {
    const strength = { off: 0, on: 1, flash: 2 };
    fc.assert(
      fc.property(views, (view) => {
        const more = signalsFor({ ...view, alarms: [...view.alarms, alarm('active')] });
        expect(strength[more.red]).toBeGreaterThanOrEqual(strength[signalsFor(view).red]);
        expect(more.buzzer).toBe('flash');
      }),
    );
  });

  it('flash at 2 Hz, half of the time', () => {
    const instants = Array.from({ length: 1000 }, (_, index) => index);
    expect(instants.filter((now_ms) => lit('flash', now_ms))).toHaveLength(500);
    expect([0, 249, 250, 499, 500].map((now_ms) => lit('flash', now_ms))).toEqual([true, true, false, false, true]);
    expect([lit('on', 300), lit('off', 0)]).toEqual([true, false]);
  });
});
