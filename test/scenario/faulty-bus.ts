/**
 * The trouble of the simulated bench's bus, struck by one rule at a time: for rehearsals that choose single transfers.
 * What each kind of trouble does is the twin's.
 */
import type { I2cBus } from '../../src/bus/i2c.js';
import { seeded, type Random } from '../../src/model/random.js';
import type { Clamp, Rule, Trouble } from '../../src/twin/faults/faulty-bus.js';
import { SimulatedBus } from '../../src/twin/simulated-bus.js';

export type { Rule, Trouble } from '../../src/twin/faults/faulty-bus.js';

export class FaultyBus {
  /** Somebody has asked for trouble. */
  struck = false;
  private clamp: Clamp;
  private readonly random: Random;
  private readonly bus: SimulatedBus;
  private before = { transfers: 0, fired: 0 };

  /** Throws TypeError for a bus that is not simulated here. */
  constructor(bus: I2cBus, seed: number) {
    if (!(bus instanceof SimulatedBus)) throw new TypeError('only a simulated bus can be broken');
    this.bus = bus;
    this.random = seeded(seed).fork('faulty bus');
    this.clamp = bus.trouble.clamp(() => null, this.random);
  }

  /** Transfers asked for since the bus was clamped. */
  get transfers(): number {
    return this.before.transfers + this.clamp.transfers;
  }

  /** Transfers that did not go as asked. */
  get fired(): number {
    return this.before.fired + this.clamp.fired;
  }

  /** The rule counts transfers from the first clamping on. */
  strike(rule: Rule): void {
    this.struck = true;
    this.before = { transfers: this.transfers, fired: this.fired };
    const { transfers } = this.before;
    this.clamp.end();
    this.clamp = this.bus.trouble.clamp((transfer, index) => rule(transfer, transfers + index), this.random);
  }

  /** All transfers of one chip. */
  strikeChip(address: number, trouble: Trouble): void {
    this.strike((transfer) => (transfer.address === address ? trouble : null));
  }
}
