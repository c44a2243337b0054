/**
 * What a YAML text must pass before it is parsed: size, encoding, nesting and the features that recipes and boards do
 * without. The parser recurses and can be ended by the process on deep nesting, so depth is counted here first, on the
 * tokens of the parser's own lexer, which does not recurse: what counts as a bracket is then what the parser takes for one.
 *
 * Knows nothing of what the text means.
 */
import { CST, Lexer } from 'yaml';

export const sizeMax_byte = 64 * 1024;
export const depthMax = 20;

/** Something wrong at a character offset of the text; -1 when there is no text to point into. */
export interface TextFault {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

export type Scan =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly text: string; readonly faults: readonly TextFault[] };

/** Decodes and scans; all faults at once, save that nesting ends the scan. Never throws. */
export function prescan(bytes: Uint8Array): Scan {
  if (!(bytes.length <= sizeMax_byte)) {
    return refused('', [
      { offset: -1, message: `the file has more than ${sizeMax_byte} bytes`, hint: `at most ${sizeMax_byte} bytes` },
    ]);
  }
  const text = decode(bytes);
  if (text === undefined)
    return refused('', [{ offset: -1, message: 'the file is not valid UTF-8', hint: 'save it as UTF-8 text' }]);
  const faults = [...controlCharacters(text), ...tokens(text)];
  return faults.length === 0 ? { ok: true, text } : refused(text, faults);
}

function refused(text: string, faults: readonly TextFault[]): Scan {
  return { ok: false, text, faults };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function controlCharacters(text: string): TextFault[] {
  // Tab, line feed and carriage return are text; everything else below the space, and DEL, is not. The lexer also uses
  // some of them as marks of its own.
  // oxlint-disable-next-line no-control-regex -- these characters are what is looked for
  const at = text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/);
  if (at < 0) return [];
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return [{ offset: at, message: `character U+${code} does not belong in a text`, hint: 'delete it' }];
}

/** Features refused by name: each can hide what a recipe does from a person who reads it. */
const unwanted: Partial<Record<CST.TokenType, readonly [message: string, hint: string]>> = {
  alias: ['an alias (*name) is not taken', 'write the value out'],
  anchor: ['an anchor (&name) is not taken', 'write the value out'],
  tag: ['a tag (!name) is not taken', 'the plain value'],
  'directive-line': ['a directive (%NAME) is not taken', 'begin with the first key'],
  'explicit-key-ind': ['an explicit key (?) is not taken', '`key: value`'],
};

/** Counts nesting: flow brackets, and block structures by the columns at which they began. */
class Nesting {
  private flow = 0;
  private readonly columns: number[] = [];

  open(): void {
    this.flow++;
  }

  close(): void {
    this.flow = Math.max(0, this.flow - 1);
  }

  /** Something stands at this column with nothing but indicators before it in its line. */
  leads(column: number): void {
    if (this.flow > 0) return;
    while ((this.columns.at(-1) ?? -1) > column) this.columns.pop();
    if ((this.columns.at(-1) ?? -1) < column) this.columns.push(column);
  }

  get depth(): number {
    return this.flow + this.columns.length;
  }
}

const tooDeep = [`nested deeper than ${depthMax} levels`, `at most ${depthMax} levels`] as const;
const secondDocument = ['a second document (---) is not taken', 'one document a file'] as const;

/** One pass over the lexer's tokens. Keeps the first of each fault: a bomb has many of one kind. */
class TokenScan {
  readonly faults: TextFault[] = [];
  private readonly nesting = new Nesting();
  private offset = 0;
  private lineStart = 0;
  /** Nothing but spaces and list dashes yet in this line. */
  private leading = true;
  private hasContent = false;

  constructor(private readonly text: string) {}

  /** Takes one token that stands in the text. False when the scan must end here. */
  take(source: string, type: CST.TokenType | null): boolean {
    const isBlank = type === 'space' || type === 'newline' || type === 'comment';
    if (this.leading && !isBlank) this.nesting.leads(this.offset - this.lineStart);
    if (type === 'flow-seq-start' || type === 'flow-map-start') this.nesting.open();
    if (type === 'flow-seq-end' || type === 'flow-map-end') this.nesting.close();
    const refusal = type === 'doc-start' && this.hasContent ? secondDocument : unwanted[type ?? 'space'];
    if (refusal) this.note(refusal);
    if (!isBlank && type !== 'directive-line') this.hasContent = true;
    if (this.nesting.depth > depthMax) this.note(tooDeep);
    this.advance(source, type);
    return this.nesting.depth <= depthMax;
  }

  /** A document begins, with or without its mark. */
  startDocument(): void {
    if (this.hasContent) this.note(secondDocument);
  }

  private advance(source: string, type: CST.TokenType | null): void {
    this.offset += source.length;
    if (source.includes('\n')) {
      this.lineStart = this.text.lastIndexOf('\n', this.offset - 1) + 1;
      this.leading = true;
    } else if (type !== 'space' && type !== 'seq-item-ind') this.leading = false;
  }

  private note([message, hint]: readonly [string, string]): void {
    if (!this.faults.some((fault) => fault.message === message))
      this.faults.push({ offset: this.offset, message, hint });
  }
}

function tokens(text: string): readonly TextFault[] {
  const scan = new TokenScan(text);
  let isScalarNext = false;
  for (const source of new Lexer().lex(text)) {
    const isScalar: boolean = isScalarNext;
    isScalarNext = !isScalar && source === CST.SCALAR;
    if (!isScalar && source === CST.DOCUMENT) scan.startDocument();
    if (!isScalar && marks.has(source)) continue;
    if (!scan.take(source, isScalar ? 'scalar' : CST.tokenType(source))) break;
  }
  return scan.faults;
}

/** Marks of the lexer's own, which stand for no character of the text. */
const marks: ReadonlySet<string> = new Set([CST.SCALAR, CST.DOCUMENT, CST.FLOW_END]);
