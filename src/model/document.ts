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
} from 'yaml';
import { prescan } from './prescan.js';
import { type Problem, problemsMax } from './problem.js';

export type Path = readonly (string | number)[];

/** How a path is written for a person; recipes name steps by their kind. */
export type NamePath = (path: Path, data: unknown) => string;

interface Place {
  readonly file: string;
  /** Both from 1; 0 when the text has no such place, as for a value of `--set`. */
  readonly line: number;
  readonly column: number;
}

export interface Reading {
  /** null when the text could not be parsed at all. */
  readonly document: LocatedDocument | null;
  readonly problems: readonly Problem[];
}

/** Reads a file's bytes. Problems may stand beside a document (a duplicate key): then both count. */
export function readDocument(file: string, bytes: Uint8Array, namePath: NamePath = dotted): Reading {
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
  return { document, problems: [...document.duplicates(), ...document.numbers()] };
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

/** Decimal as a person writes it: no exponent, no leading zero, no other base, nothing infinite. */
const plainNumber = /^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?$/;

export class LocatedDocument {
  private readonly overridden = new Map<Node, string>();
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

  /** The text as it was; after a `set`, as it is then. */
  get text(): string {
    return this.overridden.size === 0 ? this.original : this.yaml.toString({ lineWidth: 0 });
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
      if (pair === undefined && next === undefined) return place;
      const key = pair && isNode(pair.key) ? this.placeOfNode(pair.key) : undefined;
      const value = isNode(next) ? this.placeOfNode(next) : undefined;
      const wantsKey = isLast ? of === 'key' || isEmpty(next) : true;
      place = (wantsKey ? (key ?? value) : (value ?? key)) ?? place;
      node = next;
    }
    return place;
  }

  private placeOfNode(node: Node): Place | undefined {
    const override = this.overridden.get(node);
    if (override !== undefined) return { file: override, line: 0, column: 0 };
    return node.range ? this.at(node.range[0]) : undefined;
  }

  /**
   * Sets one value that `--set` names. The map that holds it must be written already; the key need not.
   * Gives what is wrong, or undefined when it was set.
   */
  set(
    path: Path,
    value: string | number | boolean,
    argument: string,
  ): { readonly message: string; readonly hint: string } | undefined {
    const parent: unknown = path.length === 1 ? this.yaml.contents : this.yaml.getIn(path.slice(0, -1), true);
    if (!isMap(parent))
      return { message: 'there is no such place in this file', hint: 'the path of a field that it has' };
    const last = path.at(-1);
    const present: unknown = last === undefined ? undefined : parent.get(last, true);
    if (isMap(present) || isSeq(present))
      return { message: 'this holds several fields', hint: 'the path of one of them' };
    const scalar = new Scalar(value);
    parent.set(last, scalar);
    this.cached = undefined;
    this.overridden.set(scalar, argument);
    return undefined;
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
  numbers(): Problem[] {
    const found: Problem[] = [];
    visit(this.yaml, {
      Scalar: (_key, node) => {
        if (typeof node.value !== 'number' && typeof node.value !== 'bigint') return undefined;
        const source = node.source ?? String(node.value);
        if (plainNumber.test(source) && Number.isFinite(Number(source))) return undefined;
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
