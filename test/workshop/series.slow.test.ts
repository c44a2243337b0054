/** A run of 30 h must be plotted at once, however long it is. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seriesAnswer } from '../../src/console/api/series.js';
import { RealClock } from '../../src/model/real-clock.js';
import { seriesRoutes } from '../../src/workshop/series.js';
import { freshDirectory } from '../record/directory.js';
import { recordLongRun } from '../support/long-record.js';
import { ask, jsonOf } from './asking.js';

const SIGNALS = 'voltage_V,expected_voltage_V,current_mA,setpoint_mA,temperature_C,hydrogen_ppm,charge_C';

it('30 h at 1 Hz are answered in less than 150 ms once they were read, with every spike of the run', async () => {
  const dataDir = freshDirectory();
  const run = recordLongRun(dataDir, { hours: 30, rate_Hz: 1 });
  const clock = new RealClock();
  const routes = seriesRoutes({ dataDir, spareDir: join(dataDir, 'none') }, clock);
  const look = async (query: Record<string, string>) => {
    const begun_ms = clock.now();
    const answer = await ask(routes, `/api/runs/${run}/series`, { query: { signals: SIGNALS, ...query } });
    return { ms: clock.now() - begun_ms, answer: seriesAnswer.parse(jsonOf(answer)) };
  };
  const cold = await look({ points: '1500' });
  const spikes = cold.answer.signals['voltage_V']?.high?.filter((value) => value !== null && value > 3.9) ?? [];
  expect(spikes).toHaveLength(30);
  for (const query of [
    {},
    { from: '20000', to: '41600' },
    { from: '20000', to: '23600' },
    { from: '20000', to: '20060' },
  ]) {
    const times_ms: number[] = [];
    for (let time = 0; time < 5; time++) times_ms.push((await look(query)).ms);
    expect(Math.min(...times_ms)).toBeLessThan(150); // the best of five: others share this machine
  }
}, 60_000);
