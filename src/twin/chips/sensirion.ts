/**
 * What the simulated flow sensors of Sensirion share on the bus: 16-bit commands, words with check bytes, a measurement
 * that is started and stopped and not acknowledged while it has no data. Knows neither a particular chip nor the driver.
 */
import { checkedWords, framedWords } from '../../bus/crc8.js';
import { padded, word } from './words.js';

const STOP = 0x3ff9;
/** After STOP the chip answers nothing for so long, s (SLF3S data sheet: 0.5 ms). */
const STOP_s = 0.0005;

/** What a particular chip adds. */
export interface SensirionTraits {
  /** True when the word starts a continuous measurement of this chip. */
  starts(command: number): boolean;
  /** Time from start to first data, s. */
  readonly firstData_s: number;
  /** The words of a measurement taken now, for the start command that runs. */
  measure(command: number, now_s: number): readonly number[];
  /** Answer to another command while idle, empty when it has none; undefined: not a command of this chip (not acknowledged). */
  answer(command: number, argument: number | undefined): readonly number[] | undefined;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'answering'; readonly words: readonly number[] }
  | { readonly kind: 'measuring'; readonly command: number; readonly ready_s: number };

const IDLE: State = { kind: 'idle' };

export class SensirionBus {
  private state: State = IDLE;
  private busyUntil_s = Number.NEGATIVE_INFINITY;

  constructor(private readonly traits: SensirionTraits) {}

  reset(): void {
    this.state = IDLE;
    this.busyUntil_s = Number.NEGATIVE_INFINITY;
  }

  write(bytes: Uint8Array, now_s: number): boolean {
    if (now_s < this.busyUntil_s) return false;
    if (bytes.length < 2) return bytes.length === 0;
    const command = word(bytes, 0);
    if (command === STOP) {
      this.state = IDLE;
      this.busyUntil_s = now_s + STOP_s;
      return true;
    }
    if (this.state.kind === 'measuring') return false; // only STOP is taken while measuring
    if (this.traits.starts(command)) {
      this.state = { kind: 'measuring', command, ready_s: now_s + this.traits.firstData_s };
      return true;
    }
    const argument = bytes.length > 2 ? checkedWords(bytes.subarray(2)) : [];
    if (argument === undefined) return false;
    const words = this.traits.answer(command, argument[0]);
    if (words === undefined) return false;
    this.state = words.length === 0 ? IDLE : { kind: 'answering', words };
    return true;
  }

  read(length: number, now_s: number): Uint8Array | undefined {
    const { state } = this;
    if (now_s < this.busyUntil_s) return undefined;
    switch (state.kind) {
      case 'idle':
        return undefined;
      case 'answering':
        this.state = IDLE;
        return padded(framedWords(state.words), length);
      case 'measuring':
        if (now_s < state.ready_s) return undefined;
        return padded(framedWords(this.traits.measure(state.command, now_s)), length);
    }
  }
}
