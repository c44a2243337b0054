/**
 * A YAML text with its places: bytes in, plain data out, and for every path the line and column where it was written, so
 * that whoever finds something wrong can say where. Also sets single values (`--set path=value`) and remembers that.
 *
 * Knows nothing of recipes or boards. Never throws on what a person wrote: problems are values.
 */
import {
  type Document,
  type ErrorCode,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { foldBlocks } from './fold.js';
import { prescan } from './prescan.js';
import { type Problem, problemsMax } from './problem.js';

export type Path = readonly (string | number)[];

/** How a path is written for a person; recipes name steps by their kind. */
export type NamePath = (path: Path, data: unknown) => string;

export interface Place {
  readonly file: string;
  /** Both from 1; 0 when the text has no such place, as for a value of `--set`. */
  readonly line: number;
  readonly column: number;
}

/** Why a value cannot stand at a path. */
export interface Misplaced {
  readonly message: string;
  readonly hint: string;
}

const nowhere: Misplaced = { message: 'there is no such place in this file', hint: 'the path of a field that it has' };

export interface Reading {
  /** null when the text could not be parsed at all. */
  readonly document: LocatedDocument | null;
  readonly problems: readonly Problem[];
}

/** Reads a file's bytes. Problems may stand beside a document (a duplicate key): then both count. */
export function readDocument(
  file: string,
  bytes: Uint8Array,
  namePath: NamePath = dotted,
  form: keyof typeof numberForms = 'plain',
): Reading {
  const scan = prescan(bytes);
  const lines = new LineCounter();
  if (!scan.ok) {
    return {
      document: null,
      problems: scan.faults.map((fault) => ({
        ...placeIn(scan.text, file, fault.offset),
        path: '',
        message: fault.message,
        hint: fault.hint,
      })),
    };
  }
  const yaml = parseDocument(scan.text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true });
  const document = new LocatedDocument(file, scan.text, yaml, lines, namePath);
  const broken = yaml.errors.filter((error) => error.code !== 'DUPLICATE_KEY');
  if (broken.length > 0) {
    return {
      document: null,
      problems: broken.slice(0, problemsMax).map((error) => ({
        ...document.at(error.pos[0]),
        path: '',
        message: sentence(error.message),
        hint: syntaxHints[error.code] ?? '`key: value`, one a line',
      })),
    };
  }
  return { document, problems: [...document.duplicates(), ...document.numbers(form)] };
}

export const dotted: NamePath = (path) => path.join('.');

const syntaxHints: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'fields of one set begin in one column, and every bracket closes',
  MISSING_CHAR: 'the bracket, quote, colon or comma that the text says',
  TAB_AS_INDENT: 'spaces',
  MULTILINE_IMPLICIT_KEY: 'a colon after the key, in the same line',
};

/** The parser's own sentence, without its last stop. */
function sentence(message: string): string {
  return message.replace(/\.$/, '').replaceAll('\n', ' ');
}

function placeIn(text: string, file: string, offset: number): Place {
  if (offset < 0) return { file, line: 0, column: 0 };
  const before = text.slice(0, offset);
  return { file, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Of folded texts in a document that is written anew. */
const lineWidth = 120;

/** Decimals as a person writes them: no leading zero, no other base, nothing infinite; an exponent only where data are physics. */
const numberForms = {
  plain: /^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?$/,
  scientific: /^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?(e[-+]?[0-9]{1,3})?$/,
} as const;

export class LocatedDocument {
  /** Nodes that this text did not hold, with the places where they were written instead. */
  private readonly given = new Map<Node, Place>();
  private readonly removed: { readonly path: Path; readonly place: Place }[] = [];
  private changed = false;
  private cached: { readonly data: unknown } | undefined;

  constructor(
    readonly file: string,
    private readonly original: string,
    private readonly yaml: Document.Parsed,
    private readonly lines: LineCounter,
    private readonly namePath: NamePath,
  ) {}

  /** Plain data; every number in it was written as a plain decimal, or stands in `numbers()`. */
  get data(): unknown {
    this.cached ??= { data: this.yaml.toJS({ maxAliasCount: 0 }) };
    return this.cached.data;
  }

  /** The text as it was; after a change, as it is then. */
  get text(): string {
    return !this.changed ? this.original : foldBlocks(this.yaml.toString({ lineWidth: 0 }), lineWidth);
  }

  at(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** A problem at a path; where the path is not written, at the nearest thing above it that is. */
  problem(path: Path, message: string, hint: string, of: 'value' | 'key' = 'value'): Problem {
    return { ...this.placeOf(path, of), path: this.namePath(path, this.data), message, hint };
  }

  /** Where a path stands. */
  placeOf(path: Path, of: 'value' | 'key' = 'value'): Place {
    let node: unknown = this.yaml.contents;
    let place: Place = this.at(0);
    for (const [index, part] of path.entries()) {
      const isLast = index === path.length - 1;
      const pair = pairOf(node, part);
      const next: unknown = pair ? pair.value : isSeq(node) && typeof part === 'number' ? node.items[part] : undefined;
      if (pair === undefined && next === undefined) return this.removalOf(path.slice(0, index + 1)) ?? place;
      const key = pair && isNode(pair.key) ? this.placeOfNode(pair.key) : undefined;
      const value = isNode(next) ? this.placeOfNode(next) : undefined;
      const wantsKey = isLast ? of === 'key' || isEmpty(next) : true;
      place = (wantsKey ? (key ?? value) : (value ?? key)) ?? place;
      node = next;
    }
    return place;
  }

  private removalOf(path: Path): Place | undefined {
    const name = path.join('\n');
    return this.removed.findLast((one) => one.path.join('\n') === name)?.place;
  }

  private placeOfNode(node: Node): Place | undefined {
    const given = this.given.get(node);
    if (given !== undefined) return given;
    return node.range ? this.at(node.range[0]) : undefined;
  }

  /**
   * Sets one value that `--set` names. Maps above it that are not written yet are made; what holds several fields is not
   * replaced by one word. Gives what is wrong, or undefined when it was set.
   */
  set(path: Path, value: string | number | boolean, argument: string): Misplaced | undefined {
    const present = this.nodeAt(path);
    if (isMap(present) || isSeq(present))
      return { message: 'this holds several fields', hint: 'the path of one of them' };
    return this.put(path, new Scalar(value), { file: argument, line: 0, column: 0 });
  }

  /** Puts what another document holds at a path in here, of any shape; each part keeps the place where it was written. */
  graft(path: Path, from: LocatedDocument, at: Path): Misplaced | undefined {
    const source = from.nodeAt(at);
    const copy = isNode(source) ? source.clone() : new Scalar(null);
    if (!isNode(copy)) return nowhere;
    visit(copy, {
      Node: (_key, node) => {
        this.given.set(node, from.placeOfNode(node) ?? from.placeOf(at));
      },
    });
    return this.put(path, copy, from.placeOf(at));
  }

  /** Puts items of another document in the place of one item of a list; each part keeps the place where it was written. */
  exchange(path: Path, from: LocatedDocument, items: readonly Path[]): Misplaced | undefined {
    const list = this.nodeAt(path.slice(0, -1));
    const index = path.at(-1);
    if (!isSeq(list) || typeof index !== 'number' || index >= list.items.length) return nowhere;
    const copies = items.map((at) => this.copyOf(from, at)).filter((copy) => copy !== null);
    if (copies.length !== items.length) return nowhere;
    list.items.splice(index, 1, ...copies);
    this.change();
    return undefined;
  }

  /** The copy of a node, with the places of the original, which may itself come from a third document. */
  private copyOf(from: LocatedDocument, at: Path): Node | null {
    const source = from.nodeAt(at);
    const copy = isNode(source) ? source.clone() : null;
    if (!isNode(source) || !isNode(copy)) return null;
    const places: (Place | undefined)[] = [];
    const note = (node: Node): number => places.push(from.placeOfNode(node));
    visit(source, { Node: (_key, node) => void note(node) });
    let next = 0;
    visit(copy, { Node: (_key, node) => void this.given.set(node, places[next++] ?? from.placeOf(at)) });
    return copy;
  }

  /** Writes one word at a path, as if it stood at a place of another document. */
  write(path: Path, value: string, place: Place): Misplaced | undefined {
    return this.put(path, new Scalar(value), place);
  }

  /** Takes a field, or one of a list, away. What then says that it is missing points at `place`. */
  remove(path: Path, place: Place): Misplaced | undefined {
    const last = path.at(-1);
    const parent = this.nodeAt(path.slice(0, -1));
    if (last === undefined || !(isMap(parent) || isSeq(parent)) || !parent.delete(last))
      return { message: 'there is nothing to take away', hint: 'the path of a field that it has' };
    if (isMap(parent)) this.removed.push({ path, place });
    this.change();
    return undefined;
  }

  /** Writes the comment at the beginning of the text anew, from its lines without their signs. */
  head(rewrite: (lines: readonly string[]) => readonly string[]): void {
    const { contents } = this.yaml;
    const first = isMap(contents) ? contents.items[0]?.key : undefined;
    const nodes = [contents, first].filter((node) => isNode(node));
    const comments = [this.yaml, ...nodes].map(({ commentBefore }) => commentBefore ?? '');
    const lines = comments.filter((comment) => comment !== '').flatMap((comment) => comment.split('\n'));
    for (const node of nodes) node.commentBefore = null;
    this.yaml.commentBefore = rewrite(lines.map((line) => line.trim()))
      .map((line) => (line === '' ? '' : ` ${line}`))
      .join('\n');
    this.change();
  }

  private put(path: Path, node: Node, place: Place): Misplaced | undefined {
    const last = path.at(-1);
    const parent = this.parentFor(path.slice(0, -1), place);
    if (last === undefined || parent === undefined) return nowhere;
    if (isSeq(parent) && !(typeof last === 'number' && last <= parent.items.length)) return nowhere;
    parent.set(last, node);
    this.given.set(node, this.given.get(node) ?? place);
    this.change();
    return undefined;
  }

  /** The map or list at a path; maps that are missing on the way are made. Nothing is made where a word stands in the way. */
  private parentFor(path: Path, place: Place): YAMLMap | YAMLSeq | undefined {
    let node: unknown = this.yaml.contents;
    for (const part of path) {
      if (!isMap(node) && !isSeq(node)) return undefined;
      const next: unknown = node.get(part, true);
      if (isNode(next) && !isEmpty(next)) node = next;
      else {
        if (isSeq(node)) return undefined;
        const made = new YAMLMap(this.yaml.schema);
        this.given.set(made, place);
        node.set(part, made);
        node = made;
      }
    }
    return isMap(node) || isSeq(node) ? node : undefined;
  }

  private nodeAt(path: Path): unknown {
    return path.length === 0 ? this.yaml.contents : this.yaml.getIn(path, true);
  }

  private change(): void {
    this.cached = undefined;
    this.changed = true;
  }

  /** Keys written twice: the second could silently replace the first. */
  duplicates(): Problem[] {
    return this.yaml.errors
      .filter((error) => error.code === 'DUPLICATE_KEY')
      .slice(0, problemsMax)
      .map((error) => ({
        ...this.at(error.pos[0]),
        path: this.namePath(this.pathAt(error.pos[0]), this.data),
        message: 'this key is written twice',
        hint: 'one of the two',
      }));
  }

  /** Path of the key that begins at an offset. */
  private pathAt(offset: number): Path {
    let found: Path = [];
    visit(this.yaml, {
      Pair: (_key, pair, ancestors) => {
        if (!isScalar(pair.key) || pair.key.range?.[0] !== offset) return undefined;
        found = pathThrough([...ancestors, pair]);
        return visit.BREAK;
      },
    });
    return found;
  }

  /** Numbers in any other form than plain decimal (0x12, 017, 1e400, .nan): YAML turns them into something unlike what was written. */
  numbers(form: keyof typeof numberForms = 'plain'): Problem[] {
    const found: Problem[] = [];
    visit(this.yaml, {
      Scalar: (_key, node) => {
        if (typeof node.value !== 'number' && typeof node.value !== 'bigint') return undefined;
        const source = node.source ?? String(node.value);
        if (numberForms[form].test(source) && Number.isFinite(Number(source))) return undefined;
        const place = this.placeOfNode(node) ?? this.at(0);
        found.push({
          ...place,
          path: '',
          message: `"${source}" is not a plain decimal number`,
          hint: 'digits and a point, with a unit where one is due',
        });
        return found.length < problemsMax ? undefined : visit.BREAK;
      },
    });
    return found;
  }
}

/** Keys and places in lists on the way down through these nodes. */
function pathThrough(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, i): (string | number)[] => {
    if (isPair(node)) return isScalar(node.key) ? [String(node.key.value)] : [];
    return isSeq(node) ? [node.items.indexOf(nodes[i + 1])] : [];
  });
}

function pairOf(node: unknown, key: string | number): Pair | undefined {
  if (!isMap(node)) return undefined;
  // A key that `set` has added is no node of its own.
  return node.items.find((pair) => String(isScalar(pair.key) ? pair.key.value : pair.key) === String(key));
}

/** Nothing written after the colon: the key is what can be pointed at. */
function isEmpty(node: unknown): boolean {
  return !isNode(node) || (isScalar(node) && node.value === null);
}
