/** Why a fault cannot show in a state of the run: cells of the matrix that are executed and never fire. Data. */
import { PHASES, type Phase } from './case.js';

interface Cannot {
  readonly reason: string;
  readonly phases: readonly Phase[];
  /** Of `target:verb` with its amount. */
  readonly fault: RegExp;
}

const OVER: readonly Phase[] = ['finish', 'ended'];
/** The Peltier gives all it has from the cooling step on. */
const AT_FULL: readonly Phase[] = ['cool', 'ramp', 'steady', 'holding', 'held', 'unholding', 'stopping', 'warm-up'];

const CANNOT: readonly Cannot[] = [
  {
    reason: 'no current is commanded any more, and what is zero stays so',
    phases: OVER,
    fault: /^(power-stage|dac|output-relay|shunt|return-lead|master-relay|safe-enable|pump|voltage-sense)\b/,
  },
  {
    reason: 'after the end nobody talks on the bus and no chip is read',
    phases: ['ended'],
    fault: /:(nack|hang|flip|dup|replay|partial|shortread|off|stuck|garbage|slow|delayed|wrong|intermittent)\b/,
  },
  {
    reason: 'the Peltier is off from the finish on, and its source is written once',
    phases: OVER,
    fault: /^cooler-(source|meter)\b/,
  },
  {
    reason: 'the Peltier stands at its largest current, which is where it is stuck',
    phases: AT_FULL,
    fault: /^cooler-source:(stuck|slow)/,
  },
  {
    reason:
      'the phase is shorter than two readings of the chip: no older answer, no struck transfer or no moved value yet',
    phases: ['stopping', 'finish'],
    fault: /:(replay|shortread|flip|partial|stuck|nack|hang|dup|slow|delayed)\b/,
  },
  {
    reason: 'the host is no longer there to be stopped',
    phases: PHASES.filter((phase) => phase === 'ended'),
    fault: /^host:/,
  },
];

export function whyNot(fault: string, phase: Phase): string | null {
  return CANNOT.find((one) => one.phases.includes(phase) && one.fault.test(fault))?.reason ?? null;
}
