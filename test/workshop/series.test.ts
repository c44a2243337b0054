import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { seriesAnswer, SIGNALS, type SeriesAnswer } from '../../src/console/api/series.js';
import { RealClock } from '../../src/model/real-clock.js';
import { Batch } from '../../src/record/batch.js';
import { databaseFile } from '../../src/record/place.js';
import { prepareToWrite } from '../../src/record/schema.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { RunStore } from '../../src/record/store.js';
import { seriesRoutes } from '../../src/workshop/series.js';
import { freshDirectory } from '../record/directory.js';
import { eventOf, headerOf, OUTCOME, sampleOf } from '../record/samples.js';
import { ask, jsonOf } from './asking.js';

/** A run that can still grow: a second each sample, a spike of one sample at 500 s. */
class Growing {
  readonly run: string;
  private readonly db;
  private readonly store;

  constructor(dataDir: string) {
    this.db = openDatabase(databaseFile(dataDir), 'write');
    prepareToWrite(this.db);
    this.store = new RunStore(this.db);
    this.db.transaction(() => this.store.obey({ kind: 'begin', header: headerOf({ recordRate_Hz: 1 }) }));
    this.run = String(this.db.prepare('SELECT id FROM runs').all([])[0]?.['id']);
  }

  grow(from: number, to: number): void {
    for (let first = from; first < to; first += 200) {
      const batch = new Batch();
      for (let seq = first; seq < Math.min(to, first + 200); seq++)
        batch.addSample(
          sampleOf(seq, {
            elapsed_s: seq,
            voltage_V: seq === 500 ? 9.5 : 3.25,
            temperature_C: seq % 2 === 0 ? null : 1,
            current_mA: Math.floor(seq / 30) % 2 === 0 ? 18 : -18,
          }),
        );
      if (first % 400 === 1) batch.addEvent(eventOf(first, 'step'));
      this.db.transaction(() => this.store.obey({ kind: 'rows', rows: batch.take() }));
    }
  }

  end(elapsed_s: number): void {
    const outcome = { ...OUTCOME, elapsed_s };
    this.db.transaction(() => this.store.obey({ kind: 'end', outcome, lostSamples: 0 }));
  }

  close(): void {
    this.db.close();
  }
}

function opened(): {
  readonly growing: Growing;
  readonly look: (query: Record<string, string>) => Promise<SeriesAnswer>;
} {
  const dataDir = freshDirectory();
  const growing = new Growing(dataDir);
  const routes = seriesRoutes({ dataDir, spareDir: join(dataDir, 'none') }, new RealClock());
  return {
    growing,
    look: async (query) => seriesAnswer.parse(jsonOf(await ask(routes, `/api/runs/${growing.run}/series`, { query }))),
  };
}

describe('the course of a run', () => {
  let all: ReturnType<typeof opened>;
  beforeEach(() => {
    all = opened();
    all.growing.grow(1, 2001);
    return () => all.growing.close();
  });

  it('shows a spike of one sample from afar', async () => {
    const { step_s, t_s, signals, first_s, last_s, ended } = await all.look({ signals: 'voltage_V', points: '20' });
    expect({ step_s, first_s, last_s, ended }).toEqual({ step_s: 128, first_s: 1, last_s: 2000, ended: false });
    const place = t_s.findIndex((middle) => Math.abs(middle - 500) <= 64);
    expect(signals['voltage_V']?.high?.[place]).toBe(9.5);
    expect(signals['voltage_V']?.high?.filter((value) => value === 9.5)).toHaveLength(1);
    expect(signals['voltage_V']?.low.every((value) => value === 3.25)).toBe(true);
  });

  it('shows both ends of a current that changes its direction', async () => {
    const { signals } = await all.look({ signals: 'current_mA', points: '20' });
    expect(signals['current_mA']?.low.every((value) => value === -18)).toBe(true);
    expect(signals['current_mA']?.high?.every((value) => value === 18)).toBe(true);
  });

  it('gives the samples as they are kept from close by, and a value that was not good as none', async () => {
    const { step_s, t_s, signals } = await all.look({ signals: 'temperature_C,voltage_V', from: '498', to: '503' });
    expect(step_s).toBe(0);
    expect(t_s).toEqual([498, 499, 500, 501, 502, 503]);
    expect(signals['temperature_C']).toEqual({ low: [null, 1, null, 1, null, 1] });
    expect(signals['voltage_V']?.low[2]).toBe(9.5);
  });

  it('gives the marks of the span alone', async () => {
    const { marks } = await all.look({ signals: 'voltage_V', from: '300', to: '900' });
    expect(marks.map(({ t_s, kind }) => [t_s, kind])).toEqual([
      [401, 'step'],
      [801, 'step'],
    ]);
  });

  it('has the newest of a run that goes on, and what came late', async () => {
    const { growing, look } = opened();
    growing.grow(1, 641);
    growing.grow(661, 701);
    const query = { signals: 'voltage_V', from: '1' };
    const before = await look({ ...query, points: '699' });
    expect([before.step_s, before.last_s, before.t_s.length]).toEqual([1, 700, 681]); // one of them is the gap
    expect(before.signals['voltage_V']?.low.filter((value) => value === null)).toHaveLength(1);
    growing.grow(641, 661); // what an event brings into the record
    growing.grow(701, 1001);
    const after = await look({ ...query, points: '999' });
    expect([after.step_s, after.last_s, after.t_s.length]).toEqual([1, 1000, 1000]);
    expect(after.signals['voltage_V']?.low.includes(null)).toBe(false);
    growing.end(1000);
    expect((await look({ signals: 'voltage_V' })).ended).toBe(true);
    growing.close();
  });

  it('answers every signal, and several askers at once', async () => {
    const answers = await Promise.all([all.look({ signals: SIGNALS.join(',') }), all.look({ signals: 'charge_C' })]);
    expect(Object.keys(answers[0].signals)).toEqual([...SIGNALS]);
    expect(answers[1].signals['charge_C']).toEqual(answers[0].signals['charge_C']);
  });

  it('says all that is wrong with a question at once', async () => {
    const routes = seriesRoutes({ dataDir: freshDirectory(), spareDir: 'none' }, new RealClock());
    expect(await ask(routes, '/api/runs/none/series')).toMatchObject({ status: 404 });
    const wrong = all.look({ signals: "voltage_V,x'; DROP TABLE samples", from: '9', to: 'soon', points: '1e9' });
    await expect(wrong).rejects.toThrow(/no signal.*to is no number.*points is 1000000000/s);
    await expect(all.look({ signals: '', from: '5', to: '5' })).rejects.toThrow(
      /no signal is asked.*from is not before to/s,
    );
  });

  it('has nothing to show before the first sample', async () => {
    const { growing, look } = opened();
    expect(await look({ signals: 'voltage_V' })).toMatchObject({ first_s: null, last_s: null, t_s: [], marks: [] });
    growing.close();
  });

  it('opens nothing where nothing was recorded', async () => {
    const dataDir = freshDirectory();
    const routes = seriesRoutes({ dataDir, spareDir: join(dataDir, 'none') }, new RealClock());
    expect(await ask(routes, '/api/runs/some/series')).toMatchObject({ status: 404 });
    expect(existsSync(databaseFile(dataDir))).toBe(false);
  });
});
