/** Declares `galvanode check`: its arguments, handed on. */
import { act, boardOption, type Command, jsonOption, setOption, withOptions } from './command-line.js';

interface CheckFlags {
  readonly board: string;
  readonly set: string[];
  readonly json: boolean;
}

export function declare(command: Command): void {
  withOptions(command, boardOption(), setOption(), jsonOption()).action((recipe: string, o: CheckFlags) =>
    act(async () => {
      const { checkCommand } = await import('../check.js');
      return checkCommand(recipe, { board: o.board, sets: o.set, json: o.json });
    }),
  );
}
