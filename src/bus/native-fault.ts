/**
 * What an error of i2c-bus means. Pure: errno in, reason and words out. Knows no bus and no chip.
 *
 * Calls of the addon itself reject with a positive errno and an empty code, those that go through fs with a negative one
 * and a code: only the number tells both. Meanings as in the Linux kernel's list of I2C fault codes.
 */
import { BusFault, type BusFaultReason } from './i2c.js';

/** `io` is EIO, which says only that something went wrong: whether the adapter is still there has to be tried. */
export type NativeReason = BusFaultReason | 'io';

const MEANING: ReadonlyMap<number, readonly [NativeReason, string]> = new Map([
  [121, ['nack', 'not acknowledged (EREMOTEIO)']],
  // Adapters on GPIO lines (i2c-gpio) say it so when an address is not acknowledged.
  [6, ['nack', 'not acknowledged (ENXIO)']],
  [110, ['timeout', 'the adapter gave up waiting (ETIMEDOUT)']],
  [74, ['crc', 'a check byte does not match (EBADMSG)']],
  [16, ['busy', 'in use (EBUSY)']],
  [11, ['busy', 'another master won the bus (EAGAIN)']],
  [2, ['gone', 'there is no such bus (ENOENT): enable I2C in the firmware configuration of the host']],
  [13, ['gone', 'not allowed (EACCES): add this user to the group i2c']],
  [19, ['gone', 'the adapter is no longer there (ENODEV)']],
  [108, ['gone', 'the adapter was shut down (ESHUTDOWN)']],
  [5, ['io', 'the adapter failed (EIO)']],
]);

function errnoOf(error: unknown): number | undefined {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  return typeof errno === 'number' ? Math.abs(errno) : undefined;
}

/** Reason and words of a failed transfer. Rethrows what is no error of the system: that is one of this program. */
export function nativeMeaning(error: unknown): readonly [NativeReason, string] {
  const errno = errnoOf(error);
  if (errno === undefined) throw error;
  return MEANING.get(errno) ?? ['protocol', `the adapter refused (errno ${errno})`];
}

/** Why the device of a bus could not be opened or an address not be taken. Rethrows as `nativeMeaning` does. */
export function openingFault(bus: number, address: number, error: unknown): BusFault {
  if (error instanceof BusFault) return error;
  const [reason, words] = nativeMeaning(error);
  if (reason === 'busy') {
    const owned = `a driver of the kernel owns this address on bus ${bus} (EBUSY)`;
    return new BusFault('busy', address, owned, { cause: error });
  }
  // Nothing went over the wire yet: what is no clash of owners means that there is nothing to talk to.
  const why = reason === 'gone' ? words : `it does not open (errno ${String(errnoOf(error))})`;
  return new BusFault('gone', address, `/dev/i2c-${bus} cannot be used: ${why}`, { cause: error });
}
