/**
 * How an alarm sounds: a burst of tones and a pause for each severity. Pure: severity in, schedule out. The number of
 * pulses is that of IEC 60601-1-8 for its three priorities: ten, three, one; the pitches lie in its band of 150 to 1000 Hz.
 */
import type { AlarmPayload } from '../../../telemetry/topics.js';
import { waiting, type Severity } from './order.js';

export interface Tone {
  /** After the beginning of the burst, s. */
  readonly at_s: number;
  readonly for_s: number;
  readonly pitch_Hz: number;
}

export interface Burst {
  readonly tones: readonly Tone[];
  /** From one burst to the next, s. */
  readonly every_s: number;
}

interface Pattern {
  /** Beginnings of the pulses, s. */
  readonly pulses_s: readonly number[];
  readonly for_s: number;
  readonly pitch_Hz: number;
  readonly every_s: number;
}

const FIVE_S = [0, 0.2, 0.4, 0.8, 1];
const PATTERNS: Readonly<Record<Severity, Pattern>> = {
  alarm: { pulses_s: [...FIVE_S, ...FIVE_S.map((at_s) => at_s + 1.8)], for_s: 0.14, pitch_Hz: 880, every_s: 6 },
  warning: { pulses_s: [0, 0.4, 0.8], for_s: 0.2, pitch_Hz: 660, every_s: 12 },
  advisory: { pulses_s: [0], for_s: 0.25, pitch_Hz: 440, every_s: 30 },
};

export function burstOf(severity: Severity): Burst {
  const { pulses_s, for_s, pitch_Hz, every_s } = PATTERNS[severity];
  return { tones: pulses_s.map((at_s) => ({ at_s, for_s, pitch_Hz })), every_s };
}

/** What is to be heard now: the gravest that nobody has acknowledged; null: silence. */
export function voiceOf(alarms: readonly AlarmPayload[]): Severity | null {
  return waiting(alarms)[0]?.severity ?? null;
}
