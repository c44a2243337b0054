/**
 * Frames to and from one GS-1 over a bus: sequence numbers, checks, bounded retries, counts of what went wrong. Knows
 * frames as bytes with a name and a length, not what they mean.
 */
import { open, READ_OVERHEAD, seal } from '../bus/frame.js';
import { BusFault, type I2cBus, type Reply, type Transfer } from '../bus/i2c.js';
import { decodeOutcomeFrame, OUTCOME, RESULTS, type FrameShape, type ResultName } from '../bus/protocol.gen.js';
import { DeviceFault, type Reading, type ReadingFault } from './ports.js';

/** Once and two more tries. */
const ATTEMPTS = 3;

/** Answers that were not what was asked for, since the link was made. */
export interface LinkErrors {
  /** Not acknowledged, timed out, or not done. */
  bus: number;
  /** Wrong length or checksum. */
  crc: number;
  /** Well-formed but not belonging: stale, of another instant, of another write. */
  protocol: number;
}

export class Gs1Link {
  readonly errors: LinkErrors = { bus: 0, crc: 0, protocol: 0 };
  private sequence = 0;
  private readonly outcomeTransfer: Transfer;

  constructor(
    private readonly bus: I2cBus,
    readonly address: number,
    /** Of the board, for messages. */
    readonly name: string,
  ) {
    this.outcomeTransfer = this.reading(OUTCOME);
  }

  /** Goes on from the last write that the board has seen, so that the next one is not taken for it. */
  async synchronise(): Promise<void> {
    this.sequence = decodeOutcomeFrame(await this.read(OUTCOME)).lastSequence;
  }

  nextSequence(): number {
    this.sequence = (this.sequence + 1) & 0xff;
    return this.sequence;
  }

  reading(frame: FrameShape): Transfer {
    return { address: this.address, write: Uint8Array.of(frame.command), read: frame.payloadLength + READ_OVERHEAD };
  }

  /** A write, and the read of what became of it. */
  writing(frame: FrameShape, sequence: number, payload: Uint8Array): readonly [Transfer, Transfer] {
    return [
      { address: this.address, write: seal(this.address, frame.command, sequence, payload) },
      this.outcomeTransfer,
    ];
  }

  /** The payload of a frame. Retried; rejects with a BusFault. */
  async read(frame: FrameShape): Promise<Uint8Array> {
    const transfer = this.reading(frame);
    return this.tried(frame, [transfer], ([reply]) => this.opened(frame, reply));
  }

  /** Sends a write, again with the same sequence if need be, until the board says what became of it. */
  async send(frame: FrameShape, payload: Uint8Array): Promise<ResultName> {
    const sequence = this.nextSequence();
    return this.tried(frame, this.writing(frame, sequence, payload), (replies) => this.outcome(sequence, replies));
  }

  /** Sends a write that the board has to accept; rejects with a DeviceFault that says why it did not. */
  async command(frame: FrameShape, payload: Uint8Array): Promise<void> {
    this.accept(frame, await this.send(frame, payload));
  }

  accept(frame: FrameShape, result: ResultName): void {
    if (result !== 'accepted') throw new DeviceFault(this.name, refusal(frame, result));
  }

  /** The payload in an answer, if it is one to this frame. */
  opened(frame: FrameShape, reply: Reply | undefined): Reading<Uint8Array> {
    if (reply === undefined) return this.bad('bus', `${frame.name}: no answer`);
    if (reply instanceof BusFault) return this.bad(readingFault(reply), reply.message);
    const opened = open(this.address, frame.command, frame.payloadLength, reply);
    return opened.ok ? { ok: true, value: opened.payload } : this.bad('crc', `${frame.name}: wrong ${opened.reason}`);
  }

  /** What became of the write with this sequence, from the answers to `writing`. */
  outcome(sequence: number, [written, answer]: readonly Reply[]): Reading<ResultName> {
    const opened = this.opened(OUTCOME, answer);
    if (!opened.ok) return opened;
    const { lastSequence, result } = decodeOutcomeFrame(opened.value);
    if (lastSequence !== sequence) {
      // The board never saw it whole: the bus says why, or it was spoilt on the way.
      if (written instanceof BusFault) return this.bad(readingFault(written), written.message);
      return this.bad('protocol', 'the board did not take the frame');
    }
    const known = RESULTS.find((candidate) => candidate.code === result);
    return known === undefined ? this.bad('protocol', `unknown result ${result}`) : { ok: true, value: known.name };
  }

  /** An answer that cannot be used, counted. */
  bad(fault: ReadingFault, detail: string): Reading<never> {
    if (fault === 'crc') this.errors.crc++;
    else if (fault === 'bus') this.errors.bus++;
    else this.errors.protocol++;
    return { ok: false, fault, detail };
  }

  private async tried<T>(
    frame: FrameShape,
    transfers: readonly Transfer[],
    decode: (replies: readonly Reply[]) => Reading<T>,
  ): Promise<T> {
    let failure = new BusFault('protocol', this.address, `${frame.name}: not tried`);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const replies = await this.bus.batch(transfers);
      const reading = decode(replies);
      if (reading.ok) return reading.value;
      const cause = replies.find((reply) => reply instanceof BusFault);
      const reason = cause?.reason ?? (reading.fault === 'crc' ? 'crc' : 'protocol');
      failure = new BusFault(reason, this.address, reading.detail, { cause });
    }
    throw failure;
  }
}

/** `refused to arm: a fault is latched (faultLatched)`. */
export function refusal(frame: FrameShape, name: ResultName): string {
  const description = RESULTS.find((result) => result.name === name)?.description ?? 'no reason known';
  return `refused to ${frame.name}: ${description} (${name})`;
}

function readingFault(fault: BusFault): ReadingFault {
  switch (fault.reason) {
    case 'crc':
      return 'crc';
    case 'protocol':
      return 'protocol';
    case 'nack':
    case 'timeout':
    case 'busy':
    case 'gone':
      return 'bus';
  }
}
