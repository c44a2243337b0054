import { describe, expect, it } from 'vitest';
import { Senses } from '../../src/control/senses.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { FakeBench } from '../scenario/fake-bench.js';

const PERIOD_S = 0.05;
const SET_POINTS = { setpoint_mA: 0, temperature_C: null };

/** Senses on a bench of fakes; `read` goes on by so many cycles. */
function rig(auxiliaryRenewal_s = 0.5) {
  const clock = new VirtualClock();
  const bench = new FakeBench(clock);
  bench.auxiliary.renewal_s = auxiliaryRenewal_s;
  const senses = new Senses(clock, bench, PERIOD_S);
  let tick = 0;
  const read = async (cycles: number): Promise<void> => {
    for (let k = 0; k < cycles; k++) {
      await clock.sleep(PERIOD_S * 1000);
      await senses.read(++tick);
    }
  };
  return { clock, bench, senses, read, seen: () => senses.observe(SET_POINTS) };
}

describe('the reading half of a cycle', () => {
  it('polls each sensor at its own period, and not all in one cycle', async () => {
    const { clock, bench, read } = rig();
    const busiest = await clock.run(async () => {
      let most = 0;
      const sensors = [bench.thermometer, bench.peltierMeter, bench.auxiliary, bench.hydrogen, bench.sweep];
      const polls = (): number => sensors.reduce((sum, sensor) => sum + sensor.polls, 0);
      for (let k = 0; k < 200; k++) {
        const before = polls();
        await read(1);
        most = Math.max(most, polls() - before);
      }
      return most;
    });
    expect(bench.thermometer.polls).toBe(20);
    expect(bench.ventHydrogen.polls).toBe(10);
    expect(busiest).toBe(1);
  });

  it('gives all that was read as one observation, and what the bench has not as absent', async () => {
    const { clock, read, seen } = rig();
    await clock.run(() => read(20));
    expect(seen()).toMatchObject({ temperature_C: 22, hydrogen_ppm: 1, sweep_mL_min: 100, flow_mL_min: null });
    expect(seen().quality).toMatchObject({ temperature_C: 'good', flow_mL_min: 'absent' });
  });

  it('lets a value that is not renewed go stale after three periods', async () => {
    const { clock, bench, read, seen } = rig();
    await clock.run(async () => {
      await read(20);
      bench.thermometer.reading = undefined;
      await read(19);
      expect(seen().temperature_C).toBe(22);
      await read(12);
      expect(seen().temperature_C).toBeNull();
      expect(seen().quality.temperature_C).toBe('stale');
    });
  });

  it('judges the age of a value by how often the chip brings one, where that is less often than it is polled', async () => {
    const { clock, bench, read, seen } = rig(1); // of two polls
    const ages: string[] = [];
    await clock.run(async () => {
      await read(20);
      bench.auxiliary.reading = undefined;
      for (let half_s = 0; half_s < 8; half_s++) {
        await read(10);
        ages.push(seen().quality.hot_side_C);
      }
    });
    expect(ages).toEqual(['good', 'good', 'good', 'good', 'good', 'stale', 'stale', 'stale']);
    expect(bench.auxiliary.polls).toBe(10);
  });

  it('reads the lines in every cycle', async () => {
    const { clock, bench, read, seen } = rig();
    await clock.run(async () => {
      bench.lines.opened.add('door-closed');
      await read(1);
      expect(seen().lines).toMatchObject({ 'door-closed': false, 'e-stop-closed': true });
    });
  });
});

describe('the board in it', () => {
  it('grows old while its sample counter stands still, however often it answers', async () => {
    const { clock, bench, read, seen } = rig();
    await clock.run(async () => {
      await read(5);
      expect(seen().boardAge_s).toBe(0);
      bench.galvanostat.says = { sampleCounter: 250 };
      await read(6);
      expect(seen().boardAge_s).toBeCloseTo(6 * PERIOD_S);
      expect(seen().current_mA).toBeNull();
    });
  });

  it('gives the time and the charge of the run from its beginning on', async () => {
    const { clock, bench, read, senses, seen } = rig();
    await clock.run(async () => {
      await read(20);
      senses.begin();
      bench.galvanostat.drive(0.08).decode([]);
      await read(21);
      expect(seen().elapsed_s).toBeCloseTo(1.05, 6);
      // charge is counted from the first frame after the beginning
      expect(seen().charge_C).toBeCloseTo(0.08, 6);
      expect(seen().board_charge_C).toBeCloseTo(0.08, 6);
    });
  });
});

describe('what is missing', () => {
  it('names each channel without a good value and says why; a warm-up is not missing', async () => {
    const { clock, bench, read, senses } = rig();
    bench.sweep.reading = { ok: false, fault: 'bus', detail: 'not acknowledged' };
    bench.hydrogen.reading = { ok: false, fault: 'warming-up', detail: '200 s are left' };
    bench.thermometer.reading = undefined;
    await clock.run(() => read(20));
    expect(senses.missing()).toEqual(['temperature_C', 'sweep_mL_min (not acknowledged)']);
  });

  it('is nothing once every chip has answered', async () => {
    const { clock, read, senses } = rig();
    expect(senses.missing().length).toBeGreaterThan(5);
    await clock.run(() => read(20));
    expect(senses.missing()).toEqual([]);
  });
});
