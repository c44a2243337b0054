/**
 * Signals of a run over its time for the plots. Owns what is asked for, and the runs whose buckets stay in memory: a run is
 * read once from end to end, in pieces between which others are answered, and then only what came since.
 */
import * as z from 'zod';
import { refuse, type Answer, type Asked, type Route } from '../console/api/exchange.js';
import type { ApiProblem } from '../console/api/refusal.js';
import {
  isSignal,
  MOST_MARKS,
  MOST_POINTS,
  SIGNALS,
  USUAL_POINTS,
  type SeriesAnswer,
  type Signal,
} from '../console/api/series.js';
import type { Clock } from '../model/clock.js';
import { Channels, type Numbers, type RunSpan } from '../record/channels.js';
import { readRecord } from '../record/past.js';
import { Columns, RunBuckets, type Reduced, type Span } from './buckets.js';
import { unknownRun, type Directories } from './known.js';

/** Narrowest bucket that stays in memory, s; what is closer is read from the record, of a span that is short then. */
const NARROWEST_s = 1;
/** Cycles read at once: at 20 a second more than an hour, some tens of milliseconds. */
const AT_ONCE = 100_000;
/** What an event brings into the record afterwards is no older than this, s: a minute, as thinner.ts has it, and a bit. */
const LATE_s = 75;
/** Buckets of all runs in memory, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Wanted extends Span {
  readonly signals: readonly Signal[];
  readonly points: number;
}

/** Signals of a run that were asked for together. */
interface Bundle {
  readonly signals: readonly Signal[];
  readonly buckets: RunBuckets;
  /** How far it was read, and whether the run had ended then. */
  lastSeq: number;
  last_s: number;
  ended: boolean;
}

export class SeriesDesk {
  /** The one used last stands last. */
  private readonly bundles = new Map<string, Bundle>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly place: Directories,
    private readonly clock: Clock,
  ) {}

  /** A connection of its own each time: none stays open while others are answered. */
  private read<T>(nothing: T, work: (channels: Channels) => T): T {
    return readRecord(this.place, nothing, (db) => work(new Channels(db)));
  }

  async answer(asked: Asked): Promise<Answer> {
    const { run = '' } = asked.params;
    const span = this.read(null, (channels) => channels.span(run));
    if (span === null) return unknownRun(run);
    const wanted = wantedOf(asked.query, span);
    if ('problems' in wanted) return { status: 400, problems: wanted.problems };
    const reduced = await this.reduced(run, span, wanted, asked.gone);
    if (reduced === null) return refuse(499, 'nobody waits for it any more');
    return { json: this.told(run, span, wanted, reduced) };
  }

  private told(run: string, span: RunSpan, wanted: Wanted, { step_s, t_s, low, high }: Reduced): SeriesAnswer {
    const { title, started_utc_ms: started, simulated, ended, first_s, last_s } = span;
    const { from_s, to_s } = wanted;
    const { marks, more } = this.read({ marks: [], more: false }, (channels) =>
      channels.marks(run, from_s, to_s, MOST_MARKS),
    );
    const signals = Object.fromEntries(
      wanted.signals.map((name, place) => {
        const column = { low: low[place] ?? [] };
        return [name, step_s === 0 ? column : { ...column, high: high[place] ?? [] }];
      }),
    );
    return {
      run,
      title,
      started,
      simulated,
      ended,
      first_s,
      last_s,
      from_s,
      to_s,
      step_s,
      t_s,
      signals,
      marks,
      more_marks: more,
    };
  }

  /** Null: whoever asked has gone before it was read. */
  private async reduced(run: string, span: RunSpan, wanted: Wanted, gone: AbortSignal): Promise<Reduced | null> {
    if ((wanted.to_s - wanted.from_s) / wanted.points < narrowest_s(span))
      return this.read(null, (channels) => closeUp(channels, run, span, wanted));
    const mine = this.turn.then(() => (gone.aborted ? null : this.bundle(run, span, wanted.signals)));
    this.turn = mine.catch(() => undefined); // who asked hears of it
    const bundle = await mine;
    if (bundle === null) return null;
    const all = bundle.buckets.reduced(wanted, wanted.points, gap_s(span));
    const places = wanted.signals.map((name) => bundle.signals.indexOf(name));
    return {
      step_s: all.step_s,
      t_s: all.t_s,
      low: places.map((place) => all.low[place] ?? []),
      high: places.map((place) => all.high[place] ?? []),
    };
  }

  /** The buckets of that run, read as far as the record goes now. */
  private async bundle(run: string, span: RunSpan, signals: readonly Signal[]): Promise<Bundle> {
    const key = [...this.bundles.keys()].find(
      (one) => one.startsWith(`${run} `) && signals.every((name) => this.bundles.get(one)?.signals.includes(name)),
    );
    const name = key ?? `${run} ${signals.join(',')}`;
    const found = this.bundles.get(name) ?? {
      signals,
      buckets: new RunBuckets(signals.length, narrowest_s(span)),
      lastSeq: -1,
      last_s: 0,
      ended: false,
    };
    await this.readOn(run, span, found);
    this.bundles.delete(name);
    this.bundles.set(name, found);
    this.forget();
    return found;
  }

  private async readOn(
    run: string,
    { lastSeq, last_s, ended, record_rate_Hz: rate_Hz }: RunSpan,
    bundle: Bundle,
  ): Promise<void> {
    if (lastSeq === null || last_s === null || (lastSeq === bundle.lastSeq && ended === bundle.ended)) return;
    const late_s = bundle.last_s - LATE_s;
    const from = bundle.lastSeq < 0 ? 0 : this.read(0, (channels) => channels.seqAt(run, late_s));
    for (let at = from; at <= lastSeq; at += AT_ONCE) {
      const { step_s } = bundle.buckets;
      const to = Math.min(at + AT_ONCE, lastSeq + 1);
      const rows = this.read([], (channels) => bucketRows(channels, run, bundle, step_s * rate_Hz, at, to));
      bundle.buckets.fold(rows, step_s);
      if (to <= lastSeq) await new Promise<void>((resolve) => void this.clock.after(0, resolve));
    }
    bundle.lastSeq = lastSeq;
    bundle.last_s = last_s;
    bundle.ended = ended;
  }

  private forget(): void {
    let bytes = 0;
    for (const [name, { buckets }] of [...this.bundles].toReversed()) {
      bytes += buckets.bytes;
      if (bytes > MOST_BYTES && bytes > buckets.bytes) this.bundles.delete(name);
    }
  }
}

/** A short span, from the record itself: its samples as they are when they are few, or narrow buckets. */
function closeUp(channels: Channels, run: string, span: RunSpan, { signals, points, from_s, to_s }: Wanted): Reduced {
  const from = channels.seqAt(run, from_s);
  const to = channels.seqAt(run, to_s) + 1;
  const asKept = channels.count(run, from, to) <= 2 * points;
  const step_s = asKept ? 0 : Math.max((to_s - from_s) / points, 1 / span.record_rate_Hz);
  const columns = new Columns(signals.length, step_s, Math.max(gap_s(span), 2 * step_s));
  const rows = asKept ? channels.kept(run, signals, from, to) : channels.folded(run, signals, step_s, from, to);
  for (const [at, ...values] of rows) {
    if (typeof at !== 'number') continue;
    columns.begin(asKept ? at : (at + 0.5) * step_s);
    signals.forEach((_, place) => {
      const low = values[asKept ? place : 2 * place] ?? NaN;
      columns.put(place, low, asKept ? low : (values[2 * place + 1] ?? NaN));
    });
  }
  return columns;
}

/** Where hardly two samples come into a bucket it costs a third to take them as they are, and to fold them here. */
const HARDLY_TWO = 1.5;

function bucketRows(
  channels: Channels,
  run: string,
  { signals, buckets: { step_s } }: Bundle,
  samplesInEach: number,
  from: number,
  to: number,
): Numbers[] {
  if (!(samplesInEach <= HARDLY_TWO)) return channels.folded(run, signals, step_s, from, to);
  return channels
    .kept(run, signals, from, to)
    .map(([at_s, ...values]) => [
      typeof at_s === 'number' ? Math.floor(at_s / step_s) : null,
      ...values.flatMap((value) => [value, value]),
    ]);
}

/** Samples further apart than this have something missing between them. */
const gap_s = ({ record_rate_Hz }: RunSpan): number => 2.5 / record_rate_Hz;
const narrowest_s = ({ record_rate_Hz }: RunSpan): number => Math.max(NARROWEST_s, 1 / record_rate_Hz);

const finite = z.coerce.number().refine(Number.isFinite);

/** What a query says, or all that is wrong with it. */
function wantedOf(
  query: Asked['query'],
  { first_s, last_s }: RunSpan,
): Wanted | { readonly problems: readonly [ApiProblem, ...ApiProblem[]] } {
  const problems: ApiProblem[] = [];
  const number = (name: string, usual: number): number => {
    const said = query[name];
    if (said === undefined) return usual;
    const read = said.trim() === '' ? undefined : finite.safeParse(said);
    if (read?.success === true) return read.data;
    problems.push({ message: `${name} is no number`, hint: 'seconds since the run began, or a count', path: name });
    return usual;
  };
  const named = (query['signals'] ?? '').split(',').filter((name) => name !== '');
  for (const name of named.filter((one) => !isSignal(one)))
    problems.push({ message: `there is no signal "${name.slice(0, 64)}"`, hint: SIGNALS.join(', '), path: 'signals' });
  if (named.length === 0)
    problems.push({
      message: 'no signal is asked for',
      hint: `signals=${SIGNALS.slice(0, 2).join(',')}`,
      path: 'signals',
    });
  const from_s = number('from', first_s ?? 0);
  const to_s = number('to', Math.max(last_s ?? 0, from_s + 1));
  const points = number('points', USUAL_POINTS);
  if (!(from_s < to_s)) problems.push({ message: 'from is not before to', hint: 'from=0&to=60', path: 'from' });
  if (!(points >= 10 && points <= MOST_POINTS))
    problems.push({ message: `points is ${points}`, hint: `10 to ${MOST_POINTS}`, path: 'points' });
  const [first, ...others] = problems;
  if (first !== undefined) return { problems: [first, ...others] };
  return { signals: [...new Set(named.filter(isSignal))], from_s, to_s, points };
}

export function seriesRoutes(place: Directories, clock: Clock): Route[] {
  const desk = new SeriesDesk(place, clock);
  return [{ method: 'GET', path: '/api/runs/:run/series', handle: (asked) => desk.answer(asked) }];
}
