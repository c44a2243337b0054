/**
 * How a proof talks to the galvanostat: reads it, feeds it a heartbeat, waits, and reads lines. Owns what a proof refuses
 * with; knows neither the order of a proof nor what it proves. Every wait ends early when somebody wants the run to end.
 */
import { BusFault } from '../../bus/i2c.js';
import { type Bench, DeviceFault, type GalvanostatReading } from '../../device/ports.js';
import type { Clock } from '../../model/clock.js';
import { exchange } from '../exchange.js';

/** What a proof found wrong, with what to do. */
export class ProofFailure extends Error {
  override readonly name = 'ProofFailure';
}

/** Somebody stopped the run while it was being proven. */
export class ProofInterrupted extends Error {
  override readonly name = 'ProofInterrupted';
}

/** Between two heartbeats: longer than one sample of any galvanostat, far shorter than any dead-man, ms. */
const STEP_MS = 10;
const ATTEMPTS = 3;

export class ProofCycle {
  constructor(
    private readonly bench: Bench,
    private readonly clock: Clock,
    private readonly interrupted: () => boolean,
  ) {}

  now(): number {
    return this.clock.now();
  }

  /** A new reading, or null when this poll brought none. */
  async look(): Promise<GalvanostatReading | null> {
    const [reading] = await exchange(this.bench.bus, [this.bench.galvanostat.poll()], ignore);
    return reading?.ok === true ? reading.value : null;
  }

  /** A new reading within `within_ms`. Throws ProofFailure when none comes. */
  async seen(within_ms = 200): Promise<GalvanostatReading> {
    const until_ms = this.now() + within_ms;
    for (;;) {
      const reading = await this.look();
      if (reading !== null) return reading;
      if (!(this.now() < until_ms))
        throw new ProofFailure('the galvanostat gives no new sample: check its cable and supply');
      await this.pause();
    }
  }

  /** Set point and heartbeat. Whether the board took them; one that has just tripped does not. */
  async beat(setpoint_A: number): Promise<boolean> {
    const [reading] = await exchange(this.bench.bus, [this.bench.galvanostat.drive(setpoint_A)], ignore);
    return reading?.ok === true;
  }

  /** Heartbeats at zero until the board has taken one: a single lost transfer is no verdict. */
  async beatTaken(): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.seen();
      if (await this.beat(0)) return true;
      await this.pause();
    }
    return false;
  }

  /** Once and two more tries; what is asked for must be safe to ask for again. Rejects with the last refusal. */
  async tried(act: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof BusFault || error instanceof DeviceFault) || attempt >= ATTEMPTS) throw error;
        await this.pause();
      }
    }
  }

  /** Throws ProofInterrupted when the run is to end. */
  async pause(ms = STEP_MS): Promise<void> {
    if (this.interrupted()) throw new ProofInterrupted('the run is to end');
    await this.clock.sleep(ms);
  }

  /** Level of an input, or null where this bench has no such line. */
  line(name: string): boolean | null {
    try {
      return this.bench.lines.get(name);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  /** Waits until an input has the level; false when it has not after `within_ms`. A line that is not there has any level. */
  async follows(name: string, level: boolean, within_ms: number, meanwhile: () => Promise<void>): Promise<boolean> {
    const until_ms = this.now() + within_ms;
    for (;;) {
      const now = this.line(name);
      if (now === null || now === level) return true;
      if (!(this.now() < until_ms)) return false;
      await meanwhile();
      await this.pause();
    }
  }

  /** Drives until `done`, a fault, or the end of `longest_ms`; gives every reading that came. */
  async driven(
    setpoint_A: number,
    longest_ms: number,
    done: (reading: GalvanostatReading) => boolean,
  ): Promise<readonly GalvanostatReading[]> {
    const readings: GalvanostatReading[] = [];
    const until_ms = this.now() + longest_ms;
    for (;;) {
      const reading = await this.look();
      if (reading !== null) {
        readings.push(reading);
        if (reading.faults.length > 0 || done(reading)) return readings;
      }
      if (!(this.now() < until_ms)) return readings;
      await this.beat(setpoint_A);
      await this.pause();
    }
  }
}

/** A transfer that fails during a proof shows in what the proof sees, or it was tried again and does not matter. */
function ignore(): void {
  // counted by nobody: the run has not begun
}
