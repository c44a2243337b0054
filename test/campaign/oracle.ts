/**
 * The judge of a run: looks at the plant's truth each time it has moved, and notes every clause that is broken. It is
 * told the run's state, which faults stand and when trips were given, and never what host or board believe to measure.
 */
import { BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { DRIVE } from '../../src/bus/protocol.gen.js';
import type { Plan } from '../../src/model/plan.js';
import type { RunState } from '../../src/model/state.js';
import type { Contact } from '../../src/twin/faults/points.js';
import type { Witness, World } from '../../src/twin/world.js';
import { CHUNK_MS, CLAUSES, SECOND_STEP_MS } from './clauses.js';
import { TraceHash } from './trace-hash.js';
import { energised, isOn, restingView, type Clause, type Energised, type PlantView } from './view.js';

export interface Breach {
  readonly clause: string;
  readonly rows: string;
  readonly at_s: number;
  readonly text: string;
}

/** A duty that a fault itself brings: what must be off when it has been in force for its time. */
export interface Duty {
  readonly clause: string;
  readonly rows: string;
  readonly off: Energised;
  readonly limit_ms: number;
  /** As of a clause. */
  readonly sampled_ms?: number;
  /** The cause can still be seen with everything off: after a trip nothing may come on while it stands. */
  readonly standsAtRest: boolean;
}

/** A fault that stands, as the oracle is told of it. */
export interface Standing {
  readonly name: string;
  readonly duty: Duty | null;
  /** In force, and has changed something. */
  readonly inForce: boolean;
  /** Keeps an output on by itself. */
  readonly stuckOn: boolean;
  /** Spoils transfers, or lets them wait. */
  readonly hurtsBus: boolean;
}

/** What an oracle must be told about the run beside what it sees. */
export interface Told {
  readonly run: () => RunState;
  readonly standing: () => readonly Standing[];
  /** When the control process was killed, ms; Infinity while it lives: no heartbeat after that counts. */
  readonly hostDied_ms: () => number;
}

/** How one cause stands against its limit. */
interface Watch {
  /** When cause and output first met in this episode of the cause, ms; NaN: they have not. */
  met_ms: number;
  /** It has stood for its time: the output must be off. */
  due: boolean;
  breached: boolean;
}

/** The same for a fault that stands, and whether a trip was given for it. */
interface DutyWatch extends Watch {
  tripped: boolean;
  /** The output has been off since that trip. */
  restedSinceTrip: boolean;
}

/** A set point that has not moved for a cycle is at rest, ms. */
const RESTS_MS = 50;

const unmet = (): Watch => ({ met_ms: NaN, due: false, breached: false });

export class Oracle implements Witness {
  readonly breaches: Breach[] = [];
  readonly hash = new TraceHash();
  /** Longest time that a standing fault met a live output, ms, by its name. */
  readonly exposed_ms = new Map<string, number>();
  private readonly view = restingView();
  private readonly watches: readonly Watch[] = CLAUSES.map(unmet);
  private readonly duties = new Map<string, DutyWatch>();
  private beat_ms = -Infinity;
  private command_mA = 0;
  private commandMoved_ms = -Infinity;

  constructor(
    private readonly world: World,
    private readonly plan: Plan,
    private readonly galvanostat: number,
    private readonly told: Told,
  ) {}

  transferred({ address, write }: Transfer, reply: Reply): void {
    if (address !== this.galvanostat || reply instanceof BusFault || write?.[0] !== DRIVE.command) return;
    this.beat_ms = this.world.elapsed_ms;
  }

  moved(): void {
    look(this.view, this.world, this.told, this.beat_ms);
    this.followCommand(this.view);
    this.judge(this.view);
    this.hash.add(this.view.now_ms, this.view.current_mA, this.view.liquid_C, this.view.absoluteCharge_C);
  }

  private followCommand(view: PlantView): void {
    const { commanded_mA, now_ms } = view;
    if (!(Math.abs(commanded_mA - this.command_mA) <= 0.1 + 0.01 * Math.abs(this.command_mA))) {
      this.command_mA = commanded_mA;
      this.commandMoved_ms = now_ms;
    }
    view.commandRests = now_ms - this.commandMoved_ms > RESTS_MS;
  }

  /** A hold or a trip was given: what stands now must not be met by a live output again while it stands. */
  trip(): void {
    for (const { name, inForce } of this.told.standing()) {
      const watch = this.duties.get(name);
      if (inForce && watch !== undefined) watch.tripped = true;
    }
  }

  /** Public so that hand-made views can show that each clause can fail. */
  judge(view: PlantView): void {
    for (const [index, clause] of CLAUSES.entries()) {
      const watch = this.watches[index];
      if (watch !== undefined) this.judgeClause(clause, watch, view);
    }
    for (const standing of this.told.standing()) this.judgeStanding(standing, view);
  }

  private judgeClause(clause: Clause, watch: Watch, view: PlantView): void {
    const { id, rows, cause, off, latched, why } = clause;
    const standing = cause(view, this.plan);
    const on = off === null ? standing : isOn(view, off);
    if (!standing) watch.met_ms = NaN;
    else if (on && Number.isNaN(watch.met_ms)) watch.met_ms = view.now_ms;
    const since_ms = view.now_ms - watch.met_ms;
    if (since_ms > limitFor(clause, view)) watch.due = true;
    else if (!standing && !latched) watch.due = false;
    if (!(watch.due && on)) return;
    const text = standing ? `${why} for ${since_ms} ms` : `on again after a trip (${why})`;
    this.breach(watch, standing ? id : `${id}-again`, rows, text, view);
  }

  private judgeStanding({ name, duty, inForce }: Standing, view: PlantView): void {
    if (duty === null) return;
    const watch = this.dutyWatch(name);
    const live = isOn(view, duty.off);
    if (!inForce) watch.tripped = watch.restedSinceTrip = false;
    if (!(inForce && live)) {
      watch.met_ms = NaN;
      watch.restedSinceTrip = watch.tripped;
      return;
    }
    if (Number.isNaN(watch.met_ms)) watch.met_ms = view.now_ms;
    const since_ms = view.now_ms - watch.met_ms;
    this.exposed_ms.set(name, Math.max(since_ms, this.exposed_ms.get(name) ?? 0));
    if (since_ms > limitFor(duty, view) + CHUNK_MS)
      this.breach(watch, duty.clause, duty.rows, `${name} has stood for ${since_ms} ms`, view);
    else if (duty.standsAtRest && watch.restedSinceTrip)
      this.breach(watch, `${duty.clause}-again`, duty.rows, `on again while ${name} still stands`, view);
  }

  private dutyWatch(name: string): DutyWatch {
    let watch = this.duties.get(name);
    if (watch === undefined) this.duties.set(name, (watch = { ...unmet(), tripped: false, restedSinceTrip: false }));
    return watch;
  }

  private breach(watch: Watch, clause: string, rows: string, why: string, view: PlantView): void {
    if (watch.breached) return;
    watch.breached = true;
    this.breaches.push({ clause, rows, at_s: view.now_ms / 1000, text: `${why}: ${shown(view)}` });
  }
}

/** A part that keeps an output on costs the second step, spoilt transfers up to three samples instead of one. */
function limitFor({ limit_ms, sampled_ms = 0 }: Pick<Duty, 'limit_ms' | 'sampled_ms'>, view: PlantView): number {
  return limit_ms + (view.stuckOn ? SECOND_STEP_MS : 0) + (view.busHurt ? 2 * sampled_ms : 0);
}

function shown({ current_mA, peltier_A, pump_mL_min, powered, run }: PlantView): string {
  const relay = powered ? 'closed' : 'open';
  return `${current_mA.toFixed(2)} mA, Peltier ${peltier_A.toFixed(2)} A, pump ${pump_mL_min.toFixed(1)} mL/min, master relay ${relay}, ${run}`;
}

/** Fills the view from the world. Written out and into the same object: this runs at the end of every chunk. */
function look(view: PlantView, world: World, told: Told, beat_ms: number): void {
  const { plant, board, wiring } = world;
  view.now_ms = world.settled_ms;
  view.run = told.run();
  view.stuckOn = false;
  for (const { stuckOn, hurtsBus, inForce } of told.standing()) {
    if (inForce && stuckOn) view.stuckOn = true;
    if (inForce && hurtsBus) view.busHurt = true;
  }
  view.current_mA = plant.current_A * 1000;
  view.commanded_mA = board.dacCurrent_A * 1000;
  view.absoluteCharge_C = plant.absoluteCharge_C;
  view.voltage_V = plant.voltage_V;
  view.compliance = plant.compliance;
  view.connected = plant.inputs.connected;
  view.powered = wiring.powered;
  view.peltier_A = plant.inputs.peltier_A;
  view.peltierSign = plant.defects.peltierSign;
  view.pump_mL_min = plant.inputs.pump_mL_min;
  view.flow_mL_min = plant.flow_mL_min;
  view.sweep_mL_min = plant.sweep_mL_min;
  view.liquid_C = plant.liquid_C;
  view.coldest_C = view.peltier_A === 0 ? view.liquid_C : Math.min(view.coldest_C, view.liquid_C);
  view.hotSide_C = plant.hotSide_C;
  view.hydrogen_ppm = plant.ambientHydrogen_ppm;
  view.supply_V = wiring.railVoltage_V;
  view.eStopClosed = closed(wiring, 'e-stop-closed');
  view.doorClosed = closed(wiring, 'door-closed');
  view.trayDry = closed(wiring, 'tray-dry');
  view.cutoutClosed = closed(wiring, 'thermal-cutout-closed');
  view.canopyFanTurning = plant.canopyFanTurning;
  view.hotSideFanTurning = plant.hotSideFanTurning;
  if (energised(view)) view.energisedBefore = true;
  if (view.energisedBefore)
    view.silence_ms = Math.max(view.silence_ms, view.now_ms - Math.min(beat_ms, told.hostDied_ms()));
}

/** A hand that opens a contact opens it, whatever its wires then say; and a wire that is cut is open. */
function closed(wiring: World['wiring'], line: Contact): boolean {
  return wiring.level(line) && wiring.handOn(line) !== false;
}
