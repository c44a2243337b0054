/**
 * The options that several commands share, and the one place that knows the library which reads arguments. Each command has
 * a file beside this one that declares it; what it does is loaded only when it is called.
 */
import { Command, InvalidArgumentError, Option } from 'commander';

export { type Command, Option } from 'commander';

export function programNamed(name: string): Command {
  return new Command(name).showHelpAfterError(`(${name} --help shows the commands)`).exitOverride();
}

/** Runs a command and takes its exit code. */
export async function act(command: () => Promise<number>): Promise<void> {
  process.exitCode = await command();
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** An option that may be given again. */
export function repeated(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be given again`).argParser(collect).default([]);
}

export const setOption = (): Option =>
  repeated('--set <path=value>', 'overrides a field of the recipe, or takes it away with nothing after the sign');
export const boardOption = (): Option =>
  new Option('--board <name>', 'bench to use, a file of boards/').default('bench-sim');
export const seedOption = (): Option =>
  new Option('--seed <n>', 'seed of the simulated noise').argParser(wholeNumber).default(1);
export const speedOption = (): Option =>
  new Option('--speed <n>', 'simulated seconds a second, or "max"').argParser(speedOf).default(1);
export const jsonOption = (description = 'prints JSON'): Option => new Option('--json', description).default(false);

/** Where the record lies, and its spare. */
export const dataOption = (): Option =>
  new Option('--data <dir>', 'where the record lies (default: $GALVANODE_DATA or ~/.local/share/galvanode)');
export const spareOption = (): Option =>
  new Option('--data2 <dir>', 'second record, for when the first fails (default: $GALVANODE_DATA_SPARE or DATA/spare)');

/** Where the network process listens and publishes. */
export function networkOptions(): Option[] {
  return [
    new Option('--console <port>', 'port of the page on loopback, or "off"').argParser(portOf).default(8080),
    new Option('--broker <port>', 'port of the MQTT broker on loopback, or "off"').argParser(portOf).default(1883),
    repeated('--mqtt <url>', 'publishes to this broker as well'),
    new Option('--home-assistant', 'tells Home Assistant of this reactor, at the brokers of --mqtt').default(false),
    new Option('--network <file>', 'brokers, certificates and users, from a file'),
    new Option('--name <name>', 'names the reactor in the topics (default: bench, or as in the file)'),
    new Option('--postgres <url>', 'writes samples and events to this PostgreSQL, too'),
    new Option('--users <file>', 'users and their roles (default: DATA/users.yaml)'),
  ];
}

/** Adds options one after another. */
export function withOptions(command: Command, ...options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

/** What `run`, `serve` and `resume` share. */
export interface ServiceFlags {
  readonly speed: number | 'max';
  readonly seed: number;
  readonly data?: string;
  readonly data2?: string;
  readonly console: number | 'off';
  readonly broker: number | 'off';
  readonly mqtt: readonly string[];
  readonly homeAssistant: boolean;
  readonly network?: string;
  readonly name?: string;
  readonly users?: string;
  readonly postgres?: string;
}

/** commander takes an argument's null for "not given", so "max" stays a word up to here. */
export function serviceOf(o: ServiceFlags) {
  return {
    speed: o.speed === 'max' ? null : o.speed,
    seed: o.seed,
    data: o.data,
    data2: o.data2,
    console: o.console,
    broker: o.broker,
  };
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('would be right: a whole number from 0 to 999999999');
  return Number(text);
}

/** A number of cells. */
export function cellsOf(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('would be right: a whole number from 1 to 999');
  return Number(text);
}

function portOf(text: string): number | 'off' {
  if (text === 'off') return 'off';
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError('would be right: 0 to 65535, or "off"');
  return Number(text);
}

function speedOf(text: string): number | 'max' {
  if (text === 'max') return text;
  const speed = Number(text);
  if (!(speed > 0 && speed <= 100_000))
    throw new InvalidArgumentError('would be right: a number over 0, at most 100000, or "max"');
  return speed;
}
