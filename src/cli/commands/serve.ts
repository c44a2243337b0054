/** Declares `galvanode serve`: its arguments, handed on. */
import {
  act,
  boardOption,
  type Command,
  dataOption,
  networkOptions,
  seedOption,
  type ServiceFlags,
  serviceOf,
  spareOption,
  speedOption,
  withOptions,
} from './command-line.js';

interface ServeFlags extends ServiceFlags {
  readonly board: string;
}

export function declare(command: Command): void {
  withOptions(
    command,
    boardOption(),
    speedOption(),
    seedOption(),
    dataOption(),
    spareOption(),
    ...networkOptions(),
  ).action((o: ServeFlags) =>
    act(async () => (await import('../serve.js')).serveCommand({ ...serviceOf(o), board: o.board })),
  );
}
