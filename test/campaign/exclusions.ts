/**
 * Faults that no bench can be asked to survive together, each with its reason: the way to off and the one behind it, or
 * a danger and every sensor that could see it. The generator leaves them out and the campaign prints why; the oracle
 * knows nothing of this.
 */
import type { PlannedFault } from './case.js';

type Named = Pick<PlannedFault, 'target' | 'verb'>;

interface Exclusion {
  readonly reason: string;
  /** Two groups of faults, of each of which one is there. */
  readonly together: readonly [(fault: Named) => boolean, (fault: Named) => boolean];
}

const is =
  (...names: readonly string[]) =>
  ({ target, verb }: Named): boolean =>
    names.includes(`${target}:${verb}`) || names.includes(target);
/** A sensor that answers and lies. */
const lies =
  (target: string) =>
  (fault: Named): boolean =>
    fault.target === target &&
    ['stuck', 'garbage', 'wrong', 'slow', 'delayed', 'replay', 'flip', 'partial', 'shortread', 'dup'].includes(
      fault.verb,
    );

const stage = is('power-stage', 'dac', 'cell', 'cell-lead', 'output-relay', 'return-lead');
const heat = is('ambient', 'peltier', 'cooler-source', 'heat-sink', 'cooler-meter');
const ammeter = is('shunt', 'adc');

export const EXCLUSIONS: readonly Exclusion[] = [
  {
    reason: 'the power stage is stuck and so is the master relay, the only other way to off',
    together: [is('power-stage:stuck'), is('master-relay:stuck')],
  },
  {
    reason: 'SAFE_EN is stuck and so is the master relay, the only other way to a Peltier and a pump that are off',
    together: [is('safe-enable:stuck'), is('master-relay:stuck')],
  },
  {
    reason: 'SAFE_EN is stuck and nobody is left who could open the master relay for Peltier and pump',
    together: [is('safe-enable:stuck'), is('host', 'firmware', 'eeprom')],
  },
  {
    reason: 'the current goes wrong and its one measurement lies',
    together: [stage, ammeter],
  },
  {
    reason: 'the voltage goes wrong and its one measurement lies',
    together: [is('cell', 'cell-lead'), lies('voltage-sense')],
  },
  {
    reason: 'one thermometer lies and so does the only one that it could be compared with',
    together: [lies('thermometer'), (fault) => lies('safety-thermometer')(fault) || is('adc')(fault)],
  },
  {
    reason: 'hydrogen collects and its one sensor lies',
    together: [is('canopy-air', 'hydrogen-leak'), lies('hydrogen')],
  },
  {
    reason: 'the sweep gas stops and its one meter lies',
    together: [is('sweep', 'nitrogen-valve'), lies('sweep-meter')],
  },
  { reason: 'the liquid stops and its one meter lies', together: [is('pump', 'outputs'), lies('flow-meter')] },
  { reason: 'the hot side warms and its one sensor lies', together: [heat, lies('hot-side-sensor')] },
  { reason: 'the hot side warms and its one sensor lies', together: [heat, lies('housekeeping')] },
  {
    reason:
      'the board is lost and the master relay is welded: the board takes its outputs away, and no relay can follow',
    together: [is('bus', 'galvanostat'), is('master-relay:stuck')],
  },
  {
    reason: 'two kinds of trouble on the wire of one chip: what strikes first hides the other',
    together: [is('bus'), is('galvanostat')],
  },
  {
    reason: 'the supply sags and the converter that sees it stands still',
    together: [is('supply'), is('adc')],
  },
];

/** Why two faults are not put into one case, or null. */
export function exclusionOf(a: Named, b: Named): string | null {
  for (const {
    reason,
    together: [one, other],
  } of EXCLUSIONS) {
    if ((one(a) && other(b)) || (one(b) && other(a))) return reason;
  }
  return null;
}
