/** Addresses of this page: the list with what is searched, one run, two beside each other. Pure. */
import type { StatePayload } from '../../../telemetry/topics.js';
import { hashOf, type Route } from '../shell/route.js';

const PAGE = 'history';

/** What the list shows, as it stands in the address. */
export interface Sought {
  readonly search: string;
  /** How they ended; empty: all. */
  readonly outcome: string;
  /** Chosen to be compared, two at most. */
  readonly pick: readonly string[];
}

export type Shown =
  | { readonly kind: 'list'; readonly sought: Sought }
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'two'; readonly runs: readonly [string, string]; readonly on: 'time' | 'charge' };

const MOST = 2;

export function shownAt({ parts, query }: Route): Shown {
  const run = parts[0] ?? '';
  const other = query['with'] ?? '';
  if (run !== '' && other !== '')
    return { kind: 'two', runs: [run, other], on: query['on'] === 'charge' ? 'charge' : 'time' };
  if (run !== '') return { kind: 'run', run };
  const pick = (query['pick'] ?? '').split(',').filter((id) => id !== '');
  return {
    kind: 'list',
    sought: { search: query['search'] ?? '', outcome: query['outcome'] ?? '', pick: pick.slice(0, MOST) },
  };
}

/** With one more chosen, or one less; of three the first goes. */
export function picked(sought: Sought, run: string): Sought {
  const { pick } = sought;
  return { ...sought, pick: pick.includes(run) ? pick.filter((one) => one !== run) : [...pick, run].slice(-MOST) };
}

export function listHash({ search, outcome, pick }: Partial<Sought>): string {
  const query = Object.entries({ search: search ?? '', outcome: outcome ?? '', pick: (pick ?? []).join(',') });
  return hashOf(PAGE, [], Object.fromEntries(query.filter(([, value]) => value !== '')));
}

export function runHash(run: string): string {
  return hashOf(PAGE, [run]);
}

export function pairHash([first, second]: readonly [string, string], on: 'time' | 'charge' = 'time'): string {
  return hashOf(PAGE, [first], { with: second, ...(on === 'charge' ? { on } : {}) });
}

/** Of the server's list. */
export function listPath({ search, outcome }: Sought, before: string | null = null): string {
  const query = Object.entries({ search, outcome, before: before ?? '' }).filter(([, value]) => value !== '');
  return query.length === 0 ? '/api/runs' : `/api/runs?${new URLSearchParams(Object.fromEntries(query)).toString()}`;
}

/** Of one run on the server, `rest` as `/events`. */
export function runPath(run: string, rest = ''): string {
  return `/api/runs/${encodeURIComponent(run)}${rest}`;
}

/** What is shown of the present run is asked for again so often, ms. */
const BEAT_MS = 20_000;
const RESTING: ReadonlySet<StatePayload['state']> = new Set(['idle', 'complete', 'stopped', 'aborted']);

/**
 * Changes when what is shown may have changed in the record: at each step of the present run and now and then while it runs.
 * A run that is over stays as it is.
 * @param now_ms monotonic.
 */
export function turnOf(
  shown: Shown,
  state: Pick<StatePayload, 'run' | 'state' | 'step'> | null,
  now_ms: number,
): string {
  if (state === null || state.run === null || !isIn(shown, state.run)) return '';
  const beat = RESTING.has(state.state) ? '' : ` ${Math.floor(now_ms / BEAT_MS)}`;
  return `${state.run} ${state.state} ${state.step}${beat}`;
}

function isIn(shown: Shown, run: string): boolean {
  switch (shown.kind) {
    case 'list':
      return true;
    case 'run':
      return shown.run === run;
    case 'two':
      return shown.runs.includes(run);
  }
}
