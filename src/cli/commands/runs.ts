/** Declares `galvanode runs list`, `show`, `export`, `report` and `verify`: their arguments, handed on. */
import { act, type Command, dataOption, jsonOption, Option, spareOption, withOptions } from './command-line.js';

interface RunsFlags {
  readonly data?: string;
  readonly data2?: string;
  readonly head?: string;
  readonly series?: string;
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly out?: string;
  readonly all?: boolean;
  readonly force?: boolean;
  readonly licence?: string;
  readonly pdf?: boolean;
  readonly chromium?: string;
}

type Sub = 'list' | 'show' | 'export' | 'report' | 'verify';

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
    ' [run]',
    'writes one run, or all of them, in a format that other programs read',
    new Option('--format <format>', 'csv, datapackage, mpt (EC-Lab) or bdf (Battery Data Format)').default('csv'),
    new Option('-o, --output <file>', 'file to write; "-" for standard output').default('-'),
    new Option('--out <folder>', 'folder to write into, under the name of the run'),
    new Option('--all', 'every run of the record'),
    new Option('--force', 'writes over what is there'),
    new Option('--licence <name>', 'licence of the data, such as CC-BY-4.0; of a data package'),
  );
  below(
    'report',
    ' <run>',
    'writes a report of one run: a page that needs nothing else',
    new Option('--out <file>', 'file to write; "-" for standard output; by default the name of the run with .html'),
    new Option('--pdf', 'writes it as PDF too, by Chromium'),
    new Option('--chromium <path>', 'Chromium to print with; by default the one on the path'),
    new Option('--force', 'writes over what is there'),
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
