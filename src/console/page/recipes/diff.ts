/** What differs between two texts, line by line. Pure. */

export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  /** In the old text, from 1; null: it is new. */
  readonly old: number | null;
  readonly text: string;
}

/** Lines of each side that are compared at most, once what begins and ends alike is set aside. */
const MOST = 1500;

/** The longest common lines stay; a change is told as what is gone, then what is new. */
export function diffOf(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (from: number, to: number): DiffLine[] =>
    a.slice(from, to).map((text, index) => ({ kind: 'same', old: from + index + 1, text }));
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head);
  return [...same(0, head), ...middle, ...same(a.length - tail, a.length)];
}

function between(a: readonly string[], b: readonly string[], offset: number): DiffLine[] {
  const gone = (index: number): DiffLine => ({ kind: 'gone', old: offset + index + 1, text: a[index] ?? '' });
  const fresh = (text: string): DiffLine => ({ kind: 'new', old: null, text });
  if (a.length > MOST || b.length > MOST) return [...a.map((_, index) => gone(index)), ...b.map(fresh)];
  const longest = lengths(a, b);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      lines.push({ kind: 'same', old: offset + i + 1, text: left });
      i++;
      j++;
    } else if (right === undefined || (left !== undefined && at(longest, i + 1, j) >= at(longest, i, j + 1)))
      lines.push(gone(i++));
    else {
      lines.push(fresh(right));
      j++;
    }
  }
  return lines;
}

const at = (table: readonly Uint16Array[], i: number, j: number): number => table[i]?.[j] ?? 0;

/** Length of the longest common lines from each place on. */
function lengths(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = table[i];
      if (row === undefined) continue;
      row[j] = a[i] === b[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  return table;
}

export interface Hunk {
  /** Lines that are the same and left out before it. */
  readonly skipped: number;
  readonly lines: readonly DiffLine[];
}

/** Only what changed, with so many lines around it. */
export function hunksOf(lines: readonly DiffLine[], around = 2): Hunk[] {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'),
  );
  const hunks: { skipped: number; lines: DiffLine[] }[] = [];
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (shown[index] !== true) skipped++;
    else {
      if (shown[index - 1] !== true) hunks.push({ skipped, lines: [] });
      hunks.at(-1)?.lines.push(line);
      skipped = 0;
    }
  }
  return hunks;
}
