/** Declares `galvanode scale`: its arguments, handed on. */
import { act, boardOption, cellsOf, type Command, Option, setOption, withOptions } from './command-line.js';

interface ScaleFlags {
  readonly to: string;
  readonly by?: string;
  readonly cathodeArea?: string;
  readonly cells?: number;
  readonly reactor?: string;
  readonly fixSweep: boolean;
  readonly name?: string;
  readonly output?: string;
  readonly board: string;
  readonly set: string[];
}

export function declare(command: Command): void {
  withOptions(
    command,
    new Option('--to <amount>', 'amount of the limiting reagent, of all cells together').makeOptionMandatory(),
    new Option('--by <way>', 'area, time or cells (default: the first of these that a reactor is there for)'),
    new Option('--cathode-area <area>', 'area of one electrode; the time makes up for the rest'),
    new Option('--cells <n>', 'cells in parallel, each on a board of its own').argParser(cellsOf),
    new Option('--reactor <name>', 'a file of boards/reactors/'),
    new Option('--fix-sweep', 'writes the nitrogen that the new cell is laid out for').default(false),
    new Option('--name <name>', 'name of the new recipe (default: from the file or the amount)'),
    new Option('-o, --output <file>', 'file to write, which must not be there; "-" for standard output'),
    boardOption(),
    setOption(),
  ).action((recipe: string, o: ScaleFlags) =>
    act(async () => {
      const [{ scaleCommand }, { atTerminal }] = await Promise.all([import('../scale.js'), import('../asked.js')]);
      const { set: sets, output = null, ...rest } = o;
      return atTerminal((ask) => scaleCommand({ recipe, sets, output, ...rest }, process, ask));
    }),
  );
}
