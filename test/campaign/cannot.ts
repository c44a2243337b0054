/**
 * Why a fault cannot show in a state of the run: cells of the matrix that are executed and never fire. Data. The matrix
 * fails for a reason here that covers a cell which does fire, so that none is wider than it is true.
 */
import type { Phase } from './case.js';

interface Cannot {
  readonly reason: string;
  readonly phases: readonly Phase[];
  /** Of `target:verb` with its amount. */
  readonly fault: RegExp;
}

const OVER: readonly Phase[] = ['finish', 'ended'];
const ENDED: readonly Phase[] = ['ended'];
/** The Peltier gives all it has from the cooling step on; a hydrogen sensor that warms up is waited for at full cooling. */
const AT_FULL: readonly Phase[] = ['cool', 'ramp', 'steady', 'holding', 'held', 'unholding', 'stopping'];

const CANNOT: readonly Cannot[] = [
  {
    reason: 'the set point is zero: a stage, a DAC or a meter that errs by a share of it, stops or lags stays at zero',
    phases: OVER,
    fault:
      /^(power-stage:(off|garbage|wrong|wrong=-10|intermittent)|dac:(stuck|wrong|wrong=-10)|output-relay:(off|intermittent)|shunt:(stuck|slow|delayed|off|wrong|wrong=-?20))$/,
  },
  {
    reason: 'master relay and SAFE_EN have been open since the end, and nobody works them any more',
    phases: ENDED,
    fault: /^(master-relay|safe-enable):(off|stuck)$/,
  },
  {
    reason: 'after the end nobody talks on the bus',
    phases: ENDED,
    fault:
      /^(galvanostat|bus|thermometer|housekeeping|cooler-source|cooler-meter|hydrogen|vent-sensor|sweep-meter|flow-meter|outputs):(nack|hang|flip|dup|replay|partial|shortread)\b/,
  },
  {
    reason: 'after the end no sensor and no tachometer is read',
    phases: ENDED,
    fault:
      /^((thermometer|hot-side-sensor|cooler-meter|hydrogen|vent-sensor|sweep-meter|flow-meter):(stuck|garbage|slow|delayed|off|wrong|intermittent)|(housekeeping|hot-side-tacho|canopy-tacho):off)\b/,
  },
  {
    reason: 'the pump has no supply after the end: it stands still whatever is wrong with its speed',
    phases: ENDED,
    fault: /^(pump:(stuck=0|wrong)|outputs:off)\b/,
  },
  {
    reason: 'the Peltier rests from the finish on, which is where it is stuck or creeps to',
    phases: OVER,
    fault: /^cooler-source:(stuck|slow)$/,
  },
  {
    reason: 'the Peltier stands at its largest current, which is where it is stuck or creeps to',
    phases: AT_FULL,
    fault: /^cooler-source:(stuck|slow)$/,
  },
  {
    reason: 'the zero of the Peltier is written as the finish begins, and not again before its end two seconds later',
    phases: ['finish'],
    fault: /^cooler-source:(nack|hang|dup|replay|shortread)\b/,
  },
  {
    reason:
      'the source of the Peltier is read back once in the two seconds of a stop: there is no older answer to repeat',
    phases: ['stopping'],
    fault: /^cooler-source:replay\b/,
  },
  {
    reason: 'the hot side moves by no digit of its converter in the two seconds of a stop',
    phases: ['stopping'],
    fault: /^hot-side-sensor:stuck$/,
  },
  { reason: 'the host has ended with the run', phases: ENDED, fault: /^host:/ },
];

export function whyNot(fault: string, phase: Phase): string | null {
  return CANNOT.find((one) => one.phases.includes(phase) && one.fault.test(fault))?.reason ?? null;
}
