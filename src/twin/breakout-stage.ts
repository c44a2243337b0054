/**
 * The analog half of the breakout bench, which has no microcontroller: the MOSFET sink behind its converter with the
 * errors of its parts, cell relay, latching polarity relay, and the external watchdog relay. Owns what these do by
 * themselves; knows no bus, no register and no plant.
 *
 * The sink settles in 1 ms and is taken as instantaneous. It draws one way only: a flip is the polarity relay's. Errors
 * are drawn once from the seed: what a calibration left of gain and offset, and a gain that creeps as the MOSFET warms.
 *
 * The watchdog is a retriggerable monostable on the rising edges of a line; the relay behind it feeds the coils of the
 * cell relay and of the master relay, and it is SAFE_EN. The emergency-stop chain resets it.
 */
import type { HostBoardLine } from '../bus/line-names.js';
import type { Random } from '../model/random.js';
import type { BoardModel } from './board-model.js';
import type { BoardInputs } from './firmware.js';

export interface BreakoutStageOptions {
  /** As calibrated: current per volt of the converter, and current at zero volt. */
  readonly scale_A_V: number;
  readonly offset_A: number;
  /** Largest share by which the true gain differs from that. */
  readonly tolerance: number;
  readonly watchdog_s: number;
  readonly noise: Random;
}

/** Largest offset that a calibration leaves: 0.3 mV of the op-amp over 2 ohm. */
const OFFSET_A = 0.15e-3;
/** Timing parts of the monostable, share of its time. */
const TIMING_SHARE = 0.05;
/** A small relay opens so long after its coil, ms. */
const RELEASE_MS = 5;
/** The gain creeps by up to this share while the MOSFET warms, with this time constant. */
const CREEP_SHARE = 1e-3;
const CREEP_S = 30;
/** A current above this warms it. */
const WARM_A = 1e-3;

export class BreakoutStage implements BoardModel {
  private converter_V = 0;
  private reversed = false;
  private contact = false;
  /** The watchdog relay stays closed until this instant of its own, ms; 0: it is open. */
  private held_ms = 0;
  private time_ms = 0;
  private interlock = true;
  private warmth = 0;
  private readonly gain: number;
  private readonly offset_A: number;
  private readonly creep: number;
  private readonly watchdog_ms: number;

  constructor(private readonly options: BreakoutStageOptions) {
    const { noise, tolerance, watchdog_s } = options;
    const within = (limit: number): number => limit * (2 * noise.uniform() - 1);
    this.gain = 1 + within(tolerance);
    this.offset_A = within(OFFSET_A);
    this.creep = within(CREEP_SHARE);
    this.watchdog_ms = Math.round(1000 * watchdog_s * (1 + within(TIMING_SHARE))) + RELEASE_MS;
  }

  /** Output of the converter. */
  setVoltage(voltage_V: number): void {
    this.converter_V = voltage_V;
  }

  /** A line of the host; coils of the latching relay act on their leading edge. */
  line(name: HostBoardLine, asserted: boolean): void {
    switch (name) {
      case 'watchdog-pulse':
        if (asserted && this.interlock) this.held_ms = this.time_ms + this.watchdog_ms;
        return;
      case 'cell-relay':
        this.contact = asserted;
        return;
      case 'polarity-forward':
        if (asserted) this.reversed = false;
        return;
      case 'polarity-reverse':
        if (asserted) this.reversed = true;
    }
  }

  set({ interlockClosed }: BoardInputs): void {
    this.interlock = interlockClosed;
    if (!interlockClosed) this.held_ms = 0;
  }

  run(ticks: number): number {
    const ran = this.safeEnabled ? Math.min(ticks, this.held_ms - this.time_ms) : ticks;
    this.time_ms += ran;
    const target = this.sunk_A > WARM_A ? 1 : 0;
    this.warmth += (target - this.warmth) * (1 - Math.exp(-ran / (1000 * CREEP_S)));
    return ran;
  }

  get dacCurrent_A(): number {
    if (!this.relayClosed) return 0;
    return this.reversed ? -this.sunk_A : this.sunk_A;
  }

  get relayClosed(): boolean {
    return this.contact && this.safeEnabled;
  }

  get safeEnabled(): boolean {
    return this.time_ms < this.held_ms;
  }

  get openMasterRelay(): boolean {
    return !this.safeEnabled;
  }

  /** The MOSFET cannot source: below its offset it is shut. */
  private get sunk_A(): number {
    const { scale_A_V, offset_A } = this.options;
    const gain = this.gain * (1 + this.creep * this.warmth);
    return Math.max(0, this.converter_V * scale_A_V * gain + offset_A + this.offset_A);
  }
}
