/**
 * Tests of the protection that only a person can do, how long each stays good, and what else a start asks for around the
 * bench. Words and data; judges nothing.
 */

export const PROOF_TESTS = {
  'hydrogen-bump': {
    title: 'bump test of the hydrogen sensors',
    /** Poisoning of a sensor that reads zero is found by nothing else (fault catalogue, M13). */
    within_days: 30,
    how: 'give test gas to each sensor and see it alarm',
  },
  'e-stop': {
    title: 'test of the emergency stop',
    /** ISO 14119 asks for a year at most where it is seldom used; twice that often here. */
    within_days: 180,
    how: 'press it with the bench idle and see the master relay and SAFE_EN off',
  },
  'thermal-cutout': {
    title: 'test of the thermal cut-out',
    within_days: 365,
    how: 'warm its sensor and see the chain open',
  },
} as const;
export type ProofTest = keyof typeof PROOF_TESTS;
export const PROOF_TEST_NAMES = Object.keys(PROOF_TESTS) as readonly ProofTest[];

export const isProofTest = (name: string): name is ProofTest => Object.hasOwn(PROOF_TESTS, name);

export interface ReadinessFacts {
  readonly simulated: boolean;
  /** What is wrong with the room for the record, and what would be right; null when there is enough or nobody knows. */
  readonly spaceMissing: string | null;
  /** Wall clock of the host, UTC ms. */
  readonly now_ms: number;
  /** When the newest run before this one began; null when there is none. */
  readonly newestRun_ms: number | null;
  /** When each proof test was last done; null for never. */
  readonly proofTests: Readonly<Record<ProofTest, number | null>>;
  /** Brokers beyond this machine that let anybody in, as they were just tried; absent where nobody tries. */
  readonly openDoors?: readonly string[];
}
