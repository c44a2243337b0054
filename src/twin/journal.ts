/**
 * The journal of a live bench: one line of JSON for every change of what the bench truly does, with the board's
 * milliseconds, CLOCK_MONOTONIC, and the last heartbeat that the firmware took. Owns the words of these lines; where
 * they are written is the caller's. A witness only: nothing here acts on the bench.
 */
import { open, READ_OVERHEAD } from '../bus/frame.js';
import { BusFault, type Reply, type Transfer } from '../bus/i2c.js';
import {
  decodeOutcomeFrame,
  decodeSessionFrame,
  DEVICE,
  DRIVE,
  type FrameShape,
  OUTCOME,
  RESULTS,
  SESSION,
  STATUS,
} from '../bus/protocol.gen.js';
import { type Truth, truthOf } from './truth.js';
import type { Firmware } from './firmware.js';
import type { Witness, World } from './world.js';

/** Above this a cell counts as carrying current (the firmware's own limit for "off"). */
const OFF_MA = 0.2;

/** What is watched: name of the line's `event`, and its value from the truth and the firmware's status bits. */
const WATCHED: readonly (readonly [event: string, value: (truth: Truth, status: number) => boolean])[] = [
  ['current', (truth) => Math.abs(truth.current_mA) > OFF_MA],
  ['relay', (truth) => truth.relayClosed],
  ['master-relay', (truth) => truth.masterRelayClosed],
  ['safe-enabled', (truth) => truth.safeEnabled],
  ['peltier', (truth) => truth.peltier_A !== 0],
  ['pump', (truth) => truth.pump_mL_min !== 0],
  ['fault', (_truth, status) => (status & STATUS.fault) !== 0],
];

export class Journal implements Witness {
  private readonly before = new Map<string, boolean>();
  private heartbeat: { readonly board_ms: number; readonly monotonic_ns: string } | null = null;
  private heartbeats = 0;

  /** `monotonic_ns` reads CLOCK_MONOTONIC; `write` must have kept the line when it returns. */
  constructor(
    private readonly world: World,
    private readonly firmware: Firmware,
    private readonly monotonic_ns: () => bigint,
    private readonly write: (line: string) => void,
  ) {}

  moved(): void {
    const truth = truthOf(this.world);
    const session = this.frame(SESSION);
    const status = session === undefined ? 0 : decodeSessionFrame(session).status;
    for (const [event, value] of WATCHED) {
      const on = value(truth, status);
      if (on === (this.before.get(event) ?? false)) continue;
      this.before.set(event, on);
      this.note({ event, on });
    }
  }

  transferred({ address, write }: Transfer, reply: Reply): void {
    if (address !== DEVICE.address || write?.[0] !== DRIVE.command || reply instanceof BusFault) return;
    if (!this.lastWriteAccepted()) return;
    this.heartbeats++;
    this.heartbeat = { board_ms: this.world.elapsed_ms, monotonic_ns: String(this.monotonic_ns()) };
  }

  /** The firmware's own word on it: a heartbeat that it refused does not feed its dead-man. */
  private lastWriteAccepted(): boolean {
    const outcome = this.frame(OUTCOME);
    return outcome !== undefined && RESULTS[decodeOutcomeFrame(outcome).result]?.name === 'accepted';
  }

  /** A frame as a host would read it; those read here change nothing on the board. */
  private frame({ command, payloadLength }: FrameShape): Uint8Array | undefined {
    const answer = this.firmware.read(command, payloadLength + READ_OVERHEAD);
    const opened = open(DEVICE.address, command, payloadLength, answer);
    return opened.ok ? opened.payload : undefined;
  }

  private note(what: { readonly event: string; readonly on: boolean }): void {
    const line = {
      ...what,
      board_ms: this.world.elapsed_ms,
      monotonic_ns: String(this.monotonic_ns()),
      heartbeats: this.heartbeats,
      lastHeartbeat: this.heartbeat,
    };
    this.write(`${JSON.stringify(line)}\n`);
  }
}
