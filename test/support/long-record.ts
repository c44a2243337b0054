/** A made-up run of many hours, written as the writer would: for what must stay quick however long a run is. */
import { Batch } from '../../src/record/batch.js';
import { databaseFile } from '../../src/record/place.js';
import { prepareToWrite } from '../../src/record/schema.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { RunStore } from '../../src/record/store.js';
import { eventOf, headerOf, OUTCOME, sampleOf } from '../record/samples.js';

export interface LongRun {
  readonly hours: number;
  readonly rate_Hz: number;
  /** False: it goes on. */
  readonly ended?: boolean;
}

/** Slow waves, small noise that repeats itself, a spike of 1 V each hour, polarity that changes each half minute at last. */
function sampleAt(seq: number, rate_Hz: number, hours: number) {
  const t = seq / rate_Hz;
  const noise = Math.sin(seq * 12.9898) * 0.5 + Math.sin(seq * 78.233) * 0.5;
  const spike = seq % Math.round(3600 * rate_Hz) === Math.round(1800 * rate_Hz) ? 1 : 0;
  const sign = t > hours * 2700 && Math.floor(t / 30) % 2 === 1 ? -1 : 1;
  return sampleOf(seq, {
    elapsed_s: t,
    setpoint_mA: 18 * sign,
    current_mA: 18 * sign + 0.02 * noise,
    voltage_V: sign * (3.2 + 0.15 * Math.sin(t / 9000) + 0.004 * noise) + spike,
    expected_voltage_V: sign * (3.21 + 0.15 * Math.sin(t / 9000)),
    temperature_C: 0.3 * Math.sin(t / 700) * Math.exp(-t / 20_000) + 0.02 * noise,
    expected_temperature_C: 0.3 * Math.sin(t / 700) * Math.exp(-t / 20_000),
    hydrogen_ppm: 4 + 2 * Math.sin(t / 5000) + 0.3 * noise,
    vent_hydrogen_vol_percent: 0.0675 + 0.004 * Math.sin(t / 3000) + 0.0005 * noise,
    expected_vent_hydrogen_vol_percent: 0.0671,
    charge_C: 0.018 * t,
    absolute_charge_C: 0.018 * t,
    charge_F_mol: (0.018 * t) / 96_485.33212 / 0.0005,
  });
}

/** Gives the id of the run. */
export function recordLongRun(dataDir: string, { hours, rate_Hz, ended = true }: LongRun): string {
  const db = openDatabase(databaseFile(dataDir), 'write');
  prepareToWrite(db);
  const store = new RunStore(db);
  db.transaction(() => store.obey({ kind: 'begin', header: headerOf({ recordRate_Hz: rate_Hz }) }));
  const last = Math.round(hours * 3600 * rate_Hz);
  for (let from = 1; from <= last; from += 500) {
    const batch = new Batch();
    for (let seq = from; seq < from + 500 && seq <= last; seq++) batch.addSample(sampleAt(seq, rate_Hz, hours));
    const at_s = from / rate_Hz;
    if (from % 14_000 < 500) batch.addEvent(eventOf(at_s, 'step', { text: `step at ${Math.round(at_s)} s` }));
    if (from % 34_000 < 500) batch.addEvent(eventOf(at_s, 'alarm', { text: 'hydrogen in the vent is high' }));
    db.transaction(() => store.obey({ kind: 'rows', rows: batch.take() }));
  }
  const outcome = { ...OUTCOME, elapsed_s: hours * 3600 };
  if (ended) db.transaction(() => store.obey({ kind: 'end', outcome, lostSamples: 0 }));
  const run = String(db.prepare('SELECT id FROM runs ORDER BY id DESC LIMIT 1').all([])[0]?.['id']);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return run;
}
