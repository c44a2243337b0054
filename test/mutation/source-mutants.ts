/**
 * Faults set into the source of a file, one at a time: numbers shifted, comparisons moved by their edge or turned round,
 * "and" for "or", a "not" taken away, true for false. Comments, types and texts are left alone. Knows no file and judges
 * nothing.
 */
import { parseSync } from 'vite';

export interface SourceMutant {
  readonly line: number;
  /** `before -> after`, with the line that it stands in. */
  readonly what: string;
  readonly text: string;
}

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<Record<string, unknown>>;

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '<=': ['<', '>'],
  '<': ['<=', '>='],
  '>=': ['>', '<'],
  '>': ['>=', '<='],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '+': ['-'],
  '-': ['+'],
};

/** A limit is shifted both ways, by more than any rounding and less than anybody would overlook. */
function shifted(value: number): readonly string[] {
  return value === 0 ? ['1'] : [String(value * 1.25), String(value * 0.75)];
}

export function mutantsOf(file: string, source: string): SourceMutant[] {
  const found: SourceMutant[] = [];
  const replace = (start: number, end: number, after: string): void => {
    const line = source.slice(0, start).split('\n').length;
    const shown = source.split('\n')[line - 1]?.trim() ?? '';
    const text = `${source.slice(0, start)}${after}${source.slice(end)}`;
    found.push({ line, what: `${source.slice(start, end).trim()} -> ${after.trim()} in "${shown}"`, text });
  };
  walk(parseSync(file, source).program, (node) => {
    if (isLeftAlone(node)) return false;
    const { type, start, end } = node;
    if (type === 'Literal' && typeof node['value'] === 'number')
      for (const after of shifted(node['value'])) replace(start, end, after);
    if (type === 'Literal' && typeof node['value'] === 'boolean') replace(start, end, String(!node['value']));
    const { left, right, argument } = node;
    if (isNode(left) && isNode(right) && (type === 'BinaryExpression' || type === 'LogicalExpression')) {
      const operator = String(node['operator']);
      const at = source.indexOf(operator, left.end);
      for (const after of OPERATORS[operator] ?? []) replace(at, at + operator.length, after);
    }
    if (type === 'UnaryExpression' && node['operator'] === '!' && isNode(argument))
      replace(start, end, source.slice(argument.start, argument.end));
    return true;
  });
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}

/** Goes into a node as long as `enter` says so. */
function walk(value: unknown, enter: (node: Node) => boolean): void {
  if (Array.isArray(value)) for (const each of value) walk(each, enter);
  else if (isNode(value) && enter(value)) for (const each of Object.values(value)) walk(each, enter);
}

/** Types and imports, words for a person and what groups them, and delays, which the registry's own mutants double and halve. */
function isLeftAlone(node: Node): boolean {
  if (node.type.startsWith('TS') && !node.type.endsWith('Expression')) return true;
  if (node.type === 'ImportDeclaration' || node.type === 'TemplateLiteral') return true;
  const { key } = node;
  return node.type === 'Property' && isNode(key) && WORDS.has(String(key['name']));
}

const WORDS: ReadonlySet<string> = new Set([
  'describe',
  'consequence',
  'action',
  'text',
  'cause',
  'catalogue',
  'shares',
  'delay_s',
]);
