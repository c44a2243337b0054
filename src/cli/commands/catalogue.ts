/**
 * Every command with its line of help, in the order in which help tells of them. Arguments and options are declared in a file
 * a command beside this one, which is loaded only for a command that is named: `--help` reads this list alone.
 */
import type { Command } from './command-line.js';

interface Listed {
  /** Name and arguments. */
  readonly usage: string;
  readonly description: string;
  readonly load: () => Promise<{ readonly declare: (command: Command) => void }>;
}

const COMMANDS: readonly Listed[] = [
  {
    usage: 'run <recipe>',
    description: 'runs a recipe, or FILE#entry of a series, to its end',
    load: () => import('./run.js'),
  },
  {
    usage: 'faults',
    description: 'lists what --fault can break on the simulated bench',
    load: () => import('./faults.js'),
  },
  {
    usage: 'check <recipe>',
    description: 'proves a recipe, a series or FILE#entry of one, and prints its plan; touches no hardware',
    load: () => import('./check.js'),
  },
  {
    usage: 'preview <recipe>',
    description: 'runs a recipe, a series or FILE#entry of one on the simulated bench, as fast as it goes',
    load: () => import('./preview.js'),
  },
  {
    usage: 'series',
    description: 'recipes that differ in a few fields, as entries of one file',
    load: () => import('./series.js'),
  },
  {
    usage: 'scale <recipe>',
    description: 'writes a recipe at another size: the same F/mol, current density, concentrations and temperature',
    load: () => import('./scale.js'),
  },
  {
    usage: 'new',
    description: 'writes a new recipe from a few answers, asked for at the terminal',
    load: () => import('./new.js'),
  },
  {
    usage: 'serve',
    description: 'the operator’s service: page, broker and bench, waiting for a start',
    load: () => import('./serve.js'),
  },
  {
    usage: 'fleet',
    description: 'the reactors on one broker: lists and follows them, sends them the entries of a series',
    load: () => import('./fleet.js'),
  },
  {
    usage: 'user',
    description: 'who may command the reactor over the network, and their passwords',
    load: () => import('./user.js'),
  },
  {
    usage: 'resume [run]',
    description: 'goes on with an interrupted run: shows what is known, asks, and passes the rest of its charge',
    load: () => import('./resume.js'),
  },
  {
    usage: 'proof',
    description: 'proof tests that a person has done, and which are due',
    load: () => import('./proof.js'),
  },
  { usage: 'runs', description: 'the record of past runs', load: () => import('./runs.js') },
  {
    usage: 'broker',
    description: 'looks at the configuration of an outside broker',
    load: () => import('./broker.js'),
  },
  { usage: 'twin', description: 'the simulated bench in a process of its own', load: () => import('./twin.js') },
];

/** Adds every command; those that the words of the command line name are declared with all that they take. */
export async function addCommands(program: Command, words: readonly string[]): Promise<void> {
  for (const { usage, description, load } of COMMANDS) {
    const command = program.command(usage).description(description);
    if (words.includes(command.name())) (await load()).declare(command);
  }
}
