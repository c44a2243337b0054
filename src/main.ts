#!/usr/bin/env node
/** The command line: the program, its commands, and the exit code of what it is not asked well. */
import { addCommands } from './cli/commands/catalogue.js';
import { programNamed } from './cli/commands/command-line.js';
import { EXIT } from './cli/exit.js';
import { programVersion } from './cli/header.js';

const program = programNamed('galvanode')
  .description('Runs electrosynthesis recipes on a bench flow reactor, real or simulated.')
  .version(programVersion());

try {
  await addCommands(program, process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** The library's own refusals are bad arguments; anything else is an error of the program and is shown whole. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error && 'code' in error)
    return error.exitCode === 0 ? EXIT.done : EXIT.refused;
  process.stderr.write(
    `galvanode: an error of the program itself; please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT.ownError;
}
