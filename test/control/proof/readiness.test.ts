import { describe, expect, it } from 'vitest';
import { readinessOf } from '../../../src/control/proof/readiness.js';
import { PROOF_TEST_NAMES, PROOF_TESTS, type ReadinessFacts } from '../../../src/model/proof-test.js';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const DAY_MS = 86_400_000;
const TODAY = { 'hydrogen-bump': NOW_MS, 'e-stop': NOW_MS, 'thermal-cutout': NOW_MS };
const READY: ReadinessFacts = {
  simulated: false,
  spaceMissing: null,
  now_ms: NOW_MS,
  newestRun_ms: NOW_MS - DAY_MS,
  proofTests: TODAY,
};
const judged = (changes: Partial<ReadinessFacts> = {}) => readinessOf({ ...READY, ...changes });

describe('what a start asks for around the bench', () => {
  it('says nothing when all is in order', () => {
    expect(judged()).toEqual({ refusals: [], remarks: [] });
    expect(judged({ newestRun_ms: null })).toEqual({ refusals: [], remarks: [] });
  });

  it('refuses a disk without room in the words of the record', () => {
    expect(judged({ spaceMissing: '/data: 1 MB are free' }).refusals).toEqual(['/data: 1 MB are free']);
  });

  it.each([0, Date.UTC(1970, 5, 1), Date.UTC(2025, 11, 31, 23), NaN, -Infinity])('refuses a clock at %s', (now_ms) => {
    const { refusals } = judged({ now_ms, simulated: true });
    expect(refusals).toEqual([expect.stringMatching(/^the clock says .*: set it/)]);
  });

  it('warns of a clock behind the newest run, and not of a second of it', () => {
    expect(judged({ newestRun_ms: NOW_MS + DAY_MS }).remarks).toEqual([
      'the clock says 2026-11-22, but the newest run in the record is of 2026-11-23: one of them is wrong',
    ]);
    expect(judged({ newestRun_ms: NOW_MS + DAY_MS }).refusals).toEqual([]);
    expect(judged({ newestRun_ms: NOW_MS + 1000 }).remarks).toEqual([]);
  });

  it('refuses hardware while a broker lets anybody in, and warns of it on a simulated bench', () => {
    const openDoors = ['mqtt://lab:1883', 'built-in broker at 0.0.0.0:8883'];
    const { refusals } = judged({ openDoors });
    expect(refusals).toHaveLength(2);
    expect(refusals[0]).toMatch(/^mqtt:\/\/lab:1883 lets anybody in.*allow_anonymous false/);
    const simulated = judged({ openDoors, simulated: true });
    expect(simulated.refusals).toEqual([]);
    expect(simulated.remarks.filter((remark) => remark.includes('lets anybody in'))).toHaveLength(2);
    expect(judged({ openDoors: [] })).toEqual(judged());
  });

  it.each(PROOF_TEST_NAMES)('refuses hardware on which the %s is due, from its day on', (name) => {
    const { within_days } = PROOF_TESTS[name];
    const done = (t: number | null) => judged({ proofTests: { ...TODAY, [name]: t } }).refusals;
    expect(done(NOW_MS - within_days * DAY_MS)).toEqual([]);
    expect(done(NOW_MS - within_days * DAY_MS - 1)).toEqual([
      expect.stringMatching(new RegExp(`was last done on 202.*then "galvanode proof record ${name}"`)),
    ]);
    expect(done(null)).toEqual([expect.stringContaining('was never recorded')]);
    expect(done(NaN)).toHaveLength(1);
  });

  it('names all that is due at once', () => {
    const never = { 'hydrogen-bump': null, 'e-stop': null, 'thermal-cutout': null };
    expect(judged({ proofTests: never, spaceMissing: 'no room' }).refusals).toHaveLength(4);
  });

  it('asks no person for anything on a simulated bench, and says so', () => {
    const never = { 'hydrogen-bump': null, 'e-stop': null, 'thermal-cutout': null };
    expect(judged({ simulated: true, proofTests: never })).toEqual({
      refusals: [],
      remarks: ['simulated bench: proof tests by a person are not asked for'],
    });
  });
});
