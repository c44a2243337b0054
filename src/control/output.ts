/**
 * The run's hold on the board: armed or not, and the one way to off. Owns the order of proving, arming, off and disarming,
 * and the master relay, the separate way to off. It decides nothing: the procedure asks and the core tells it what came.
 *
 * Off: the board is told, and a timer of the clock opens the master relay unless off was measured before. The timer asks
 * neither the bus nor the cycle, so that a bus that hangs at an off costs no time. Nothing here ever shuts the sweep gas.
 */
import type { Bench, Envelope } from '../device/ports.js';
import type { Clock, Timer } from '../model/clock.js';
import type { EventData, EventKind } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import type { Plan } from '../model/plan.js';
import { StartUpProof } from './proof/start-up-proof.js';
import { RELAY_AFTER_S, Shutdown, type OffVerdict } from './shutdown.js';

type Journal = (kind: EventKind, actor: string, text: string, data: EventData) => void;

export interface OffJudged {
  readonly verdict: OffVerdict;
  /** For 'open-relay' and 'unconfirmed', what is the matter. */
  readonly text: string;
}

/** What came of a proof: passed, why not, or that somebody ended the run meanwhile. */
export type Proven = { readonly kind: 'passed' | 'interrupted' } | { readonly kind: 'failed'; readonly reason: string };

export interface ProofRequest {
  /** A person asked for what the board has latched to be cleared. */
  readonly clearFirst: boolean;
  /** The run is to end: the proof is not gone on with. */
  readonly interrupted: () => boolean;
}

export class Output {
  /** The board was told to arm, and not yet to disarm; heartbeats are due. */
  armed = false;
  /** This cycle read the challenge of the session that the board is armed for: its heartbeat will be taken. */
  private answersChallenge = false;
  /** The master relay was told to close, and not yet to open. */
  private powered = false;
  /** Off was not measured although relay and board were told: what still flows; null when it was, or was not asked for. */
  unconfirmed: string | null = null;
  private readonly shutdown = new Shutdown();
  private relayTimer: Timer | null = null;

  constructor(
    private readonly bench: Bench,
    private readonly clock: Clock,
    private readonly plan: Plan,
    private readonly runTag: number,
    private readonly journal: Journal,
  ) {}

  get mayDrive(): boolean {
    return this.armed && this.answersChallenge;
  }

  get goingOff(): boolean {
    return this.shutdown.inProgress;
  }

  /** Telemetry was read in this cycle. */
  challenged(): void {
    this.answersChallenge = this.armed;
  }

  /** The host drives the coil of the master relay. */
  get relayDriven(): boolean {
    return this.powered;
  }

  /** Proves board, dead-man and master relay. Afterwards all is off and the relay open, whatever came of it. */
  async prove({ clearFirst, interrupted }: ProofRequest): Promise<Proven> {
    const { bench, clock } = this;
    try {
      if (clearFirst) {
        await bench.galvanostat.clear();
        this.journal('command', 'operator', 'latched faults of the board cleared', { verb: 'clear', ok: true });
      }
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    }
    const envelope = envelopeOf(this.plan, this.runTag);
    const outcome = await new StartUpProof({ bench, clock, envelope, clearFirst, interrupted }).run();
    if (outcome.kind === 'passed') this.journal('board', 'board', outcome.text, outcome.data);
    return outcome;
  }

  /** Loads the envelope, closes the master relay, arms. Returns why it did not, or null. */
  async arm(): Promise<string | null> {
    const { galvanostat, lines } = this.bench;
    try {
      await galvanostat.load(envelopeOf(this.plan, this.runTag));
      // In a run without current too: Peltier and pump have their supply from this relay. What keeps the cell of a blank
      // without a circuit is the output relay of the board, which only an output that is turned on closes.
      lines.set('master-relay', true);
      this.powered = true;
      await galvanostat.arm();
    } catch (error) {
      this.dropMasterRelay();
      this.powered = false;
      return messageOf(error);
    }
    this.armed = true;
    this.journal('board', 'board', 'armed', { runTag: this.runTag });
    return null;
  }

  /**
   * Off at once. If the board does not take it, no heartbeat follows, so that its dead-man does; and the relay opens.
   * Returns why it was not taken, or null.
   */
  async off(reason: string, now_s: number): Promise<string | null> {
    if (this.shutdown.begin(reason, now_s)) this.timeRelay(now_s);
    this.answersChallenge = false; // the board answers an off with a new challenge
    try {
      await this.bench.galvanostat.off();
      return null;
    } catch (error) {
      const refusal = `off not taken: ${messageOf(error)}`;
      this.armed = false;
      this.openMasterRelay();
      this.journal('bus', 'program', refusal, { reason });
      return refusal;
    }
  }

  /** Between the cycles too, and while a transfer hangs. */
  private timeRelay(now_s: number): void {
    this.relayTimer = this.clock.after(RELAY_AFTER_S * 1000, () => {
      this.relayTimer = null;
      if (this.shutdown.expire(now_s + RELAY_AFTER_S)) this.openMasterRelay();
    });
  }

  private untime(): void {
    this.relayTimer?.cancel();
    this.relayTimer = null;
  }

  async disarm(): Promise<void> {
    this.armed = false;
    try {
      await this.bench.galvanostat.disarm();
      this.journal('board', 'board', 'disarmed', {});
    } catch (error) {
      this.journal('bus', 'program', `disarm not taken: ${messageOf(error)}; the board’s own time-out ends it`, {});
    }
    this.dropMasterRelay();
    this.powered = false;
  }

  /** The separate way to off: a line of the host, not the board. Driven each time, journalled once. */
  openMasterRelay(): void {
    this.dropMasterRelay();
    if (!this.powered) return;
    this.powered = false;
    this.journal('board', 'guard', 'master relay opened', {});
  }

  /** A line that cannot be driven must not cut an off short: the board's own off goes on beside it. */
  private dropMasterRelay(): void {
    try {
      this.bench.lines.set('master-relay', false);
    } catch (error) {
      this.journal('bus', 'program', `the master relay cannot be opened: ${messageOf(error)}`, {});
    }
  }

  /** Off is what is measured. Judges one cycle of an off that was asked for. */
  judgeOff({ now_s, current_mA, board, boardAge_s }: Observation): OffJudged {
    if (!this.shutdown.inProgress) return WAITING;
    const asked = this.shutdown.reason ?? 'off';
    const outputOn = board === null ? null : board.outputOn;
    const verdict = this.shutdown.judge({ now_s, current_mA, outputOn, age_s: boardAge_s });
    if (!this.shutdown.inProgress) this.untime();
    switch (verdict) {
      case 'waiting':
        return WAITING;
      case 'off':
        this.journal('board', 'board', `measured off: ${(current_mA ?? 0).toFixed(3)} mA`, { current_mA });
        return { verdict, text: asked };
      case 'open-relay':
        this.openMasterRelay();
        return { verdict, text: `the current was not off in time (${asked})` };
      case 'unconfirmed':
        return {
          verdict,
          text: current_mA === null ? 'the current cannot be measured' : `${current_mA.toFixed(2)} mA still flow`,
        };
    }
  }
}

const WAITING: OffJudged = { verdict: 'waiting', text: '' };

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the galvanostat did not answer';
}

function envelopeOf(plan: Plan, runTag: number): Envelope {
  const e = plan.envelope;
  return {
    runTag,
    current_A: e.current_mA / 1000,
    voltage_V: e.voltage_V,
    charge_C: e.charge_C,
    duration_s: e.duration_s,
    temperatureMin_C: e.temperatureMin_C,
    temperatureMax_C: e.temperatureMax_C,
  };
}
