/**
 * The GS-1's self-test as a verdict per check. Owns the names and the waiting for them; the board makes the checks,
 * with its stage disabled, and only while it is not armed.
 */
import {
  CHECKS,
  CONSTANTS,
  decodeSelfTestFrame,
  encodeRunSelfTestFrame,
  RUN_SELF_TEST,
  SELF_TEST,
  type SelfTestFrame,
} from '../bus/protocol.gen.js';
import type { Gs1Link } from './gs1-link.js';
import type { SelfTestPort, SelfTestVerdict } from './ports.js';

export type Check = keyof typeof CHECKS;
export type Verdict = 'passed' | 'failed' | 'not-made';

export interface SelfTestResult {
  readonly state: 'not-done' | 'running' | 'passed' | 'failed';
  readonly verdicts: Readonly<Record<Check, Verdict>>;
  /** Offsets of the converters, counts of the range. */
  readonly currentOffset_counts: number;
  readonly returnOffset_counts: number;
  readonly dacError_counts: number;
  readonly relayClose_ms: number;
  readonly relayOpen_ms: number;
}

const STATES = ['not-done', 'running', 'passed', 'failed'] as const;
/** The board gives its offsets as sums over so many samples. */
const OFFSET_SAMPLES = 64;

export class Gs1SelfTest implements SelfTestPort {
  constructor(private readonly link: Gs1Link) {}

  /** Begins it; it takes some 120 ms of the board, up to 220 ms with a relay that does not move. Rejects with a DeviceFault while armed or busy. */
  async begin(): Promise<void> {
    await this.link.command(RUN_SELF_TEST, encodeRunSelfTestFrame({ key: CONSTANTS.selfTestKey }));
  }

  /** As the start-up proof asks for it. A board that was reset meanwhile has made no check: all of them have failed. */
  async verdict(): Promise<SelfTestVerdict | 'running'> {
    const { state, verdicts } = await this.read();
    if (state === 'running') return 'running';
    const failed = Object.entries(verdicts).flatMap(([check, verdict]) => (verdict === 'passed' ? [] : [check]));
    return { failed };
  }

  async read(): Promise<SelfTestResult> {
    const frame = decodeSelfTestFrame(await this.link.read(SELF_TEST));
    return {
      state: STATES[frame.state] ?? 'not-done',
      verdicts: verdictsOf(frame),
      currentOffset_counts: frame.currentOffset / OFFSET_SAMPLES,
      returnOffset_counts: frame.returnOffset / OFFSET_SAMPLES,
      dacError_counts: frame.dacError,
      relayClose_ms: frame.closeTime_ms,
      relayOpen_ms: frame.openTime_ms,
    };
  }
}

function verdictsOf({ checked, failed }: SelfTestFrame): Record<Check, Verdict> {
  const of = (mask: number): Verdict =>
    (failed & mask) !== 0 ? 'failed' : (checked & mask) !== 0 ? 'passed' : 'not-made';
  return {
    converterOffset: of(CHECKS.converterOffset),
    dac: of(CHECKS.dac),
    relayCloses: of(CHECKS.relayCloses),
    relayOpens: of(CHECKS.relayOpens),
    comparator: of(CHECKS.comparator),
    eeprom: of(CHECKS.eeprom),
    resetCause: of(CHECKS.resetCause),
  };
}
