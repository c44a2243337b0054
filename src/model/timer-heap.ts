/** A binary heap of timers in which every entry knows its place, so that a cancelled time-out leaves at once. */
import type { Timer } from './clock.js';

export class HeapEntry implements Timer {
  /** Place in the heap, -1 when not in it. */
  place = -1;

  constructor(
    private readonly heap: TimerHeap,
    readonly time_ns: number,
    /** Orders entries of one instant by when they were asked for. */
    readonly order: number,
    readonly fn: () => void,
  ) {}

  cancel(): void {
    if (this.place >= 0) this.heap.remove(this);
  }

  before(other: HeapEntry): boolean {
    return this.time_ns < other.time_ns || (this.time_ns === other.time_ns && this.order < other.order);
  }
}

export class TimerHeap {
  private readonly entries: HeapEntry[] = [];

  get size(): number {
    return this.entries.length;
  }

  peek(): HeapEntry | undefined {
    return this.entries[0];
  }

  push(entry: HeapEntry): void {
    this.entries.push(entry);
    this.siftUp(this.entries.length - 1, entry);
  }

  remove(entry: HeapEntry): void {
    const hole = entry.place;
    const last = this.entries.pop();
    entry.place = -1;
    if (last === undefined || last === entry) return;
    const parent = this.entries[(hole - 1) >> 1];
    if (hole > 0 && parent !== undefined && last.before(parent)) this.siftUp(hole, last);
    else this.siftDown(hole, last);
  }

  private siftUp(from: number, entry: HeapEntry): void {
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.entries[parentPlace];
      if (parent === undefined || !entry.before(parent)) break;
      this.put(parent, place);
      place = parentPlace;
    }
    this.put(entry, place);
  }

  private siftDown(from: number, entry: HeapEntry): void {
    let place = from;
    for (;;) {
      const left = this.entries[2 * place + 1];
      if (left === undefined) break;
      const right = this.entries[2 * place + 2];
      const child = right?.before(left) ? right : left;
      if (!child.before(entry)) break;
      const childPlace = child.place;
      this.put(child, place);
      place = childPlace;
    }
    this.put(entry, place);
  }

  private put(entry: HeapEntry, place: number): void {
    this.entries[place] = entry;
    entry.place = place;
  }
}
