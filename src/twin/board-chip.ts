/**
 * The GS-1 on the simulated bus: its firmware behind the target's side of a transfer. Owns the command that a write
 * leaves for the read after it; what the bytes mean is the firmware's.
 */
import type { Chip } from './chip.js';
import type { Firmware } from './firmware.js';

export class BoardChip implements Chip {
  private command = 0;

  constructor(
    readonly address: number,
    private readonly firmware: Firmware,
  ) {}

  write(bytes: Uint8Array): boolean {
    if (this.firmware.hung) return false;
    const [command] = bytes;
    if (command === undefined) return true; // addressed and left: a quick command, as a scan of the bus sends
    this.command = command;
    return bytes.length === 1 || this.firmware.write(bytes);
  }

  read(length: number): Uint8Array | undefined {
    if (this.firmware.hung) return undefined;
    return this.firmware.read(this.command, length);
  }

  reset(): void {
    this.command = 0;
    this.firmware.reset();
  }
}
