/** Declares `galvanode serve`: its arguments, handed on. */
import { EXIT } from '../exit.js';
import {
  act,
  boardOption,
  type Command,
  dataOption,
  Option,
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
  readonly reactor?: string;
  readonly terminal: boolean;
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
    new Option('--reactor <name>', 'reactor that hangs on the bench, before a recipe names one'),
    new Option('--no-terminal', 'reads no input: runs are started over the network, and a signal ends it'),
  ).action((o: ServeFlags) => act(() => serve(o)));
}

async function serve(o: ServeFlags): Promise<number> {
  const [{ serveCommand }, { networkOf }] = await Promise.all([import('../serve.js'), import('../network.js')]);
  const network = await networkOf(o);
  if (network === null) return EXIT.refused;
  const { board, reactor, terminal } = o;
  return serveCommand({ ...serviceOf(o), network, board, reactor, terminal });
}
