/** Declares `galvanode run`: its arguments, handed on. */
import { EXIT } from '../exit.js';
import {
  act,
  boardOption,
  type Command,
  dataOption,
  jsonOption,
  networkOptions,
  Option,
  repeated,
  seedOption,
  type ServiceFlags,
  serviceOf,
  setOption,
  spareOption,
  speedOption,
  withOptions,
} from './command-line.js';

interface RunFlags extends ServiceFlags {
  readonly board: string;
  readonly set: string[];
  readonly yes: boolean;
  readonly socket?: string;
  readonly clear: boolean;
  readonly fault: readonly string[];
  readonly json: boolean;
}

export function declare(command: Command): void {
  withOptions(
    command,
    boardOption(),
    setOption(),
    speedOption(),
    seedOption(),
    new Option('--yes', 'continues without asking the operator').default(false),
    dataOption(),
    spareOption(),
    ...networkOptions(),
    new Option('--socket <path>', 'Unix socket of a live bench'),
    new Option('--clear', 'clears what the board has latched, once its cause is gone').default(false),
    repeated('--fault <fault>', 'breaks something on the simulated bench, to rehearse it'),
    jsonOption('prints the result as JSON at the end'),
  ).action((recipe: string, o: RunFlags) => act(() => run(recipe, o)));
}

async function run(recipe: string, o: RunFlags): Promise<number> {
  const [{ runCommand }, { networkOf }] = await Promise.all([import('../run.js'), import('../network.js')]);
  const { board, set: sets, yes: unattended, socket, clear, json, fault: faults } = o;
  const network = await networkOf(o);
  if (network === null) return EXIT.refused;
  return runCommand({ ...serviceOf(o), network, board, recipe, sets, unattended, socket, clear, json, faults });
}
