#!/usr/bin/env node
/** The command line: one line a command, arguments read and handed on. Each command's module is loaded only when it is called. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from './cli/exit.js';
import { programVersion } from './cli/header.js';

type Answer = Promise<number>;

const program = new Command('galvanode')
  .description('Runs electrosynthesis recipes on a bench flow reactor, real or simulated.')
  .version(programVersion())
  .showHelpAfterError('(galvanode --help shows the commands)')
  .exitOverride();

const collect = (value: string, before: readonly string[]): string[] => [...before, value];
const setOption = (): Option =>
  new Option('--set <path=value>', 'overrides a field of the recipe; may be given again')
    .argParser(collect)
    .default([]);
const boardOption = (): Option => new Option('--board <name>', 'bench to use, a file of boards/').default('bench-sim');
const seedOption = (): Option =>
  new Option('--seed <n>', 'seed of the simulated noise').argParser(wholeNumber).default(1);
const spareOption = (): Option =>
  new Option('--data2 <dir>', 'second record, for when the first fails (default: $GALVANODE_DATA_SPARE or DATA/spare)');
const dataOption = (): Option =>
  new Option('--data <dir>', 'where the record lies (default: $GALVANODE_DATA or ~/.local/share/galvanode)');

program
  .command('run <recipe>')
  .description('runs a recipe to its end')
  .addOption(boardOption())
  .addOption(setOption())
  .addOption(new Option('--speed <n>', 'simulated seconds a second, or "max"').argParser(speedOf).default(1))
  .addOption(seedOption())
  .option('--yes', 'continues without asking the operator', false)
  .addOption(dataOption())
  .addOption(spareOption())
  .addOption(new Option('--console <port>', 'port of the page on loopback, or "off"').argParser(portOf).default(8080))
  .addOption(
    new Option('--broker <port>', 'port of the MQTT broker on loopback, or "off"').argParser(portOf).default(1883),
  )
  .option('--mqtt <url>', 'publishes to this broker as well')
  .option('--socket <path>', 'Unix socket of a live bench')
  .option('--clear', 'clears what the board has latched, once its cause is gone', false)
  .addOption(
    new Option('--fault <fault>', 'breaks something on the simulated bench, to rehearse it; may be given again')
      .argParser(collect)
      .default([]),
  )
  .option('--json', 'prints the result as JSON at the end', false)
  .action((recipe: string, o: RunFlags) => act(() => run(recipe, o)));

program
  .command('faults')
  .description('lists what --fault can break on the simulated bench')
  .option('--json', 'prints JSON', false)
  .action((o: { json: boolean }) => act(async () => (await import('./cli/faults.js')).faultsCommand(o.json)));

program
  .command('check <recipe>')
  .description('proves a recipe and prints its plan; touches no hardware')
  .addOption(boardOption())
  .addOption(setOption())
  .option('--json', 'prints JSON', false)
  .action((recipe: string, o: { board: string; set: string[]; json: boolean }) =>
    act(async () =>
      (await import('./cli/check.js')).checkCommand(recipe, { board: o.board, sets: o.set, json: o.json }),
    ),
  );

program
  .command('preview <recipe>')
  .description('runs a recipe on the simulated bench, as fast as it goes')
  .addOption(boardOption())
  .addOption(setOption())
  .addOption(seedOption())
  .option('--json', 'prints JSON', false)
  .action((recipe: string, o: { board: string; set: string[]; seed: number; json: boolean }) =>
    act(async () =>
      (await import('./cli/preview.js')).previewCommand({
        recipe,
        board: o.board,
        sets: o.set,
        seed: o.seed,
        json: o.json,
      }),
    ),
  );

program
  .command('serve')
  .description('the operator’s service: page, broker and bench, waiting for a start')
  .addOption(boardOption())
  .addOption(new Option('--speed <n>', 'simulated seconds a second, or "max"').argParser(speedOf).default(1))
  .addOption(seedOption())
  .addOption(dataOption())
  .addOption(spareOption())
  .addOption(new Option('--console <port>', 'port of the page on loopback, or "off"').argParser(portOf).default(8080))
  .addOption(
    new Option('--broker <port>', 'port of the MQTT broker on loopback, or "off"').argParser(portOf).default(1883),
  )
  .option('--mqtt <url>', 'publishes to this broker as well')
  .action((o: ServeFlags) => act(async () => (await import('./cli/serve.js')).serveCommand(serviceOf(o))));

program
  .command('resume [run]')
  .description('goes on with an interrupted run: shows what is known, asks, and passes the rest of its charge')
  .addOption(new Option('--board <name>', 'bench to use, if not the one of the run'))
  .addOption(new Option('--speed <n>', 'simulated seconds a second, or "max"').argParser(speedOf).default(1))
  .addOption(seedOption())
  .option('--yes', 'goes on without asking at the terminal, and answers the prompts', false)
  .addOption(dataOption())
  .addOption(spareOption())
  .addOption(new Option('--console <port>', 'port of the page on loopback, or "off"').argParser(portOf).default(8080))
  .addOption(
    new Option('--broker <port>', 'port of the MQTT broker on loopback, or "off"').argParser(portOf).default(1883),
  )
  .option('--mqtt <url>', 'publishes to this broker as well')
  .option('--socket <path>', 'Unix socket of a live bench')
  .option('--json', 'prints what is known, or the result, as JSON at the end', false)
  .action((name: string | undefined, o: ResumeFlags) => act(() => resume(name, o)));

const proof = program.command('proof').description('proof tests that a person has done, and which are due');
proof
  .command('list')
  .description('lists every proof test, when it was last done, and what is due')
  .addOption(dataOption())
  .addOption(new Option('--json', 'prints JSON').default(false))
  .action((o: ProofFlags) => act(async () => (await import('./cli/proof.js')).proofListCommand(o)));
proof
  .command('record <test>')
  .description('records that a proof test was done today: hydrogen-bump, e-stop or thermal-cutout')
  .addOption(dataOption())
  .option('--by <name>', 'who has done it (default: $USER)')
  .option('--note <text>', 'what was seen')
  .action((test: string, o: ProofFlags) =>
    act(async () => (await import('./cli/proof.js')).proofRecordCommand(test, o)),
  );

const runs = program.command('runs').description('the record of past runs');
const jsonOption = (): Option => new Option('--json', 'prints JSON').default(false);
runs
  .command('list')
  .description('lists all runs')
  .addOption(dataOption())
  .addOption(spareOption())
  .addOption(jsonOption())
  .action((o: RunsFlags) => act(() => showRuns('list', undefined, o)));
runs
  .command('show <run>')
  .description('shows one run: "latest", or the beginning of its name')
  .addOption(dataOption())
  .addOption(spareOption())
  .addOption(jsonOption())
  .action((run: string, o: RunsFlags) => act(() => showRuns('show', run, o)));
runs
  .command('export <run>')
  .description('writes the samples of one run')
  .addOption(dataOption())
  .addOption(spareOption())
  .option('--format <format>', 'csv', 'csv')
  .option('-o, --output <file>', 'file to write; "-" for standard output', '-')
  .action((run: string, o: RunsFlags) => act(() => showRuns('export', run, o)));
runs
  .command('verify [run]')
  .description('shows whether runs are as they were written: every edit, deletion, new order or cut is found')
  .addOption(dataOption())
  .addOption(spareOption())
  .option('--head <hash>', 'a head of the record that was published or printed: the runs must hold it')
  .addOption(jsonOption())
  .action((run: string | undefined, o: RunsFlags) => act(() => showRuns('verify', run, o)));

program
  .command('twin')
  .description('the simulated bench in a process of its own')
  .command('serve')
  .description('serves a live simulated bench on a Unix socket')
  .requiredOption('--socket <path>', 'Unix socket to listen on')
  .addOption(new Option('--board <name>', 'a socket board of boards/').default('bench-live'))
  .option('--reactor <name>', 'a reactor of boards/reactors/', 'batch-10ml')
  .addOption(seedOption())
  .option('--journal <file>', 'appends what truly happened, one JSON object a line')
  .addOption(new Option('--linger <seconds>', 'ends so long after its last client').argParser(Number))
  .action((o: TwinFlags) => act(async () => (await import('./cli/twin.js')).twinServeCommand(o)));

interface ServeFlags {
  readonly board: string;
  readonly speed: number | 'max';
  readonly seed: number;
  readonly data?: string;
  readonly data2?: string;
  readonly console: number | 'off';
  readonly broker: number | 'off';
  readonly mqtt?: string;
}
interface RunFlags extends ServeFlags {
  readonly fault: readonly string[];
  readonly set: string[];
  readonly yes: boolean;
  readonly socket?: string;
  readonly clear: boolean;
  readonly json: boolean;
}
interface ResumeFlags extends Omit<ServeFlags, 'board'> {
  readonly board?: string;
  readonly yes: boolean;
  readonly socket?: string;
  readonly json: boolean;
}
interface ProofFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly by?: string;
  readonly note?: string;
}
interface RunsFlags {
  readonly data?: string;
  readonly data2?: string;
  readonly head?: string;
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
}
interface TwinFlags {
  readonly socket: string;
  readonly board: string;
  readonly reactor: string;
  readonly seed: number;
  readonly journal?: string;
  readonly linger?: number;
}

function serviceOf(o: ServeFlags) {
  return {
    board: o.board,
    speed: o.speed === 'max' ? null : o.speed,
    seed: o.seed,
    data: o.data,
    data2: o.data2,
    console: o.console,
    broker: o.broker,
    uplink: o.mqtt,
  };
}

async function run(recipe: string, o: RunFlags): Answer {
  const { runCommand } = await import('./cli/run.js');
  return runCommand({
    ...serviceOf(o),
    recipe,
    sets: o.set,
    unattended: o.yes,
    socket: o.socket,
    clear: o.clear,
    json: o.json,
    faults: o.fault,
  });
}

async function resume(name: string | undefined, o: ResumeFlags): Answer {
  const { resumeCommand } = await import('./cli/resume.js');
  const { board, yes, socket, json } = o;
  return resumeCommand({ ...serviceOf({ ...o, board: board ?? '' }), run: name, board, yes, socket, json });
}

async function showRuns(sub: 'list' | 'show' | 'export' | 'verify', name: string | undefined, o: RunsFlags): Answer {
  return (await import('./cli/runs.js')).runsCommand(sub, name, o);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('would be right: a whole number from 0 to 999999999');
  return Number(text);
}

function portOf(text: string): number | 'off' {
  if (text === 'off') return 'off';
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError('would be right: 0 to 65535, or "off"');
  return Number(text);
}

/** commander takes an argument's null for "not given", so "max" stays a word up to `serviceOf`. */
function speedOf(text: string): number | 'max' {
  if (text === 'max') return text;
  const speed = Number(text);
  if (!(speed > 0 && speed <= 100_000))
    throw new InvalidArgumentError('would be right: a number over 0, at most 100000, or "max"');
  return speed;
}

async function act(command: () => Answer): Promise<void> {
  process.exitCode = await command();
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** commander's own refusals are bad arguments; anything else is an error of the program and is shown whole. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error && 'code' in error)
    return error.exitCode === 0 ? EXIT.done : EXIT.refused;
  process.stderr.write(
    `galvanode: an error of the program itself; please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT.ownError;
}
