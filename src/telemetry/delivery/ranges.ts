/**
 * Which whole numbers are in: few ranges however many numbers, as long as they lie together. Pure. Here they are the
 * seconds of a run that a broker has acknowledged; it must not know that.
 */

export class Ranges {
  /** First and last of each range, ascending, with a gap of one at the least between two. */
  private readonly ends: [from: number, to: number][] = [];

  /** Reads what `toString` wrote. What is no range is left out: its numbers are then not in. */
  static parse(text: string): Ranges {
    const ranges = new Ranges();
    for (const part of text.split(',')) {
      const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
      if (from !== undefined && Number(to) >= Number(from)) ranges.add(Number(from), Number(to));
    }
    return ranges;
  }

  get count(): number {
    return this.ends.length;
  }

  has(number: number): boolean {
    const range = this.ends[this.firstEndingFrom(number)];
    return range !== undefined && range[0] <= number;
  }

  /** All from `from` to `to`, both included. */
  add(from: number, to = from): void {
    if (!(from <= to)) return;
    const first = this.firstEndingFrom(from - 1);
    let after = first;
    let [low, high] = [from, to];
    for (let range = this.ends[after]; range !== undefined && range[0] <= to + 1; range = this.ends[++after]) {
      low = Math.min(low, range[0]);
      high = Math.max(high, range[1]);
    }
    this.ends.splice(first, after - first, [low, high]);
  }

  /** The first number that is not in, at or after `from`. */
  firstMissing(from: number): number {
    const range = this.ends[this.firstEndingFrom(from)];
    return range !== undefined && range[0] <= from ? range[1] + 1 : from;
  }

  toString(): string {
    return this.ends.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
  }

  /** Place of the first range that ends at `number` or after it. */
  private firstEndingFrom(number: number): number {
    let [low, high] = [0, this.ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ends[middle]?.[1] ?? Infinity) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
