/**
 * The hand on a plot: shift and drag, one finger or two, the wheel, a double click. Owns the pointers that are down; what the
 * piece of time becomes of it is span.ts.
 */
import { panned, zoomed, type Span } from './span.js';

export interface Held {
  readonly seen: Span;
  /** As far as one can look. */
  readonly run: Span;
  readonly onSpan?: (span: Span) => void;
  readonly onAll?: () => void;
}

const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / Math.max(1, all.length);
const apart = (all: readonly number[]): number => Math.abs((all[1] ?? 0) - (all[0] ?? 0));
/** Two fingers closer than this are one, px. */
const CLOSEST = 20;

/** What was seen when fingers stood at `began`, once they stand at `now`; places in shares of the width. */
export function dragged(
  from: Span,
  began: readonly number[],
  now: readonly number[],
  closest: number,
  run: Span,
): Span {
  const shifted = panned(from, mean(began) - mean(now), run);
  if (now.length < 2) return shifted;
  return zoomed(shifted, apart(began) / Math.max(closest, apart(now)), mean(now), run);
}

class Hand {
  private readonly at = new Map<number, number>();
  private from: Span | null = null;
  /** Where the fingers were when `from` was taken. */
  private began: readonly number[] = [];

  constructor(
    private readonly over: HTMLElement,
    private readonly held: () => Held,
  ) {}

  down(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && !event.shiftKey) return; // uPlot selects a piece to look at
    event.stopImmediatePropagation();
    this.over.setPointerCapture(event.pointerId);
    this.at.set(event.pointerId, this.place(event));
    this.restart();
  }

  move(event: PointerEvent): void {
    if (!this.at.has(event.pointerId) || this.from === null) return;
    this.at.set(event.pointerId, this.place(event));
    const { run, onSpan } = this.held();
    onSpan?.(dragged(this.from, this.began, [...this.at.values()], CLOSEST / this.width(), run));
  }

  up(event: PointerEvent): void {
    if (this.at.delete(event.pointerId)) this.restart();
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    const { seen, run, onSpan } = this.held();
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    onSpan?.(
      sideways
        ? panned(seen, event.deltaX / this.width(), run)
        : zoomed(seen, 1.0015 ** event.deltaY, this.place(event), run),
    );
  }

  all(event: MouseEvent): void {
    event.stopImmediatePropagation();
    this.held().onAll?.();
  }

  private restart(): void {
    this.from = this.at.size === 0 ? null : this.held().seen;
    this.began = [...this.at.values()];
  }

  private width(): number {
    return Math.max(1, this.over.clientWidth);
  }

  /** Share of the width. */
  private place({ clientX }: MouseEvent): number {
    return (clientX - this.over.getBoundingClientRect().left) / this.width();
  }
}

/** Gives what lets go of the element. */
export function takeHand(over: HTMLElement, held: () => Held): () => void {
  const hand = new Hand(over, held);
  const gone = new AbortController();
  const how = { capture: true, passive: false, signal: gone.signal };
  over.addEventListener('pointerdown', (event) => hand.down(event), how);
  over.addEventListener('pointermove', (event) => hand.move(event), how);
  over.addEventListener('pointerup', (event) => hand.up(event), how);
  over.addEventListener('pointercancel', (event) => hand.up(event), how);
  over.addEventListener('wheel', (event) => hand.wheel(event), how);
  over.addEventListener('dblclick', (event) => hand.all(event), how);
  // what shift drags is not selected
  over.addEventListener('mousedown', (event) => (event.shiftKey ? event.stopImmediatePropagation() : undefined), how);
  return () => gone.abort();
}
