/** Declares `galvanode new`: its arguments, handed on. */
import { act, boardOption, type Command, Option, repeated, withOptions } from './command-line.js';

interface NewFlags {
  readonly output?: string;
  readonly from?: string;
  readonly set: string[];
  readonly yes: boolean;
  readonly board: string;
}

export function declare(command: Command): void {
  withOptions(
    command,
    new Option('-o, --output <file>', 'file to write, which must not be there (default: standard output)'),
    new Option('--from <recipe>', 'recipe that the defaults are taken from (default: the general procedure)'),
    repeated('--set <answer=value>', 'answers a question'),
    new Option('--yes', 'takes the default of every question that is left').default(false),
    boardOption(),
  ).action((o: NewFlags) =>
    act(async () => {
      const [{ newCommand }, { atTerminal }] = await Promise.all([import('../new.js'), import('../asked.js')]);
      const { output = null, from = null, set: answers, yes: defaults, board } = o;
      return atTerminal((ask) => newCommand({ output, from, answers, defaults, board }, process, ask));
    }),
  );
}
