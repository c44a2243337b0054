/** Declares `galvanode runs list`, `show`, `export` and `verify`: their arguments, handed on. */
import { act, type Command, dataOption, jsonOption, Option, spareOption, withOptions } from './command-line.js';

interface RunsFlags {
  readonly data?: string;
  readonly data2?: string;
  readonly head?: string;
  readonly series?: string;
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
}

type Sub = 'list' | 'show' | 'export' | 'verify';

export function declare(runs: Command): void {
  const below = (sub: Sub, argument: string, description: string, ...options: readonly Option[]): void => {
    const command = runs.command(`${sub}${argument}`).description(description);
    withOptions(command, dataOption(), spareOption(), ...options);
    if (argument === '') command.action((o: RunsFlags) => act(() => show(sub, undefined, o)));
    else command.action((run: string | undefined, o: RunsFlags) => act(() => show(sub, run, o)));
  };
  below('list', '', 'lists all runs', new Option('--series <name>', 'only runs of this series'), jsonOption());
  below('show', ' <run>', 'shows one run: "latest", or the beginning of its name', jsonOption());
  below(
    'export',
    ' <run>',
    'writes the samples of one run',
    new Option('--format <format>', 'csv').default('csv'),
    new Option('-o, --output <file>', 'file to write; "-" for standard output').default('-'),
  );
  below(
    'verify',
    ' [run]',
    'shows whether runs are as they were written: every edit, deletion, new order or cut is found',
    new Option('--head <hash>', 'a head of the record that was published or printed: the runs must hold it'),
    jsonOption(),
  );
}

async function show(sub: Sub, name: string | undefined, o: RunsFlags): Promise<number> {
  return (await import('../runs.js')).runsCommand(sub, name, o);
}
