/**
 * The copper of the simulated bench: what each output reaches, and what each input sees. Owns the levels of lines and
 * the demands of the actuating chips; knows no time, no bus and no register.
 *
 * Supplies. The master relay feeds cell, Peltier and pump; the host energises it, and an open e-stop, an open thermal
 * cut-out or the board's own request takes its coil current away (layer L0). SAFE_EN gates the Peltier supply and the
 * output-enable of the PCA9685: with it off the pump stops, and the fans, four-wire types on a supply of their own, run
 * at full speed because nothing drives their control wire. The nitrogen valve is normally open and is fed by SAFE_EN too,
 * so that a host that died with its line asserted does not keep the sweep gas shut.
 *
 * The low-pass of the Peltier current (some 20 ms) is left out: the block it cools follows in seconds.
 */
import { type HostBoardLine, type InputLine, isHostBoardLine, type OutputLine } from '../bus/line-names.js';
import type { BoardModel } from './board-model.js';
import type { Contact, FaultPoints } from './faults/points.js';
import type { Tap } from './faults/tap.js';
import type { BoardInputs } from './firmware.js';
import type { Plant } from './plant.js';

/** Inputs that a hand can move. */
type HandLine = Exclude<InputLine, 'master-relay-closed' | 'safe-enabled'>;

export interface Ratings {
  /** Pump flow at full drive; null where the reactor has no pump. */
  readonly pumpFull_mL_min: number | null;
  readonly peltierMax_A: number;
  /** Largest output of the current stage, shunt included, V. */
  readonly stage_V: number;
  readonly ambient_C: number;
}

/** Below this share of full drive a fan stands still. */
const FAN_STALL = 0.2;
/** What the board's own losses warm it by, K. */
const BOARD_WARMING_K = 8;
/** The board's supply, V. */
const SUPPLY_V = 24;

export class Wiring {
  /** Current of the Peltier supply while it is on, A; positive cools. */
  peltier_A: () => number = () => 0;
  /** Demands of the actuating chips, shares 0 to 1. */
  pumpShare = 0;
  canopyFanShare = 0;
  hotSideFanShare = 0;
  supply_V = SUPPLY_V;
  /** Told when SAFE_EN changes: the output-enable pin of the PCA9685 hangs on it. */
  onSafeEnabled: (enabled: boolean) => void = () => undefined;
  /** Told of every level on a line that goes to the board itself. */
  onBoardLine: (line: HostBoardLine, asserted: boolean) => void = () => undefined;

  /** Output lines as the host left them; a host that dies leaves them so. */
  readonly driven: Record<OutputLine, boolean> = {
    'master-relay': false,
    'nitrogen-shut': false,
    'light-green': false,
    'light-amber': false,
    'light-red': false,
    buzzer: false,
    'watchdog-pulse': false,
    'cell-relay': false,
    'polarity-forward': false,
    'polarity-reverse': false,
  };
  /** What hands at the bench have done; true is the healthy state, and a fan that nobody stops turns when it is driven. */
  private readonly hands: Record<HandLine, boolean> = {
    'e-stop-closed': true,
    'door-closed': true,
    'tray-dry': true,
    'thermal-cutout-closed': true,
    'canopy-fan-turning': true,
    'hot-side-fan-turning': true,
    'arm-button': false,
  };
  private readonly toBoard: { -readonly [K in keyof BoardInputs]: BoardInputs[K] } = {
    current_A: 0,
    returnCurrent_A: 0,
    voltage_V: 0,
    cellTemperature_C: 0,
    boardTemperature_C: 0,
    supply_V: SUPPLY_V,
    interlockClosed: true,
    doorClosed: true,
    relayContactClosed: false,
  };
  private readonly eStop: Tap<boolean>;
  private readonly cutout: Tap<boolean>;
  private readonly door: Tap<boolean>;
  private interlock = true;
  private masterClosed = false;
  /** Contact of the output relay, and what SAFE_EN reaches: what the board wants, unless something is stuck. */
  private outputClosed = false;
  private safe = false;
  /** Unknown at first, so that the first look tells. */
  private safeBefore: boolean | undefined;

  constructor(
    private readonly plant: Plant,
    private readonly board: BoardModel,
    private readonly ratings: Ratings,
    private readonly points: FaultPoints,
  ) {
    this.eStop = points.contacts['e-stop-closed'];
    this.cutout = points.contacts['thermal-cutout-closed'];
    this.door = points.contacts['door-closed'];
  }

  /** True when the plant feels it: a relay or a valve has changed, and no light and no pulse. */
  drive(line: OutputLine, asserted: boolean): boolean {
    const before = this.driven[line];
    this.driven[line] = asserted;
    if (isHostBoardLine(line)) {
      this.onBoardLine(line, asserted);
      return asserted !== before && line !== 'watchdog-pulse';
    }
    return asserted !== before && (line === 'master-relay' || line === 'nitrogen-shut');
  }

  /** Throws RangeError for an input that only the bench itself can move. */
  hand(line: InputLine, asserted: boolean): void {
    if (line === 'master-relay-closed' || line === 'safe-enabled') throw new RangeError(`no hand reaches "${line}"`);
    this.hands[line] = asserted;
  }

  /** What a hand has done to an input, whatever its contact makes of it; null for what no hand reaches. */
  handOn(line: InputLine): boolean | null {
    return line === 'master-relay-closed' || line === 'safe-enabled' ? null : this.hands[line];
  }

  /** Contacts of the output relay. */
  get outputConnected(): boolean {
    return this.outputClosed;
  }

  /** Peltier and pump may run, and the nitrogen valve may be shut. */
  get safeEnabled(): boolean {
    return this.safe;
  }

  /** Voltage of the supply as it is. */
  get railVoltage_V(): number {
    return this.points.supply_V.through(this.supply_V);
  }

  /** True while the master relay's contacts are closed. */
  get powered(): boolean {
    return this.masterClosed;
  }

  level(line: InputLine): boolean {
    switch (line) {
      case 'e-stop-closed':
      case 'door-closed':
      case 'tray-dry':
      case 'thermal-cutout-closed':
        return this.contact(line);
      case 'arm-button':
        return this.hands[line];
      case 'canopy-fan-turning':
        return this.points.contacts[line].through(this.plant.canopyFanTurning);
      case 'hot-side-fan-turning':
        return this.points.contacts[line].through(this.plant.hotSideFanTurning);
      case 'master-relay-closed':
        return this.masterClosed;
      case 'safe-enabled':
        return this.safe;
    }
  }

  /** Outputs as they are now, to the plant. */
  toPlant(): void {
    const { points, board } = this;
    const { inputs } = this.plant;
    const { hands, eStop, cutout } = this;
    this.interlock = eStop.through(hands['e-stop-closed']) && cutout.through(hands['thermal-cutout-closed']);
    const request = points.relayRequest.through(board.openMasterRelay);
    this.masterClosed = points.masterRelay.through(this.driven['master-relay'] && this.interlock && !request);
    this.outputClosed = points.outputRelay.through(board.relayClosed);
    const safe = points.safeEnabled.through(board.safeEnabled);
    this.safe = safe;
    if (safe !== this.safeBefore) this.onSafeEnabled(safe);
    this.safeBefore = safe;
    const enabled = this.masterClosed && safe;
    inputs.setCurrent_A = points.stage_A.through(points.dac_A.through(board.dacCurrent_A));
    inputs.connected = points.outputPath.through(this.outputClosed) && this.masterClosed;
    const cooler_A = points.cooler_A.through(Math.min(this.peltier_A(), this.ratings.peltierMax_A));
    inputs.peltier_A = enabled ? cooler_A : 0;
    const pump_mL_min = points.pump_mL_min.through(this.pumpShare * (this.ratings.pumpFull_mL_min ?? 0));
    inputs.pump_mL_min = enabled ? pump_mL_min : 0;
    inputs.stirring = true;
    inputs.sweepOpen = points.sweepOpen.through(!(this.driven['nitrogen-shut'] && safe));
    inputs.canopyFan = points.canopyFan.through(
      this.hands['canopy-fan-turning'] && this.driveTurns(this.canopyFanShare),
    );
    inputs.hotSideFan = points.hotSideFan.through(
      this.hands['hot-side-fan-turning'] && this.driveTurns(this.hotSideFanShare),
    );
  }

  /** The plant as it is now, to the board's converters. */
  fromPlant(): void {
    const { plant, toBoard, board, points } = this;
    toBoard.current_A = points.shunt_A.through(plant.current_A);
    toBoard.returnCurrent_A = points.returnLead_A.through(plant.current_A);
    toBoard.voltage_V = points.voltage_V.through(this.sensed_V());
    toBoard.cellTemperature_C = points.safetyThermometer_C.through(plant.probe_C);
    toBoard.boardTemperature_C = this.ratings.ambient_C + BOARD_WARMING_K;
    toBoard.supply_V = this.railVoltage_V;
    toBoard.interlockClosed = this.interlock;
    toBoard.doorClosed = this.door.through(this.hands['door-closed']);
    toBoard.relayContactClosed = this.outputClosed;
    board.set(toBoard);
  }

  /** A contact as its wires bring it. */
  private contact(line: Contact): boolean {
    return this.points.contacts[line].through(this.hands[line]);
  }

  /** The sense leads sit before the master relay: into an open path the stage runs to its rail. */
  private sensed_V(): number {
    const open = this.outputClosed && !this.masterClosed && this.board.dacCurrent_A !== 0;
    return open ? Math.sign(this.board.dacCurrent_A) * this.ratings.stage_V : this.plant.voltage_V;
  }

  /** An undriven control wire of a four-wire fan means full speed. */
  private driveTurns(share: number): boolean {
    return !this.safe || share >= FAN_STALL;
  }
}
