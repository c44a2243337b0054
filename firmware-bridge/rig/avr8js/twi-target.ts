/**
 * The two-wire interface of an ATmega328P as a bus target, and the bus with its one controller. Owns the TWI registers,
 * bit times and clock stretching; knows nothing of frames. States and codes from the data sheet's section "2-wire Serial
 * Interface".
 *
 * Wherever the target has its interrupt flag set it holds the clock low: the next bits begin when the firmware clears it.
 */

/** What of the processor the TWI needs. */
export interface TwiCore {
  readonly data: Uint8Array;
  readonly writeHooks: Record<
    number,
    (value: number, oldValue: number, address: number, mask: number) => boolean | void
  >;
  readonly cycles: number;
  addClockEvent(callback: () => void, cycles: number): unknown;
  clearClockEvent(callback: () => void): boolean;
  setInterruptFlag(interrupt: typeof INTERRUPT): void;
  clearInterrupt(interrupt: typeof INTERRUPT, clearFlag?: boolean): void;
  updateInterruptEnable(interrupt: typeof INTERRUPT, registerValue: number): void;
}

const TWSR = 0xb9;
const TWAR = 0xba;
const TWDR = 0xbb;
const TWCR = 0xbc;
const TWINT = 0x80;
const TWEA = 0x40;
const TWEN = 0x04;
const TWIE = 0x01;

/** Level triggered: pending for as long as the flag stands. */
const INTERRUPT = {
  address: 0x30,
  flagRegister: TWCR,
  flagMask: TWINT,
  enableRegister: TWCR,
  enableMask: TWIE,
  constant: true,
};

const STATUS = {
  writeAddressed: 0x60,
  writtenAcknowledged: 0x80,
  writtenRefused: 0x88,
  stopped: 0xa0,
  readAddressed: 0xa8,
  readAcknowledged: 0xb8,
  readEnded: 0xc0,
  lastReadAcknowledged: 0xc8,
  nothing: 0xf8,
} as const;

/** Longest time a controller waits for the clock, as SMBus has it. */
const STRETCH_LIMIT_S = 0.025;
/** Bits of an address or data byte with its acknowledgement, and of a start, stop or repeated start. */
const BYTE_BITS = 9;
const EDGE_BITS = 1;

export type Message =
  | { readonly direction: 'write'; readonly bytes: Uint8Array }
  | { readonly direction: 'read'; readonly bytes: Uint8Array };

export type TransferEnd = 'done' | 'nack' | 'timeout';

export class TwiTarget {
  /** Longest time the clock was held in the last transfer, cycles. */
  stretch_cycles = 0;
  private transfer: Generator<number, TransferEnd> | undefined;
  private end: TransferEnd = 'done';
  private waiting: { readonly bits: number; readonly since: number } | undefined;
  private addressed: 'write' | 'read' | undefined;
  /** In a byte that the firmware called its last: what follows is an undriven bus. */
  private released = false;

  constructor(
    private readonly core: TwiCore,
    private readonly bit_cycles: number,
    private readonly clock_Hz: number,
    /** A transfer has ended. */
    private readonly onEnd: () => void,
  ) {
    core.data[TWSR] = STATUS.nothing;
    core.writeHooks[TWSR] = (value) => {
      core.data[TWSR] = ((core.data[TWSR] ?? 0) & 0xf8) | (value & 0x03);
      return true;
    };
    core.writeHooks[TWCR] = (value) => this.control(value);
  }

  /** Starts a transfer; it goes on as the processor's clock does. */
  begin(address: number, messages: readonly Message[]): void {
    this.stretch_cycles = 0;
    this.transfer = this.steps(address, messages);
    this.resume();
  }

  /** How the transfer ended, or undefined while it is under way. */
  get ended(): TransferEnd | undefined {
    return this.transfer === undefined ? this.end : undefined;
  }

  private control(value: number): boolean {
    const { core } = this;
    const cleared = (value & TWINT) !== 0;
    core.data[TWCR] = (value & (TWEA | TWEN | TWIE)) | (cleared ? 0 : this.flag);
    if (cleared) core.clearInterrupt(INTERRUPT);
    core.updateInterruptEnable(INTERRUPT, core.data[TWCR] ?? 0);
    if (this.flag === 0 && this.waiting !== undefined) {
      const { bits, since } = this.waiting;
      this.waiting = undefined;
      core.clearClockEvent(this.onLimit);
      this.stretch_cycles = Math.max(this.stretch_cycles, core.cycles - since);
      this.after(bits);
    }
    return true;
  }

  private get flag(): number {
    return (this.core.data[TWCR] ?? 0) & TWINT;
  }

  private raise(status: number): void {
    this.core.data[TWSR] = ((this.core.data[TWSR] ?? 0) & 0x03) | status;
    this.core.setInterruptFlag(INTERRUPT);
  }

  private after(bits: number): void {
    this.core.addClockEvent(this.onBits, bits * this.bit_cycles);
  }

  private readonly onBits = (): void => this.resume();

  private readonly onLimit = (): void => {
    this.waiting = undefined;
    this.finish('timeout');
  };

  private resume(): void {
    const step = this.transfer?.next();
    if (step === undefined) return;
    if (step.done === true) {
      this.finish(step.value);
    } else if (this.flag === 0) {
      this.after(step.value);
    } else {
      this.waiting = { bits: step.value, since: this.core.cycles };
      this.core.addClockEvent(this.onLimit, STRETCH_LIMIT_S * this.clock_Hz);
    }
  }

  private finish(end: TransferEnd): void {
    this.transfer = undefined;
    this.addressed = undefined;
    this.end = end;
    this.onEnd();
  }

  private *steps(address: number, messages: readonly Message[]): Generator<number, TransferEnd> {
    for (const message of messages) {
      yield EDGE_BITS;
      if (this.addressed === 'write') this.raise(STATUS.stopped); // a repeated start
      yield BYTE_BITS;
      if (!this.recognises(address)) return 'nack';
      this.addressed = message.direction;
      this.raise(message.direction === 'write' ? STATUS.writeAddressed : STATUS.readAddressed);
      const end =
        message.direction === 'write' ? yield* this.written(message.bytes) : yield* this.fetched(message.bytes);
      if (end !== 'done') return end;
    }
    yield EDGE_BITS;
    if (this.addressed === 'write') this.raise(STATUS.stopped);
    return 'done';
  }

  private *written(bytes: Uint8Array): Generator<number, TransferEnd> {
    for (const byte of bytes) {
      yield BYTE_BITS;
      this.core.data[TWDR] = byte;
      if (!this.acknowledges) {
        this.addressed = undefined;
        this.raise(STATUS.writtenRefused);
        return 'nack';
      }
      this.raise(STATUS.writtenAcknowledged);
    }
    return 'done';
  }

  private *fetched(bytes: Uint8Array): Generator<number, TransferEnd> {
    this.released = false;
    for (let index = 0; index < bytes.length; index++) {
      yield BYTE_BITS;
      bytes[index] = this.released ? 0xff : (this.core.data[TWDR] ?? 0xff);
      if (index === bytes.length - 1) {
        if (!this.released) this.raise(STATUS.readEnded);
      } else if (!this.released) {
        this.released = !this.acknowledges;
        this.raise(this.released ? STATUS.lastReadAcknowledged : STATUS.readAcknowledged);
      }
    }
    this.addressed = undefined;
    return 'done';
  }

  private get acknowledges(): boolean {
    return ((this.core.data[TWCR] ?? 0) & TWEA) !== 0;
  }

  private recognises(address: number): boolean {
    const control = this.core.data[TWCR] ?? 0;
    return (control & (TWEA | TWEN)) === (TWEA | TWEN) && (this.core.data[TWAR] ?? 0) >> 1 === address;
  }
}
