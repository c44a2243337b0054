/** What must be true of the watch over a run, as stories: the test and the mutation check run them. */
import type { Watch, Situation } from '../../src/control/watch.js';
import type { Observation } from '../../src/model/observation.js';
import type { Plan } from '../../src/model/plan.js';
import { seen, without, withLine } from '../support/observation.js';
import { planOf } from '../support/plan.js';
import { untrue, type Pairs } from './stories.js';

const CYCLE_S = 0.05;
const RUNNING: Situation = {
  run: 'execute',
  armed: true,
  energised: true,
  temperatureTarget_C: 0,
  flowTarget_mL_min: 25,
  chargeDifference_C: 0,
  recordFailure: null,
  recordBacklog: 0,
  recordWarning: null,
  offUnconfirmed: null,
  relayDriven: true,
  peltierDemand_A: 2.4,
  pumpByCurve_mL_min: 26,
  refused: null,
};

export type MakeWatch = (plan: Plan) => Watch;

/** A plant under a watch, in cycles of 50 ms. Its thermometer and hydrogen sensor have the noise of live ones. */
class Shift {
  readonly watch: Watch;
  private cycle = 0;
  private readonly noise: boolean;

  constructor(make: MakeWatch, noise = true) {
    this.watch = make(planOf());
    this.noise = noise;
  }

  /** What was raised and cleared in so many seconds. */
  for(
    seconds: number,
    changes: Partial<Observation> | ((at_s: number) => Partial<Observation>) = {},
    situation: Partial<Situation> = {},
  ): string[] {
    const said: string[] = [];
    for (let k = 1; k <= Math.round(seconds / CYCLE_S); k++) {
      const own = typeof changes === 'function' ? changes(k * CYCLE_S) : changes;
      const { verdicts } = this.watch.judge(this.live(own), CYCLE_S, { ...RUNNING, ...situation });
      for (const { interlock, change } of verdicts) said.push(`${interlock.id} ${change}`);
    }
    return said;
  }

  private live(changes: Partial<Observation>): Observation {
    this.cycle++;
    const digit = this.noise ? 0.0078 * (this.cycle % 2) : 0;
    const now = seen({ now_s: 100 + this.cycle * CYCLE_S, ...changes });
    return {
      ...now,
      temperature_C: now.temperature_C === null ? null : now.temperature_C + digit,
      hydrogen_ppm: now.hydrogen_ppm === null ? null : now.hydrogen_ppm + digit,
    };
  }
}

/** Both thermometers in the liquid. */
const both = (temperature_C: number): Partial<Observation> => ({ temperature_C, safety_temperature_C: temperature_C });
const NO_CURRENT: Partial<Situation> = { energised: false };
/** Cell voltage around 3.3 V that swings by so much with a period of 0.8 s. */
const swinging =
  (volts: number) =>
  (at_s: number): Partial<Observation> => ({ voltage_V: 3.3 + volts * Math.sin((2 * Math.PI * at_s) / 0.8) });

/** The pump is told another flow, and the meter shows it so many seconds later; what it showed before weighs little. */
function slowPump(make: MakeWatch, later_s: number): string[] {
  const shift = new Shift(make);
  shift.for(10);
  const told = { flowTarget_mL_min: 200, pumpByCurve_mL_min: 200 };
  const said = shift.for(later_s, { flow_mL_min: -8000 }, told);
  return [...said, ...shift.for(10, { flow_mL_min: 200 }, told)].filter((text) => text.startsWith('pump'));
}

type Story = (make: MakeWatch) => Pairs;

const STORIES: Readonly<Record<string, Story>> = {
  'says nothing in a healthy run': (make) => [[new Shift(make).for(100), []]],
  'marks which came first also within one cycle': (make) => {
    const { watch } = new Shift(make);
    const observation = seen({ ...withLine('e-stop-closed', false), absolute_charge_C: 99 });
    const { verdicts, told } = watch.judge(observation, CYCLE_S, RUNNING);
    return [
      [verdicts.map(({ alarm }) => `${alarm.id} ${alarm.firstOut}`), ['charge-cap true', 'e-stop-closed false']],
      [told.map(({ id }) => id), ['charge-cap', 'e-stop-closed']],
      [watch.alarms.get('e-stop-closed')?.state, 'active'],
    ];
  },
  'gives the pump 5 s after a new target before it misses the flow': (make) => {
    const shift = new Shift(make);
    const slow = { flowTarget_mL_min: 40 };
    return [
      [shift.for(20, { flow_mL_min: 25 }), []],
      [shift.for(7.7, { flow_mL_min: 5 }, slow), []],
      [shift.for(0.3, { flow_mL_min: 5 }, slow), ['flow-lost raised']],
    ];
  },
  'sees a Peltier that warms: more than 1 K above the coldest, 1.9 s long, while told to cool': (make) => {
    const shift = new Shift(make);
    return [
      ...[12, 11, 11.9].map((temperature_C): [unknown, unknown] => [
        shift.for(10, both(temperature_C), NO_CURRENT),
        [],
      ]),
      [shift.for(1.8, both(12.1), NO_CURRENT), []],
      [shift.for(0.2, both(12.1), NO_CURRENT), ['cooling-wrong-way raised']],
    ];
  },
  'does not take a cell that comes back from below its set point for a warming one': (make) => {
    const shift = new Shift(make);
    return [
      [shift.for(10, both(-3), NO_CURRENT), []],
      [shift.for(10, both(0.5), NO_CURRENT), []],
    ];
  },
  'measures the warming anew for a new target': (make) => {
    const shift = new Shift(make);
    shift.for(5, both(0), NO_CURRENT);
    return [
      [shift.for(10, both(4), { ...NO_CURRENT, temperatureTarget_C: 5 }), []],
      [shift.for(10, both(4), { ...NO_CURRENT, temperatureTarget_C: null }), []],
    ];
  },
  'does not take a lost thermometer for a warm or a cold one': (make) => {
    const shift = new Shift(make);
    shift.for(5);
    const lost = { ...NO_CURRENT };
    return [[shift.for(1, without('temperature_C'), lost), ['no-temperature-c raised']]];
  },
  'misses the noise of a thermometer after a minute, and of the hydrogen sensor after five': (make) => {
    const shift = new Shift(make, false);
    return [
      [shift.for(60), []],
      [shift.for(0.2), ['thermometer-still raised']],
      [shift.for(239), []],
      [shift.for(1.2), ['hydrogen-sensor-still raised']],
    ];
  },
  'holds a run whose cell owes 60 K s, and forgets a debt that is paid': (make) => {
    const shift = new Shift(make);
    const behind = (kelvin: number): Partial<Observation> => ({ ...both(kelvin), temperature_setpoint_C: 0 });
    const warned = { temperatureTarget_C: 5 }; // the step's target is another: only the ramp counts
    const only = (said: readonly string[]): string[] => said.filter((text) => text.startsWith('cooling-failing'));
    return [
      [only(shift.for(28, behind(2), warned)), []],
      [only(shift.for(1, behind(0.9), warned)), []],
      [only(shift.for(29.7, behind(2), warned)), []],
      [only(shift.for(0.5, behind(2), warned)), ['cooling-failing raised']],
      [only(new Shift(make).for(60, behind(1.1), warned)), ['cooling-failing raised']],
    ];
  },
  'sees a Peltier that does not stop, 3 s after it was told to and 2 s long': (make) => {
    const shift = new Shift(make);
    const told = { peltierDemand_A: 0 };
    shift.for(10);
    return [
      [shift.for(4.9, { peltier_A: 2.4 }, told), []],
      [shift.for(0.4, { peltier_A: 2.4 }, told), ['peltier-runs-on raised']],
    ];
  },
  'does not judge the Peltier by a demand that has just moved': (make) => {
    const shift = new Shift(make);
    shift.for(10);
    const creeping = (step_A: number): string[] =>
      [1, 2, 3, 4].flatMap((k) => shift.for(3, { peltier_A: 4 }, { peltierDemand_A: 2.4 - k * step_A }));
    return [
      [creeping(0.21), []],
      [creeping(0.18), ['peltier-runs-on raised']],
    ];
  },
  'tells two shunts apart, by the mean of 2 s and 10 s long': (make) => {
    const shift = new Shift(make);
    const noisy = (at_s: number): Partial<Observation> => ({ return_current_mA: 80 + Math.sin(20 * at_s) });
    return [
      [shift.for(60, noisy), []],
      [shift.for(10, { return_current_mA: 79.4 }), []],
      [shift.for(6, { return_current_mA: 79.4 }), ['shunts-disagree raised']],
    ];
  },
  'hears a voltage that is noisy against its own beginning: said after 2 s, held after 30 s': (make) => {
    const shift = new Shift(make);
    return [
      [shift.for(60, swinging(0.002)), []],
      [shift.for(30, swinging(0.01)), []],
      [shift.for(5, swinging(0.1)), ['voltage-noisy raised']],
      [shift.for(40, swinging(0.1)), ['voltage-unsteady raised']],
      [shift.for(10, swinging(0.002)), ['voltage-noisy cleared']],
    ];
  },
  'takes what a noisy cell does for its own': (make) => {
    const shift = new Shift(make);
    return [[shift.for(120, swinging(0.05)), []]];
  },
  'sees a stage that stays dead in a ramp, within 2.5 s': (make) => {
    const shift = new Shift(make);
    shift.for(10, { setpoint_mA: 0, current_mA: 0, return_current_mA: 0 }, NO_CURRENT);
    const ramp = (mA_s: number) => (at_s: number) => ({
      setpoint_mA: mA_s * at_s,
      current_mA: 0,
      return_current_mA: 0,
    });
    const resting = { setpoint_mA: 80, current_mA: 0, return_current_mA: 0 };
    return [
      [new Shift(make).for(0.9, resting), []],
      [new Shift(make).for(1.1, resting), ['not-following raised']],
      [shift.for(20, ramp(4), NO_CURRENT), []],
      [shift.for(0.9, ramp(4)), []],
      [shift.for(1, ramp(4)), ['not-following raised']],
    ];
  },
  'bears a board that slews at its 50 mA/s': (make) => {
    const shift = new Shift(make);
    const at = (mA: number): Partial<Observation> => ({ setpoint_mA: 80, current_mA: mA, return_current_mA: mA });
    return [[shift.for(5, (at_s) => at(Math.min(80, Math.max(0, 50 * (at_s - 0.1))))), []]];
  },
  'holds a run whose pump and flow meter tell of two flows, 5 s after a new target at the soonest': (make) => {
    const shift = new Shift(make);
    const reads = (flow_mL_min: number): Partial<Observation> => ({ flow_mL_min });
    return [
      [shift.for(30, reads(20)), []],
      [shift.for(3.8, reads(40)), []],
      [shift.for(0.5, reads(40)), ['pump-disagrees raised']],
      [new Shift(make).for(30, { flow_mL_min: 60 }, { pumpByCurve_mL_min: 60 }), []],
      [slowPump(make, 5), []],
      [slowPump(make, 5.2), ['pump-disagrees raised']],
    ];
  },
  'learns the voltage anew at another current': (make) => {
    const shift = new Shift(make);
    shift.for(60, swinging(0.002));
    const other = (at_s: number): Partial<Observation> => ({
      ...swinging(0.1)(at_s),
      setpoint_mA: 40,
      current_mA: 40,
      return_current_mA: 40,
    });
    return [[shift.for(60, other), []]];
  },
  'says that the voltage rises, after minutes at one current': (make) => {
    const shift = new Shift(make);
    const rising = (per_min: number, from: number) => (at_s: number) => ({ voltage_V: from + (per_min * at_s) / 60 });
    return [
      [shift.for(400, rising(0.02, 3)), []],
      [shift.for(300, rising(0.06, 3.14)), ['voltage-rising raised']],
    ];
  },
};

const RESETS: Readonly<Record<string, Story>> = {
  'a reset is refused while the cause stands': (make) => {
    const shift = new Shift(make);
    const open = withLine('door-closed', false);
    shift.for(0.5, open);
    return [
      [shift.watch.reset(), { standing: ['door-closed'], cleared: [] }],
      [shift.for(1, open), []],
    ];
  },
  'a reset clears what has gone, so that it can be raised anew': (make) => {
    const shift = new Shift(make);
    const open = withLine('door-closed', false);
    shift.for(1, open);
    shift.for(1);
    const { standing, cleared } = shift.watch.reset();
    return [
      [standing, []],
      [cleared.map(({ id, state }) => `${id} ${state}`), ['door-closed cleared-unacknowledged']],
      [shift.for(1, open), ['door-closed raised']],
    ];
  },
  'a reset is not kept from going on by what only warns': (make) => {
    const shift = new Shift(make);
    return [
      [shift.for(3, { hydrogen_ppm: 500 }), ['hydrogen-warn raised']],
      [shift.watch.reset(), { standing: [], cleared: [] }],
      [shift.for(1), ['hydrogen-warn cleared']],
    ];
  },
  'what is acknowledged, shelved and taken back is told': (make) => {
    const shift = new Shift(make);
    const { watch } = shift;
    shift.for(3, { hydrogen_ppm: 500 });
    const states = (told: ReturnType<Watch['acknowledge']>): unknown => told?.map(({ id, state }) => `${id} ${state}`);
    return [
      [states(watch.acknowledge('hydrogen-warn')), ['hydrogen-warn acknowledged']],
      [watch.acknowledge('hydrogen-warn'), null],
      [states(watch.shelve('hydrogen-warn', 10)), ['hydrogen-warn shelved']],
      [watch.shelve('cell-hot', 10), null],
      [states(watch.unshelve('hydrogen-warn')), ['hydrogen-warn acknowledged']],
      [watch.unshelve('hydrogen-warn'), null],
    ];
  },
  'a shelf that ends is told by the next cycle': (make) => {
    const shift = new Shift(make);
    shift.for(3, { hydrogen_ppm: 500 });
    shift.watch.shelve('hydrogen-warn', 0.1);
    shift.for(5.5, { hydrogen_ppm: 500 });
    const late = shift.watch.judge(seen({ now_s: 200, hydrogen_ppm: 500 }), CYCLE_S, RUNNING);
    return [
      [late.verdicts, []],
      [late.told.map(({ id, state }) => `${id} ${state}`), ['hydrogen-warn active']],
    ];
  },
};

export function watchFailures(make: MakeWatch): string[] {
  const all = Object.entries({ ...STORIES, ...RESETS });
  return untrue(Object.fromEntries(all.map(([name, story]) => [name, (): Pairs => story(make)])));
}
