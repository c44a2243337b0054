/**
 * The I2C bus as drivers see it: one transaction a transfer, failures as a closed set of reasons.
 * Knows nothing of chips. Implemented by the simulated bench, the socket to a live bench, and the native adapter.
 */

/**
 * One bus transaction. `write` alone is START, bytes, STOP; `read` alone reads that many bytes;
 * both together write, repeat START and read (the SMBus block read, at most 32 bytes each way).
 */
export interface Transfer {
  readonly address: number;
  readonly write?: Uint8Array;
  /** Bytes to read, 0 to 32. */
  readonly read?: number;
}

export type BusFaultReason = 'nack' | 'timeout' | 'crc' | 'busy' | 'gone' | 'protocol';

/** A transfer that did not happen as asked. Values, not strings, so that a switch over `reason` is exhaustive. */
export class BusFault extends Error {
  override readonly name = 'BusFault';
  constructor(
    readonly reason: BusFaultReason,
    readonly address: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`I2C 0x${address.toString(16).padStart(2, '0')}: ${message}`, options);
  }
}

/** What a transfer gave: the bytes read (empty for a write), or why it failed. */
export type Reply = Uint8Array | BusFault;

export interface I2cBus {
  /** One transfer; rejects with BusFault. */
  transfer(transfer: Transfer): Promise<Uint8Array>;
  /**
   * Transfers in the order given, with nothing between them; one promise for all. A failed transfer does not stop the
   * others: its place in the answer holds the BusFault. Never rejects because of a transfer.
   */
  batch(transfers: readonly Transfer[]): Promise<Reply[]>;
  close(): Promise<void>;
}

/** Wire time of a transfer in seconds: 9 bits a byte and address, plus START, STOP and repeated START. */
export function wireTime_s(transfer: Transfer, busRate_Hz: number): number {
  const written = transfer.write?.length ?? 0;
  const read = transfer.read ?? 0;
  const addressed =
    (transfer.write !== undefined || transfer.read === undefined ? 1 : 0) + (transfer.read !== undefined ? 1 : 0);
  return (9 * (written + read + addressed) + 2 + (addressed - 1)) / busRate_Hz;
}

/** Digital lines of a board, by the name that the board file gives them. */
export interface Lines {
  /** Drives an output. True is the asserted state; the board file says which level that is. */
  set(line: string, asserted: boolean): void;
  /** Level of an input as last seen, true when asserted. Throws on a line that the board does not have. */
  get(line: string): boolean;
}
