/** The life cycle of alarms after ISA-18.2: pure transitions over a map of alarms. Owns first-out. */
import type { Alarm, AlarmState } from '../model/event.js';
import type { Verdict } from './guard/interlock.js';

export type Alarms = ReadonlyMap<string, Alarm>;

const ANNOUNCED: ReadonlySet<AlarmState> = new Set(['active', 'acknowledged']);

/** The alarm as it is after a verdict of the guard at `now_s`. */
export function afterVerdict(alarms: Alarms, verdict: Verdict, now_s: number): Alarm {
  const { interlock } = verdict;
  const before = alarms.get(interlock.id);
  if (verdict.change === 'cleared' && before !== undefined) return cleared(before);
  return {
    id: interlock.id,
    state: 'active',
    severity: interlock.severity,
    firstOut: ![...alarms.values()].some((a) => ANNOUNCED.has(a.state)),
    since_s: now_s,
    text: verdict.text,
    cause: verdict.text,
    consequence: interlock.consequence,
    action: interlock.action,
  };
}

/** A latched alarm whose cause has gone and that a person resets. Null when there is none. */
export function returnedToNormal(alarms: Alarms, id: string): Alarm | null {
  const alarm = alarms.get(id);
  return alarm === undefined ? null : cleared(alarm);
}

function cleared(alarm: Alarm): Alarm {
  if (alarm.state === 'acknowledged') return { ...alarm, state: 'normal', firstOut: false };
  return { ...alarm, state: 'cleared-unacknowledged' };
}

/** Acknowledged by a person. Null when there is nothing to acknowledge. */
export function acknowledged(alarms: Alarms, id: string): Alarm | null {
  const alarm = alarms.get(id);
  switch (alarm?.state) {
    case 'active':
      return { ...alarm, state: 'acknowledged' };
    case 'cleared-unacknowledged':
      return { ...alarm, state: 'normal', firstOut: false };
    case 'normal':
    case 'acknowledged':
    case 'shelved':
    case undefined:
      return null;
  }
}
