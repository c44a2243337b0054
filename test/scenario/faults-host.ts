/** Faults that the host alone can notice: read-backs, the Peltier's meter, sensors that stand still, a bus that fails. */
import type { Plan } from '../../src/model/plan.js';
import { injected, RAMP_DOWN_S, SEEN_S, type Fault } from './fault.js';
import { LONG, SHORT } from './plans.js';

/** Hours of current in a band that is never left. */
const KEPT: Plan = { ...LONG, limits: SHORT.limits };

export const host: readonly Fault[] = [
  {
    name: 'the master relay is welded: said after the end of a run that was stopped',
    catalogue: 'H3',
    break: (stage) => {
      const welded = stage.inject('master-relay:stuck');
      stage.run.abort('operator', 'enough');
      return welded;
    },
    firstOut: ['master-relay-welded'],
    says: /the master relay reads closed although it is told to open/,
    within_s: 0.3,
    end: 'aborted',
    reason: /^enough/,
    leaves: ['the master relay is closed'],
  },
  {
    name: 'T2 repeats itself while the temperature is kept',
    catalogue: 'M2',
    plan: KEPT,
    break: injected('thermometer:stuck'),
    firstOut: ['thermometer-still'],
    says: /T2 has said 21\.\d+ °C for 60 s to the last digit/,
    live: ['current', 'pump'],
    within_s: 61 + SEEN_S + RAMP_DOWN_S,
    end: 'held',
  },
  {
    name: 'the hydrogen sensor repeats itself',
    catalogue: 'M13',
    plan: KEPT,
    break: injected('hydrogen:stuck'),
    firstOut: ['hydrogen-sensor-still'],
    says: /the hydrogen sensor has said \d+\.\d\d ppm for 300 s to the last digit/,
    live: ['current', 'pump'],
    within_s: 302 + SEEN_S + RAMP_DOWN_S,
    end: 'held',
  },
  {
    name: 'seven of a hundred transfers are not acknowledged',
    catalogue: 'B15',
    plan: KEPT,
    break: injected('bus:nack=7%'),
    firstOut: ['bus-noisy'],
    says: /of the transfers of 10 s failed, and before/,
    live: ['current', 'pump'],
    within_s: 25,
    end: 'held',
  },
];
