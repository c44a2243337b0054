/** Marks in a strip above the curves: those that would stand upon each other stand as one. Pure. */
import type { Mark } from '../../api/series.js';
import { lengthOf, type Span } from './span.js';

export type Weight = 'grave' | 'step' | 'slight';

const ORDER: readonly Weight[] = ['grave', 'step', 'slight'];

export function weightOf({ kind }: Pick<Mark, 'kind'>): Weight {
  if (kind === 'alarm' || kind === 'trip') return 'grave';
  return kind === 'step' ? 'step' : 'slight';
}

export interface Pin {
  readonly mark: Mark;
  readonly weight: Weight;
  /** How many more stand behind it. */
  readonly others: number;
  /** Share of the width, 0 to 1. */
  readonly at: number;
}

/** At most `places` of them over what is seen; the gravest stands for those behind it. */
export function pinsOf(marks: readonly Mark[], seen: Span, places: number): Pin[] {
  const groups = new Map<number, Mark[]>();
  for (const mark of marks) {
    const at = (mark.t_s - seen.from_s) / lengthOf(seen);
    if (!(at >= 0 && at <= 1)) continue;
    const place = Math.min(places - 1, Math.floor(at * places));
    groups.set(place, [...(groups.get(place) ?? []), mark]);
  }
  return [...groups.values()].flatMap((group): Pin[] => {
    const weight = ORDER.find((one) => group.some((mark) => weightOf(mark) === one)) ?? 'slight';
    const mark = group.find((one) => weightOf(one) === weight);
    if (mark === undefined) return [];
    return [{ mark, weight, others: group.length - 1, at: (mark.t_s - seen.from_s) / lengthOf(seen) }];
  });
}

/** In words, as it is read out and shown. */
export function pinText({ mark, others }: Pin, exact: (t_s: number) => string): string {
  const more = others === 0 ? '' : ` (and ${others} more close by)`;
  return `${exact(mark.t_s)} ${mark.kind}: ${mark.text}${more}`;
}
