/** Ticks, sparklines, traces and pictures of a preview: what a person reads from them. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pictureOf, sparklines } from '../../src/plot/course.js';
import { plotRefusal, writePlot } from '../../src/plot/file.js';
import { pageOf } from '../../src/plot/page.js';
import { sparkline } from '../../src/plot/sparkline.js';
import { svgOf, type Picture } from '../../src/plot/svg.js';
import { axisOf, timeAxis } from '../../src/plot/ticks.js';
import { Trace } from '../../src/plot/trace.js';
import type { Plan } from '../../src/model/plan.js';
import { sampleOf } from '../record/samples.js';
import { planOf } from '../support/plan.js';

const labels = (axis: { readonly ticks: readonly { readonly label: string }[] }): string[] =>
  axis.ticks.map(({ label }) => label);

describe('an axis', () => {
  it('has round ticks around its values', () => {
    expect(labels(axisOf([4.253, 4.33]))).toEqual(['4.24', '4.26', '4.28', '4.30', '4.32', '4.34']);
    expect(labels(axisOf([0, 194.4]))).toEqual(['0', '50', '100', '150', '200']);
    expect(labels(axisOf([-0.1, 22]))).toEqual(['0', '10', '20', '30']);
  });

  it('is there for one value and for none', () => {
    expect(axisOf([3]).from).toBeLessThan(3);
    expect(axisOf([3]).to).toBeGreaterThan(3);
    expect(axisOf([])).toMatchObject({ from: 0, to: 1 });
  });

  it('holds its values, but for the noise of a twentieth of a tick, with three to eight ticks', () => {
    const value = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 9 }), (values) => {
        const [low, high] = [Math.min(...values), Math.max(...values)];
        fc.pre(high - low > 1e-6);
        const { from, to, ticks } = axisOf(values);
        const room = (0.06 * (to - from)) / (ticks.length - 1);
        expect(from).toBeLessThanOrEqual(low + room);
        expect(to).toBeGreaterThanOrEqual(high - room);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('of time counts in hours, or in minutes where there are less than two', () => {
    expect(labels(timeAxis(12_960))).toEqual(['0.0', '0.5', '1.0', '1.5', '2.0', '2.5', '3.0', '3.5']);
    expect(timeAxis(3000)).toMatchObject({ unit: 'min' });
    expect(labels(timeAxis(3000))).toEqual(['0', '10', '20', '30', '40', '50']);
    expect(labels(timeAxis(172_800)).at(-1)).toBe('48');
  });
});

describe('a sparkline', () => {
  const course = (values: readonly (number | null)[]) => values.map((value, t_s) => ({ t_s: t_s + 0.5, value }));

  it('rises with its values, and is blank where there are none', () => {
    expect(sparkline(course([0, 1, 2, 3, null, 5, 6, 7]), 8, 8)).toBe('▁▂▃▄ ▆▇█');
  });

  it('lies at the bottom when nothing moves', () => {
    expect(sparkline(course([2, 2, 2]), 3, 3)).toBe('▁▁▁');
  });

  it('is not flattened by a moment that is far off', () => {
    const values = Array.from({ length: 400 }, (_, place) => (place === 0 ? -100 : place / 100));
    const line = sparkline(course(values), 400, 8);
    expect(new Set(line.slice(1)).size).toBeGreaterThan(5);
  });
});

describe('a trace', () => {
  /** A run of so long at 20 Hz. */
  function traced(run_s: number): Trace {
    const trace = new Trace(planOf());
    for (let seq = 1; seq <= run_s * 20; seq++)
      trace.add(sampleOf(seq, { temperature_C: seq % 2 === 0 ? 1 : -1, setpoint_mA: seq < 200 ? 0 : 18 }));
    return trace;
  }

  it('tells the charge that counts: both directions together where they alternate', () => {
    const { steps } = planOf();
    const polarity = { halfPeriod_s: 30, deadTime_s: 1, ramp_mA_s: 50, reversal_C: 0.1 };
    const turned = steps.map((step) => (step.kind === 'electrolyse' ? { ...step, polarity } : step));
    const charge_C = (plan: Pick<Plan, 'steps'>): number | undefined => {
      const trace = new Trace(plan);
      trace.add(sampleOf(1, { charge_C: 2, absolute_charge_C: 12 }));
      return trace.points[0]?.charge_C;
    };
    expect(charge_C({ steps })).toBe(2);
    expect(charge_C({ steps: turned })).toBe(12);
  });

  it('is the mean of each second', () => {
    const { points } = traced(20);
    expect(points).toHaveLength(21);
    expect(points[5]?.temperature_C).toBeCloseTo(0, 9);
    expect(points[5]?.t_s).toBeCloseTo(5.475, 6);
    expect(points[15]?.charge_C).toBeCloseTo(0.018 * 15.95, 9);
  });

  it('has a voltage only while a current is asked for', () => {
    const { points } = traced(20);
    expect(points[5]?.voltage_V).toBeNull();
    expect(points[15]?.voltage_V).toBeCloseTo(3.2, 2);
  });

  it('stays small however long the run is, and keeps its beginning and its end', () => {
    const { points } = traced(5000);
    expect(points.length).toBeLessThanOrEqual(1601);
    expect(points.length).toBeGreaterThan(800);
    expect(points[0]?.t_s).toBeLessThan(5);
    expect(points.at(-1)?.t_s).toBeGreaterThan(4990);
    const times = points.map(({ t_s }) => t_s);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('a picture', () => {
  const trace = new Trace(planOf());
  for (let seq = 1; seq <= 2000; seq++) trace.add(sampleOf(seq, { step: seq < 600 ? 2 : 4 }));
  const picture = pictureOf(planOf(), trace.points, 100, 'expected <here> & now');
  const svg = svgOf(picture);

  it('has voltage, temperature, hydrogen and charge with their units, a legend and the steps', () => {
    for (const text of ['/ V', '/ °C', '/ vol%', '/ C', 'run time / min', 'set point', 'planned', 'electrolyse'])
      expect(svg).toContain(text);
    expect(svg.match(/class="line" style="[^"]*" d="M/g)).toHaveLength(6);
  });

  it('keeps what is not its own as text', () => {
    expect(svg).toContain('expected &lt;here&gt; &amp; now');
    expect(pageOf('a < b', [{ picture, rows: [['x', '1 & 2']] }])).toContain('1 &amp; 2');
  });

  it('has no coordinate that is no number, and breaks a line where nothing was measured', () => {
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const gap: Picture = {
      ...picture,
      panels: [
        {
          title: 't',
          unit: 'u',
          lines: [{ name: 'n', colour: 0, points: [1, null, 2].map((value, t_s) => ({ t_s, value })) }],
        },
      ],
    };
    expect(svgOf(gap).match(/ d="M[^"]*M[^"]*"/)).not.toBeNull();
  });

  it('is readable in the dark, and told apart without colour', () => {
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain('stroke-dasharray');
  });

  it('is nothing of a run without a value, and says so of each in a line', () => {
    expect(sparklines([], 100, 20)).toEqual([]);
    expect(sparklines(trace.points, 100, 20).map(([name]) => name)).toEqual([
      'voltage',
      'temperature',
      'hydrogen',
      'charge',
    ]);
    expect(svgOf(pictureOf(planOf(), [], 100, ''))).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('is written as its ending says, and refused before anything runs where it cannot be', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'plot-'));
    await writePlot(join(dir, 'a.svg'), [{ picture, rows: [] }]);
    await writePlot(join(dir, 'a.html'), [{ picture, rows: [['time', '3 h']] }]);
    expect(readFileSync(join(dir, 'a.svg'), 'utf8')).toBe(svg);
    expect(readFileSync(join(dir, 'a.html'), 'utf8')).toContain('<th>time</th><td>3 h</td>');
    expect(await plotRefusal(join(dir, 'a.svg'), 'recipe')).toBeNull();
    expect(await plotRefusal(join(dir, 'A.HTML'), 'series')).toBeNull();
    expect(await plotRefusal('a.svg', 'series')).toMatch(/would be right: a\.html/);
    expect(await plotRefusal('a.png', 'recipe')).toMatch(/would be right: a\.png\.svg/);
    mkdirSync(join(dir, 'folder.svg'));
    const cannot = async (path: string): Promise<string | null> => plotRefusal(join(dir, path), 'recipe');
    expect(await cannot('nowhere/a.svg')).toMatch(
      /a\.svg cannot be written: there is no such folder \(would be right: /,
    );
    expect(await cannot('a.svg/b.svg')).toMatch(/cannot be written: .*a\.svg is no folder/);
    expect(await cannot('folder.svg')).toMatch(/cannot be written: it is a folder, not a file/);
  });
});
