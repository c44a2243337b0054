import { describe, expect, it } from 'vitest';
import { acknowledged, afterVerdict, returnedToNormal } from '../../src/control/alarms.js';
import { INTERLOCKS } from '../../src/control/guard/interlocks.js';
import type { Verdict } from '../../src/control/guard/interlock.js';
import type { Alarm } from '../../src/model/event.js';

function verdict(id: string, change: Verdict['change']): Verdict {
  const interlock = INTERLOCKS.find((one) => one.id === id);
  if (interlock === undefined) throw new Error(`no interlock ${id}`);
  return { interlock, change, text: `${id} ${change}` };
}

/** The alarms of a plant, moved as the core moves them. */
class Panel {
  readonly alarms = new Map<string, Alarm>();
  hear(id: string, change: Verdict['change'], now_s = 0): Alarm {
    const alarm = afterVerdict(this.alarms, verdict(id, change), now_s);
    this.alarms.set(id, alarm);
    return alarm;
  }
  take(alarm: Alarm | null): Alarm | null {
    if (alarm !== null) this.alarms.set(alarm.id, alarm);
    return alarm;
  }
}

describe('the life of an alarm', () => {
  it('begins active, with everything that a person must know', () => {
    const alarm = new Panel().hear('hydrogen-warn', 'raised', 42);
    expect(alarm).toEqual({
      id: 'hydrogen-warn',
      state: 'active',
      severity: 'warning',
      firstOut: true,
      since_s: 42,
      text: 'hydrogen-warn raised',
      cause: 'hydrogen-warn raised',
      consequence: 'Hydrogen leaves the vent line into the canopy.',
      action: 'Look for a loose vent hose; check the canopy fan.',
    });
  });

  it('acknowledged, then cleared: normal', () => {
    const panel = new Panel();
    panel.hear('hydrogen-warn', 'raised');
    expect(panel.take(acknowledged(panel.alarms, 'hydrogen-warn'))?.state).toBe('acknowledged');
    expect(panel.hear('hydrogen-warn', 'cleared')).toMatchObject({ state: 'normal', firstOut: false });
  });

  it('cleared, then acknowledged: normal', () => {
    const panel = new Panel();
    panel.hear('hydrogen-warn', 'raised');
    expect(panel.hear('hydrogen-warn', 'cleared').state).toBe('cleared-unacknowledged');
    expect(panel.take(acknowledged(panel.alarms, 'hydrogen-warn'))).toMatchObject({ state: 'normal', firstOut: false });
  });

  it('keeps its cause and since when it clears', () => {
    const panel = new Panel();
    panel.hear('hydrogen-warn', 'raised', 42);
    expect(panel.hear('hydrogen-warn', 'cleared', 99)).toMatchObject({ since_s: 42, cause: 'hydrogen-warn raised' });
  });

  it('begins again when the cause comes back', () => {
    const panel = new Panel();
    panel.hear('hydrogen-warn', 'raised', 1);
    panel.hear('hydrogen-warn', 'cleared', 2);
    expect(panel.hear('hydrogen-warn', 'raised', 3)).toMatchObject({ state: 'active', since_s: 3 });
  });

  it('ends by a person when it is latched', () => {
    const panel = new Panel();
    panel.hear('compliance', 'raised');
    expect(returnedToNormal(panel.alarms, 'compliance')?.state).toBe('cleared-unacknowledged');
    panel.take(acknowledged(panel.alarms, 'compliance'));
    expect(returnedToNormal(panel.alarms, 'compliance')).toMatchObject({ state: 'normal', firstOut: false });
  });

  it('is acknowledged once, and only while there is something to acknowledge', () => {
    const panel = new Panel();
    expect(acknowledged(panel.alarms, 'compliance')).toBeNull();
    panel.hear('compliance', 'raised');
    panel.take(acknowledged(panel.alarms, 'compliance'));
    expect(acknowledged(panel.alarms, 'compliance')).toBeNull();
    panel.take(returnedToNormal(panel.alarms, 'compliance'));
    expect(acknowledged(panel.alarms, 'compliance')).toBeNull();
    expect(returnedToNormal(panel.alarms, 'nothing of the kind')).toBeNull();
  });
});

describe('first out', () => {
  it('is the first of several that stand, whether acknowledged or not', () => {
    const panel = new Panel();
    expect(panel.hear('hot-side-hot', 'raised').firstOut).toBe(true);
    expect(panel.hear('band-hold', 'raised').firstOut).toBe(false);
    panel.take(acknowledged(panel.alarms, 'hot-side-hot'));
    expect(panel.hear('cell-hot', 'raised').firstOut).toBe(false);
    expect(panel.alarms.get('hot-side-hot')?.firstOut).toBe(true);
  });

  it('is anew the first after all have gone', () => {
    const panel = new Panel();
    panel.hear('hydrogen-warn', 'raised');
    panel.hear('hydrogen-warn', 'cleared');
    expect(panel.hear('hot-side-hot', 'raised').firstOut).toBe(true);
  });
});
