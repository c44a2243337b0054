/** The procedure on the page: when the weighing table is open, which step is marked, and how its numbers read. */
import { describe, expect, it } from 'vitest';
import { efficiencyText } from '../../../src/console/page/run/hydrogen-card.js';
import { presentStep, roundedText, weighsStill } from '../../../src/console/page/run/procedure-card.js';
import { noteOf } from '../../../src/console/page/run/tiles.js';
import { massText } from '../../../src/model/weighed.js';
import { sampleMessage, stateMessage } from '../../../src/telemetry/payloads.js';
import { procedureMessage, type Announcement } from '../../../src/telemetry/procedure.js';
import { announcement, sample, status } from '../../telemetry/fixtures.js';

const stamp = { bootId: 'b', seq: 1, t: 0 };
const told = (change: Partial<Announcement> = {}) => procedureMessage(announcement(change), stamp);
const measured = (change: Parameters<typeof sample>[0] = {}, run = 'r1') =>
  sampleMessage(sample(change), status({ run }), 'b', {});

describe('the weighing table', () => {
  const before = measured({ setpoint_mA: 0, absolute_charge_C: 0 });

  it('is open before the start and until a current flows, whatever the run before has passed', () => {
    expect(weighsStill(told({ phase: 'planned', run: null }), measured({}, 'r0'))).toBe(true);
    expect(weighsStill(told(), null)).toBe(true);
    expect(weighsStill(told(), measured({}, 'r0'))).toBe(true);
    expect(weighsStill(told(), before)).toBe(true);
  });

  it('is folded from the first current on, in a pause of the current too, and after the end', () => {
    expect(weighsStill(told(), measured({ setpoint_mA: 18, absolute_charge_C: 0 }))).toBe(false);
    expect(weighsStill(told(), measured({ setpoint_mA: 0, absolute_charge_C: 12 }))).toBe(false);
    expect(weighsStill(told({ phase: 'ended' }), before)).toBe(false);
  });

  it.each([
    [332, 0.1, '332.0 mg'],
    [3319.5, 0.1, '3.3195 g'],
    [12, 1, '12 mg'],
  ])('writes %s mg on a balance of %s mg as %s', (weighed_mg, balance_mg, text) => {
    expect(massText({ weighed_mg, balance_mg })).toBe(text);
  });

  it('writes what the balance puts off with a sign, and nothing that is none', () => {
    expect([roundedText(5e-4), roundedText(-1e-4), roundedText(1e-6)]).toEqual(['+0.0005', '\u22120.0001', '0']);
  });
});

describe('the step list', () => {
  const state = (run: string) => stateMessage(status({ run, step: 3 }), { ...stamp, run });

  it('marks the present step of its own run alone, and none before or after it', () => {
    expect(presentStep(told(), state('r1'))).toBe(3);
    expect(presentStep(told(), state('r0'))).toBeNull();
    expect(presentStep(told({ phase: 'planned', run: null }), state('r1'))).toBeNull();
    expect(presentStep(told({ phase: 'ended' }), state('r1'))).toBeNull();
  });
});

describe('the efficiency', () => {
  it('stands with its uncertainty, and is not shown before it means something', () => {
    const text = efficiencyText(measured({ faradaic_efficiency: 0.943, faradaic_efficiency_uncertainty: 0.041 }));
    expect(text).toEqual({ value: '94.3', spread: '± 4.1 %' });
    expect(efficiencyText(measured())).toBeNull();
    expect(efficiencyText(null)).toBeNull();
  });
});

describe('a tile', () => {
  const temperature = {
    key: 'temperature_C',
    label: 'Temperature',
    unit: '°C',
    digits: 2,
    setpoint: 'temperature_setpoint_C',
    expected: 'expected_temperature_C',
    span: 0.4,
  } as const;

  it('says what was asked for and what the twin expects, each where it is known', () => {
    expect(noteOf(measured(), temperature)).toBe('set 0.00 · expected 0.00');
    expect(noteOf(measured({ expected_temperature_C: null }), temperature)).toBe('set 0.00');
    expect(noteOf(measured({ temperature_setpoint_C: null }), temperature)).toBe('expected 0.00');
  });
});
