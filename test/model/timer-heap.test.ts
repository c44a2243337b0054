import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeapEntry, TimerHeap } from '../../src/model/timer-heap.js';

const nothing = (): void => undefined;

type Move =
  | { readonly kind: 'push'; readonly time_ns: number }
  | { readonly kind: 'pop' }
  | { readonly kind: 'cancel'; readonly which: number };

/** Few instants, so that many entries share one and the order of asking decides. */
const moves = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('push' as const), time_ns: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pop' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(1000) }) },
  ),
  { minLength: 60, maxLength: 200, size: 'max' },
);

const byTurn = (a: HeapEntry, b: HeapEntry): number => a.time_ns - b.time_ns || a.order - b.order;

/** The plain way to do it: everything that is set, sorted anew after each push. */
function apply(move: Move, heap: TimerHeap, sorted: HeapEntry[], order: number): void {
  switch (move.kind) {
    case 'push': {
      const entry = new HeapEntry(heap, move.time_ns, order, nothing);
      heap.push(entry);
      sorted.push(entry);
      sorted.sort(byTurn);
      return;
    }
    case 'pop': {
      const first = heap.peek();
      expect(first).toBe(sorted.shift());
      if (first !== undefined) heap.remove(first);
      return;
    }
    case 'cancel': {
      const [entry] = sorted.splice(move.which % Math.max(1, sorted.length), 1);
      entry?.cancel();
      entry?.cancel(); // a second cancel must not take another entry with it
    }
  }
}

describe('timer heap', () => {
  it('gives the same order as a sorted array, whatever is pushed, popped and cancelled', () => {
    fc.assert(
      fc.property(moves, (program) => {
        const heap = new TimerHeap();
        const sorted: HeapEntry[] = [];
        for (const [order, move] of program.entries()) {
          apply(move, heap, sorted, order);
          expect(heap.size).toBe(sorted.length);
          expect(heap.peek()).toBe(sorted[0]);
        }
        while (sorted.length > 0) apply({ kind: 'pop' }, heap, sorted, 0);
        expect(heap.size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('forgets a cancelled timer at once', () => {
    const heap = new TimerHeap();
    const entries = Array.from({ length: 1000 }, (_, k) => new HeapEntry(heap, (k * 7919) % 1000, k, nothing));
    for (const entry of entries) heap.push(entry);
    for (const entry of entries.slice(1)) entry.cancel();
    expect(heap.size).toBe(1);
    expect(heap.peek()).toBe(entries[0]);
  });

  it('takes no harm from the cancel of a timer that has fired', () => {
    const heap = new TimerHeap();
    const [fired, waiting] = [new HeapEntry(heap, 1, 0, nothing), new HeapEntry(heap, 2, 1, nothing)];
    heap.push(fired);
    heap.push(waiting);
    heap.remove(fired);
    fired.cancel();
    expect(heap.peek()).toBe(waiting);
    expect(heap.size).toBe(1);
  });
});
