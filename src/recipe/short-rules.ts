/**
 * Rules of an electrolysis, or a stage of one, that is over almost as soon as it begins: the host sees the charge once a cycle,
 * and what passes until it looks again is more than was written. Knows the cycle of the host; judges nothing else.
 */
import type { Path } from '../model/document.js';
import type { Case } from './case.js';
import type { Portion } from './charge.js';
import { type Finding, type Ruled, under } from './finding.js';
import { atLeast, digits, time } from './words.js';

/** A cycle of the host: so late at most is it seen that a charge has passed (design: 20 Hz). */
const CYCLE_S = 0.05;
/** Share of a charge that may pass too much without a word, and the one from which the charge is not the one written. */
const SHARE = { asks: 0.01, refuses: 0.1 };

export function shortFindings(one: Case): Ruled[] {
  return under('charge-lost', beyond(one, SHARE.refuses, Infinity));
}

export function shortAsks(one: Case): Ruled[] {
  return under('charge-short', beyond(one, SHARE.asks, SHARE.refuses));
}

/** Portions of which one cycle is a share over `least`, up to `most`. Shares are compared without the last bits. */
function beyond({ electrolyses }: Case, least: number, most: number): Finding[] {
  return electrolyses.flatMap(({ index, portions }) =>
    portions.flatMap((portion, i): Finding[] => {
      const share = cycleShare(portion);
      if (share <= least * (1 + 1e-9) || share > most * (1 + 1e-9)) return [];
      const step: Path = ['steps', index, 'electrolyse'];
      const path = portions.length === 1 ? step : [...step, 'stages', i];
      const passes = `${digits(portion.current_mA)} mA pass ${digits(portion.charge_C, 3)} C in ${time(portion.duration_s)}`;
      const message = `${passes}; the ${CYCLE_S} s until that is seen are up to ${digits(100 * share, 2)} % more`;
      return [{ path, message, hint: `at least ${atLeast(CYCLE_S / least)} s of current` }];
    }),
  );
}

function cycleShare({ current_mA, charge_C }: Portion): number {
  return (current_mA * 1e-3 * CYCLE_S) / charge_C;
}
