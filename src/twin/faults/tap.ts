/**
 * A place at which a fault can get hold of a value on its way: from the plant to a converter, from a command to the
 * copper. Owns the changes that are in force there, in the order in which they came; knows no fault and no part. While
 * there is none, it costs a comparison.
 */

export type Change<T> = (value: T) => T;

export class Tap<T> {
  private changes: readonly Change<T>[] = [];
  /** All of them in a row; null while there is none. */
  private all: Change<T> | null = null;

  through(value: T): T {
    return this.all === null ? value : this.all(value);
  }

  /** Puts a change in force and gives back what takes it away again. */
  clamp(change: Change<T>): () => void {
    const own: Change<T> = (value) => change(value); // the same function may be clamped twice
    this.put([...this.changes, own]);
    return () => this.put(this.changes.filter((other) => other !== own));
  }

  private put(changes: readonly Change<T>[]): void {
    this.changes = changes;
    this.all = changes.length === 0 ? null : (value) => changes.reduce((now, change) => change(now), value);
  }
}
