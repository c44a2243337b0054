/** Every command in the documents: the quick ones run for real, the others are held to the program's own help. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import { endPrograms, galvanode, removeFolders, temporaryFolder } from '../support/process.js';
import {
  codeSpans,
  documents,
  galvanodeArguments,
  readDocument,
  runnable,
  shown,
  words,
  type Written,
} from './documents.js';
import { commandsBelow, type Command } from './help.js';

const DOCUMENTS = documents();
/** Commands of npm that run no script by their name. */
const NPM_ITSELF = new Set(['ci', 'rebuild']);
let commands: readonly Command[] = [];

beforeAll(async () => {
  commands = await commandsBelow();
});
afterAll(async () => {
  await endPrograms();
  removeFolders();
});

/** The longest command that the words begin with; undefined when they name none. */
function named(spoken: readonly string[]): Command | undefined {
  const fits = commands.filter(({ path }) => path !== '' && `${spoken.join(' ')} `.startsWith(`${path} `));
  return fits.toSorted((a, b) => b.path.length - a.path.length)[0];
}

/** What the help does not know of a command: it, or its options. */
function unknown(spoken: readonly string[]): string[] {
  const command = named(spoken);
  if (command === undefined) return spoken.includes('--help') || spoken.includes('--version') ? [] : [spoken.join(' ')];
  const options = spoken.filter((word) => word.startsWith('--')).map((word) => word.split('=', 1)[0] ?? word);
  return options.filter((option) => option !== '--help' && !command.options.has(option));
}

const argumentsOf = (command: Written): readonly string[] => galvanodeArguments(command) ?? [];

describe.each(DOCUMENTS.filter((document) => runnable(document).length > 0))('$path', (document) => {
  const data = temporaryFolder();

  it.each(runnable(document).map((command) => ({ ...command, text: command.words.join(' ') })))(
    '$text ends with $exit',
    async (command) => {
      expect(galvanodeArguments(command), 'a block of sh holds commands of galvanode only').not.toBeNull();
      const { code, stdout, stderr } = await galvanode(argumentsOf(command), { GALVANODE_DATA: data }).ended;
      expect({ code, stderr: command.exit === 0 ? stderr : '' }).toEqual({ code: command.exit, stderr: '' });
      expect(command.exit === 0 || command.exit === 3 ? stdout : stderr).not.toBe(''); // 3: its end is told as any other
    },
  );
});

describe('what the documents say of the command line', () => {
  it('is known to its help: every command and option', () => {
    const written = DOCUMENTS.flatMap((document) => [...runnable(document), ...shown(document)]);
    const wrong = written.flatMap((command) => {
      const spoken = galvanodeArguments(command);
      return spoken === null ? [] : unknown(spoken).map((word) => `${command.place}: ${word}`);
    });
    expect(wrong).toEqual([]);
    expect(written.length).toBeGreaterThan(20);
  });

  it('names no option in its running text that no command has', () => {
    const known = new Set(['--help', '--version', ...commands.flatMap(({ options }) => [...options])]);
    const spans = DOCUMENTS.flatMap((document) =>
      codeSpans(document)
        .filter((span) => !/^(npm|npx) /.test(span) || span.startsWith('npx galvanode ')) // other programs have their own
        .flatMap((span) => span.match(/(?<![\w-])--[a-z][a-z0-9-]*/g) ?? []),
    );
    expect(spans.filter((option) => !known.has(option))).toEqual([]);
  });

  it('has a row for every command in docs/operate.md, with all of its options and no other', () => {
    const rows = new Map(
      [
        ...readDocument('docs/operate.md').text.matchAll(
          /^\| `galvanode ([a-z ]+?)(?: [<[][a-z]+[>\]])?` \| (.*?) \|/gm,
        ),
      ].map(([, path = '', options = '']) => [path, (options.match(/--[a-z][a-z0-9-]*/g) ?? []).toSorted()] as const),
    );
    const told = commands.filter(({ path, options }) => path !== '' && options.size > 0);
    const due = new Map(told.map(({ path, options }) => [path, [...options].toSorted()] as const));
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(due));
  });

  it('asks npm only for scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const inText = DOCUMENTS.flatMap((document) =>
      codeSpans(document).map((span) => ({ place: document.path, words: words(span) })),
    );
    const asked = [...DOCUMENTS.flatMap(shown), ...inText].flatMap(({ place, words: [program, verb, name] }) => {
      if (program !== 'npm' || verb === undefined || NPM_ITSELF.has(verb)) return [];
      return [{ place, script: verb === 'run' ? (name ?? '') : verb }];
    });
    expect(asked.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
    expect(asked.map(({ script }) => script)).toEqual(expect.arrayContaining(['start', 'test']));
  });
});
