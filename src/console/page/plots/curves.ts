/**
 * What is looked at, and what must be fetched for it. Owns the questions to the server: one at a time, when the hand has
 * come to rest, and again while a run goes on and its end is followed.
 */
import { useSignal, type Signal as Cell } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ApiProblem } from '../../api/refusal.js';
import { MOST_POINTS, seriesAnswer, type SeriesAnswer } from '../../api/series.js';
import { HttpRefused } from '../link/http.js';
import type { Context } from '../shell/context.js';
import type { Held } from './drawn.js';
import { around, lengthOf, newest, serves, type Span } from './span.js';

/** A look whether something is to be fetched, ms; after a failure, ms. */
const LOOK_MS = 120;
const AGAIN_MS = 2000;
/** A run that is on is asked for again no sooner, and no later, ms. */
const SOONEST_MS = 1000;
const LATEST_MS = 30_000;
const NOTHING: Span = { from_s: 0, to_s: 60 };

export interface View {
  readonly held: Cell<Held | null>;
  readonly problems: Cell<readonly ApiProblem[]>;
  readonly seen: Cell<Span>;
  /** The same when the hand has come to rest: for what is said in words. */
  readonly rested: Cell<Span>;
  /** The length that is followed, null: all; undefined: nothing is followed. */
  readonly follows: Cell<number | null | undefined>;
}

/** The run in the record; some seconds at least, so that there is something to draw on. */
export function spanOf({ first_s, last_s }: Pick<SeriesAnswer, 'first_s' | 'last_s'>): Span {
  const from_s = first_s ?? 0;
  return { from_s, to_s: Math.max(from_s + 5, last_s ?? from_s) };
}

/** The newest answer: it knows how far the run is. */
export function latestOf({ whole, near }: Held): SeriesAnswer {
  return near !== null && (near.last_s ?? 0) >= (whole.last_s ?? 0) ? near : whole;
}

/** What to fetch now: all of the run, a span of it, or nothing. */
export function wantedOf(
  held: Held | null,
  seen: Span,
  follows: number | null | undefined,
  points: number,
  due: boolean,
): 'all' | Span | null {
  if (held === null) return 'all';
  const latest = latestOf(held);
  const run = spanOf(latest);
  if (!latest.ended && follows !== undefined) {
    if (!due) return null;
    return follows === null ? 'all' : around(newest(follows, run), { ...run, to_s: Infinity });
  }
  const enough = [held.near, held.whole].some((one) => one !== null && serves(one, seen, points, run));
  return enough ? null : around(seen, run);
}

/** Asks again when a curve has grown by about a pixel, ms. */
export function renewal_ms({ step_s }: SeriesAnswer, speed: number): number {
  return Math.min(LATEST_MS, Math.max(SOONEST_MS, (1000 * step_s) / Math.max(1, speed)));
}

export function useCurves(context: Context, run: string | null, names: string): View {
  const held = useSignal<Held | null>(null);
  const problems = useSignal<readonly ApiProblem[]>([]);
  const seen = useSignal<Span>(NOTHING);
  const rested = useSignal<Span>(NOTHING);
  const last = useSignal<Span>(NOTHING);
  const follows = useSignal<number | null | undefined>(null);
  useEffect(() => {
    if (run === null) return undefined;
    const gone = new AbortController();
    const points = Math.min(MOST_POINTS, 3 * Math.max(400, innerWidth));
    let due_ms = 0;
    held.value = null;
    const fetchSpan = async (wanted: 'all' | Span): Promise<void> => {
      const query = new URLSearchParams({ signals: names, points: String(points) });
      if (wanted !== 'all') {
        query.set('from', String(wanted.from_s));
        if (Number.isFinite(wanted.to_s)) query.set('to', String(wanted.to_s));
      }
      const path = `/api/runs/${encodeURIComponent(run)}/series?${query}`;
      const answer = await context.http.get(path, seriesAnswer, gone.signal);
      const { whole = answer } = held.value ?? {};
      held.value = wanted === 'all' ? { whole: answer, near: null } : { whole, near: answer };
      due_ms = context.clock.now() + renewal_ms(answer, context.view.peek().state?.speed ?? 1);
      const length = follows.value;
      if (length !== undefined && (!answer.ended || lengthOf(seen.value) === lengthOf(NOTHING)))
        seen.value = newest(length, spanOf(answer));
      problems.value = [];
    };
    const look = async (): Promise<void> => {
      if (last.value === seen.value) rested.value = seen.value;
      last.value = seen.value;
      const due = context.clock.now() >= due_ms;
      const wanted = wantedOf(held.value, seen.value, follows.value, points, due);
      if (wanted !== null) await fetchSpan(wanted);
    };
    const again = (): void => {
      if (gone.signal.aborted) return;
      look().then(
        () => void context.clock.after(LOOK_MS, again),
        (error: unknown) => {
          if (gone.signal.aborted) return;
          problems.value = error instanceof HttpRefused ? error.problems : [{ message: String(error) }];
          context.clock.after(AGAIN_MS, again);
        },
      );
    };
    again();
    return () => gone.abort();
  }, [run, names]);
  return { held, problems, seen, rested, follows };
}
