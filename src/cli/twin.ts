/** `galvanode twin serve`: a live bench in this process, for rigs and other programs. Arguments in, exit code out. */
import { serveTwin, type ServeOptions } from '../bench.js';

export interface TwinArguments {
  readonly socket: string;
  readonly board?: string;
  readonly reactor?: string;
  readonly seed?: number;
  readonly journal?: string;
  /** Seconds after the last client left; absent: until Ctrl-C. */
  readonly linger?: number;
}

/** Serves until Ctrl-C, SIGTERM or the end of `linger`. 0 done, 2 refused (bad file, socket not to be had). */
export async function twinServeCommand(args: TwinArguments): Promise<number> {
  const options: ServeOptions = {
    socket: args.socket,
    board: args.board ?? 'bench-live',
    reactor: args.reactor ?? 'batch-10ml',
    seed: args.seed ?? 1,
    linger_s: args.linger ?? Infinity,
    ...(args.journal === undefined ? {} : { journal: args.journal }),
  };
  try {
    await serveTwin(options, () =>
      process.stderr.write(`simulated bench with ${options.reactor} on ${options.socket}\n`),
    );
    return 0;
  } catch (error) {
    process.stderr.write(`galvanode twin serve: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}
