/**
 * The documents for people as data: their fenced blocks, the commands in them, their links. Owns the conventions that
 * the documents follow; knows no command and starts none.
 *
 * A block of `sh` holds commands that a test runs, one a line: nothing in it waits for a person or takes long. A comment
 * `# exit 2` behind one says how it ends, if not with 0. A block of `console` shows commands after `$` that take minutes,
 * wait for somebody or serve; they are held to the program's own help instead.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packagePath } from '../../src/model/entry.js';

export interface Document {
  /** From the top of the package, as in `docs/operate.md`. */
  readonly path: string;
  readonly text: string;
}

export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
  /** Of its first line, from 1. */
  readonly line: number;
  /** The line before the fence: where an excerpt says what it is of. */
  readonly before: string;
}

export interface Written {
  /** `docs/operate.md:12`. */
  readonly place: string;
  readonly words: readonly string[];
  /** Exit code that it must end with. */
  readonly exit: number;
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(packagePath(path), 'utf8') };
}

/** README.md, CHANGELOG.md and all of docs/. */
export function documents(): Document[] {
  const docs = readdirSync(packagePath('docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CHANGELOG.md', ...docs.toSorted().map((name) => `docs/${name}`)].map(readDocument);
}

export function blocks({ text }: Document): Block[] {
  const found: Block[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const language = /^```([a-z]*)$/.exec(lines[at] ?? '')?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    found.push({ language, lines: lines.slice(at + 1, end), line: at + 2, before: lines[at - 1] ?? '' });
    at = end;
  }
  return found;
}

/** Commands that are run, in the order of the document. */
export function runnable(document: Document): Written[] {
  return commandsIn(document, 'sh', (line) => line);
}

/** Commands that are only shown. */
export function shown(document: Document): Written[] {
  return commandsIn(document, 'console', (line) => (line.startsWith('$ ') ? line.slice(2) : ''));
}

function commandsIn(document: Document, language: string, command: (line: string) => string): Written[] {
  return blocks(document)
    .filter((block) => block.language === language)
    .flatMap((block) => block.lines.flatMap((line, i) => parsed(command(line), `${document.path}:${block.line + i}`)));
}

/** Several commands joined by `&&` are several; a redirection and a comment are none of its words. */
function parsed(line: string, place: string): Written[] {
  const [code = '', comment = ''] = line.split(/(?:^|\s)#\s?/, 2);
  const exit = Number(/^exit (\d)/.exec(comment)?.[1] ?? 0);
  return code
    .split('&&')
    .map((part) => words(part.replace(/\s[<>|&].*$/, '')))
    .filter((found) => found.length > 0)
    .map((found) => ({ place, words: found, exit }));
}

/** Words as a shell splits them, with double and single quotes taken off. */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}

/** Arguments of galvanode in a command, or null when it is another program's. */
export function galvanodeArguments({ words: [first, second, ...rest] }: Written): readonly string[] | null {
  if (first === 'npx' && second === 'galvanode') return rest;
  return first === 'galvanode' ? [second ?? '', ...rest].filter((word) => word !== '') : null;
}

/** What stands between backquotes in the running text. */
export function codeSpans({ text }: Document): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '');
}

/** Files of the package that a document links to, from the top of the package, and the heading meant, if any. */
export function links({ path, text }: Document): { readonly file: string; readonly heading: string }[] {
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, file = '', heading = '']) => ({
    file: file === '' ? path : relative('.', join(dirname(path), file)),
    heading,
  }));
}

/** Anchors of a document's headings: small letters, digits and hyphens. */
export function anchors({ text }: Document): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
