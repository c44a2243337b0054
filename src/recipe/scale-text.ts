/**
 * A recipe's text, changed in places and left as it is in all others: comments, order, quotes and line breaks stay. Owns where
 * in the text a field, a step or a comment stands. Knows no quantity and no field by name.
 */
import { isMap, isNode, isScalar, isSeq, type Pair, parseDocument, stringify, visit, type YAMLSeq } from 'yaml';
import type { Path } from '../model/document.js';

/** From and to are offsets in the text as it was. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

type Yaml = ReturnType<typeof parseDocument>;

export class RecipeText {
  private readonly yaml: Yaml;
  private readonly splices: Splice[] = [];

  constructor(readonly text: string) {
    this.yaml = parseDocument(text);
  }

  /** Puts another value where a scalar stands, quoted where it must be. */
  replace(path: Path, value: string | number): void {
    const node: unknown = this.yaml.getIn(path, true);
    if (!isScalar(node) || !node.range) throw new RangeError(`${path.join('.')} is no single value`);
    this.splices.push({ from: node.range[0], to: node.range[1], text: plain(value) });
  }

  splice(from: number, to: number, text: string): void {
    this.splices.push({ from, to, text });
  }

  /** Takes a field and its value out; a map that would be empty goes as a whole. */
  remove(path: Path): void {
    const parent: unknown = path.length === 1 ? this.yaml.contents : this.yaml.getIn(path.slice(0, -1), true);
    if (isSeq(parent)) return this.removeItem(parent, path);
    if (!isMap(parent)) return;
    if (parent.items.length === 1 && path.length > 1) return this.remove(path.slice(0, -1));
    const span = spanOf(pairAt(parent.items, String(path.at(-1))));
    if (span === null) return;
    if (parent.flow === true) this.removeBetweenCommas(span);
    else this.removeLines(span);
  }

  /** The same of a part of the top level, with the empty line before it. */
  removeWithGap(path: Path): void {
    const span = spanOf(isMap(this.yaml.contents) ? pairAt(this.yaml.contents.items, String(path[0])) : undefined);
    if (span === null) return;
    const start = this.lineStart(span.from);
    const from = this.text.slice(0, start).endsWith('\n\n') ? start - 1 : start;
    this.splices.push({ from, to: this.lineEnd(span.to), text: '' });
  }

  /** Another field at the end of a map; nothing where there is no such map. */
  insertField(map: Path, key: string, value: string): void {
    const node: unknown = this.yaml.getIn(map, true);
    if (!isMap(node)) return;
    const last = spanOf(node.items.at(-1));
    const first = spanOf(node.items[0]);
    if (last === null || first === null) return;
    if (node.flow === true) return this.splice(last.to, last.to, `, ${key}: ${value}`);
    const at = this.lineEnd(last.to);
    const indent = ' '.repeat(first.from - this.lineStart(first.from));
    this.splice(at, at, `${this.text[at - 1] === '\n' ? '' : '\n'}${indent}${key}: ${value}\n`);
  }

  /** A line of a list before one of its items, written with that item's indentation; false where the list is on one line. */
  insertBefore(path: Path, line: string): boolean {
    const list: unknown = this.yaml.getIn(path.slice(0, -1), true);
    const node: unknown = this.yaml.getIn(path, true);
    if (!isSeq(list) || list.flow === true || !isNode(node) || !node.range) return false;
    const at = this.lineStart(node.range[0]);
    const indent = /^ */.exec(this.text.slice(at))?.[0] ?? '';
    this.splices.push({ from: at, to: at, text: `${indent}- ${line}\n` });
    return true;
  }

  /** Entries at the end of a map of the top level, which is made where there is none. */
  append(map: string, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const node: unknown = this.yaml.get(map, true);
    const block = lines.map((line) => `  ${line}\n`).join('');
    if (!isMap(node) || !node.range) {
      const gap = this.text.endsWith('\n') ? '\n' : '\n\n';
      this.splices.push({ from: this.text.length, to: this.text.length, text: `${gap}${map}:\n${block}` });
      return;
    }
    const last = spanOf(node.items.at(-1));
    const at = this.lineEnd(last?.to ?? node.range[1]);
    this.splices.push({ from: at, to: at, text: this.text[at - 1] === '\n' ? block : `\n${block}` });
  }

  /** Where the values under these keys stand, wherever they are. */
  spansUnder(keys: ReadonlySet<string>): Span[] {
    const found: Span[] = [];
    visit(this.yaml, {
      Pair: (_key, pair) => {
        if (!keys.has(keyOf(pair)) || !isScalar(pair.value) || !pair.value.range) return;
        found.push({ from: pair.value.range[0], to: pair.value.range[1] });
      },
    });
    return found;
  }

  /** From the # of each comment to the end of its line. */
  comments(): Span[] {
    const scalars: Span[] = [];
    visit(this.yaml, {
      Scalar: (_key, node) => {
        if (node.range) scalars.push({ from: node.range[0], to: node.range[1] });
      },
    });
    return [...this.text.matchAll(/(?<=^|\s)#.*$/gm)]
      .map(({ index, 0: comment }) => ({ from: index, to: index + comment.length }))
      .filter(({ from }) => !scalars.some((scalar) => from > scalar.from && from < scalar.to));
  }

  /** The text with every change made. */
  changed(): string {
    let text = '';
    let at = 0;
    for (const { from, to, text: put } of this.splices.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
      if (from < at) continue; // inside what is taken out already
      text += this.text.slice(at, from) + put;
      at = to;
    }
    return text + this.text.slice(at);
  }

  /** An item of a list; a list that would be empty goes as a whole. */
  private removeItem({ items, flow }: YAMLSeq, path: Path): void {
    if (items.length === 1 && path.length > 2) return this.remove(path.slice(0, -1));
    const item = items[Number(path.at(-1))];
    if (!isNode(item) || !item.range) return;
    const span = { from: item.range[0], to: item.range[1] };
    if (flow === true) this.removeBetweenCommas(span);
    else this.removeLines(span);
  }

  private removeLines({ from, to }: Span): void {
    this.splices.push({ from: this.lineStart(from), to: this.lineEnd(to), text: '' });
  }

  /** Of a map on one line: with the comma before it, or, for the first, the one behind. */
  private removeBetweenCommas({ from, to }: Span): void {
    const before = /,\s*$/.exec(this.text.slice(0, from))?.[0].length;
    const behind = /^\s*,\s*/.exec(this.text.slice(to))?.[0].length ?? 0;
    const span = before === undefined ? { from, to: to + behind } : { from: from - before, to };
    this.splices.push({ ...span, text: '' });
  }

  private lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Behind the line break of the line in which something ends. */
  private lineEnd(offset: number): number {
    if (this.text[offset - 1] === '\n') return offset;
    const end = this.text.indexOf('\n', offset);
    return end < 0 ? this.text.length : end + 1;
  }
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function pairAt(pairs: readonly Pair[], key: string): Pair | undefined {
  return pairs.find((pair) => keyOf(pair) === key);
}

function spanOf(pair: Pair | undefined): Span | null {
  if (pair === undefined || !isNode(pair.key) || !pair.key.range) return null;
  const value = isNode(pair.value) && pair.value.range ? pair.value.range[1] : pair.key.range[1];
  return { from: pair.key.range[0], to: value };
}

/** As a value inside a map on one line: quoted where YAML would read it as anything else. */
export function plain(value: string | number): string {
  const [line = ''] = stringify([value], { collectionStyle: 'flow', lineWidth: 0 }).split('\n');
  return line.replace(/^\[ ?/, '').replace(/ ?\]$/, '');
}
