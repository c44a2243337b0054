/**
 * One transfer in the calls of i2c-bus: which call makes it, and which transfers none can make. Knows no order, no
 * deadline and no errno.
 *
 * A write of one byte with a read is one transaction with a repeated START (the I2C block read of SMBus). A longer write
 * with a read is none that i2c-bus has: it is refused rather than made with a STOP in between, which another program on
 * the bus could use. No driver needs it: SEN0473 and Sensirion's sensors are written and read apart by their data
 * sheets, and everything else is asked with one byte.
 */
import { BusFault, type Transfer } from './i2c.js';

/** The SMBus block. */
const LONGEST_BYTES = 32;

/** As much of i2c-bus's promisified bus as is used. */
export interface NativeDevice {
  i2cFuncs(): Promise<{ readonly i2c: boolean; readonly smbusReadI2cBlock: boolean }>;
  i2cRead(address: number, length: number, buffer: Buffer): Promise<{ readonly bytesRead: number }>;
  i2cWrite(address: number, length: number, buffer: Buffer): Promise<{ readonly bytesWritten: number }>;
  readI2cBlock(
    address: number,
    command: number,
    length: number,
    buffer: Buffer,
  ): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** Why a transfer cannot be made; undefined when it can. */
export function refusal({ address, write, read }: Transfer): string | undefined {
  const longest = Math.max(write?.length ?? 0, read ?? 0);
  if (!(address >= 0x03 && address <= 0x77)) return 'this address is reserved';
  if (!(longest <= LONGEST_BYTES)) return `a transfer of ${longest} bytes is longer than a bus block`;
  if ((write?.length ?? read ?? 0) === 0 || read === 0) return 'a transfer without bytes is none';
  if (write !== undefined && read !== undefined && write.length > 1) {
    return 'i2c-bus writes no more than one byte before a repeated START: write and read apart';
  }
  return undefined;
}

/** The bytes read. Rejects with what i2c-bus rejects with, and with BusFault when not all bytes went over. */
export async function transact(device: NativeDevice, { address, write, read }: Transfer): Promise<Uint8Array> {
  // Copies: a transfer that is late must not see what its caller does with these bytes later on.
  if (read === undefined) {
    const bytes = Buffer.from(write ?? []);
    const { bytesWritten } = await device.i2cWrite(address, bytes.length, bytes);
    return whole(address, bytesWritten, bytes.length, new Uint8Array(0));
  }
  const bytes = Buffer.alloc(read);
  const command = write?.[0];
  const { bytesRead } =
    command === undefined
      ? await device.i2cRead(address, read, bytes)
      : await device.readI2cBlock(address, command, read, bytes);
  return whole(address, bytesRead, read, Uint8Array.from(bytes));
}

function whole(address: number, done: number, asked: number, bytes: Uint8Array): Uint8Array {
  if (done === asked) return bytes;
  throw new BusFault('protocol', address, `${done} of ${asked} bytes went over the wire`);
}
