/**
 * The reading half of a control cycle: which chips are due, one batch for all of them, and what it all amounts to as an
 * Observation. Owns channels, board status and ledger; judges nothing.
 */
import type { BusFault, BusFaultReason, Lines } from '../bus/i2c.js';
import type { Bench, GalvanostatReading, Poll, Reading, Sensor } from '../device/ports.js';
import type { Clock } from '../model/clock.js';
import { SAFETY_LINES, type BoardStatus, type Observation, type SafetyLine } from '../model/observation.js';
import { CHANNELS, type ChannelName } from '../model/sample.js';
import { Channels } from './channels.js';
import { exchange } from './exchange.js';
import { HOT_SIDE_FASTEST_K_S, JumpFilter } from './guard/jump.js';
import { TransferTally } from './guard/tally.js';
import { Ledger, type Carried } from './ledger.js';

interface Due {
  readonly everyTicks: number;
  readonly phase: number;
  poll(): Poll<unknown>;
  accept(reading: Reading<unknown>): void;
}

export interface SetPoints {
  readonly setpoint_mA: number;
  readonly temperature_C: number | null;
}

export class Senses {
  readonly channels = new Channels();
  readonly ledger: Ledger;
  board: BoardStatus | null = null;
  regulating = false;
  /** Transfers that failed since the start, by reason, in reading and in writing. */
  readonly busCounts: Record<BusFaultReason, number> = { nack: 0, timeout: 0, crc: 0, busy: 0, gone: 0, protocol: 0 };
  private readonly due: Due[] = [];
  private readonly lines: Record<SafetyLine, boolean>;
  private readonly readBacks: ReadonlySet<string>;
  private readonly jumps = new JumpFilter();
  private readonly hotSideJumps = new JumpFilter(HOT_SIDE_FASTEST_K_S);
  private readonly tally = new TransferTally();
  private failedReads = 0;
  private lastCounter = -1;
  private boardSeen_ms = -Infinity;
  private boardTime_ms = 0;
  private boardStart_ms: number | null = null;
  private start_ms = 0;

  constructor(
    private readonly clock: Clock,
    private readonly bench: Bench,
    private readonly period_s: number,
    carried?: Carried,
  ) {
    this.ledger = new Ledger(carried);
    this.lines = Object.fromEntries(SAFETY_LINES.map((name) => [name, false])) as Record<SafetyLine, boolean>;
    this.readBacks = new Set(['master-relay-closed', 'safe-enabled'].filter((name) => has(bench.lines, name)));
    this.expectGalvanostat();
    this.watch(bench.thermometer, (t) => this.takeUnlessJumped('temperature_C', t, this.jumps), ['temperature_C']);
    this.watch(bench.peltierMeter, (m) => this.take('peltier_A', m.current_A), ['peltier_A']);
    this.watch(bench.auxiliary, (a) => this.takeAuxiliary(a), ['hot_side_C', 'supply_V']);
    this.watch(bench.hydrogen, (h) => this.take('hydrogen_ppm', h), ['hydrogen_ppm']);
    this.watch(bench.ventHydrogen, (x) => this.take('vent_hydrogen_vol_percent', x), ['vent_hydrogen_vol_percent']);
    this.watch(bench.sweep, (q) => this.take('sweep_mL_min', q), ['sweep_mL_min']);
    if (bench.flow !== null) this.watch(bench.flow, (q) => this.take('flow_mL_min', q), ['flow_mL_min']);
  }

  /** The run begins now: its time and its charge count from here. */
  begin(): void {
    this.start_ms = this.clock.now();
    // The board's own time now; a board that has said nothing yet begins with its first word.
    const age_ms = this.start_ms - this.boardSeen_ms;
    this.boardStart_ms = Number.isFinite(age_ms) && this.board !== null ? this.boardTime_ms + Math.round(age_ms) : null;
    this.ledger.restart();
  }

  /** Reads every chip that is due at this tick, in one batch. */
  async read(tick: number): Promise<void> {
    const due: Due[] = [];
    const polls: Poll<unknown>[] = [];
    for (const d of this.due) {
      if (tick % d.everyTicks !== d.phase) continue;
      due.push(d);
      polls.push(d.poll());
    }
    this.failedReads = 0;
    const readings = await exchange(this.bench.bus, polls, this.countFailedRead);
    this.tally.add(this.clock.now() / 1000, count(polls), this.failedReads);
    for (const [i, reading] of readings.entries()) if (reading !== undefined) due[i]?.accept(reading);
    for (const name of SAFETY_LINES) this.lines[name] = this.bench.lines.get(name);
  }

  observe(setPoints: SetPoints): Observation {
    const now_ms = this.clock.now();
    const value = (name: ChannelName): number | null => this.channels.value(name, now_ms);
    return {
      now_s: (now_ms - this.start_ms) / 1000,
      elapsed_s: this.boardStart_ms === null ? 0 : Math.max(0, this.boardTime_ms - this.boardStart_ms) / 1000,
      quality: this.channels.qualities(now_ms),
      board: this.board,
      boardAge_s: (now_ms - this.boardSeen_ms) / 1000,
      charge_C: this.ledger.charge_C,
      absolute_charge_C: this.ledger.absolute_C,
      board_charge_C: this.ledger.board_C,
      setpoint_mA: setPoints.setpoint_mA,
      temperature_setpoint_C: setPoints.temperature_C,
      lines: this.lines,
      masterRelayClosed: this.level('master-relay-closed'),
      safeEnabledLine: this.level('safe-enabled'),
      temperatureJumps: this.jumps.dropped,
      hotSideJumps: this.hotSideJumps.dropped,
      busFailedShare: this.tally.share,
      current_mA: value('current_mA'),
      return_current_mA: value('return_current_mA'),
      voltage_V: value('voltage_V'),
      temperature_C: value('temperature_C'),
      safety_temperature_C: value('safety_temperature_C'),
      board_temperature_C: value('board_temperature_C'),
      hot_side_C: value('hot_side_C'),
      supply_V: value('supply_V'),
      peltier_A: value('peltier_A'),
      hydrogen_ppm: value('hydrogen_ppm'),
      vent_hydrogen_vol_percent: value('vent_hydrogen_vol_percent'),
      sweep_mL_min: value('sweep_mL_min'),
      flow_mL_min: value('flow_mL_min'),
    };
  }

  /**
   * Channels that this bench has and that are not good now, with why: what keeps a run from starting. A chip that warms
   * up does not: the electrolysis waits for it.
   */
  missing(): string[] {
    const now_ms = this.clock.now();
    const lacks = CHANNELS.filter((name) => {
      const quality = this.channels.quality(name, now_ms);
      return quality === 'stale' || quality === 'invalid' || quality === 'over-range';
    });
    return lacks.map((name) => {
      const fault = this.channels.fault(name);
      return fault === null ? name : `${name} (${fault.detail})`;
    });
  }

  private expectGalvanostat(): void {
    for (const name of [
      'current_mA',
      'return_current_mA',
      'voltage_V',
      'safety_temperature_C',
      'board_temperature_C',
    ] as const) {
      this.channels.expect(name, this.period_s);
    }
    const names: readonly ChannelName[] = ['current_mA', 'voltage_V'];
    this.due.push({
      everyTicks: 1,
      phase: 0,
      poll: () => this.bench.galvanostat.poll(),
      accept: (reading) =>
        this.acceptReading(reading as Reading<GalvanostatReading>, names, (g) => this.takeGalvanostat(g)),
    });
  }

  /** Sensors are staggered over the ticks of their period, so that no cycle reads all of them. */
  private watch<T>(sensor: Sensor<T>, take: (value: T) => void, names: readonly ChannelName[]): void {
    const everyTicks = Math.max(1, Math.round(sensor.period_s / this.period_s));
    const pollsAValue = (sensor.renewal_s ?? sensor.period_s) / sensor.period_s;
    for (const name of names) this.channels.expect(name, pollsAValue * everyTicks * this.period_s);
    this.due.push({
      everyTicks,
      phase: this.due.length % everyTicks,
      poll: () => sensor.poll(),
      accept: (reading) => this.acceptReading(reading as Reading<T>, names, take),
    });
  }

  private acceptReading<T>(reading: Reading<T>, names: readonly ChannelName[], take: (value: T) => void): void {
    if (reading.ok) take(reading.value);
    else for (const name of names) this.channels.refuse(name, { kind: reading.fault, detail: reading.detail });
  }

  private take(name: ChannelName, value: number): void {
    this.channels.accept(name, value, this.clock.now());
  }

  /** A jump is left out like a bad answer: the last value stays until it is stale. */
  private takeUnlessJumped(name: ChannelName, value_C: number, filter: JumpFilter): void {
    if (filter.accepts(value_C, this.clock.now() / 1000)) this.take(name, value_C);
    else this.channels.refuse(name, { kind: 'protocol', detail: `jumped to ${value_C.toFixed(1)} °C` });
  }

  private takeAuxiliary(value: { readonly hotSide_C: number; readonly supply_V: number }): void {
    this.takeUnlessJumped('hot_side_C', value.hotSide_C, this.hotSideJumps);
    this.take('supply_V', value.supply_V);
  }

  /** A frame whose sample counter stands still is an old one, however right its checksum. */
  private takeGalvanostat(g: GalvanostatReading): void {
    if (g.sampleCounter === this.lastCounter) return;
    this.lastCounter = g.sampleCounter;
    this.boardSeen_ms = this.clock.now();
    this.boardTime_ms = g.boardTime_ms;
    this.boardStart_ms ??= g.boardTime_ms;
    this.board = g;
    this.regulating = g.regulating;
    this.take('current_mA', g.current_A * 1000);
    this.take('return_current_mA', g.returnCurrent_A * 1000);
    this.take('voltage_V', g.voltage_V);
    this.take('safety_temperature_C', g.cellTemperature_C);
    this.take('board_temperature_C', g.boardTemperature_C);
    this.ledger.add(g);
  }

  readonly countFault = ({ reason }: BusFault): void => {
    this.busCounts[reason]++;
  };

  private readonly countFailedRead = (fault: BusFault): void => {
    this.failedReads++;
    this.countFault(fault);
  };

  /** A line that says what is powered reads on, now. */
  readsOn(): boolean {
    return this.level('master-relay-closed') === true || this.level('safe-enabled') === true;
  }

  /** null where this bench has no such line. */
  private level(name: 'master-relay-closed' | 'safe-enabled'): boolean | null {
    return this.readBacks.has(name) ? this.bench.lines.get(name) : null;
  }
}

/** A bench without a line says so with a RangeError; any other error is one of the line that it has. */
function has(lines: Lines, name: string): boolean {
  try {
    lines.get(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function count(polls: readonly Poll<unknown>[]): number {
  let transfers = 0;
  for (const poll of polls) transfers += poll.transfers.length;
  return transfers;
}
