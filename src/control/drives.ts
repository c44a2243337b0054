/**
 * The writing half of a control cycle: loops turn the demand into set points, one batch writes them. The heartbeat goes
 * out with the set point of a completed cycle and from nowhere else. Owns the loops; judges nothing.
 */
import type { BusFault } from '../bus/i2c.js';
import type { Actuator, Bench, Poll, Reading } from '../device/ports.js';
import type { Observation } from '../model/observation.js';
import type { Reactor } from '../model/reactor.js';
import type { Demand } from '../procedure/types.js';
import { CurrentLoop } from './current-loop.js';
import { FlowLoop } from './flow-loop.js';
import { exchange } from './exchange.js';
import { TemperatureLoop } from './temperature-loop.js';

/** An unchanged demand is written again after this, s: a chip that lost it by a glitch gets it back. */
const REFRESH_S = 1;

interface Written {
  demand: number;
  age_s: number;
}

export class Drives {
  readonly current = new CurrentLoop();
  readonly temperature: TemperatureLoop;
  readonly flow: FlowLoop;
  /** What the chips of the actuators have refused since they last took everything; null: nothing. */
  refused: string | null = null;
  private readonly written = new Map<Actuator, Written>();
  /** As the line was last driven; a bench opens with the valve open. null: not known, since the line refused. */
  private sweepShut: boolean | null = false;

  constructor(
    private readonly bench: Bench,
    reactor: Reactor,
    pumpFull_mL_min: number,
    private readonly onFault: (fault: BusFault) => void,
  ) {
    this.temperature = new TemperatureLoop(reactor.control.temperature, reactor.heat.ambient_C);
    this.flow = new FlowLoop(pumpFull_mL_min);
  }

  /**
   * The nitrogen valve, driven in every cycle, also when nothing else may be: it is open wherever no pause policy shuts it.
   * Written when it is to move, and again until the line took it. Gives what the line refused.
   */
  valve({ sweepShut }: Demand): string[] {
    if (sweepShut === this.sweepShut) return [];
    try {
      this.bench.lines.set('nitrogen-shut', sweepShut);
    } catch (error) {
      this.sweepShut = null;
      return [`nitrogen valve: ${error instanceof Error ? error.message : 'the line cannot be driven'}`];
    }
    this.sweepShut = sweepShut;
    return [];
  }

  /** Runs the loops and writes what changed, the galvanostat always. Returns what the chips refused. */
  async drive(demand: Demand, seen: Observation, regulating: boolean, dt_s: number): Promise<string[]> {
    const setpoint_A = this.current.next(demand.current_mA, demand.currentRamp_mA_s, seen.current_mA, regulating, dt_s);
    const power_W = Math.abs(((seen.current_mA ?? 0) / 1000) * (seen.voltage_V ?? 0));
    const peltier_A = this.temperature.next(
      demand.temperature_C,
      demand.temperatureRamp_K_min,
      seen.temperature_C,
      power_W,
      dt_s,
    );
    const polls: Poll<null>[] = [this.bench.galvanostat.drive(setpoint_A)];
    const outputs: [Actuator, number][] = [
      [this.bench.peltier, peltier_A],
      [this.bench.canopyFan, 1],
      [this.bench.hotSideFan, 1],
    ];
    if (this.bench.pump !== null)
      outputs.push([this.bench.pump, this.flow.next(demand.flow_mL_min, seen.flow_mL_min, dt_s)]);
    const moved: [Actuator, number][] = [];
    for (const output of outputs) {
      const [actuator, value] = output;
      if (!this.isDue(actuator, value, dt_s)) continue;
      moved.push(output);
      polls.push(actuator.write(value));
    }
    const readings = await exchange(this.bench.bus, polls, this.onFault);
    return this.remember(moved, readings);
  }

  private isDue(actuator: Actuator, demand: number, dt_s: number): boolean {
    const last = this.written.get(actuator);
    if (last === undefined) return true;
    last.age_s += dt_s;
    return last.demand !== demand || last.age_s >= REFRESH_S;
  }

  /**
   * A demand counts as written only after the chip took it. When one did not, all are written again: outputs share a chip,
   * and setting it up anew switches its others off.
   */
  private remember(moved: readonly [Actuator, number][], readings: readonly (Reading<null> | undefined)[]): string[] {
    const [galvanostat] = readings;
    const refused: string[] = [];
    for (const [i, [actuator, demand]] of moved.entries()) {
      const reading = readings[i + 1];
      if (reading === undefined || reading.ok) this.written.set(actuator, { demand, age_s: 0 });
      else refused.push(`${actuator.name}: ${reading.detail}`);
    }
    if (refused.length > 0) this.written.clear();
    if (moved.length > 0) this.refused = refused.length > 0 ? refused.join('; ') : null;
    if (galvanostat === undefined || galvanostat.ok) return refused;
    return [`${this.bench.galvanostat.name}: ${galvanostat.detail}`, ...refused];
  }
}
