/**
 * The proof before every arming: the board's own self-test, the dead-man with one heartbeat withheld, the master relay
 * open and closed by contact and by current, off measured. Owns the order, what stays off meanwhile, and that everything
 * is off and the master relay open after it, passed or not. It never arms for a run.
 *
 * Nothing is energised beyond the proof's own current: Peltier and pump are told zero before the relay closes, and fans
 * keep turning. Some 0.7 s in all; whoever stops the run meanwhile ends it at the next wait.
 */
import { BusFault } from '../../bus/i2c.js';
import {
  type Actuator,
  type Bench,
  DeviceFault,
  type Envelope,
  type GalvanostatReading,
  type ProofPort,
  type SelfTestVerdict,
} from '../../device/ports.js';
import type { Clock } from '../../model/clock.js';
import type { EventData } from '../../model/event.js';
import { exchange } from '../exchange.js';
import { closedPath, openPath, type PathSeen } from './current-path.js';
import { type DeadManSeen, withholdHeartbeat } from './dead-man.js';
import { ProofCycle, ProofFailure, ProofInterrupted } from './proof-cycle.js';

export interface ProofOptions {
  readonly bench: Bench;
  readonly clock: Clock;
  /** Of the run: its tag and the band of T1. Current, voltage, charge and time are the proof's own. */
  readonly envelope: Envelope;
  /** A person has asked for latched faults to be cleared, and has so seen them. */
  readonly clearFirst: boolean;
  /** The run is to end. */
  readonly interrupted: () => boolean;
}

export type ProofOutcome =
  | { readonly kind: 'passed'; readonly text: string; readonly data: EventData }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'interrupted' };

/** Above any rail: an open path is what is looked for. */
const VOLTAGE_V = 30;
/** 0.15 mA for 0.1 s is 15 uC, 1e-7 of the smallest recipe's charge. */
const CHARGE_C = 60e-6;
const DURATION_S = 2;
const CURRENT_MARGIN = 1.3;
/** A contactor of this size opens and closes in some 20 ms. */
const CONTACT_MS = 100;
/** 220 ms with a relay that does not move. */
const SELF_TEST_MS = 400;
const SELF_TEST_LOOK_MS = 20;
const CONTACT = 'master-relay-closed';
/** The one check that a person may have seen and accepted. */
const RESET_CAUSE = 'resetCause';

export class StartUpProof {
  private readonly cycle: ProofCycle;
  private readonly notHere: string[] = [];

  constructor(private readonly options: ProofOptions) {
    this.cycle = new ProofCycle(options.bench, options.clock, options.interrupted);
  }

  /** Never rejects for anything that the bench does. */
  async run(): Promise<ProofOutcome> {
    const { proof } = this.options.bench.galvanostat;
    if ('absent' in proof)
      return { kind: 'passed', text: `start-up proof: none (${proof.absent})`, data: { proof: 'absent' } };
    try {
      const outcome = await this.prove(proof);
      await this.rest();
      return outcome;
    } catch (error) {
      const left = await this.allOff();
      if (error instanceof ProofInterrupted) return { kind: 'interrupted' };
      if (!(error instanceof ProofFailure || error instanceof BusFault || error instanceof DeviceFault)) throw error;
      return { kind: 'failed', reason: [`start-up proof: ${error.message}`, ...left].join('; ') };
    }
  }

  private async prove(port: ProofPort): Promise<ProofOutcome> {
    const from_ms = this.cycle.now();
    await this.mustBeQuiet();
    await this.mustBeOpen();
    const selfTest = await this.selfTest(port);
    await this.arm(port);
    const open = await openPath(this.cycle, port);
    if (open.tripped) {
      await this.clear('openCell');
      await this.arm(port);
    }
    const deadMan = await withholdHeartbeat(this.cycle);
    await this.clear('deadman');
    const closed = await this.close(port);
    const took_s = (this.cycle.now() - from_ms) / 1000;
    return this.passed(port, { took_s, selfTest, open, deadMan, closed });
  }

  /** A board that has latched something, lacks its calibration or is still armed for another run is not proven. */
  private async mustBeQuiet(): Promise<void> {
    const { galvanostat } = this.options.bench;
    const before = await this.cycle.seen();
    if (before.armed) await galvanostat.disarm();
    const { faults, calibrationOk } = await this.cycle.seen();
    if (faults.length > 0)
      throw new ProofFailure(
        `the galvanostat has latched ${faults.join(', ')}: remove the cause, then start again with --clear`,
      );
    if (!calibrationOk)
      throw new ProofFailure('a calibration of the galvanostat is missing or damaged: calibrate it, then start again');
  }

  private async mustBeOpen(): Promise<void> {
    this.driveRelay(false);
    if (this.cycle.line(CONTACT) === null) this.notHere.push('no read-back of the master relay');
    if (await this.cycle.follows(CONTACT, false, CONTACT_MS, nothing)) return;
    throw new ProofFailure(
      'the master relay reads closed although it is told to be open: it is welded, or its read-back wire is shorted. ' +
        'Pull the plug of the bench and replace the relay',
    );
  }

  private async selfTest({ selfTest }: ProofPort): Promise<string> {
    if ('absent' in selfTest) return `not on this board (${selfTest.absent})`;
    await selfTest.begin();
    const until_ms = this.cycle.now() + SELF_TEST_MS;
    for (;;) {
      await this.cycle.pause(SELF_TEST_LOOK_MS);
      const verdict = await selfTest.verdict();
      if (verdict !== 'running') return this.judgeSelfTest(verdict);
      if (!(this.cycle.now() < until_ms))
        throw new ProofFailure('the self-test of the galvanostat does not end: power it off and on, then start again');
    }
  }

  /** A restart by the watchdog or a brown-out is for a person to look into; --clear says that somebody did. */
  private judgeSelfTest({ failed }: SelfTestVerdict): string {
    const standing = this.options.clearFirst ? failed.filter((check) => check !== RESET_CAUSE) : failed;
    if (standing.length === 1 && standing[0] === RESET_CAUSE)
      throw new ProofFailure(
        'the galvanostat was last restarted by its watchdog or a brown-out: check its supply, then power it off and on, ' +
          'or start again with --clear',
      );
    if (standing.length > 0)
      throw new ProofFailure(
        `the self-test of the galvanostat failed at ${standing.join(', ')}: power it off and on; a board that fails again is defective`,
      );
    return failed.length === 0 ? 'passed' : 'passed but for its reset cause, which was cleared';
  }

  private async arm(port: ProofPort): Promise<void> {
    const { galvanostat } = this.options.bench;
    const { runTag, temperatureMin_C, temperatureMax_C } = this.options.envelope;
    const envelope = {
      runTag,
      temperatureMin_C,
      temperatureMax_C,
      current_A: CURRENT_MARGIN * port.current_A,
      voltage_V: VOLTAGE_V,
      charge_C: CHARGE_C,
      duration_s: DURATION_S,
    };
    await this.cycle.tried(() => galvanostat.load(envelope));
    await galvanostat.arm();
  }

  /** Exactly the fault that was provoked; another one that came meanwhile stays, and refuses. */
  private async clear(fault: string): Promise<void> {
    await this.options.bench.galvanostat.clear([fault]);
    const { faults } = await this.cycle.seen();
    if (faults.length > 0)
      throw new ProofFailure(`the galvanostat has latched ${faults.join(', ')} while it was proven`);
  }

  private async close(port: ProofPort): Promise<PathSeen & { readonly off_ms: number }> {
    const { bench } = this.options;
    await this.quietActuators();
    this.driveRelay(true);
    await this.arm(port);
    const followed = await this.cycle.follows(CONTACT, true, CONTACT_MS, async () => {
      await this.cycle.look();
      await this.cycle.beat(0);
    });
    if (!followed)
      throw new ProofFailure(
        'the master relay does not close: check the emergency stop chain, its coil supply and its read-back wire',
      );
    return closedPath(this.cycle, port, () => this.cycle.tried(() => bench.galvanostat.off()));
  }

  /** SAFE_EN and the relay give Peltier and pump their supply: they must not go on from where another run left them. */
  private async quietActuators(): Promise<void> {
    let refused = await this.quieten();
    for (let again = 0; refused.length > 0 && again < 2; again++) refused = await this.quieten();
    if (refused.length > 0)
      throw new ProofFailure(`cannot be set to rest before the relay closes: ${refused.join('; ')}`);
  }

  private async quieten(): Promise<string[]> {
    const { bus, peltier, pump, canopyFan, hotSideFan } = this.options.bench;
    const demands: (readonly [Actuator, number])[] = [
      [peltier, 0],
      ...(pump === null ? [] : [[pump, 0] as const]),
      [canopyFan, 1],
      [hotSideFan, 1],
    ];
    const polls = demands.map(([actuator, demand]) => actuator.write(demand));
    const readings = await exchange(bus, polls, () => undefined);
    return demands.flatMap(([actuator], i) => {
      const reading = readings[i];
      return reading === undefined || reading.ok ? [] : [`${actuator.name}: ${reading.detail}`];
    });
  }

  /** A line that does not take its level refuses the start; it is no error of the program. */
  private driveRelay(closed: boolean): void {
    try {
      this.options.bench.lines.set('master-relay', closed);
    } catch (error) {
      throw new ProofFailure(
        `the line of the master relay cannot be driven (${error instanceof Error ? error.message : String(error)}): ` +
          'check how the lines of this host are reached',
      );
    }
  }

  /** Off and disarmed, relay open: the run arms from there. Rejects when the board does not take it. */
  private async rest(): Promise<void> {
    this.driveRelay(false);
    await this.cycle.tried(() => this.options.bench.galvanostat.disarm());
  }

  /** The relay first, which needs no bus. What could not be done is told: an off that failed is never silent. */
  private async allOff(): Promise<string[]> {
    const { lines, galvanostat } = this.options.bench;
    const left: string[] = [];
    const attempt = async (what: string, act: () => void | Promise<void>): Promise<void> => {
      try {
        await act();
      } catch (error) {
        left.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    await attempt('the master relay could not be opened', () => lines.set('master-relay', false));
    await attempt('off not taken', () => galvanostat.off());
    await attempt('disarm not taken', () => galvanostat.disarm());
    return left;
  }

  private passed(port: ProofPort, seen: Seen): ProofOutcome {
    const { took_s, selfTest, open, deadMan, closed } = seen;
    const text = [
      `start-up proof passed in ${took_s.toFixed(2)} s: dead-man ${deadMan.trip_ms.toFixed(0)} ms`,
      `relay open ${open.voltage_V.toFixed(2)} V ${mA(open)} mA`,
      `closed ${closed.voltage_V.toFixed(2)} V ${mA(closed)} mA of ${(port.current_A * 1000).toFixed(2)}`,
      `off in ${closed.off_ms.toFixed(0)} ms`,
      `self-test ${selfTest}`,
      ...this.notHere,
    ].join(', ');
    const data: EventData = {
      proof: 'passed',
      took_s: round(took_s, 3),
      dead_man_ms: round(deadMan.trip_ms, 1),
      dead_man_by_line: deadMan.byLine,
      relay_open_V: round(open.voltage_V, 3),
      relay_open_mA: round(open.current_A * 1000, 4),
      relay_open_by_trip: open.tripped,
      relay_closed_V: round(closed.voltage_V, 3),
      relay_closed_mA: round(closed.current_A * 1000, 4),
      off_ms: round(closed.off_ms, 1),
      self_test: selfTest,
      not_here: this.notHere.join('; '),
    };
    return { kind: 'passed', text, data };
  }
}

interface Seen {
  readonly took_s: number;
  readonly selfTest: string;
  readonly open: PathSeen;
  readonly deadMan: DeadManSeen;
  readonly closed: PathSeen & { readonly off_ms: number };
}

const mA = ({ current_A }: Pick<GalvanostatReading, 'current_A'>): string => (current_A * 1000).toFixed(3);
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const nothing = async (): Promise<void> => undefined;
