import { describe, expect, it } from 'vitest';
import { BusFault, type BusFaultReason, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { exchange, Senses } from '../../src/control/senses.js';
import type { Poll } from '../../src/device/ports.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { FakeBench, FakeBus } from '../scenario/fake-bench.js';

const PERIOD_S = 0.05;
const SET_POINTS = { setpoint_mA: 0, temperature_C: null };

/** Senses on a bench of fakes; `read` goes on by so many cycles. */
function rig() {
  const clock = new VirtualClock();
  const bench = new FakeBench(clock);
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
      expect(seen().elapsed_s).toBeCloseTo(1, 6);
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

/** A poll of so many transfers whose reading is the replies it got: a byte, or why there is none. */
function poll(address: number, transfers: number): Poll<string> {
  const show = (reply: Reply): string => (reply instanceof BusFault ? reply.reason : String(reply[0]));
  return {
    transfers: Array.from({ length: transfers }, (_, k): Transfer => ({ address, write: Uint8Array.of(k) })),
    decode: (replies) => ({ ok: true, value: replies.map(show).join(' ') }),
  };
}

async function exchanged(polls: readonly Poll<string>[], answer: FakeBus['answer']) {
  const bus = new FakeBus(new VirtualClock());
  bus.answer = answer;
  const faults: string[] = [];
  const readings = await exchange(bus, polls, ({ reason }) => faults.push(reason));
  const sent = bus.batches.map((batch) => batch.map(({ address, write }) => `${address}.${write?.[0]}`).join(' '));
  return { readings: readings.map((reading) => (reading?.ok ? reading.value : 'nothing')), faults, sent };
}

/** A fault of one transfer, in the first batch or in all. */
const faultAt =
  (reason: BusFaultReason, address: number, place: number, always = false): FakeBus['answer'] =>
  (transfer, batch) =>
    transfer.address === address && transfer.write?.[0] === place && (always || batch === 0)
      ? new BusFault(reason, address, 'on purpose')
      : Uint8Array.of(10 * transfer.address + batch);

describe('an exchange', () => {
  it('sends all polls in one batch, and gives each its own answers', async () => {
    const { readings, sent } = await exchanged([poll(1, 1), poll(2, 3), poll(3, 0), poll(4, 2)], faultAt('nack', 9, 0));
    expect(sent).toEqual(['1.0 2.0 2.1 2.2 4.0 4.1']);
    expect(readings).toEqual(['10', '20 20 20', '', '40 40']);
  });

  it('does not trouble the bus for nothing', async () => {
    expect((await exchanged([poll(1, 0)], faultAt('nack', 9, 0))).sent).toEqual([]);
  });

  it('sends a poll once more from its first transfer that was not acknowledged, and no other poll', async () => {
    const { readings, sent, faults } = await exchanged([poll(1, 2), poll(2, 3), poll(3, 1)], faultAt('nack', 2, 1));
    expect(sent).toEqual(['1.0 1.1 2.0 2.1 2.2 3.0', '2.1 2.2']);
    expect(readings).toEqual(['10 10', '20 21 21', '30']);
    expect(faults).toEqual(['nack']);
  });

  it('tries once only, and counts each fault', async () => {
    const { readings, sent, faults } = await exchanged([poll(1, 1), poll(2, 1)], faultAt('nack', 2, 0, true));
    expect(sent).toHaveLength(2);
    expect(readings).toEqual(['10', 'nack']);
    expect(faults).toEqual(['nack', 'nack']);
  });

  it.each(['timeout', 'gone', 'busy', 'protocol'] as const)('does not try again after %s', async (reason) => {
    const { readings, sent } = await exchanged([poll(1, 1), poll(2, 1)], faultAt(reason, 2, 0));
    expect(sent).toHaveLength(1);
    expect(readings).toEqual(['10', reason]);
  });
});
