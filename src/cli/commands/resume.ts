/** Declares `galvanode resume`: its arguments, handed on. */
import { EXIT } from '../exit.js';
import {
  act,
  type Command,
  dataOption,
  jsonOption,
  networkOptions,
  Option,
  seedOption,
  type ServiceFlags,
  serviceOf,
  spareOption,
  speedOption,
  withOptions,
} from './command-line.js';

interface ResumeFlags extends ServiceFlags {
  readonly board?: string;
  readonly yes: boolean;
  readonly socket?: string;
  readonly json: boolean;
}

export function declare(command: Command): void {
  withOptions(
    command,
    new Option('--board <name>', 'bench to use, if not the one of the run'),
    speedOption(),
    seedOption(),
    new Option('--yes', 'goes on without asking at the terminal, and answers the prompts').default(false),
    dataOption(),
    spareOption(),
    ...networkOptions(),
    new Option('--socket <path>', 'Unix socket of a live bench'),
    jsonOption('prints what is known, or the result, as JSON at the end'),
  ).action((name: string | undefined, o: ResumeFlags) => act(() => resume(name, o)));
}

async function resume(run: string | undefined, o: ResumeFlags): Promise<number> {
  const [{ resumeCommand }, { networkOf }] = await Promise.all([import('../resume.js'), import('../network.js')]);
  const { board, yes, socket, json } = o;
  const network = await networkOf(o);
  if (network === null) return EXIT.refused;
  return resumeCommand({ ...serviceOf(o), network, run, board, yes, socket, json });
}
