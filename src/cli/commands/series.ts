/** Declares `galvanode series list` and `series expand`: their arguments, handed on. */
import { act, boardOption, type Command, jsonOption, Option, withOptions } from './command-line.js';

export function declare(series: Command): void {
  const list = series.command('list <file>').description('lists the entries of a series with their tags');
  withOptions(list, jsonOption()).action((file: string, o: { readonly json: boolean }) =>
    act(async () => (await import('../series.js')).seriesListCommand(file, o)),
  );
  const expand = series
    .command('expand <file>')
    .description('writes each entry as a recipe of its own, once all pass the checker; writes over nothing');
  withOptions(
    expand,
    new Option('-o, --output <dir>', 'folder to write in').makeOptionMandatory(),
    boardOption(),
  ).action((file: string, o: { readonly output: string; readonly board: string }) =>
    act(async () => (await import('../series.js')).seriesExpandCommand(file, o)),
  );
}
