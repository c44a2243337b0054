/**
 * Lines through the command-line tools of libgpiod, versions 1 and 2, for kernels without sysfs. Owns the two dialects,
 * one `gpioset` process for each output, and one `gpioget` loop for the inputs of a chip. Knows levels, not meanings.
 *
 * A line belongs to the process that asked for it and is released when that ends, so the death of a `gpioset` brings
 * its output to what the pull resistor says: the safe level. It ends with this program too, however that ends
 * (`setpriv --pdeathsig`). A new level needs a new process, because the interactive mode is left out of Debian's build;
 * in between, some milliseconds, the pull resistor has the line.
 *
 * Inputs are polled. `gpiomon` would have the edges, but it holds its lines, so that nobody can read their level
 * beside it, and a level that is only the sum of edges is wrong for good after one that was lost.
 */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Clock, Timer } from '../model/clock.js';
import { chipOf, detectedChips, type GpioChip } from './gpio-chips.js';
import {
  LineFault,
  type LinePlace,
  type LinePlaces,
  type LinePorts,
  type PortListener,
  restingLevel,
} from './gpio-places.js';
import type { InputLine, OutputLine } from './line-names.js';

type Version = 1 | 2;

/** Between two looks at the inputs, ms; two in a control cycle of 50 ms. */
const POLL_MS = 20;
/** A level older than this is none, ms: three control cycles. */
const STALE_MS = 150;
/** A `gpioset` that is refused its line ends within this time, ms. */
const REFUSAL_MS = 100;

/** Opens every line with the tools, or says in words for people why they are not there. Rejects with LineFault. */
export async function openGpiodPorts(
  places: LinePlaces,
  clock: Clock,
  listener: PortListener,
): Promise<LinePorts | { readonly missing: string }> {
  const said = await output('gpiodetect', ['--version']);
  if (typeof said !== 'string') return { missing: `the gpiod tools are not there ("apt install gpiod"): ${said.why}` };
  const major = /\(libgpiod\) v?(\d+)\./.exec(said)?.[1];
  if (major !== '1' && major !== '2') return { missing: `gpiodetect is of no version that is known here: ${said}` };
  const listing = await output('gpiodetect', []);
  if (typeof listing !== 'string') throw new LineFault('permission', null, `gpiodetect lists no chips: ${listing.why}`);
  const ports = new GpiodPorts(major === '1' ? 1 : 2, detectedChips(listing), clock, listener);
  try {
    await ports.open(places);
  } catch (error) {
    await ports.close();
    throw error;
  }
  return ports;
}

/** Arguments that hold a line at a level until the process is killed. */
export function gpiosetArguments(version: Version, chip: string, offset: number, high: boolean): string[] {
  const value = `${offset}=${high ? 1 : 0}`;
  return version === 1 ? ['--mode=signal', chip, value] : ['--chip', chip, value];
}

/** Arguments that print the levels of these offsets as 0 and 1, in order. */
export function gpiogetArguments(version: Version, chip: string, offsets: readonly number[]): string[] {
  const lines = offsets.map(String);
  return version === 1 ? [chip, ...lines] : ['--numeric', '--chip', chip, ...lines];
}

class GpiodPorts implements LinePorts {
  readonly kind = 'gpiod';
  readonly found = new Map<InputLine | OutputLine, string>();
  private readonly outputs = new Map<OutputLine, HeldOutput>();
  private readonly inputs = new Map<InputLine, PolledInputs>();

  constructor(
    private readonly version: Version,
    private readonly chips: readonly GpioChip[],
    private readonly clock: Clock,
    private readonly listener: PortListener,
  ) {}

  async open({ inputs, outputs }: LinePlaces): Promise<void> {
    const pulsed = outputs.find(({ line }) => line === 'watchdog-pulse');
    if (pulsed !== undefined)
      throw new LineFault(
        'unavailable',
        pulsed.line,
        'the gpiod tools start a process for each level, which is no pulse',
      );
    const ways = outputs.map((place) => ({ place, chip: this.find(place) }));
    const byChip = new Map<GpioChip, LinePlace<InputLine>[]>();
    for (const place of inputs) {
      const chip = this.find(place);
      byChip.set(chip, [...(byChip.get(chip) ?? []), place]);
    }
    for (const { place, chip } of ways) {
      const levels = (high: boolean): string[] => gpiosetArguments(this.version, chip.name, place.offset, high);
      this.outputs.set(place.line, new HeldOutput(place.line, levels, this.listener));
      this.write(place.line, restingLevel(place));
    }
    for (const [chip, places] of byChip) {
      const offsets = places.map(({ offset }) => offset);
      const lines = places.map(({ line }) => line);
      const args = gpiogetArguments(this.version, chip.name, offsets);
      const polled = new PolledInputs(lines, args, this.clock, this.listener);
      for (const line of lines) this.inputs.set(line, polled);
    }
    await this.clock.sleep(REFUSAL_MS);
    for (const output of this.outputs.values()) output.prove();
    for (const line of this.inputs.keys()) this.read(line);
  }

  read(line: InputLine): boolean {
    const polled = this.inputs.get(line);
    if (polled === undefined) throw new LineFault('io', line, 'is not open');
    return polled.read(line);
  }

  write(line: OutputLine, high: boolean): void {
    const output = this.outputs.get(line);
    if (output === undefined) throw new LineFault('io', line, 'is not open');
    output.write(high);
  }

  async close(): Promise<void> {
    const all = [...this.outputs.values(), ...new Set(this.inputs.values())];
    await Promise.all(all.map((port) => port.close()));
  }

  private find(place: LinePlace<InputLine | OutputLine>): GpioChip {
    const chip = chipOf(this.chips, place);
    this.found.set(place.line, `${chip.name} (${chip.label} ${place.offset})`);
    return chip;
  }
}

/** An output, held by a process of its own. */
class HeldOutput {
  private child: ChildProcess | undefined;
  private held = false;
  private wanted = false;
  private replacing = false;
  private closed = false;
  private refusal: LineFault | undefined;

  constructor(
    private readonly line: OutputLine,
    private readonly levels: (high: boolean) => string[],
    private readonly listener: PortListener,
  ) {}

  /** Takes effect when the process before has ended and the next has its line: some ms. */
  write(high: boolean): void {
    if (this.closed) return;
    this.wanted = high;
    if (this.child === undefined) this.start();
    else if (this.held !== high && !this.replacing) {
      this.replacing = true;
      this.child.kill('SIGKILL');
    }
  }

  /** Throws LineFault when the process was refused its line. */
  prove(): void {
    if (this.refusal !== undefined) throw this.refusal;
  }

  async close(): Promise<void> {
    this.closed = true;
    const { child } = this;
    if (child === undefined) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  private start(): void {
    const high = this.wanted;
    const args = ['--pdeathsig', 'KILL', 'gpioset', ...this.levels(high)];
    const child = spawn('setpriv', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    this.held = high;
    this.replacing = false;
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.on('error', (error) => (said += error.message));
    child.on('close', () => this.ended(said.trim()));
  }

  private ended(said: string): void {
    this.child = undefined;
    if (this.closed) return;
    if (this.replacing) return this.start();
    const detail = said === '' ? 'gpioset was killed' : said;
    this.refusal = new LineFault(/busy/i.test(said) ? 'busy' : 'io', this.line, `is released: ${detail}`);
    this.listener.fault(this.refusal);
  }
}

/** The inputs of one chip. A shell that lives as long as this program runs `gpioget` whenever it is sent a line. */
class PolledInputs {
  private readonly child: ChildProcessWithoutNullStreams;
  private levels: readonly boolean[] = [];
  private seen_ms = Number.NaN;
  private said = '';
  private timer: Timer | undefined;
  private closed = false;

  constructor(
    private readonly lines: readonly InputLine[],
    args: readonly string[],
    private readonly clock: Clock,
    private readonly listener: PortListener,
  ) {
    const script = 'while read -r _; do "$@" || echo refused; done';
    this.child = spawn('sh', ['-c', script, 'sh', 'gpioget', ...args]);
    this.child.on('error', (error) => (this.said = error.message));
    this.child.stdin.on('error', (error) => (this.said = error.message));
    this.child.stderr.on('data', (text: Buffer) => (this.said = text.toString().trim()));
    createInterface(this.child.stdout).on('line', (line) => this.answered(line));
    this.ask();
  }

  /** Throws LineFault when the last answer is too old or there was none. */
  read(line: InputLine): boolean {
    const high = this.levels[this.lines.indexOf(line)];
    const age_ms = this.clock.now() - this.seen_ms;
    if (high !== undefined && age_ms <= STALE_MS) return high;
    const detail = this.said === '' ? 'gpioget gives no answer' : this.said;
    throw new LineFault(/busy/i.test(detail) ? 'busy' : 'io', line, `cannot be read: ${detail}`);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.timer?.cancel();
    if (this.child.exitCode !== null || this.child.pid === undefined) return;
    const ended = once(this.child, 'close');
    this.child.stdin.end();
    await ended;
  }

  private ask(): void {
    if (!this.closed && this.child.stdin.writable) this.child.stdin.write('\n');
  }

  private answered(text: string): void {
    const words = text.trim().split(/\s+/);
    if (words.length === this.lines.length && words.every((word) => word === '0' || word === '1')) this.take(words);
    if (!this.closed) this.timer = this.clock.after(POLL_MS, () => this.ask());
  }

  private take(words: readonly string[]): void {
    const before = this.levels;
    this.levels = words.map((word) => word === '1');
    this.seen_ms = this.clock.now();
    for (const [index, line] of this.lines.entries()) {
      const high = this.levels[index] ?? false;
      if (before[index] !== undefined && before[index] !== high) this.listener.edge(line, high);
    }
  }
}

/** What a tool prints, or why it does not run. */
async function output(command: string, args: readonly string[]): Promise<string | { readonly why: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, said] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0 ? out.trim() : { why: said.trim() || `${command} ended with code ${String(code)}` };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
