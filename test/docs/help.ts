/** The commands and options that the program's own help tells, asked of the compiled program. */
import { galvanode } from '../support/process.js';

export interface Command {
  /** `runs show`; empty for the program itself. */
  readonly path: string;
  readonly options: ReadonlySet<string>;
}

/** Options of every command that need no words of their own. */
const COMMON = new Set(['--help', '--version']);

/** The command and all below it, each asked with `--help`. */
export async function commandsBelow(path: readonly string[] = []): Promise<Command[]> {
  const { code, stdout } = await galvanode([...path, '--help']).ended;
  if (code !== 0) throw new Error(`galvanode ${path.join(' ')} --help ended with ${code}`);
  const options = new Set(entries(stdout, 'Options').flatMap((line) => /--[a-z][a-z0-9-]*/.exec(line) ?? []));
  const below = entries(stdout, 'Commands')
    .map((line) => line.trim().split(/\s/, 1)[0] ?? '')
    .filter((name) => name !== 'help');
  const found = await Promise.all(below.map((name) => commandsBelow([...path, name])));
  return [
    { path: path.join(' '), options: new Set([...options].filter((name) => !COMMON.has(name))) },
    ...found.flat(),
  ];
}

/** First lines of the entries under a heading of a help text; what is broken over lines is indented further. */
function entries(help: string, heading: string): string[] {
  const [, section = ''] = help.split(`${heading}:\n`, 2);
  return (section.split('\n\n', 1)[0] ?? '').split('\n').filter((line) => /^ {2}\S/.test(line));
}
