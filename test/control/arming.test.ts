import { describe, expect, it } from 'vitest';
import { rehearse, type Played, type Stage } from '../support/scenario.js';
import { BRIEF, BRIEF_CHARGE_C } from '../scenario/plans.js';
import { energiesLeft } from '../scenario/safe.js';

/** A run whose first instants somebody attends; ends by itself. */
function begun(attend: (stage: Stage) => void = () => undefined): Promise<Played> {
  return rehearse({ plan: BRIEF, attend, limit_s: 60 });
}

const proofs = ({ events }: Played) => events.filter(({ kind, data }) => kind === 'board' && 'proof' in data);

describe('a start', () => {
  it('proves the board once, keeps its figures in the journal, and then arms', async () => {
    const played = await begun();
    expect(played.report.result).toMatchObject({ outcome: 'complete', missedTicks: 0 });
    expect(proofs(played)).toHaveLength(1);
    expect(proofs(played)[0]?.data).toMatchObject({ proof: 'passed', self_test: 'passed', dead_man_by_line: true });
    const texts = played.events.filter(({ kind }) => kind === 'board').map(({ text }) => text.slice(0, 14));
    expect(texts.slice(0, 2)).toEqual(['start-up proof', 'armed']);
  });

  it('counts nothing of the current of the proof', async () => {
    const { report, truth } = await begun();
    // What truly passed is more by some microcoulombs of the proof; the ledger ends where the recipe does.
    expect(report.result.charge_C).toBeGreaterThanOrEqual(BRIEF_CHARGE_C);
    expect(Math.abs(truth.charge_C - report.result.charge_C)).toBeLessThan(0.0005 * BRIEF_CHARGE_C + 50e-6);
    expect(report.result.board_charge_C).toBeCloseTo(report.result.charge_C, 3);
  });

  it('is refused by a proof that fails: nothing was armed for the run, and nothing is on', async () => {
    const played = await begun(({ bench }) => {
      bench.simulation?.inject?.({ target: 'master-relay', verb: 'off', amount: null, at_s: 0, for_s: null });
    });
    expect(played.report.result.outcome).toBe('aborted');
    expect(played.report.result.reason).toMatch(/^start-up proof: the master relay does not close/);
    expect(played.events.filter(({ text }) => text === 'armed')).toEqual([]);
    expect(played.logbook.peak_mA).toBeLessThanOrEqual(0.5);
    expect(energiesLeft({ ...played, broken_s: 0 })).toEqual([]);
  });

  it('is refused, not given up by the program, when the line of the master relay cannot be driven', async () => {
    const played = await begun(({ bench: { lines } }) => {
      const set = lines.set.bind(lines);
      lines.set = (line, asserted) => {
        if (line === 'master-relay' && asserted) throw new Error('GPIO 17 is gone');
        set(line, asserted);
      };
    });
    expect(played.report.result).toMatchObject({
      outcome: 'aborted',
      reason: expect.stringMatching(
        /^start-up proof: the line of the master relay cannot be driven \(GPIO 17 is gone\)/,
      ),
    });
    expect(energiesLeft({ ...played, broken_s: 0 })).toEqual([]);
  });

  it.each(['stop', 'abort'] as const)('hears a %s in the middle of the proof within 250 ms', async (verb) => {
    let asked_s = NaN;
    let ended_s = NaN;
    const played = await begun(({ bench, clock, run, when }) => {
      const { galvanostat } = bench;
      const load = galvanostat.load.bind(galvanostat);
      galvanostat.load = (envelope) => {
        galvanostat.load = load; // the first is the proof's
        clock.after(120, () => {
          asked_s = clock.now() / 1000;
          run[verb]('operator', 'changed my mind');
        });
        return load(envelope);
      };
      when(verb === 'stop' ? 'stopping' : 'aborting', () => {
        ended_s = clock.now() / 1000;
      });
    });
    expect(played.report.result).toMatchObject({
      outcome: verb === 'stop' ? 'stopped' : 'aborted',
      reason: 'changed my mind',
    });
    expect(ended_s - asked_s).toBeLessThanOrEqual(0.25);
    expect(played.events.filter(({ text }) => text === 'armed')).toEqual([]);
    expect(energiesLeft({ ...played, broken_s: 0 })).toEqual([]);
  });
});
