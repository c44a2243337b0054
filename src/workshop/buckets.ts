/**
 * Lowest and highest of some signals of one run, by buckets of even width in memory. Pure: knows neither record nor page.
 * Folding is idempotent, so what was read once may be read again. A run too long for its buckets gets buckets of twice
 * the width: memory is bounded, whatever the length.
 */

/** Buckets at most: 36 h of seconds. */
export const MOST_BUCKETS = 131_072;
const FIRST_ROOM = 4096;

/** Columns over time; null where the channel had no good value, and between two samples that are too far apart. */
export interface Reduced {
  readonly step_s: number;
  readonly t_s: number[];
  /** By signal, in their order. */
  readonly low: (number | null)[][];
  readonly high: (number | null)[][];
}

export interface Span {
  readonly from_s: number;
  readonly to_s: number;
}

type Row = readonly (number | null)[];

export class RunBuckets {
  step_s: number;
  private seen = new Uint8Array(FIRST_ROOM);
  private low: Float32Array[];
  private high: Float32Array[];
  /** One past the last bucket with a sample. */
  private end = 0;

  /** @param step_s narrowest bucket: no narrower than samples come. */
  constructor(
    private readonly signals: number,
    step_s: number,
    private readonly most = MOST_BUCKETS,
  ) {
    this.step_s = step_s;
    this.low = Array.from({ length: signals }, () => new Float32Array(FIRST_ROOM).fill(NaN));
    this.high = Array.from({ length: signals }, () => new Float32Array(FIRST_ROOM).fill(NaN));
  }

  get bytes(): number {
    return this.seen.length * (1 + 8 * this.signals);
  }

  /** Takes rows of a bucket number (of width `step_s`), and lowest and highest of each signal in turn. */
  fold(rows: readonly Row[], step_s: number): void {
    for (const row of rows) {
      const number = row[0];
      if (typeof number !== 'number' || !(number >= 0)) continue;
      const at_s = (number + 0.5) * step_s;
      this.makeRoom(at_s);
      const place = Math.floor(at_s / this.step_s);
      this.seen[place] = 1;
      this.end = Math.max(this.end, place + 1);
      for (let signal = 0; signal < this.signals; signal++)
        this.take(signal, place, row[1 + 2 * signal] ?? NaN, row[2 + 2 * signal] ?? NaN);
    }
  }

  private take(signal: number, place: number, low: number, high: number): void {
    const [lows, highs] = [this.low[signal], this.high[signal]];
    if (lows === undefined || highs === undefined) return;
    // not `<`: what is no number yet gives way
    if (!Number.isNaN(low) && !((lows[place] ?? NaN) <= low)) lows[place] = low;
    if (!Number.isNaN(high) && !((highs[place] ?? NaN) >= high)) highs[place] = high;
  }

  private makeRoom(at_s: number): void {
    while (!(at_s / this.step_s < this.most)) this.widen();
    const needed = Math.floor(at_s / this.step_s) + 1;
    if (needed <= this.seen.length) return;
    const room = Math.min(this.most, Math.max(needed, 2 * this.seen.length));
    const grown = (old: Float32Array): Float32Array => {
      const wide = new Float32Array(room).fill(NaN);
      wide.set(old);
      return wide;
    };
    const seen = new Uint8Array(room);
    seen.set(this.seen);
    this.seen = seen;
    this.low = this.low.map(grown);
    this.high = this.high.map(grown);
  }

  /** Two buckets become one. */
  private widen(): void {
    for (let place = 0; place < this.seen.length; place++) {
      const [a, b] = [2 * place, 2 * place + 1];
      this.seen[place] = (this.seen[a] ?? 0) | (this.seen[b] ?? 0);
      for (const lows of this.low) lows[place] = lower(lows[a] ?? NaN, lows[b] ?? NaN);
      for (const highs of this.high) highs[place] = higher(highs[a] ?? NaN, highs[b] ?? NaN);
    }
    this.end = Math.ceil(this.end / 2);
    this.step_s *= 2;
  }

  /**
   * A span in at most `points` buckets, each of 1, 2, 4… of ours, so that the same buckets come back when the span moves.
   * @param gap_s samples further apart than this have a gap between them.
   */
  reduced({ from_s, to_s }: Span, points: number, gap_s: number): Reduced {
    const wanted = (to_s - from_s) / this.step_s / points;
    const wide = 2 ** Math.max(0, Math.ceil(Math.log2(wanted)));
    const step_s = wide * this.step_s;
    const first = Math.max(0, Math.floor(from_s / step_s));
    const last = Math.min(Math.floor(to_s / step_s), Math.ceil(this.end / wide) - 1);
    const columns = new Columns(this.signals, step_s, Math.max(gap_s, 2 * step_s));
    for (let group = first; group <= last; group++) {
      const [from, to] = [group * wide, Math.min((group + 1) * wide, this.end)];
      if (!this.seen.subarray(from, to).includes(1)) continue;
      columns.begin((group + 0.5) * step_s);
      for (let signal = 0; signal < this.signals; signal++) {
        let [low, high] = [NaN, NaN];
        const [lows, highs] = [this.low[signal], this.high[signal]];
        for (let place = from; place < to; place++) {
          low = lower(low, lows?.[place] ?? NaN);
          high = higher(high, highs?.[place] ?? NaN);
        }
        columns.put(signal, low, high);
      }
    }
    return columns;
  }
}

/** Columns as they grow, with a row of nothing between samples that are too far apart. */
export class Columns implements Reduced {
  readonly t_s: number[] = [];
  readonly low: (number | null)[][];
  readonly high: (number | null)[][];
  private before_s = NaN;

  constructor(
    signals: number,
    readonly step_s: number,
    private readonly gap_s: number,
  ) {
    this.low = Array.from({ length: signals }, () => []);
    this.high = Array.from({ length: signals }, () => []);
  }

  begin(at_s: number): void {
    if (at_s - this.before_s > this.gap_s) {
      this.t_s.push(rounded((this.before_s + at_s) / 2));
      for (const column of [...this.low, ...this.high]) column.push(null);
    }
    this.before_s = at_s;
    this.t_s.push(rounded(at_s));
  }

  put(signal: number, low: number, high: number): void {
    this.low[signal]?.push(Number.isNaN(low) ? null : rounded(low));
    this.high[signal]?.push(Number.isNaN(high) ? null : rounded(high));
  }
}

/** A millionth of any unit here is less than can be seen or measured, and half as long to send. */
const rounded = (value: number): number => Math.round(1e6 * value) / 1e6;
const lower = (a: number, b: number): number => (Number.isNaN(a) || b < a ? b : a);
const higher = (a: number, b: number): number => (Number.isNaN(a) || b > a ? b : a);
