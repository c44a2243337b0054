/**
 * The board's compiled firmware in simavr, as an emulated board of this process. Owns the emulator's process and the
 * pipes to it; the bytes are those of README.md. Knows no frame of the GS-1.
 *
 * Calls are synchronous, as those of the boards that are emulated in this process: a request is written to one pipe and
 * its answer read from the other before anything else happens. Needs the program that build.sh compiles.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE } from '../../../src/bus/protocol.gen.js';
import type { BoardInputs } from '../../../src/twin/firmware.js';
import type { EmulatedBoard } from '../emulated-board.js';

export interface SimavrOptions {
  /** The program that build.sh made. */
  readonly program: string;
  readonly firmware: string;
  /** Non-volatile memory from its first byte on; blank when not given. */
  readonly eeprom?: Uint8Array;
  /** Of the converters' noise. */
  readonly seed?: number;
  /** Clock of the bus, Hz. */
  readonly rate_Hz?: number;
  /** Serves the bus on this Unix socket as well, for a preloaded bus. */
  readonly socket?: string;
  /** Keeps up with the real time and tells changes of the output lines on stdout; otherwise time passes only in calls. */
  readonly paced?: boolean;
}

/** What is measured from outside of the microcontroller. */
export interface SimavrFigures {
  readonly longestStretch_us: number;
  readonly resets: number;
}

const HEAD = 7;
const BATCH = 0x02;
const REPLIES = 0x82;
const DONE = 0x83;
const ASK = {
  inputs: { request: 0x20, answer: DONE },
  run: { request: 0x21, answer: 0xa1 },
  outputs: { request: 0x22, answer: 0xa2 },
  power: { request: 0x23, answer: DONE },
  load: { request: 0x24, answer: DONE },
  eepromSet: { request: 0x25, answer: DONE },
  eepromGet: { request: 0x26, answer: 0xa6 },
  hang: { request: 0x27, answer: DONE },
  figures: { request: 0x28, answer: 0xa8 },
} as const;

const LINE = { interlock: 0x01, door: 0x02, contact: 0x04, converterHeld: 0x10 } as const;
const OUTPUT = { stageEnable: 0x01, relay: 0x02, safeEnable: 0x04, openMasterRelay: 0x08 } as const;
const CYCLES_PER_US = 16;

interface Outputs {
  readonly current_A: number;
  readonly lines: number;
  readonly time_us: number;
}

export class SimavrBoard implements EmulatedBoard {
  private nextId = 1;
  private converterHeld = 0;
  /** What was last shown, as long as nothing was asked that could change it. */
  private shown: Outputs | undefined;

  private constructor(
    readonly child: ChildProcess,
    private readonly requests: number,
    private readonly answers: number,
  ) {}

  /** A board that has just been powered up. Throws when the program cannot be started. */
  static start(options: SimavrOptions): SimavrBoard {
    const folder = mkdtempSync(join(tmpdir(), 'galvanode-simavr-'));
    try {
      const [to, from] = [join(folder, 'requests'), join(folder, 'answers')];
      execFileSync('mkfifo', [to, from]);
      // Opened for both directions a pipe does not wait for its other end; an end of one direction sees the other's end.
      const requests = openSync(to, 'r+');
      const both = openSync(from, 'r+');
      const answers = openSync(from, 'r');
      const theirs = [openSync(to, 'r'), openSync(from, 'w')] as const;
      const child = spawn(options.program, argumentsOf(options), { stdio: ['ignore', 'pipe', 'inherit', ...theirs] });
      for (const fd of [both, ...theirs]) closeSync(fd);
      const board = new SimavrBoard(child, requests, answers);
      if (options.eeprom !== undefined) board.writeEeprom(0, options.eeprom);
      board.ask('power');
      return board;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  set(inputs: BoardInputs): void {
    const body = Buffer.alloc(49);
    const { current_A, returnCurrent_A, voltage_V, cellTemperature_C, boardTemperature_C, supply_V } = inputs;
    [current_A, returnCurrent_A, voltage_V, cellTemperature_C, boardTemperature_C, supply_V].forEach((value, i) =>
      body.writeDoubleBE(value, 8 * i),
    );
    body[48] =
      (inputs.interlockClosed ? LINE.interlock : 0) |
      (inputs.doorClosed ? LINE.door : 0) |
      (inputs.relayContactClosed ? LINE.contact : 0) |
      this.converterHeld;
    this.ask('inputs', body);
  }

  /** As of the board in WebAssembly: from the next `set` on the converter repeats its last codes. */
  holdConverter(held: boolean): void {
    this.converterHeld = held ? LINE.converterHeld : 0;
  }

  /** A resistor in the emulator's own process instead of inputs that are set: for a board that runs by itself. */
  load(resistance_ohm: number): void {
    const body = Buffer.alloc(8);
    body.writeDoubleBE(resistance_ohm);
    this.ask('load', body);
  }

  /** Runs up to `ticks` milliseconds and returns how many ran; ends after one in which an output moved. */
  run(ticks: number): number {
    const body = Buffer.alloc(4);
    body.writeUInt32BE(ticks);
    return this.ask('run', body).readUInt32BE();
  }

  get dacCurrent_A(): number {
    return this.outputs().current_A;
  }

  get relayClosed(): boolean {
    return this.line(OUTPUT.relay);
  }

  get stageEnabled(): boolean {
    return this.line(OUTPUT.stageEnable);
  }

  get safeEnabled(): boolean {
    return this.line(OUTPUT.safeEnable);
  }

  get openMasterRelay(): boolean {
    return this.line(OUTPUT.openMasterRelay);
  }

  /** Since the last reset, by the crystal; the firmware counts from some 30 ms later, when it has started. */
  get time_ms(): number {
    return Math.floor(this.outputs().time_us / 1000);
  }

  /** Over the emulated wire, in its time. False when a byte was not acknowledged. */
  write(bytes: Uint8Array): boolean {
    return this.transfer(Buffer.from([1, DEVICE.address, 1, bytes.length, ...bytes, 0])) !== undefined;
  }

  /** All ones when nobody answered, as on an undriven bus. */
  read(command: number, length: number): Uint8Array {
    const bytes = this.transfer(Buffer.from([1, DEVICE.address, 3, 1, command, length]));
    return bytes ?? new Uint8Array(length).fill(0xff);
  }

  /** Power off and on. */
  reset(): void {
    this.ask('power');
  }

  /** The program is caught in a loop with interrupts off: its watchdog has to bring it back. */
  hang(): void {
    this.ask('hang');
  }

  readEeprom(offset: number, length: number): Uint8Array {
    const body = Buffer.alloc(4);
    body.writeUInt16BE(offset);
    body.writeUInt16BE(length, 2);
    return Uint8Array.from(this.ask('eepromGet', body));
  }

  writeEeprom(offset: number, bytes: Uint8Array): void {
    this.ask('eepromSet', Buffer.from([offset >> 8, offset & 0xff, ...bytes]));
  }

  get figures(): SimavrFigures {
    const body = this.ask('figures');
    return { longestStretch_us: body.readUInt32BE() / CYCLES_PER_US, resets: body.readUInt32BE(4) };
  }

  /** Ends the emulator. */
  close(): void {
    closeSync(this.requests);
    closeSync(this.answers);
    this.child.kill();
  }

  private outputs(): Outputs {
    if (this.shown !== undefined) return this.shown;
    const body = this.ask('outputs');
    this.shown = { current_A: body.readDoubleBE(), lines: body.readUInt8(8), time_us: Number(body.readBigUInt64BE(9)) };
    return this.shown;
  }

  private line(mask: number): boolean {
    return (this.outputs().lines & mask) !== 0;
  }

  /** The bytes of the one transfer in `batch`; undefined when it was not done. */
  private transfer(batch: Buffer): Uint8Array | undefined {
    const [count, status, length = 0, ...bytes] = this.request(BATCH, REPLIES, batch);
    if (count !== 1 || bytes.length !== length) throw new Error('the emulator answered another batch');
    return status === 0 ? Uint8Array.from(bytes) : undefined;
  }

  private ask(what: keyof typeof ASK, body: Buffer = Buffer.alloc(0)): Buffer {
    return this.request(ASK[what].request, ASK[what].answer, body);
  }

  private request(kind: number, expected: number, body: Buffer): Buffer {
    this.shown = undefined;
    const frame = Buffer.alloc(HEAD + body.length);
    const id = this.nextId++ >>> 0;
    frame.writeUInt16BE(frame.length - 2);
    frame.writeUInt8(kind, 2);
    frame.writeUInt32BE(id, 3);
    body.copy(frame, HEAD);
    writeSync(this.requests, frame);
    const head = this.take(HEAD);
    const answer = this.take(head.readUInt16BE() + 2 - HEAD);
    if (head.readUInt8(2) === expected && head.readUInt32BE(3) === id) return answer;
    throw new Error(`the emulator refused request 0x${kind.toString(16)}: ${answer.toString('utf8')}`);
  }

  private take(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; ) {
      const got = readSync(this.answers, bytes, at, length - at, null);
      if (got === 0) throw new Error('the emulator has ended');
      at += got;
    }
    return bytes;
  }
}

function argumentsOf({ firmware, seed, rate_Hz, socket, paced }: SimavrOptions): string[] {
  return [
    ...(socket === undefined ? [] : ['-s', socket]),
    ...(rate_Hz === undefined ? [] : ['-r', String(rate_Hz)]),
    ...(seed === undefined ? [] : ['-n', String(seed)]),
    ...(paced === true ? ['-p'] : []),
    firmware,
  ];
}
