/**
 * Lines through the kernel's sysfs: the one file that imports onoff. Owns how a line is exported, proven and given back;
 * knows levels and edges, not what they mean, and falls back to nothing: who calls decides what to do without sysfs.
 *
 * What onoff 6.0.3 does by itself is not enough: `new Gpio(n, 'out')` drives low before anybody said so, and on a line
 * that is already exported (left so by a process that was killed) every error of its set-up is swallowed. So outputs get
 * direction and level in one write, and every line is read back before it counts as open. The active level is kept
 * here and not in the kernel's `active_low`, which outlives the process that set it.
 */
import type { Gpio } from 'onoff';
import { chipOf, type SysfsChip } from './gpio-chips.js';
import {
  LineFault,
  type LineFaultReason,
  type LinePlace,
  type LinePlaces,
  type LinePorts,
  type PortListener,
  restingLevel,
} from './gpio-places.js';
import type { InputLine, OutputLine } from './line-names.js';

type GpioClass = typeof Gpio;

/** The addon, or in words for people why it cannot be had: it is optional and needs a build. */
export async function loadOnoff(): Promise<{ readonly Gpio: GpioClass } | { readonly missing: string }> {
  try {
    return await import('onoff');
  } catch (error) {
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { missing: `onoff does not load (${said}); "npm rebuild epoll" builds its native part` };
  }
}

/** Opens every line, outputs in their resting level. Throws LineFault, after giving back what it had opened. */
export function openSysfsPorts(
  onoff: GpioClass,
  chips: readonly SysfsChip[],
  places: LinePlaces,
  listener: PortListener,
): LinePorts {
  const ports = new SysfsPorts(onoff, chips, listener);
  try {
    for (const place of places.outputs) ports.openOutput(place);
    for (const place of places.inputs) ports.openInput(place);
  } catch (error) {
    ports.release();
    throw error;
  }
  return ports;
}

class SysfsPorts implements LinePorts {
  readonly kind = 'sysfs';
  readonly found = new Map<InputLine | OutputLine, string>();
  private readonly opened = new Map<InputLine | OutputLine, Gpio>();

  constructor(
    private readonly onoff: GpioClass,
    private readonly chips: readonly SysfsChip[],
    private readonly listener: PortListener,
  ) {}

  openOutput(place: LinePlace<OutputLine>): void {
    const high = restingLevel(place);
    const gpio = this.export(
      place,
      (number) => new this.onoff(number, high ? 'high' : 'low', 'none', { activeLow: false }),
    );
    this.prove(place, { direction: [gpio.direction(), 'out'], level: [gpio.readSync(), high ? 1 : 0] });
  }

  openInput(place: LinePlace<InputLine>): void {
    const { line } = place;
    const gpio = this.export(place, (number) => new this.onoff(number, 'in', 'both', { activeLow: false }));
    this.prove(place, { direction: [gpio.direction(), 'in'], edge: [gpio.edge(), 'both'] });
    gpio.watch((error, level) => {
      if (error) this.listener.fault(faultOf(line, 'its edges cannot be watched', error));
      else this.listener.edge(line, level === 1);
    });
  }

  read(line: InputLine): boolean {
    try {
      return this.gpio(line).readSync() === 1;
    } catch (error) {
      throw faultOf(line, 'cannot be read', error);
    }
  }

  write(line: OutputLine, high: boolean): void {
    try {
      this.gpio(line).writeSync(high ? 1 : 0);
    } catch (error) {
      throw faultOf(line, `cannot be driven ${high ? 'high' : 'low'}`, error);
    }
  }

  async close(): Promise<void> {
    this.release();
  }

  release(): void {
    for (const gpio of this.opened.values()) gpio.unexport();
    this.opened.clear();
  }

  private export(place: LinePlace<InputLine | OutputLine>, open: (number: number) => Gpio): Gpio {
    const { line, offset } = place;
    const chip = chipOf(this.chips, place);
    const where = `gpio${chip.base + offset} (${chip.label} ${offset})`;
    try {
      const gpio = open(chip.base + offset);
      this.opened.set(line, gpio);
      this.found.set(line, where);
      return gpio;
    } catch (error) {
      throw faultOf(line, `${where} cannot be opened`, error);
    }
  }

  /** Compares what was asked for with what the kernel has, each as [is, asked]. */
  private prove(place: LinePlace<InputLine | OutputLine>, facts: Record<string, readonly [unknown, unknown]>): void {
    const gpio = this.gpio(place.line);
    const all = { ...facts, active_low: [gpio.activeLow(), false] as const };
    const wrong = Object.entries(all).filter(([, [is, asked]]) => is !== asked);
    if (wrong.length === 0) return;
    const differences = wrong.map(([name, [is, asked]]) => `${name} is ${String(is)}, not ${String(asked)}`).join(', ');
    const where = this.found.get(place.line) ?? '';
    throw new LineFault(
      'busy',
      place.line,
      `${where} was exported before and does not take its set-up: ${differences}`,
    );
  }

  private gpio(line: InputLine | OutputLine): Gpio {
    const gpio = this.opened.get(line);
    if (gpio === undefined) throw new LineFault('io', line, 'is not open');
    return gpio;
  }
}

const REASONS: Readonly<Record<string, readonly [LineFaultReason, string]>> = {
  EACCES: ['permission', '; the user must be in the group "gpio"'],
  EPERM: ['permission', '; the kernel does not permit it'],
  EBUSY: ['busy', '; a driver or another program has it'],
};

function faultOf(line: InputLine | OutputLine, what: string, error: unknown): LineFault {
  if (error instanceof LineFault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [reason, advice] = REASONS[code] ?? ['io', ''];
  const said = error instanceof Error ? error.message : String(error);
  return new LineFault(reason, line, `${what}: ${said}${advice}`, { cause: error });
}
