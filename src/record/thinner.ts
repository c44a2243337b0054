/**
 * Which samples the record keeps: so many a second when nothing happens, and every one of the minute before and after
 * something did. Pure; knows neither disk nor clock, only the board's time in the samples.
 *
 * A sample on the grid goes on at once, so that a crash loses none of them. One off the grid waits for a minute in a
 * ring, for an event that wants it. What an event brings out is in order in itself and older than what went before; the
 * table is ordered by `seq`.
 */
import type { EventKind, RunEvent } from '../model/event.js';
import type { Sample } from '../model/sample.js';

/** Kept in full this long before and after an event, s. */
export const WINDOW_s = 60;
/** A minute at twice the usual 20 Hz. */
const RING_SAMPLES = 2400;
/** The board's time is a sum of doubles; this share of a sample keeps one that is due from falling just short. */
const GRID_SLACK = 1e-6;

/**
 * Whether an event opens the window: whatever changes what the bench does, or says that it went wrong. The rest is
 * diary; above all single bus errors, of which a healthy day on a long cable has enough to keep every sample.
 */
const OPENS_WINDOW: Readonly<Record<EventKind, boolean>> = {
  state: true,
  step: true,
  command: true,
  alarm: true,
  trip: true,
  run: false,
  prompt: false,
  answer: false,
  board: false,
  bus: false,
  clock: false,
  note: false,
};

export function opensWindow(kind: EventKind): boolean {
  return OPENS_WINDOW[kind];
}

export class Thinner {
  private readonly ring: (Sample | undefined)[] = [];
  private oldest = 0;
  private lastSlot = NaN;
  private fullUntil_s = -Infinity;

  /** `keep` is called for each sample that the record keeps, once. */
  constructor(
    private readonly rate_Hz: number,
    private readonly keep: (sample: Sample) => void,
  ) {}

  sample(sample: Sample): void {
    const slot = Math.floor(sample.elapsed_s * this.rate_Hz + GRID_SLACK);
    const onGrid = slot !== this.lastSlot;
    this.lastSlot = slot;
    // Not `<=`: with a time that is no number everything is kept.
    if (onGrid || !(sample.elapsed_s > this.fullUntil_s)) this.keep(sample);
    else this.wait(sample);
  }

  event(event: Pick<RunEvent, 'kind' | 'elapsed_s'>): void {
    if (!opensWindow(event.kind)) return;
    this.fullUntil_s = Math.max(this.fullUntil_s, event.elapsed_s + WINDOW_s);
    const since_s = event.elapsed_s - WINDOW_s;
    for (let place = 0; place < this.ring.length; place++) {
      const sample = this.ring[(this.oldest + place) % this.ring.length];
      if (sample !== undefined && !(sample.elapsed_s < since_s)) this.keep(sample);
    }
    this.ring.length = 0;
    this.oldest = 0;
  }

  private wait(sample: Sample): void {
    if (this.ring.length < RING_SAMPLES) {
      this.ring.push(sample);
      return;
    }
    this.ring[this.oldest] = sample;
    this.oldest = (this.oldest + 1) % RING_SAMPLES;
  }
}
