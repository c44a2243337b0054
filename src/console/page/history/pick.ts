/** Addresses of this page: the list with what is searched, one run, two beside each other. Pure. */
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
