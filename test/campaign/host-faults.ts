/**
 * What befalls the control process itself: killed, stopped and continued, too slow. Felt where it meets the bench, at
 * its bus: a process that is not there sends nothing more and hears nothing more. Owns no fault of the bench.
 */
import type { I2cBus, Reply, Transfer } from '../../src/bus/i2c.js';
import type { Bench } from '../../src/device/ports.js';
import type { Clock } from '../../src/model/clock.js';
import type { FaultOrder, Injection } from '../../src/twin/faults/order.js';

export const HOST = 'host';

/** off: kill -9. delayed: SIGSTOP for so many seconds, then SIGCONT. slow: every cycle takes so much longer, s. */
export const HOST_VERBS = ['off', 'delayed', 'slow'] as const;

const FOREVER = new Promise<never>(() => undefined);

class HostFault implements Injection {
  fired = 0;
  over = false;

  constructor(
    readonly order: FaultOrder,
    private readonly clock: Clock,
    private readonly until_ms: number,
    private readonly kill: () => void,
  ) {}

  end(): void {
    // Nothing brings a killed process back.
    if (this.order.verb !== 'off') this.over = true;
  }

  /** Waits as the process waits; then the transfers that it had in hand go out, however old they are. */
  async suffer(): Promise<void> {
    if (this.over) return;
    const { verb, amount } = this.order;
    const left_ms = this.until_ms - this.clock.now();
    if (verb === 'delayed' && !(left_ms > 0)) return;
    this.fired++;
    if (verb === 'delayed') return this.clock.sleep(left_ms);
    if (verb === 'slow') return this.clock.sleep((amount ?? 0.1) * 1000);
    this.kill();
    return FOREVER;
  }
}

/** A heartbeat of its own would have this period, s. */
const HEART_S = 0.05;

/** The process between its program and its bus. */
export class HostProcess {
  /** When it was killed, ms of the clock; Infinity while it lives. */
  died_ms = Infinity;
  private fault: HostFault | null = null;
  private readonly healthy: I2cBus['batch'];

  /** `undead`: what must not be, a heart that goes on beating beside a dead control cycle. */
  constructor(
    private readonly bench: Pick<Bench, 'bus' | 'galvanostat'>,
    private readonly clock: Clock,
    private readonly undead: boolean,
  ) {
    const { bus } = bench;
    this.healthy = bus.batch.bind(bus);
    bus.batch = async (transfers: readonly Transfer[]): Promise<Reply[]> => {
      if (this.fault !== null) await this.fault.suffer();
      return this.healthy(transfers);
    };
  }

  get killed(): boolean {
    return this.died_ms < Infinity;
  }

  inject(order: FaultOrder): Injection {
    if (this.killed) return new HostFault(order, this.clock, -Infinity, () => undefined);
    const until_ms = this.clock.now() + (order.amount ?? 1) * 1000;
    this.fault = new HostFault(order, this.clock, until_ms, () => this.die());
    return this.fault;
  }

  private die(): void {
    if (this.killed) return;
    this.died_ms = this.clock.now();
    if (this.undead) this.beat().catch(() => undefined); // a heart that fails is what should be
  }

  private async beat(): Promise<void> {
    const { galvanostat } = this.bench;
    for (let setpoint_A = 0; ; ) {
      const poll = galvanostat.poll();
      const reading = poll.decode(await this.healthy(poll.transfers));
      if (reading?.ok === true) setpoint_A = reading.value.setpoint_A;
      const drive = galvanostat.drive(setpoint_A);
      drive.decode(await this.healthy(drive.transfers));
      await this.clock.sleep(HEART_S * 1000);
    }
  }
}
