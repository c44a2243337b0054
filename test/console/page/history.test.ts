import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Proof, RunDetailRow } from '../../../src/console/api/runs.js';
import type { SeriesAnswer } from '../../../src/console/api/series.js';
import {
  coursePath,
  endOf,
  extentOf,
  panelsOf,
  panelsOfTwo,
  valueNear,
  type Panel,
} from '../../../src/console/page/history/curves.js';
import { formatsOf } from '../../../src/console/page/history/downloads.js';
import {
  compared,
  comparedAnswers,
  comparedFacts,
  figuresOf,
  figureText,
  saidOf,
} from '../../../src/console/page/history/figures.js';
import { marksOf, spansOf } from '../../../src/console/page/history/detail.js';
import { whyNoNote } from '../../../src/console/page/history/notes.js';
import {
  listHash,
  listPath,
  pairHash,
  picked,
  runHash,
  runPath,
  shownAt,
  turnOf,
} from '../../../src/console/page/history/pick.js';
import { linePath } from '../../../src/console/page/history/plot.js';
import { proofWords } from '../../../src/console/page/history/proof.js';
import { localInstant } from '../../../src/console/page/history/when.js';
import { routeOf } from '../../../src/console/page/shell/route.js';

const shown = (hash: string) => shownAt(routeOf(hash, 'run'));

describe('the address', () => {
  it('tells list, run and pair apart, and comes back from what was shown', () => {
    const any = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes(','));
    fc.assert(
      fc.property(any, any, fc.string({ maxLength: 20 }), (one, other, search) => {
        expect(shown(runHash(one))).toEqual({ kind: 'run', run: one });
        expect(shown(pairHash([one, other], 'charge'))).toEqual({ kind: 'two', runs: [one, other], on: 'charge' });
        expect(shown(pairHash([one, other]))).toEqual({ kind: 'two', runs: [one, other], on: 'time' });
        const sought = { search, outcome: 'aborted', pick: [one, other] };
        expect(shown(listHash(sought))).toEqual({ kind: 'list', sought });
      }),
    );
    expect(shown('#/history')).toEqual({ kind: 'list', sought: { search: '', outcome: '', pick: [] } });
  });

  it('chooses two at most: of three the first goes, and a second press takes one away', () => {
    const none = { search: 'x', outcome: '', pick: [] };
    const two = picked(picked(none, 'a'), 'b');
    expect(two).toEqual({ ...none, pick: ['a', 'b'] });
    expect(picked(two, 'c').pick).toEqual(['b', 'c']);
    expect(picked(two, 'a').pick).toEqual(['b']);
  });

  it('asks the server for what is sought, and never lets an id out of its place in the path', () => {
    expect(listPath({ search: '', outcome: '', pick: ['a'] })).toBe('/api/runs');
    expect(listPath({ search: 'a&b=c', outcome: 'complete', pick: [] }, 'r1')).toBe(
      '/api/runs?search=a%26b%3Dc&outcome=complete&before=r1',
    );
    expect(runPath('../../session?', '/events')).toBe('/api/runs/..%2F..%2Fsession%3F/events');
    expect(coursePath('r1')).toMatch(/^\/api\/runs\/r1\/series\?signals=voltage_V,.*&points=\d+$/);
  });
});

describe('what is shown', () => {
  it('is asked for again as the present run goes on, and not when it is over or is not shown', () => {
    const list = shown('#/history');
    const state = { run: 'r1', state: 'execute', step: 3 } as const;
    const turn = (at_ms: number, of = list, now: Parameters<typeof turnOf>[1] = state) => turnOf(of, now, at_ms);
    expect(turn(1000)).toBe(turn(19_000));
    expect(turn(1000)).not.toBe(turn(21_000));
    expect(turn(1000)).not.toBe(turn(1000, list, { ...state, step: 4 }));
    expect(turn(1000, shown(runHash('r1')))).not.toBe('');
    expect(turn(1000, shown(pairHash(['r2', 'r1'])))).not.toBe('');
    expect([turn(1000, shown(runHash('r2'))), turn(1000, list, null)]).toEqual(['', '']);
    const over = { ...state, state: 'complete' } as const;
    expect(turn(1000, list, over)).toBe(turn(90_000, list, over));
    expect(turn(1000, list, over)).not.toBe(turn(1000));
  });
});

const RUN: RunDetailRow = {
  run: 'r1',
  started: 0,
  recipe: 'kolbe',
  title: 'Kolbe',
  simulated: false,
  outcome: 'complete',
  elapsed_s: 3725,
  charge_C: 194.4,
  charge_F_mol: 4.03,
  notes: 0,
  reason: 'all steps done',
  board: 'bench',
  reactor: 'batch-10ml',
  program: '0.1.0',
  firmware: null,
  seed: null,
  overrides: [],
  recipe_text: '',
  recipe_sha256: 'ab'.repeat(32),
  head_hash: 'cd'.repeat(32),
  samples: 10,
  lost_samples: 0,
  board_charge_C: 194.39,
  planned: { charge_C: 194.4, charge_F_mol: 4.03, duration_s: 3600, cell_voltage_V: 3.3 },
  figures: { energy_J: 900, faradaic_efficiency: 0.903, faradaic_efficiency_uncertainty: 0.061 },
  resumes: null,
  resumed_by: null,
  extremes: { voltage_min_V: 3.1, voltage_max_V: 3.4, hydrogen_max_ppm: null },
  steps: [],
  answers: [],
  alarms: [],
};
const answer = (value: string | number | null, unit: string | null = null): RunDetailRow['answers'][number] => ({
  key: 'yield',
  at_s: 1,
  charge_C: 1,
  value,
  unit,
  came: value === null ? 'not answered' : 'given',
});

describe('figures', () => {
  const of = (run: RunDetailRow) =>
    new Map(figuresOf(run).map((figure) => [figure.name, [figureText(figure), figure.beside]]));

  it('have their unit, and beside them what was planned or how sure they are', () => {
    const figures = of(RUN);
    expect(figures.get('Charge')).toEqual(['194.40 C', 'of 194.40 C']);
    expect(figures.get('Charge by the board')).toEqual(['194.39 C', '−0.010 C to the host’s']);
    expect(figures.get('Time')).toEqual(['1\u202fh 02\u202fmin', '1\u202fh 00\u202fmin of electrolysis planned']);
    expect(figures.get('Energy into the cell')).toEqual(['0.2500 Wh', undefined]);
    expect(figures.get('Faradaic efficiency of hydrogen')).toEqual([
      '90.3 %',
      '± 6.1 % (k = 2), no measure of product',
    ]);
  });

  it('that there are none of are left out, but for charge and time', () => {
    const figures = of({ ...RUN, charge_C: null, elapsed_s: null, figures: {}, extremes: {}, planned: {} });
    expect([...figures.keys()]).toEqual(['Charge', 'Charge per mole', 'Charge by the board', 'Time']);
    expect(figures.get('Charge')).toEqual(['–', undefined]);
    expect(of(RUN).has('Hydrogen beside the cell, at most')).toBe(false);
  });

  it('of two stand beside each other with the second less the first', () => {
    const other = { ...RUN, charge_C: 100, elapsed_s: 3600, figures: {}, extremes: { voltage_max_V: 3.9 } };
    const rows = new Map(compared(RUN, other).map((row) => [row.name, row]));
    expect(rows.get('Charge')).toMatchObject({ unit: 'C', texts: ['194.40', '100.00'], difference: '−94.40' });
    expect(rows.get('Highest voltage with current')).toMatchObject({ texts: ['3.40', '3.90'], difference: '+0.50' });
    expect(rows.get('Time')).toMatchObject({ unit: '', difference: '−2\u202fmin 05\u202fs' });
    expect(rows.get('Energy into the cell')).toMatchObject({ texts: ['0.2500', '–'], difference: null });
    expect(
      compared(other, RUN)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([...rows.keys()].toSorted());
  });

  it('of the setting up say what differs, and answers are held together by their name', () => {
    const other = { ...RUN, reactor: 'flow-2ml', answers: [answer(81.5, '%'), answer(80, '%')] };
    expect(comparedFacts(RUN, other).filter(({ same }) => !same)).toEqual([
      { name: 'Reactor', texts: ['batch-10ml', 'flow-2ml'], same: false },
    ]);
    expect(comparedAnswers(RUN, other)).toEqual([{ name: 'yield', texts: ['–', '81.5 %; 80 %'], same: false }]);
    expect([saidOf(answer(null)), saidOf(answer('white crystals'))]).toEqual(['not answered', 'white crystals']);
  });
});

describe('curves', () => {
  const COURSE: SeriesAnswer = {
    run: 'r1',
    title: 'Kolbe',
    started: 0,
    simulated: true,
    ended: true,
    first_s: 0,
    last_s: 50,
    from_s: 0,
    to_s: 50,
    step_s: 10,
    t_s: [5, 15, 25, 30, 45],
    signals: {
      voltage_V: { low: [0.1, 3.0, 3.1, null, 3.2], high: [0.1, 3.2, 3.1, null, 3.4] },
      setpoint_mA: { low: [0, 18, 18, null, -18], high: [0, 18, 18, null, -18] },
      charge_C: { low: [0, 1, 2, null, 4], high: [0, 1, 3, null, 4] },
      absolute_charge_C: { low: [0, 1, 2, null, 6], high: [0, 1, 3, null, 6] },
    },
    marks: [],
    more_marks: false,
  };
  const curve = (panels: readonly Panel[], title: RegExp, name: string) =>
    panels.find((panel) => title.test(panel.title))?.curves.find((one) => one.name === name);

  it('have the middle of each bucket, are broken where nothing was measured, and show no voltage at rest', () => {
    const panels = panelsOf(COURSE);
    expect(panels.map(({ title }) => title)).toEqual(['Cell voltage while current flows', 'Charge']);
    const voltage = curve(panels, /voltage/, 'measured');
    expect(voltage?.points).toEqual([
      { x: 5, y: null },
      { x: 15, y: expect.closeTo(3.1) },
      { x: 25, y: 3.1 },
      { x: 30, y: null },
      { x: 45, y: expect.closeTo(3.3) },
    ]);
    expect(voltage?.ranges).toEqual([
      [
        { x: 15, low: 3.0, high: 3.2 },
        { x: 25, low: 3.1, high: 3.1 },
      ],
      [{ x: 45, low: 3.2, high: 3.4 }],
    ]);
  });

  it('of samples as they are kept need no highest value', () => {
    const kept = { ...COURSE, step_s: 0, signals: { charge_C: { low: [0, 1, 2, null, 4] } } };
    expect(curve(panelsOf(kept), /Charge/, 'measured')?.points.map(({ y }) => y)).toEqual([0, 1, 2, null, 4]);
  });

  it('of two lie over each other, over time or over the charge of both directions', () => {
    const over = curve(panelsOfTwo([COURSE, COURSE], 'charge'), /voltage/, 'B');
    // what was before the current has no place there; the gap stays one
    expect(over?.points.map(({ x, y }) => [x, y === null])).toEqual([
      [1, false],
      [2.5, false],
      [2.5, true],
      [6, false],
    ]);
    const time = panelsOfTwo([COURSE, { ...COURSE, signals: {} }], 'time');
    expect(time.map(({ curves }) => curves.map(({ name, pen }) => [name, pen]))).toEqual([
      [['A', 'first']],
      [['A', 'first']],
    ]);
    expect([endOf(time), endOf(time, 70), endOf([])]).toEqual([45, 70, 0]);
  });

  it('are drawn with a gap where they are broken, and read next to the cursor only', () => {
    const voltage = curve(panelsOf(COURSE), /voltage/, 'measured');
    if (voltage === undefined) throw new Error('no voltage');
    expect(
      linePath(
        voltage.points,
        (x) => x,
        (y) => y,
      ),
    ).toBe('M15 3.1L25 3.1M45 3.3');
    expect([valueNear(voltage, 24, 5), valueNear(voltage, 33, 5)]).toEqual([3.1, null]);
  });

  it('have an axis that leaves a ramp of few points out, and says so', () => {
    const points = Array.from({ length: 200 }, (_, x) => ({ x, y: x < 3 ? x : 4.2 + x / 2000 }));
    const panel: Panel = {
      title: 't',
      unit: 'V',
      digits: 2,
      holds: [],
      cut: 0.5,
      curves: [{ name: 'a', pen: 'first', points, ranges: [] }],
    };
    const { low, high, beyond } = extentOf(panel);
    expect(beyond).toEqual([0, 4.2995]);
    expect([low > 3.9 && low < 4.2, high >= 4.2995 && high < 4.6, high - low >= 0.5]).toEqual([true, true, true]);
    expect(extentOf({ ...panel, cut: null })).toEqual({ low: 0, high: 4.2995, beyond: null });
    const steep = points.map(({ x }) => ({ x, y: x / 50 }));
    expect(extentOf({ ...panel, curves: [{ name: 'a', pen: 'first', points: steep, ranges: [] }] }).beyond).toBeNull();
  });

  it('have alarms as marks, and steps that go on to where the next begins', () => {
    const alarm = { seq: 1, t: 0, elapsed_s: 7, kind: 'alarm', actor: 'guard', text: 'hot' };
    expect(marksOf({ alarms: [alarm, { ...alarm, elapsed_s: null }] })).toEqual([{ x: 7, name: 'hot' }]);
    const step = (title: string, from_s: number | null, to_s: number | null) => ({ title, from_s, to_s, charge_C: 0 });
    expect(spansOf({ steps: [step('a', 0, 5), step('b', 6, 20), step('c', null, null)] }, 50)).toEqual([
      { from: 0, to: 6, name: 'a' },
      { from: 6, to: 50, name: 'b' },
    ]);
  });
});

describe('words', () => {
  const PROOF: Proof = { verdict: 'proven', findings: [], events: 9, samples: 100, ledger: 50, head: 'ab' };

  it('of a proof say what was looked at, and that an open run is not sealed yet', () => {
    expect(proofWords(PROOF, 'complete')).toMatchObject({ tone: 'good', headline: 'Proven.' });
    expect(proofWords(PROOF, 'complete').text).toContain('9 events, 100 samples and 50 rows of the ledger');
    expect(proofWords({ ...PROOF, verdict: 'unproven' }, 'running').text).toContain('the run goes on');
    expect(proofWords({ ...PROOF, verdict: 'unproven' }, 'interrupted').text).toContain(
      'not all of it is under a seal',
    );
    expect(proofWords({ ...PROOF, verdict: 'tampered' }, 'complete')).toMatchObject({ tone: 'bad' });
  });

  it('say why nobody may note anything', () => {
    const session = (role: 'viewer' | 'operator' | 'admin' | null) => ({
      reactor: 'bench',
      user: 'ada',
      role,
      anyoneReads: true,
      users: 1,
    });
    expect(whyNoNote(null, 'x')).toMatch(/Sign in/);
    expect(whyNoNote(session(null), 'x')).toMatch(/Sign in/);
    expect(whyNoNote(session('viewer'), 'x')).toMatch(/you are viewer/);
    expect(whyNoNote(session('operator'), ' ')).toMatch(/nothing to note/);
    expect(whyNoNote(session('admin'), 'x'.repeat(4001))).toMatch(/4000/);
    expect(whyNoNote(session('operator'), 'x')).toBeNull();
  });

  it('of an instant are local', () => {
    expect(localInstant(Date.UTC(2026, 10, 22, 23, 15), 'Europe/Berlin', 'en-GB')).toMatch(
      /^23 Nov 2026,? (at )?00:15$/,
    );
  });

  it('of the files leave out answers that nobody was asked for', () => {
    expect(formatsOf({ answers: [] }).map(({ path }) => path)).not.toContain('/answers.csv');
    expect(formatsOf({ answers: [answer(1)] }).map(({ path }) => path)).toContain('/answers.csv');
  });
});
