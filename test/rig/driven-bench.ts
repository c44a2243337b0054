/**
 * A simulated bench that a rig drives by hand in virtual time: board, Peltier and pump on, heartbeats as the control core
 * gives them, and a look at the plant each millisecond. Owns what was on when; judges nothing and knows no recipe.
 */
import { type Injection, openBench, type OpenedBench } from '../../src/bench.js';
import type { InputLine } from '../../src/bus/line-names.js';
import { Gs1 } from '../../src/device/galvanostat.js';
import type { Actuator, Envelope, Poll, Reading } from '../../src/device/ports.js';
import type { VirtualClock } from '../../src/model/virtual-clock.js';
import type { FaultVerb } from '../../src/twin/faults/order.js';
import { Firmware } from '../../src/twin/firmware.js';
import type { Witness, World } from '../../src/twin/world.js';
import { boardNamed, reactorNamed } from '../contract/files.js';

export const LOAD_A = 0.18;
export const PERIOD_MS = 50;
/** What counts as off, A. */
const OFF_A = 0.2e-3;
/** 180 mA from nothing within 20 ms, so that a trial need not wait for the ramp. */
const SLEW_A_S = 10;
const PUMP_SHARE = 0.5;

const ENVELOPE: Envelope = {
  runTag: 21,
  current_A: 0.2,
  voltage_V: 30,
  charge_C: 1e6,
  duration_s: 1e6,
  temperatureMin_C: -10,
  temperatureMax_C: 60,
};

export type Energy = 'current' | 'peltier' | 'pump';
export const ENERGIES: readonly Energy[] = ['current', 'peltier', 'pump'];

/** When each energy was last on in the plant, and how much charge went through the cell. */
class PlantWatch implements Witness {
  readonly last_ms: Record<Energy, number> = { current: -Infinity, peltier: -Infinity, pump: -Infinity };
  peak_A = 0;

  constructor(private readonly world: World) {}

  moved(): void {
    const { plant, settled_ms } = this.world;
    const current_A = Math.abs(plant.current_A);
    this.peak_A = Math.max(this.peak_A, current_A);
    if (!(current_A <= OFF_A)) this.last_ms.current = settled_ms;
    if (plant.inputs.peltier_A !== 0) this.last_ms.peltier = settled_ms;
    if (plant.inputs.pump_mL_min !== 0) this.last_ms.pump = settled_ms;
  }

  transferred(): void {
    // what a transfer changes follows as `moved`
  }
}

export class DrivenBench {
  readonly watch: PlantWatch;
  private readonly gs1: Gs1;
  /** Instant of the last heartbeat that the board took, ms of the clock. */
  lastBeat_ms = NaN;
  /** Charge that had passed by then, C. */
  beatCharge_C = NaN;

  private constructor(
    readonly clock: VirtualClock,
    readonly bench: OpenedBench,
    readonly world: World,
    readonly firmware: Firmware,
    private readonly pump: Actuator,
  ) {
    this.gs1 = new Gs1(bench.bus, { slew_A_s: SLEW_A_S });
    this.watch = new PlantWatch(world);
    world.witness = this.watch;
  }

  static async open(clock: VirtualClock, seed: number): Promise<DrivenBench> {
    const options = { board: boardNamed('bench-sim'), reactor: reactorNamed('flow-12cm2'), clock, seed };
    const bench = await openBench(options);
    const world = bench.simulation?.world ?? null;
    if (world === null || !(world.board instanceof Firmware)) throw new Error('no simulated GS-1 on this bench');
    if (bench.pump === null) throw new Error('this reactor has no pump');
    return new DrivenBench(clock, bench, world, world.board, bench.pump);
  }

  /** From whatever was before to 180 mA, the Peltier and the pump, all of it seen in the plant. */
  async start(peltier_A = 2): Promise<void> {
    this.bench.lines.set('master-relay', true);
    await this.clock.sleep(20); // a trip by block, and contacts
    await this.gs1.open();
    await this.gs1.clear();
    await this.gs1.load(ENVELOPE);
    await this.gs1.arm();
    await this.send(this.pump.write(PUMP_SHARE));
    this.world.wiring.peltier_A = () => peltier_A;
    for (let cycle = 0; cycle < 8; cycle++) await this.cycle();
    if (!this.allOn()) throw new Error(`the bench did not come on: ${JSON.stringify(this.on())}`);
  }

  /** One control cycle: telemetry, then a heartbeat with the set point. */
  async cycle(setpoint_A = LOAD_A): Promise<void> {
    await this.clock.sleep(PERIOD_MS - (this.clock.now() % PERIOD_MS));
    await this.read();
    await this.beat(setpoint_A);
  }

  async read(): Promise<void> {
    await this.send(this.gs1.poll());
  }

  async beat(setpoint_A = LOAD_A): Promise<void> {
    const reading = await this.send(this.gs1.drive(setpoint_A));
    if (reading?.ok !== true) return;
    this.lastBeat_ms = this.clock.now();
    this.world.advanceTo(this.clock.now_ns());
    this.beatCharge_C = this.charge_C;
  }

  off(): Promise<void> {
    return this.gs1.off();
  }

  disarm(): Promise<void> {
    return this.gs1.disarm();
  }

  /** Breaks something from now on. Throws where this bench cannot suffer it. */
  inject(target: string, verb: FaultVerb): Injection {
    const inject = this.bench.simulation?.inject ?? null;
    if (inject === null) throw new Error('this bench takes no faults');
    return inject({ target, verb, amount: null, at_s: 0, for_s: null });
  }

  /** What a person does to an input line, now. */
  hand(line: InputLine, asserted: boolean): void {
    this.world.hand(line, asserted, this.clock.now_ns());
  }

  private async send<T>(poll: Poll<T>): Promise<Reading<T> | undefined> {
    return poll.decode(await this.bench.bus.batch(poll.transfers));
  }

  /** Brings the world to the clock's instant; a sleep alone does not. */
  async pass(ms: number): Promise<void> {
    await this.clock.sleep(ms);
    this.world.advanceTo(this.clock.now_ns());
  }

  on(): Record<Energy, boolean> {
    const { plant } = this.world;
    return {
      current: !(Math.abs(plant.current_A) <= OFF_A),
      peltier: plant.inputs.peltier_A !== 0,
      pump: plant.inputs.pump_mL_min !== 0,
    };
  }

  private allOn(): boolean {
    return Object.values(this.on()).every(Boolean);
  }

  /** How long after an instant each energy was last on, ms; the millisecond in which it went off counts. */
  lasted_ms(since_ms: number): Record<Energy, number> {
    const { last_ms } = this.watch;
    const of = (energy: Energy): number => last_ms[energy] + 1 - since_ms;
    return { current: of('current'), peltier: of('peltier'), pump: of('pump') };
  }

  get charge_C(): number {
    return this.world.plant.absoluteCharge_C;
  }
}
