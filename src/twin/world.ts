/**
 * The simulated bench as one thing that moves in time: plant, the galvanostat board, the other chips and the wiring
 * between them. Owns the order in which they step. Has no timers: whoever owns a clock calls `advanceTo`.
 *
 * Time goes in chunks. In a chunk the board ticks each millisecond with the inputs of its beginning, then the plant
 * moves by the whole chunk with the outputs of its beginning. A chunk is 1 ms for a second after the current, a relay
 * or SAFE_EN moved or a line changed, and ends on the next multiple of 10 ms at rest; it is cut short where an output
 * moves. Chunks begin and end by what happens, a transfer or a change, and never by how often somebody looks: a look
 * sees the bench as it was at the last end of a chunk. So the same transfers at the same instants give the same bytes.
 *
 * What a chip commands (Peltier current, pump, fans) takes effect at the next end of a chunk: heat and flow follow in
 * seconds.
 */
import { BusFault, type Reply, type Transfer } from '../bus/i2c.js';
import type { InputLine, OutputLine } from '../bus/line-names.js';
import type { BoardModel } from './board-model.js';
import type { Chip } from './chip.js';
import type { FaultOrder } from './faults/order.js';
import type { Plant } from './plant.js';
import type { Wiring } from './wiring.js';

/** A transfer on its way over the wire, done at `due_ns` of the world's time. */
export interface Transaction {
  readonly due_ns: number;
  readonly transfer: Transfer;
  reply: Reply | undefined;
}

/** Somebody who looks at the truth whenever it may have changed. */
export interface Witness {
  /** A chunk has ended: plant and outputs may have moved. */
  moved(): void;
  /** A transfer was done; what it changes follows as `moved`. */
  transferred(transfer: Transfer, reply: Reply): void;
}

export interface WorldParts {
  readonly plant: Plant;
  readonly board: BoardModel;
  readonly wiring: Wiring;
  readonly chips: readonly Chip[];
}

const FINE_FOR_MS = 1000;
const REST_MS = 10;
/**
 * A move of the DAC by more than this, of its value and beside it, is a change that the cell's double layers answer;
 * less is the slow trim of a set point (a count is 0.78 µA in the range of 25.6 mA, and 7.8 µA in that of 256 mA).
 */
const MOVED_SHARE = 2e-4;
const MOVED_A = 2e-6;
const NS_PER_MS = 1_000_000;
/** The SMBus block is the longest transfer that every adapter can do. */
const LONGEST_BYTES = 32;

export class World {
  readonly plant: Plant;
  readonly board: BoardModel;
  readonly wiring: Wiring;
  witness: Witness | undefined;

  /** In force now: for whoever judges the truth. */
  readonly faults = new Set<FaultOrder>();

  private readonly chips = new Map<number, Chip>();
  /** Chips without supply, and who wants to know that one was asked. */
  private readonly unpowered = new Map<number, () => void>();
  /** Transfers on the wire in the order of their instants: the bus is serial. */
  private readonly onTheWire: Transaction[] = [];
  /** Ticks that the board has done; the plant has moved to the beginning of the chunk. */
  private time_ms = 0;
  private chunkStart_ms = 0;
  private chunkEnd_ms = 1;
  private fineUntil_ms = FINE_FOR_MS;
  /** The board's outputs when they last moved. */
  private current_A = 0;
  private relay = false;
  private safe = false;
  private masterRequest = false;

  constructor(parts: WorldParts) {
    this.plant = parts.plant;
    this.board = parts.board;
    this.wiring = parts.wiring;
    for (const chip of parts.chips) {
      if (this.chips.has(chip.address)) throw new Error(`two chips at address 0x${chip.address.toString(16)}`);
      this.chips.set(chip.address, chip);
    }
    this.wiring.toPlant();
    this.wiring.fromPlant();
  }

  /** Whole milliseconds since the world began: the board's ticks. */
  get elapsed_ms(): number {
    return this.time_ms;
  }

  /** Where the plant stands: the last end of a chunk, ms. */
  get settled_ms(): number {
    return this.chunkStart_ms;
  }

  enqueue(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.onTheWire.push(transaction);
  }

  /**
   * Moves to an instant, ns since the world began, and does on the way what falls due; at rest it ends up to 10 ms
   * before it, at the last end of a chunk. An instant past is no work.
   */
  advanceTo(instant_ns: number): void {
    for (let next = this.onTheWire[0]; next !== undefined && next.due_ns <= instant_ns; next = this.onTheWire[0]) {
      this.onTheWire.shift();
      this.tickTo(Math.floor(next.due_ns / NS_PER_MS));
      next.reply = this.perform(next.transfer, next.due_ns / 1e9);
      this.witness?.transferred(next.transfer, next.reply);
      if (this.outputsMoved()) this.change(); // a board that is told to go off does so before its next tick
    }
    const target_ms = Math.floor(instant_ns / NS_PER_MS);
    while (this.chunkEnd_ms <= target_ms) this.tickTo(this.chunkEnd_ms);
  }

  /** Drives an output line at an instant. */
  drive(line: OutputLine, asserted: boolean, instant_ns: number): void {
    this.advanceTo(instant_ns);
    this.tickTo(Math.floor(instant_ns / NS_PER_MS));
    if (this.wiring.drive(line, asserted)) this.change();
  }

  /** Moves an input line at an instant, as a hand at the bench does. */
  hand(line: InputLine, asserted: boolean, instant_ns: number): void {
    this.advanceTo(instant_ns);
    this.tickTo(Math.floor(instant_ns / NS_PER_MS));
    this.wiring.hand(line, asserted);
    this.change();
  }

  /** Something breaks or is mended at an instant: time goes finely from here. */
  disturb(act: () => void, instant_ns: number): void {
    this.advanceTo(instant_ns);
    this.tickTo(Math.floor(instant_ns / NS_PER_MS));
    act();
    this.change();
  }

  /** Takes a chip's supply away: it forgets everything and answers nothing. Gives back what powers it up again. */
  unplug(address: number, asked: () => void): () => void {
    this.chips.get(address)?.reset();
    this.unpowered.set(address, asked);
    return () => {
      if (this.unpowered.get(address) === asked) this.unpowered.delete(address);
    };
  }

  private tickTo(target_ms: number): void {
    while (this.time_ms < target_ms) {
      const asked = Math.min(this.chunkEnd_ms, target_ms) - this.time_ms;
      const ran = this.board.run(asked);
      this.time_ms += ran;
      if (this.outputsMoved()) this.change();
      else if (ran < asked || this.time_ms === this.chunkEnd_ms) this.settleChunk();
    }
  }

  /** Something moved: the chunk ends here, and time goes finely for a while. */
  private change(): void {
    this.fineUntil_ms = this.time_ms + FINE_FOR_MS;
    this.settleChunk();
  }

  /** True once for each move of an output of the board. */
  private outputsMoved(): boolean {
    const { dacCurrent_A, relayClosed, safeEnabled, openMasterRelay } = this.board;
    const moved =
      relayClosed !== this.relay ||
      safeEnabled !== this.safe ||
      openMasterRelay !== this.masterRequest ||
      Math.abs(dacCurrent_A - this.current_A) > MOVED_A + MOVED_SHARE * Math.abs(this.current_A);
    if (!moved) return false;
    this.current_A = dacCurrent_A;
    this.relay = relayClosed;
    this.safe = safeEnabled;
    this.masterRequest = openMasterRelay;
    return true;
  }

  private settleChunk(): void {
    if (this.time_ms > this.chunkStart_ms) this.plant.advance((this.time_ms - this.chunkStart_ms) / 1000);
    this.chunkStart_ms = this.time_ms;
    this.chunkEnd_ms =
      this.time_ms < this.fineUntil_ms ? this.time_ms + 1 : (Math.floor(this.time_ms / REST_MS) + 1) * REST_MS;
    this.wiring.toPlant();
    this.wiring.fromPlant();
    this.witness?.moved();
  }

  private perform({ address, write, read }: Transfer, now_s: number): Reply {
    if (!((write?.length ?? 0) <= LONGEST_BYTES) || !((read ?? 0) >= 0 && (read ?? 0) <= LONGEST_BYTES)) {
      return new BusFault('protocol', address, `a transfer carries at most ${LONGEST_BYTES} bytes each way`);
    }
    const chip = this.chips.get(address);
    if (chip === undefined) return new BusFault('nack', address, 'no chip answers');
    const asked = this.unpowered.get(address);
    if (asked !== undefined) {
      asked();
      return new BusFault('nack', address, 'the chip has no supply');
    }
    if (write !== undefined && !chip.write(write, now_s))
      return new BusFault('nack', address, 'the chip took no write');
    if (read === undefined) return NOTHING;
    return chip.read(read, now_s) ?? new BusFault('nack', address, 'the chip gave no answer');
  }
}

const NOTHING = new Uint8Array(0);
