import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import type { PastRow, PastRunRow } from '../../src/record/past.js';
import type { Warehouse } from '../../src/timeseries/postgres.js';
import { BATCH_ROWS, sampleRow, type TableRow } from '../../src/timeseries/tables.js';
import { TimeSeriesWriter } from '../../src/timeseries/writer.js';

const RUN: PastRunRow = {
  run: 'r1',
  started_utc_ms: 1_700_000_000_000,
  simulated: true,
  outcome: null,
  record_rate_Hz: 5,
  recipe: 'a',
  title: 'A',
  reason: null,
  ended_utc_ms: null,
  elapsed_s: null,
  charge_C: null,
  charge_F_mol: null,
};

/** A record in memory. */
class Kept {
  run = RUN;
  hasLastSeal = true;
  readonly rows = { samples: new Map<number, PastRow>(), events: new Map<number, PastRow>() };

  add(kind: 'samples' | 'events', from: number, to: number): void {
    for (let seq = from; seq < to; seq++) {
      this.rows[kind].set(seq, {
        seq,
        t: seq,
        elapsed_s: seq / 20,
        kind: 'note',
        actor: 'a',
        text: 'x\0y',
        data: '{}',
      });
    }
  }

  readonly past = {
    sealed: () => this.hasLastSeal,
    runRows: () => [this.run],
    samplesAfter: (_run: string, after: number, limit: number) => this.after('samples', after).slice(0, limit),
    events: (_run: string, after: number, limit: number) => this.after('events', after).slice(0, limit),
    counts: (_run: string, after: { readonly samples: number; readonly events: number }) => ({
      samples: this.after('samples', after.samples).length,
      events: this.after('events', after.events).length,
    }),
  };

  private after(kind: 'samples' | 'events', after: number): PastRow[] {
    const rows = [...this.rows[kind].values()].filter(({ seq }) => Number(seq) > after);
    return rows.toSorted((a, b) => Number(a['seq']) - Number(b['seq']));
  }
}

/** A server in memory that can be away, and whose commit can go through unheard. */
class Server implements Warehouse {
  readonly name = 'postgres://memory/d';
  away = false;
  unheard = false;
  largest = 0;
  readonly tables = { galvanode_samples: new Map<number, TableRow>(), galvanode_events: new Map<number, TableRow>() };
  runs: TableRow[] = [];

  async prepare(): Promise<void> {
    this.mustBeThere();
  }

  async held(table: keyof Server['tables']) {
    this.mustBeThere();
    const seqs = [...this.tables[table].keys()];
    return seqs.length === 0 ? [] : [{ run: 'r1', last: Math.max(...seqs) }];
  }

  async count(table: keyof Server['tables'], _reactor: string, _run: string, after: number): Promise<number> {
    this.mustBeThere();
    return [...this.tables[table].keys()].filter((seq) => seq > after).length;
  }

  async add(table: keyof Server['tables'], rows: readonly TableRow[]): Promise<void> {
    this.mustBeThere();
    this.largest = Math.max(this.largest, rows.length);
    for (const row of rows) this.tables[table].set(Number(row['seq']), row);
    if (this.unheard) throw new Error('connection lost');
  }

  async putRun(row: TableRow): Promise<void> {
    this.mustBeThere();
    this.runs = [row];
  }

  async close(): Promise<void> {}

  private mustBeThere(): void {
    if (this.away) throw new Error('connection refused');
  }
}

function written(
  act: (kept: Kept, server: Server, clock: VirtualClock, notices: string[]) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const [kept, warehouse, notices] = [new Kept(), new Server(), new Array<string>()];
    kept.add('samples', 0, 1200);
    kept.add('events', 1, 4);
    const { past } = kept;
    const writer = new TimeSeriesWriter({
      reactor: 'bench',
      warehouse,
      past,
      clock,
      notice: (text) => void notices.push(text),
    });
    await act(kept, warehouse, clock, notices);
    await writer.close();
  });
}

describe('the writer of time series', () => {
  it('brings what there is in batches, and then what comes', () =>
    written(async (kept, server, clock) => {
      await clock.sleep(100);
      expect(server.tables.galvanode_samples.size).toBe(1200);
      expect(server.largest).toBe(BATCH_ROWS);
      kept.add('samples', 1200, 1220);
      kept.add('events', 4, 5);
      await clock.sleep(1500);
      expect(server.tables.galvanode_samples.size).toBe(1220);
      expect(server.tables.galvanode_events.size).toBe(4);
    }));

  it('loses nothing while the server is away, and says each thing once', () =>
    written(async (kept, server, clock, notices) => {
      await clock.sleep(100);
      server.away = true;
      await clock.sleep(120_000);
      kept.add('samples', 1200, 5000);
      await clock.sleep(60_000);
      expect(server.tables.galvanode_samples.size).toBe(1200);
      server.away = false;
      await clock.sleep(31_000);
      expect(server.tables.galvanode_samples.size).toBe(5000);
      expect(notices).toEqual([
        'writing to postgres://memory/d',
        'connection refused',
        'writing to postgres://memory/d',
      ]);
    }));

  it('asks the server what it has after a commit that nobody heard', () =>
    written(async (kept, server, clock) => {
      await clock.sleep(100);
      kept.add('samples', 1200, 1300);
      server.unheard = true;
      await clock.sleep(1500);
      server.unheard = false;
      kept.add('samples', 1300, 1310);
      await clock.sleep(5000);
      expect(server.tables.galvanode_samples.size).toBe(1310);
    }));

  it('finds samples that are kept later than newer ones', () =>
    written(async (kept, server, clock) => {
      await clock.sleep(100);
      kept.add('samples', 2000, 2010);
      await clock.sleep(2000);
      kept.add('samples', 1500, 1600); // the minute before an alarm
      await clock.sleep(7000);
      expect(server.tables.galvanode_samples.size).toBe(1310);
    }));

  it('tells the end of a run, and looks at it no more', () =>
    written(async (kept, server, clock) => {
      kept.run = { ...RUN, outcome: 'complete', charge_C: 1.5, ended_utc_ms: 1_700_000_060_000 };
      await clock.sleep(2000);
      expect(server.runs).toMatchObject([{ outcome: 'complete', charge_C: 1.5, simulated: true }]);
      kept.add('samples', 1200, 1201);
      await clock.sleep(20_000);
      expect(server.tables.galvanode_samples.size).toBe(1200);
    }));

  it('waits for the seal of an interrupted run, which comes after its outcome', () =>
    written(async (kept, server, clock) => {
      kept.hasLastSeal = false;
      kept.run = { ...RUN, outcome: 'interrupted' };
      await clock.sleep(20_000);
      kept.add('events', 4, 5);
      kept.hasLastSeal = true;
      await clock.sleep(2000);
      expect(server.tables.galvanode_events.size).toBe(4);
      kept.add('events', 5, 6);
      await clock.sleep(20_000);
      expect(server.tables.galvanode_events.size).toBe(4);
    }));
});

describe('a row of a sample', () => {
  it('has its instant, no NUL and no number that is none', () => {
    const row = sampleRow('bench', RUN, { seq: 3, elapsed_s: 1.5, voltage_V: NaN, invalid: "a\0'b" });
    expect(row).toMatchObject({
      reactor: 'bench',
      t: 1_700_000_001_500,
      seq: 3,
      voltage_V: null,
      invalid: "a\u{fffd}'b",
    });
  });
});
