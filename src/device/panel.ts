/**
 * The panel: stack light, buzzer, arm button and switches, with johnny-five, which is imported here and nowhere else.
 * Owns the parts, the flashing and the meaning of a press; knows nothing of runs but the state that it is shown, and
 * stands in no measuring and no safety path: a panel that fails is told of, and the run goes on.
 *
 * johnny-five has timers of its own for debouncing, holding and blinking; none of them counts here. Lines are read,
 * debounced and flashed in one tick of the clock, so that a panel in virtual time does the same every time. It would
 * end the process on SIGINT (`process.reallyExit`, so that no shutdown runs), start a REPL and print a banner: every
 * board is made by `boardOn`, which forbids all three.
 */
import type { Board as FiveBoard, Five, Switch } from 'johnny-five';
import type { I2cBus, Lines } from '../bus/i2c.js';
import { type InputLine, isInputLine, whyAbsent } from '../bus/line-names.js';
import type { Board } from '../model/board.js';
import type { Clock, Timer } from '../model/clock.js';
import { PanelIo, type PanelPin } from './panel-io.js';
import { ALL_LINES, claim, driversByAddress, isPanelOutput, type PanelOutput, release } from './panel-owners.js';
import { lit, type PanelView, type Signals, signalsFor } from './panel-signals.js';

export type { PanelView } from './panel-signals.js';

/** What happened at the panel; `at_ms` is the clock's. */
export type PanelEvent =
  /** Pressed by a hand: seen released before, so that a jammed or tied-down button is no permit. */
  | { readonly kind: 'arm-pressed'; readonly at_ms: number }
  | { readonly kind: 'arm-released'; readonly at_ms: number; readonly held_ms: number }
  /** A switch as it was found, and every change. */
  | { readonly kind: 'switch'; readonly line: InputLine; readonly closed: boolean; readonly at_ms: number }
  | { readonly kind: 'fault'; readonly text: string; readonly at_ms: number };

export interface PanelOptions {
  readonly board: Board;
  readonly lines: Lines;
  readonly bus: I2cBus;
  readonly clock: Clock;
  readonly report: (event: PanelEvent) => void;
  /** Inputs to tell of as switches, of those that nobody else owns. */
  readonly switches?: readonly InputLine[];
}

/** Opens the panel of a bench; `report` hears what happens at it. */
export type OpenPanel = (report: (event: PanelEvent) => void) => Promise<Panel>;

export interface Panel {
  /** Lights and buzzer follow at once. */
  show(view: PanelView): void;
  /** All off, and the lines free for another panel. Idempotent. */
  close(): void;
}

/** Lines are read and lights flashed so often; a press shorter than two of them may be missed. */
const TICK_MS = 50;

/**
 * The panel that the board has, in the lines that it has; all off until `show`. Rejects with OwnerFault when a line or
 * a chip has another owner. A board without any panel line gets a panel that does nothing.
 */
export async function panelFor(options: PanelOptions): Promise<Panel> {
  const { board, lines, clock, switches = [] } = options;
  const inputs: InputLine[] = ['arm-button', ...switches];
  const pins = [...inputs, ...ALL_LINES.filter(isPanelOutput)]
    .filter((line) => whyAbsent(board, line) === undefined)
    .map((line): PanelPin => (isInputLine(line) ? { line, direction: 'in' } : { line, direction: 'out' }));
  if (pins.length === 0) return { show: () => undefined, close: () => undefined };
  const names = pins.map(({ line }) => line);
  claim(lines, names);
  try {
    const { default: five } = await clock.hold(import('johnny-five'));
    const panel = new WiredPanel(options, pins, () => release(lines, names));
    await panel.open(five);
    return panel;
  } catch (error) {
    release(lines, names);
    throw error;
  }
}

interface Lamp {
  readonly line: PanelOutput;
  readonly shine: (on: boolean) => unknown;
  on: boolean;
}

interface Contact {
  readonly pin: number;
  readonly line: InputLine;
  readonly part: Switch;
  closed: boolean | undefined;
  /** Since when an arm button is pressed by a hand, ms. */
  pressed_ms: number | undefined;
}

const OUTPUT_SIGNALS = {
  'light-green': 'green',
  'light-amber': 'amber',
  'light-red': 'red',
  buzzer: 'buzzer',
} as const satisfies Record<PanelOutput, keyof Signals>;

const DARK: Signals = { green: 'off', amber: 'off', red: 'off', buzzer: 'off' };

class WiredPanel implements Panel {
  private readonly io: PanelIo;
  private readonly lamps: Lamp[] = [];
  private readonly contacts: Contact[] = [];
  private signals = DARK;
  private timer: Timer | undefined;
  private closed = false;

  constructor(
    private readonly options: PanelOptions,
    private readonly pins: readonly PanelPin[],
    private readonly released: () => void,
  ) {
    const { board, lines, bus } = options;
    const onFault = (what: string, error: unknown): void => this.fault(`${what}: ${textOf(error)}`);
    this.io = new PanelIo({ lines, bus, drivers: driversByAddress(board), onFault }, pins);
  }

  async open(five: Five): Promise<void> {
    const { clock } = this.options;
    const board = await clock.hold(boardOn(five, this.io, (error) => this.fault(`the panel: ${textOf(error)}`)));
    for (const [pin, { line, direction }] of this.pins.entries()) {
      if (direction === 'in') this.addContact(new five.Switch({ board, pin, type: 'NC' }), pin, line);
      else if (isPanelOutput(line)) this.addLamp(line, shiner(five, board, line, pin));
    }
    this.tick();
  }

  show(view: PanelView): void {
    if (this.closed) return;
    this.signals = signalsFor(view);
    this.shine();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.timer?.cancel();
    for (const lamp of this.lamps) lamp.shine(false);
    this.io.dispose();
    this.released();
  }

  private addContact(part: Switch, pin: number, line: InputLine): void {
    this.contacts.push({ pin, line, part, closed: undefined, pressed_ms: undefined });
  }

  private addLamp(line: PanelOutput, shine: Lamp['shine']): void {
    this.lamps.push({ line, shine, on: false });
    shine(false);
  }

  private tick(): void {
    this.io.poll();
    for (const contact of this.contacts) this.look(contact);
    this.shine();
    this.timer = this.options.clock.after(TICK_MS, () => this.tick());
  }

  private shine(): void {
    const now_ms = this.options.clock.now();
    for (const lamp of this.lamps) {
      const on = lit(this.signals[OUTPUT_SIGNALS[lamp.line]], now_ms);
      if (on !== lamp.on) lamp.shine(on);
      lamp.on = on;
    }
  }

  private look(contact: Contact): void {
    if (!this.io.isKnown(contact.pin)) return;
    const before = contact.closed;
    const closed = contact.part.isClosed;
    contact.closed = closed;
    if (closed === before) return;
    if (contact.line === 'arm-button') this.pressed(contact, closed, before);
    else this.options.report({ kind: 'switch', line: contact.line, closed, at_ms: this.options.clock.now() });
  }

  private pressed(button: Contact, closed: boolean, before: boolean | undefined): void {
    const at_ms = this.options.clock.now();
    if (closed && before === undefined) this.fault('the arm button is held down; it counts once it was released');
    else if (closed) {
      button.pressed_ms = at_ms;
      this.options.report({ kind: 'arm-pressed', at_ms });
    } else if (button.pressed_ms !== undefined) {
      this.options.report({ kind: 'arm-released', at_ms, held_ms: at_ms - button.pressed_ms });
      button.pressed_ms = undefined;
    }
  }

  private fault(text: string): void {
    this.options.report({ kind: 'fault', text, at_ms: this.options.clock.now() });
  }
}

/** The one place that makes a johnny-five board. */
function boardOn(five: Five, io: PanelIo, onError: (error: unknown) => void): Promise<FiveBoard> {
  const board = new five.Board({ io, repl: false, debug: false, sigint: false });
  board.on('error', onError);
  return new Promise((resolve) => board.once('ready', () => resolve(board)));
}

/** The buzzer has its own oscillator: it is switched, not played. */
function shiner(five: Five, board: FiveBoard, line: PanelOutput, pin: number): Lamp['shine'] {
  if (line === 'buzzer') {
    const relay = new five.Relay({ board, pin });
    return (on) => (on ? relay.close() : relay.open());
  }
  const led = new five.Led({ board, pin });
  return (on) => (on ? led.on() : led.off());
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
