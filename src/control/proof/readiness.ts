/**
 * What has to be in order around the bench before anything is armed: room for the record, a plausible clock, and proof
 * tests that a person did not long ago. Pure: facts in, what refuses and what is only to be said out.
 */
import { dayOf } from '../../model/date.js';
import { PROOF_TEST_NAMES, PROOF_TESTS, type ProofTest, type ReadinessFacts } from '../../model/proof-test.js';

export interface Readiness {
  /** Each ends the start, and says what to do. */
  readonly refusals: readonly string[];
  /** Each goes into the journal. */
  readonly remarks: readonly string[];
}

/** This program did not exist before: a clock that says so has not been set. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
/** Clocks that are set by the network differ by less. */
const BEHIND_MS = 60_000;

export function readinessOf(facts: ReadinessFacts): Readiness {
  const refusals: string[] = [];
  const remarks: string[] = [];
  if (facts.spaceMissing !== null) refusals.push(facts.spaceMissing);
  judgeClock(facts, refusals, remarks);
  judgeDoors(facts, refusals, remarks);
  if (facts.simulated) remarks.push('simulated bench: proof tests by a person are not asked for');
  else for (const name of PROOF_TEST_NAMES) judgeTest(name, facts, refusals);
  return { refusals, remarks };
}

function judgeClock({ now_ms, newestRun_ms }: ReadinessFacts, refusals: string[], remarks: string[]): void {
  if (!(now_ms >= EARLIEST_MS)) {
    refusals.push(`the clock says ${dayOf(now_ms)}: set it, or wait for the network to set it, then start again`);
    return;
  }
  if (newestRun_ms !== null && !(now_ms >= newestRun_ms - BEHIND_MS))
    remarks.push(
      `the clock says ${dayOf(now_ms)}, but the newest run in the record is of ${dayOf(newestRun_ms)}: one of them is wrong`,
    );
}

/** Who gets in at a broker can forge what it says and, where commands are taken, send them. */
function judgeDoors({ openDoors = [], simulated }: ReadinessFacts, refusals: string[], remarks: string[]): void {
  for (const door of openDoors) {
    const what = `${door} lets anybody in, without a name`;
    if (simulated) remarks.push(`${what}: a real bench would not be armed`);
    else
      refusals.push(
        `${what}: set allow_anonymous false and an ACL there (docs/mosquitto), or leave that broker out, then start again`,
      );
  }
}

function judgeTest(name: ProofTest, { now_ms, proofTests }: ReadinessFacts, refusals: string[]): void {
  const { title, within_days, how } = PROOF_TESTS[name];
  const done_ms = proofTests[name];
  if (done_ms !== null && now_ms - done_ms <= within_days * DAY_MS) return;
  const last = done_ms === null ? 'was never recorded' : `was last done on ${dayOf(done_ms)}`;
  refusals.push(
    `the ${title} ${last} and holds for ${within_days} days: ${how}, then "galvanode proof record ${name}"`,
  );
}
