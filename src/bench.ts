/**
 * From a board file to an opened bench: devices on a bus, and lines. The only place that chooses between simulated and
 * real hardware, and the only one that names drivers. Knows no recipe, no run and no loop.
 */
import { openHostLines } from './bus/gpio-lines.js';
import { LineFault } from './bus/gpio-places.js';
import { BusFault, type I2cBus, type Lines } from './bus/i2c.js';
import { breakoutAddresses, breakoutGalvanostat, cycleFits } from './bench-breakout.js';
import { connectLiveBench, socketPath } from './bus/live-bench.js';
import { NativeBus } from './bus/native-bus.js';
import { AuxiliaryMeter } from './device/auxiliary-ads1115.js';
import { Slf3sFlow } from './device/flow-slf3s.js';
import { Gs1 } from './device/galvanostat.js';
import { Sen0473Hydrogen } from './device/hydrogen-sen0473.js';
import { Pca9685Outputs } from './device/outputs-pca9685.js';
import { Ad5693rPeltier } from './device/peltier-ad5693r.js';
import { Drv8871Peltier } from './device/peltier-drv8871.js';
import { Ina228Meter } from './device/peltier-meter-ina228.js';
import { type Actuator, type Bench, type BoardIdentity, DeviceFault, type Galvanostat } from './device/ports.js';
import { Sfm4300Sweep } from './device/sweep-sfm4300.js';
import { Tmp117Thermometer } from './device/thermometer-tmp117.js';
import { VentSensor } from './device/vent-ads1115.js';
import type { Board } from './model/board.js';
import type { Clock } from './model/clock.js';
import { withCircuitOf } from './model/liquid-circuit.js';
import type { Reactor } from './model/reactor.js';
import { inject } from './twin/faults/inject.js';
import type { FaultOrder, Injection } from './twin/faults/order.js';
import { simulatedBench } from './twin/simulated-bench.js';
import { type Truth, truthOf } from './twin/truth.js';
import type { World } from './twin/world.js';

export { whyAbsent } from './bus/line-names.js';
export { type OpenPanel, panelFor } from './device/panel.js';
export type { BoardIdentity } from './device/ports.js';
export { refusalOf as faultRefusal } from './twin/faults/inject.js';
export { faultText, parseFaults, type Rehearsal } from './twin/faults/language.js';
export type { FaultOrder, Injection } from './twin/faults/order.js';
export { faultRows } from './twin/faults/targets.js';
export { serveTwin, type ServeOptions } from './twin/serve.js';

export interface BenchOptions {
  readonly board: Board;
  /** What the simulated plant is; on hardware, whether there is a pump. */
  readonly reactor: Reactor;
  readonly clock: Clock;
  /** Of the simulated noise. A live bench that runs already keeps its own. */
  readonly seed: number;
  /** Socket of a live bench, instead of the one that the board file names. */
  readonly socket?: string;
  /** Journal of a live bench that this call starts. */
  readonly journal?: string;
  /** How long a live bench that this call starts outlives its last client, s; 10 by default. */
  readonly linger_s?: number;
  /** Bus and lines that somebody else has opened, instead of those of the board file: for rigs. Closed with the bench. */
  readonly link?: { readonly bus: I2cBus; readonly lines: Lines };
  /** Told of faults of the host's digital lines while the bench is open; a warning of the process by default. */
  readonly onLineFault?: (fault: LineFault) => void;
}

/** The other side of a simulated bench: for tests, previews and exercises, never for control. */
export interface Simulation {
  truth(): Promise<Truth>;
  /** What a person at the bench does to an input line: presses, opens, stops a fan. Throws RangeError when nobody can. */
  hand(line: string, asserted: boolean): Promise<void>;
  /**
   * Breaks something, its times counted from this call; `struck` is told when it first changes something. Throws
   * RangeError for what this bench cannot suffer.
   */
  readonly inject: ((order: FaultOrder, struck?: () => void) => Injection) | null;
  /** Both null where the bench runs in another process. */
  readonly world: World | null;
}

export interface OpenedBench extends Bench {
  readonly identity: BoardIdentity;
  /** null on hardware. */
  readonly simulation: Simulation | null;
}

/** A bench that cannot be opened: which chip, where, and what to look at. `cause` is the bus's or the driver's word. */
export class BenchFault extends Error {
  override readonly name = 'BenchFault';
  constructor(
    readonly device: string,
    /** null when there is no bus at all. */
    readonly address: number | null,
    advice: string,
    cause: unknown,
  ) {
    super(`${device}: ${cause instanceof Error ? cause.message : String(cause)}. ${advice}`, { cause });
  }
}

/** A chip that is just powered up, or a bus that was left in the middle of a transfer, may need another try. */
const TRIES = 3;
const PAUSE_MS = 50;

interface Link {
  readonly bus: I2cBus;
  readonly lines: Lines;
  readonly simulation: Simulation | null;
  readonly close: () => Promise<void>;
}

/**
 * Opens every device of the board: each proves that it is there and is what the file says. Rejects with BenchFault for
 * the first one that does not, after closing the bus again.
 */
export async function openBench(given: BenchOptions): Promise<OpenedBench> {
  const options = { ...given, board: withCircuitOf(given.board, given.reactor) };
  const link = await connect(options);
  try {
    return await openDevices(options, link);
  } catch (error) {
    await link.close();
    throw error;
  }
}

async function connect(options: BenchOptions): Promise<Link> {
  const { board, reactor, clock, seed, link, ...rest } = options;
  if (link !== undefined) return { ...link, simulation: null, close: () => link.bus.close() };
  switch (board.bus.kind) {
    case 'simulated': {
      const bench = simulatedBench({ board, reactor, clock, seed });
      const { bus, lines, world, time } = bench;
      const injections: Injection[] = [];
      const truth = async (): Promise<Truth> => {
        world.advanceTo(time.now_ns());
        return truthOf(world);
      };
      const hand = async (line: string, asserted: boolean): Promise<void> => lines.hand(line, asserted);
      const breaks = (order: FaultOrder, struck?: () => void): Injection => {
        const injection = inject(bench, order, struck);
        injections.push(injection);
        return injection;
      };
      const close = (): Promise<void> => {
        for (const injection of injections) injection.end();
        return bus.close();
      };
      return { bus, lines, simulation: { truth, hand, inject: breaks, world }, close };
    }
    case 'socket': {
      if (clock.virtual)
        throw new RangeError(`${board.name} runs in real time: it takes no virtual clock and no speed`);
      const path = rest.socket ?? socketPath(board.bus.socket);
      const names = { board: board.name, reactor: reactor.name };
      try {
        const bus = await connectLiveBench({ ...rest, ...names, path, seed, clock, rate_Hz: board.bus.rate_Hz });
        const truth = async (): Promise<Truth> => JSON.parse(await bus.truth()) as Truth;
        return {
          bus,
          lines: bus,
          simulation: { truth, hand: (line, asserted) => bus.hand(line, asserted), inject: null, world: null },
          close: () => bus.close(),
        };
      } catch (error) {
        if (!(error instanceof BusFault)) throw error;
        throw new BenchFault(board.name, null, `Its socket is ${path}`, error);
      }
    }
    case 'i2c':
      return connectHost(options, board.bus);
  }
}

/** The buses and lines of this host. The lines come first: they take their safe levels before anything is asked. */
async function connectHost(
  { board, clock, onLineFault = (fault) => process.emitWarning(fault) }: BenchOptions,
  { bus: number, rate_Hz }: { readonly bus: number; readonly rate_Hz: number },
): Promise<Link> {
  const addresses = [...Object.values(board.chips).map(({ address }) => address), ...breakoutAddresses(board)];
  try {
    const lines = await openHostLines({ board, clock, onFault: onLineFault });
    try {
      const bus = await NativeBus.open({ bus: number, rate_Hz, clock, addresses });
      const close = async (): Promise<void> => {
        await bus.close();
        await lines.close();
      };
      return { bus, lines, simulation: null, close };
    } catch (error) {
      await lines.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof BusFault) throw new BenchFault(board.name, null, adviceFor(error), error);
    if (error instanceof LineFault) throw new BenchFault(board.name, null, 'Its lines are in the board file', error);
    throw error;
  }
}

function galvanostatOf({ board, clock }: BenchOptions, { bus, lines }: Link): Galvanostat {
  const part = board.chips.galvanostat;
  switch (part.driver) {
    case 'gs1':
      return new Gs1(bus, { address: part.address, deadman_ms: Math.round(part.deadMan_s * 1000) });
    case 'breakout':
      return breakoutGalvanostat(part, { bus, lines, clock });
  }
}

function peltierOf({ board, clock }: BenchOptions, { bus }: Link, outputs: Pca9685Outputs): Actuator {
  const part = board.chips.coolerSource;
  switch (part.driver) {
    case 'ad5693r':
      return new Ad5693rPeltier({ ...part, bus, clock });
    case 'drv8871': {
      if (outputs.bridge === null) throw new Error('the outputs were built without the channel of the bridge');
      return new Drv8871Peltier({ ...part, output: outputs.bridge });
    }
  }
}

function devicesOf(options: BenchOptions, link: Link) {
  const { board, reactor, clock } = options;
  const { bus } = link;
  const { chips } = board;
  const pumped = reactor.transport.kind === 'channel';
  const { pump, canopyFan, hotSideFan } = chips.outputs;
  const bridge = chips.coolerSource.driver === 'drv8871' ? { bridge: chips.coolerSource.channel } : {};
  const channels = { pump, canopyFan, hotSideFan, ...bridge };
  const outputs = new Pca9685Outputs({ ...chips.outputs, bus, clock, channels });
  return {
    galvanostat: galvanostatOf(options, link),
    thermometer: new Tmp117Thermometer({ ...chips.thermometer, bus }),
    peltier: peltierOf(options, link, outputs),
    peltierMeter: new Ina228Meter({ ...chips.coolerMeter, bus }),
    auxiliary: new AuxiliaryMeter({ ...chips.housekeeping, bus }),
    hydrogen: new Sen0473Hydrogen({ ...chips.hydrogen, bus, clock }),
    ventHydrogen: new VentSensor({ ...chips.vent, bus }),
    sweep: new Sfm4300Sweep({ ...chips.sweepFlow, bus, clock }),
    flow: pumped ? new Slf3sFlow({ ...chips.liquidFlow, bus, clock }) : null,
    pump: pumped ? outputs.pump : null,
    canopyFan: outputs.canopyFan,
    hotSideFan: outputs.hotSideFan,
  };
}

async function openDevices(options: BenchOptions, link: Link): Promise<OpenedBench> {
  const { bus, lines, simulation, close } = link;
  const { board, clock } = options;
  const { chips } = board;
  const devices = devicesOf(options, link);
  const identity = await opened(clock, 'galvanostat', chips.galvanostat, () => devices.galvanostat.open());
  await opened(clock, 'thermometer', chips.thermometer, () => devices.thermometer.open());
  await opened(clock, 'Peltier current source', chips.coolerSource, () => devices.peltier.open());
  await opened(clock, 'Peltier current meter', chips.coolerMeter, () => devices.peltierMeter.open());
  await opened(clock, 'hot side and supply', chips.housekeeping, () => devices.auxiliary.open());
  await opened(clock, 'pump and fan outputs', chips.outputs, () => devices.canopyFan.open());
  await opened(clock, 'hydrogen sensor', chips.hydrogen, () => devices.hydrogen.open());
  await opened(clock, 'vent sensor', chips.vent, () => devices.ventHydrogen.open());
  await opened(clock, 'sweep gas meter', chips.sweepFlow, () => devices.sweep.open());
  const { flow } = devices;
  if (flow) await opened(clock, 'liquid flow sensor', chips.liquidFlow, () => flow.open());
  mustFitBus(board, devices);
  return {
    ...devices,
    name: board.name,
    simulated: board.simulated,
    bus,
    lines,
    identity,
    simulation,
    close,
  };
}

/** Where the host closes the loop, a cycle that does not fit the bus is refused before anything runs. */
function mustFitBus(board: Board, devices: ReturnType<typeof devicesOf>): void {
  try {
    cycleFits(board, devices);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new BenchFault(
      board.name,
      null,
      'The board file has rate_Hz, control_Hz and the periods of the chips',
      error,
    );
  }
}

interface Place {
  readonly driver: string;
  readonly address: number;
}

async function opened<T>(clock: Clock, what: string, { driver, address }: Place, open: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof BusFault || error instanceof DeviceFault)) throw error;
      const hopeless = error instanceof BusFault && error.reason === 'gone';
      if (tried < TRIES && !hopeless) await clock.sleep(PAUSE_MS);
      else throw new BenchFault(`${what} (${driver} at 0x${address.toString(16)})`, address, adviceFor(error), error);
    }
  }
}

function adviceFor(error: BusFault | DeviceFault): string {
  if (error instanceof DeviceFault) return 'Check that the board file names the chip that is at this address';
  switch (error.reason) {
    case 'nack':
      return 'Check its supply, its SDA and SCL wires, and its address straps';
    case 'timeout':
    case 'busy':
      return 'Check that nothing holds SDA or SCL low, and power the bench again';
    case 'crc':
    case 'protocol':
      return 'Check pull-ups, wire length and bus rate, and that nobody else drives this bus';
    case 'gone':
      return 'The bus itself went away: check that it is still there';
  }
}
