/**
 * What the stack light and the buzzer say of a run and its alarms. Pure; knows no line, no chip and no library.
 *
 * Colours after IEC 60073: red is danger, amber is abnormal, green is normal. Alarms after ISA-18.1, sequence A: one that
 * nobody has acknowledged flashes and sounds, an acknowledged one is steady and silent.
 */
import type { Alarm, Severity } from '../model/event.js';
import type { RunState } from '../model/state.js';

/** Everything that the panel shows. */
export interface PanelView {
  readonly run: RunState;
  readonly alarms: readonly Pick<Alarm, 'state' | 'severity'>[];
  /** A question to the operator waits for its answer. */
  readonly asked: boolean;
  /** A press of the arm button counts now. Not given: it does not. */
  readonly permit?: boolean;
}

export type Signal = 'off' | 'on' | 'flash';

export interface Signals {
  readonly green: Signal;
  readonly amber: Signal;
  readonly red: Signal;
  readonly buzzer: Signal;
}

/** Flashes at 2 Hz, half of the time on: the normal flashing of IEC 60073 is 1.4 to 2.8 Hz. */
const HALF_PERIOD_MS = 250;

const RUN_SIGNALS: Readonly<Record<RunState, Pick<Signals, 'green' | 'amber' | 'red'>>> = {
  idle: { green: 'off', amber: 'off', red: 'off' },
  starting: { green: 'flash', amber: 'off', red: 'off' },
  execute: { green: 'on', amber: 'off', red: 'off' },
  holding: { green: 'off', amber: 'flash', red: 'off' },
  held: { green: 'off', amber: 'on', red: 'off' },
  unholding: { green: 'flash', amber: 'off', red: 'off' },
  completing: { green: 'flash', amber: 'off', red: 'off' },
  complete: { green: 'flash', amber: 'off', red: 'off' },
  stopping: { green: 'off', amber: 'flash', red: 'off' },
  stopped: { green: 'off', amber: 'on', red: 'off' },
  aborting: { green: 'off', amber: 'off', red: 'flash' },
  aborted: { green: 'off', amber: 'off', red: 'on' },
  clearing: { green: 'off', amber: 'off', red: 'on' },
  resetting: { green: 'off', amber: 'flash', red: 'off' },
};

const STRENGTH: Readonly<Record<Signal, number>> = { off: 0, on: 1, flash: 2 };

const stronger = (a: Signal, b: Signal): Signal => (STRENGTH[a] >= STRENGTH[b] ? a : b);

export function signalsFor({ run, alarms, asked, permit = false }: PanelView): Signals {
  const { green, amber, red } = RUN_SIGNALS[run];
  const unheard = alarms.some(({ state, severity }) => state === 'active' && severity === 'alarm');
  return {
    green: permit ? 'flash' : green,
    amber: stronger(asked ? 'flash' : amber, alarmSignal(alarms, 'warning')),
    red: stronger(red, alarmSignal(alarms, 'alarm')),
    buzzer: unheard ? 'flash' : 'off',
  };
}

/** Whether a signal is lit at this instant of the clock, ms. All that flash are lit together. */
export function lit(signal: Signal, now_ms: number): boolean {
  switch (signal) {
    case 'off':
      return false;
    case 'on':
      return true;
    case 'flash':
      return Math.floor(now_ms / HALF_PERIOD_MS) % 2 === 0;
  }
}

function alarmSignal(alarms: PanelView['alarms'], severity: Severity): Signal {
  const signals = alarms.filter((alarm) => alarm.severity === severity).map(({ state }) => ofAlarm(state));
  return signals.reduce<Signal>(stronger, 'off');
}

function ofAlarm(state: Alarm['state']): Signal {
  switch (state) {
    case 'active':
    case 'cleared-unacknowledged':
      return 'flash';
    case 'acknowledged':
      return 'on';
    case 'normal':
    case 'shelved':
      return 'off';
  }
}
