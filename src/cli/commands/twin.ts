/** Declares `galvanode twin serve`: its arguments, handed on. */
import { act, type Command, Option, seedOption, withOptions } from './command-line.js';

interface TwinFlags {
  readonly socket: string;
  readonly board: string;
  readonly reactor: string;
  readonly seed: number;
  readonly journal?: string;
  readonly linger?: number;
}

export function declare(twin: Command): void {
  const command = twin.command('serve').description('serves a live simulated bench on a Unix socket');
  withOptions(
    command,
    new Option('--socket <path>', 'Unix socket to listen on').makeOptionMandatory(),
    new Option('--board <name>', 'a socket board of boards/').default('bench-live'),
    new Option('--reactor <name>', 'a reactor of boards/reactors/').default('batch-10ml'),
    seedOption(),
    new Option('--journal <file>', 'appends what truly happened, one JSON object a line'),
    new Option('--linger <seconds>', 'ends so long after its last client').argParser(Number),
  ).action((o: TwinFlags) => act(async () => (await import('../twin.js')).twinServeCommand(o)));
}
