/**
 * Where in an unfinished YAML text somebody is writing: which keys stand above, whether a key or a value is due, what of it
 * is there, and which keys stand beside it. Reads lines, since a text in the making seldom parses. Knows no schema.
 */

export interface Writing {
  /** Keys from the top; a list is `-`. */
  readonly path: readonly string[];
  readonly due: 'key' | 'value';
  readonly word: string;
  /** Column at which the word begins, from 1. */
  readonly from: number;
  /** Keys of the same set that are there already. */
  readonly beside: readonly string[];
}

/** Something in a line above, at its column from 0. */
type Mark = { readonly at: number; readonly key: string; readonly rest: string };

const KEY =
  /^(?:"(?<quoted>[^"]*)"|'(?<single>[^']*)'|(?<plain>[^\s"'{}[\],#&*!|>%@`-][^:{}[\],#]*?|[A-Za-z0-9][^:{}[\],#]*?))\s*:(?=\s|$)/;
const LIST = '-';

/** Marks of a line: a dash for each list, then its key. */
function marksOf(line: string): Mark[] {
  const marks: Mark[] = [];
  let at = line.length - line.trimStart().length;
  for (let dash = /^-(?:\s+|$)/.exec(line.slice(at)); dash !== null; dash = /^-(?:\s+|$)/.exec(line.slice(at))) {
    marks.push({ at, key: LIST, rest: '' });
    at += dash[0].length;
  }
  const found = KEY.exec(line.slice(at));
  if (found !== null) {
    const { quoted, single, plain } = found.groups ?? {};
    marks.push({ at, key: quoted ?? single ?? plain ?? '', rest: line.slice(at + found[0].length).trim() });
  }
  return marks;
}

const isBlank = (line: string): boolean => /^\s*(?:#|$)/.test(line);

/** The keys above a column of a line; null inside a text of several lines. */
function above(lines: readonly string[], line: number, column: number): string[] | null {
  const path: string[] = [];
  let limit = column;
  let inList = false; // a list may begin in the column of its key
  for (let index = line; index >= 0 && limit >= 0; index--) {
    const text = lines[index] ?? '';
    if (isBlank(text)) continue;
    for (const { at, key, rest } of marksOf(text).toReversed()) {
      const fits = inList ? (key === LIST ? at < limit : at <= limit) : at < limit;
      if (!fits || (index === line && at >= column)) continue;
      if (/^[|>]/.test(rest)) return null;
      path.unshift(key);
      limit = at;
      inList = key === LIST;
    }
    if (limit === 0 && !inList) break;
  }
  return path;
}

/** Keys of the same set, in the lines around. */
function siblings(lines: readonly string[], line: number, column: number): string[] {
  const found: string[] = [];
  const look = (index: number): boolean => {
    const text = lines[index] ?? '';
    if (isBlank(text)) return true;
    const marks = marksOf(text);
    const own = marks.find(({ at, key }) => at === column && key !== LIST);
    if (own !== undefined) found.push(own.key);
    const indent = text.length - text.trimStart().length;
    return indent >= column; // the dash of the own entry stands before it and ends the set
  };
  for (let index = line - 1; index >= 0 && look(index); index--);
  const first = lines[line] ?? '';
  const isEntry = marksOf(first).some(({ key }) => key === LIST);
  for (let index = line + 1; index < lines.length; index++) {
    const text = lines[index] ?? '';
    if (!isBlank(text) && text.length - text.trimStart().length < column) break;
    look(index);
  }
  return isEntry ? found.filter((_key, index) => index >= countAbove(lines, line, column)) : found;
}

/** Of an entry that begins in this line nothing above is of the same set. */
function countAbove(lines: readonly string[], line: number, column: number): number {
  let count = 0;
  for (let index = line - 1; index >= 0; index--) {
    const text = lines[index] ?? '';
    if (isBlank(text)) continue;
    if (marksOf(text).some(({ at, key }) => at === column && key !== LIST)) count++;
    if (text.length - text.trimStart().length < column) break;
  }
  return count;
}

/** What is open in a flow set or list such as `{ a: 1, b`: its keys inwards, and those beside. */
interface Flow {
  readonly path: string[];
  readonly part: string;
  readonly beside: string[];
}

/** @param text from the first bracket to where one writes; null: all brackets are closed. */
function flowOf(text: string): Flow | null {
  const open: { bracket: string; parts: string[] }[] = [];
  let quote = '';
  let part = '';
  for (const sign of text) {
    if (quote !== '') {
      part += sign;
      if (sign === quote) quote = '';
    } else if ((sign === '"' || sign === "'") && /(?:^|[\s:])$/.test(part)) {
      quote = sign;
      part += sign;
    } else if (sign === '{' || sign === '[') {
      open.at(-1)?.parts.push(part);
      open.push({ bracket: sign, parts: [] });
      part = '';
    } else if (sign === '}' || sign === ']') {
      open.pop();
      part = open.at(-1)?.parts.pop() ?? '';
      if (open.length === 0) part = '';
    } else if (sign === ',') {
      open.at(-1)?.parts.push(part);
      part = '';
    } else part += sign;
  }
  const innermost = open.at(-1);
  if (innermost === undefined) return null;
  const path = open.flatMap(({ bracket, parts }, index) => {
    const key = KEY.exec((parts.at(-1) ?? '').trim())?.groups;
    const name = key?.['plain'] ?? key?.['quoted'] ?? key?.['single'];
    const inner = index < open.length - 1 && name !== undefined ? [name] : [];
    return [...(bracket === '[' ? [LIST] : []), ...inner];
  });
  const beside = innermost.parts.flatMap((one) => {
    const key = KEY.exec(one.trim())?.groups;
    const name = key?.['plain'] ?? key?.['quoted'] ?? key?.['single'];
    return name === undefined ? [] : [name];
  });
  return { path, part, beside: innermost.bracket === '{' ? beside : [] };
}

/** Keys that follow in the same flow set, up to its end. */
function following(text: string): string[] {
  const rest = text.split(/[{}[\]]/, 1)[0] ?? '';
  return rest
    .split(',')
    .slice(1)
    .flatMap((part) => {
      const plain = KEY.exec(part.trim())?.groups?.['plain'];
      return plain === undefined ? [] : [plain];
    });
}

/** null: nothing can be completed there, as in a comment or a text of several lines. @param line and column from 1. */
export function writingAt(text: string, line: number, column: number): Writing | null {
  const lines = text.split('\n');
  const whole = lines[line - 1] ?? '';
  const before = whole.slice(0, column - 1);
  if (/(?:^|\s)#/.test(before)) return null;
  const marks = marksOf(before);
  const own = marks.find(({ key }) => key !== LIST);
  const value = own === undefined ? null : before.slice(before.length - own.rest.length);
  if (own !== undefined && /^[{[]/.test(own.rest)) {
    const start = before.indexOf(own.rest.slice(0, 1), own.at);
    return inFlow(before.slice(start), whole.slice(column - 1), above(lines, line - 1, before.length), column);
  }
  if (own !== undefined) {
    const path = above(lines, line - 1, before.length);
    if (path === null || !/\s/.test(before.at(-1 - (value ?? '').length) ?? '')) return null;
    return { path, due: 'value', word: value ?? '', from: column - (value ?? '').length, beside: [] };
  }
  const word = before.replace(/^\s*(?:-\s+)*/, '');
  const at = before.length - word.length;
  if (word.startsWith('{')) return inFlow(word, whole.slice(column - 1), above(lines, line - 1, at), column);
  const path = above(lines, line - 1, at);
  if (path === null) return null;
  return { path, due: 'key', word, from: at + 1, beside: siblings(lines, line - 1, at) };
}

function inFlow(text: string, after: string, outer: string[] | null, column: number): Writing | null {
  const flow = flowOf(text);
  if (flow === null || outer === null) return null;
  const part = flow.part.trimStart();
  const found = KEY.exec(part) ?? /^(?<plain>[^\s:]+):\s/.exec(`${part} `.slice(0, part.endsWith(':') ? 0 : undefined));
  const key = found?.groups?.['plain'] ?? found?.groups?.['quoted'] ?? found?.groups?.['single'];
  const path = [...outer, ...flow.path];
  if (found !== null && key !== undefined) {
    const word = part.slice(found[0].length).trimStart();
    return { path: [...path, key], due: 'value', word, from: column - word.length, beside: [] };
  }
  const inList = path.at(-1) === LIST;
  const beside = [...flow.beside, ...following(after)];
  return { path, due: inList ? 'value' : 'key', word: part, from: column - part.length, beside };
}
