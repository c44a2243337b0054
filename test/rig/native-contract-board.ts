/**
 * An emulated board behind the native bus: each of its transfers goes through NativeBus, i2c-bus and the preloaded
 * /dev/i2c-1 in a process of its own, comes out of the socket there, and is done by the board here. Owns that process and
 * the pipes to it; knows no frame of the board. The other side is native-contract-host.ts.
 *
 * Calls are synchronous, as those of every emulated board: while one waits for the process it does what the process asks
 * of the board meanwhile. Time of the board passes as without the bus: only in its own calls.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EmulatedBoard } from '../../firmware-bridge/rig/emulated-board.js';
import { BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { refusal } from '../../src/bus/native-transfer.js';
import { DEVICE } from '../../src/bus/protocol.gen.js';
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  type Frame,
  FrameCutter,
} from '../../src/bus/socket-protocol.js';
import type { BoardInputs } from '../../src/twin/firmware.js';

const BATCH = 0x02;

export interface WireOptions {
  /** The compiled library. */
  readonly shim: string;
  /** For socket and pipes; one wire in each. */
  readonly folder: string;
}

/** The process with the native bus in it. Any number of boards may take turns behind it. */
export class NativeWire {
  /** Transfers that came out behind the native bus. */
  served = 0;
  private readonly cutter = new FrameCutter();
  private readonly came: Frame[] = [];
  private readonly chunk = Buffer.alloc(4096);
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly to: number,
    private readonly from: number,
  ) {}

  /** Waits until the bus is open there. Throws when the process ends before. */
  static start({ shim, folder }: WireOptions): NativeWire {
    const [to, from, socket] = [join(folder, 'to'), join(folder, 'from'), join(folder, 'wire.sock')];
    execFileSync('mkfifo', [to, from]);
    // Opened for both directions a pipe does not wait for its other end; an end of one direction sees the other's end.
    const requests = openSync(to, 'r+');
    const both = openSync(from, 'r+');
    const answers = openSync(from, 'r');
    const theirs = [openSync(to, 'r'), openSync(from, 'w')] as const;
    const writing = openSync(to, 'w');
    const script = fileURLToPath(new URL('./native-contract-host.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, socket], {
      stdio: ['ignore', 'ignore', 'inherit', ...theirs],
      env: { ...process.env, LD_PRELOAD: shim, GALVANODE_I2C: `1=${socket}` },
    });
    for (const fd of [requests, both, ...theirs]) closeSync(fd);
    const wire = new NativeWire(child, writing, answers);
    wire.next();
    return wire;
  }

  /** One transfer through the native bus to `board`. */
  transfer(transfer: Transfer, board: EmulatedBoard): Reply {
    const id = ++this.lastId;
    writeSync(this.to, encodeRequest(id, { kind: 'batch', transfers: [transfer] }));
    for (;;) {
      const frame = this.next();
      if (frame.kind === BATCH) this.serve(frame, board);
      else if (frame.id === id) return only(frame, transfer);
      else throw new Error(`request ${frame.id} was answered instead of ${id}`);
    }
  }

  /** Ends the process. */
  async end(): Promise<void> {
    closeSync(this.to);
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    closeSync(this.from);
  }

  private serve(frame: Frame, board: EmulatedBoard): void {
    const request = decodeRequest(frame);
    if (request.kind !== 'batch') throw new Error(`a ${request.kind} is no transfer`);
    this.served += request.transfers.length;
    const replies = request.transfers.map((transfer) => done(transfer, board));
    writeSync(this.to, encodeAnswer(frame.id, { kind: 'replies', replies }));
  }

  private next(): Frame {
    for (;;) {
      const frame = this.came.shift();
      if (frame !== undefined) return frame;
      const length = readSync(this.from, this.chunk, 0, this.chunk.length, null);
      if (length === 0) throw new Error('the process with the native bus has ended');
      this.came.push(...this.cutter.push(this.chunk.subarray(0, length)));
    }
  }
}

/** What the bus's target side makes of a transfer. */
function done({ address, write, read }: Transfer, board: EmulatedBoard): Reply {
  if (address !== DEVICE.address) return new BusFault('nack', address, 'nobody there');
  const [command] = write ?? [];
  if (write === undefined || command === undefined) return new BusFault('protocol', address, 'no command');
  if (read !== undefined) return board.read(command, read);
  return board.write(write) ? new Uint8Array() : new BusFault('nack', address, 'not acknowledged');
}

function only(frame: Frame, transfer: Transfer): Reply {
  const answer = decodeAnswer(frame, [transfer]);
  const reply = answer.kind === 'replies' ? answer.replies[0] : undefined;
  if (reply === undefined) throw new Error(`a transfer was answered by ${answer.kind}`);
  return reply;
}

/** `board` as it is seen through the wire; everything that is not its bus is its own. */
export class NativeBoard implements EmulatedBoard {
  constructor(
    private readonly board: EmulatedBoard,
    private readonly wire: NativeWire,
  ) {}

  /** False also for what the native bus cannot send at all: nothing of it was acknowledged. Throws on any other fault. */
  write(bytes: Uint8Array): boolean {
    const transfer = { address: DEVICE.address, write: bytes };
    return refusal(transfer) === undefined && this.acknowledged(transfer) !== undefined;
  }

  read(command: number, length: number): Uint8Array {
    const transfer = { address: DEVICE.address, write: Uint8Array.of(command), read: length };
    return this.acknowledged(transfer) ?? new Uint8Array(length).fill(0xff);
  }

  /** The bytes read; undefined when the board did not acknowledge. */
  private acknowledged(transfer: Transfer): Uint8Array | undefined {
    const reply = this.wire.transfer(transfer, this.board);
    if (reply instanceof Uint8Array) return reply;
    if (reply.reason === 'nack') return undefined;
    throw reply;
  }

  set(inputs: BoardInputs): void {
    this.board.set(inputs);
  }

  holdConverter(held: boolean): void {
    this.board.holdConverter(held);
  }

  run(ticks: number): number {
    return this.board.run(ticks);
  }

  reset(): void {
    this.board.reset();
  }

  get dacCurrent_A(): number {
    return this.board.dacCurrent_A;
  }

  get relayClosed(): boolean {
    return this.board.relayClosed;
  }

  get stageEnabled(): boolean {
    return this.board.stageEnabled;
  }

  get safeEnabled(): boolean {
    return this.board.safeEnabled;
  }

  get openMasterRelay(): boolean {
    return this.board.openMasterRelay;
  }

  get time_ms(): number {
    return this.board.time_ms;
  }
}
