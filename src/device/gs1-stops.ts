/**
 * The GS-1's own end of the current, at a charge or after a time. Owns nothing but the way there and back; the board
 * keeps both stops and ends the current whether or not anybody asks.
 */
import {
  CONSTANTS,
  decodeProgressFrame,
  encodeStopFrame,
  ENDINGS,
  PROGRESS,
  STOP,
  type ProgressFrame,
} from '../bus/protocol.gen.js';
import type { Gs1Link } from './gs1-link.js';

/** Where the board ends the current by itself; what is left out never ends it. */
export interface Stops {
  /** Net charge since the envelope was loaded, of either sign. */
  readonly charge_C?: number;
  /** Time with the output on since then. */
  readonly time_s?: number;
}

/** What the board has ended by itself: the current at a stop, or the waveform at its end. */
export type Ending = keyof typeof ENDINGS;

export class Gs1Stops {
  constructor(private readonly link: Gs1Link) {}

  /** After loading the envelope, which clears both. Armed, a stop can only come earlier. Rejects with a DeviceFault. */
  async set({ charge_C = 0, time_s = 0 }: Stops): Promise<void> {
    const { stopKey: key } = CONSTANTS;
    const payload = encodeStopFrame({ key, charge_nC: Math.round(charge_C * 1e9), time_ms: Math.round(time_s * 1e3) });
    await this.link.command(STOP, payload);
  }

  async read(): Promise<{ readonly stops: Stops; readonly ended: readonly Ending[] }> {
    const progress = decodeProgressFrame(await this.link.read(PROGRESS));
    const { chargeStop_nC, timeStop_ms } = progress;
    return {
      stops: {
        ...(chargeStop_nC === 0 ? {} : { charge_C: chargeStop_nC * 1e-9 }),
        ...(timeStop_ms === 0 ? {} : { time_s: timeStop_ms * 1e-3 }),
      },
      ended: endingsOf(progress),
    };
  }
}

/** Names of what has ended. */
export function endingsOf({ endings }: ProgressFrame): Ending[] {
  const names: readonly Ending[] = ['charge', 'time', 'waveform'];
  return names.filter((name) => (endings & ENDINGS[name]) !== 0);
}
