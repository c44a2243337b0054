/** The bench while nothing runs: read, never energised; lost and found again; given up for a run. */
import { afterEach, describe, expect, it } from 'vitest';
import { type OpenedBench, openBench } from '../../src/bench.js';
import type { Transfer } from '../../src/bus/i2c.js';
import { RealClock } from '../../src/model/real-clock.js';
import { loadBoard, reactorNamed } from '../../src/recipe/files.js';
import { IdleBench, type IdleBenchOptions, type IdleReading } from '../../src/station/idle-bench.js';

const held: IdleBench[] = [];
afterEach(async () => {
  await Promise.all(held.splice(0).map((bench) => bench.release()));
});

interface Watched {
  readonly bench: IdleBench;
  readonly readings: (IdleReading | null)[];
  readonly said: string[];
  /** Settles when so many readings have come. */
  readonly read: (count: number) => Promise<void>;
}

async function idle(changes: Partial<IdleBenchOptions> = {}): Promise<Watched> {
  const [board, reactor] = await Promise.all([loadBoard('bench-sim'), reactorNamed('batch-10ml')]);
  if (!board.ok || !reactor.ok) throw new Error('the files that ship can be read');
  const readings: (IdleReading | null)[] = [];
  const said: string[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const bench = new IdleBench({
    board: board.value,
    reactor: reactor.value,
    seed: 1,
    wall: new RealClock(),
    pace: 500,
    pressed: () => undefined,
    permit: () => false,
    opened: () => undefined,
    read: (reading) => {
      readings.push(reading);
      for (const { count, resolve } of waiting) if (readings.length >= count) resolve();
    },
    report: (text) => said.push(text),
    ...changes,
  });
  held.push(bench);
  const read = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (readings.length >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return { bench, readings, said, read };
}

describe('a bench that is held open while idle', () => {
  it('is read once a second, and nothing on it is armed, driven or closed', async () => {
    let opened: OpenedBench | undefined;
    const sent: Transfer[] = [];
    const { bench, readings, read } = await idle({
      open: async (options) => {
        opened = await openBench(options);
        const { bus } = opened;
        const batch = bus.batch.bind(bus);
        bus.batch = (transfers) => {
          sent.push(...transfers);
          return batch(transfers);
        };
        return opened;
      },
    });
    bench.hold();
    await read(20);
    const truth = await opened?.simulation?.truth();
    expect(truth).toMatchObject({ relayClosed: false, current_mA: 0, charge_C: 0 });
    expect(opened?.lines.get('safe-enabled')).toBe(false);
    expect(opened?.lines.get('master-relay-closed')).toBe(false);
    const board = opened?.bus === undefined ? [] : sent.filter(({ address }) => address === 0x2c);
    expect(board.length).toBeGreaterThanOrEqual(20);
    const last = readings.at(-1);
    expect(last?.values.temperature_C).toBeCloseTo(22, 0);
    expect(last?.values.flow_mL_min).toBeNull();
    expect(last?.faults).toEqual([]);
  });

  it('is closed when it is given up, with nothing read any more, and can be held again', async () => {
    let open = 0;
    const { bench, readings, read } = await idle({
      open: async (options) => {
        const opened = await openBench(options);
        open += 1;
        return { ...opened, close: async () => opened.close().then(() => void (open -= 1)) };
      },
    });
    bench.hold();
    bench.hold();
    await read(2);
    expect(open).toBe(1);
    await bench.release();
    expect(open).toBe(0);
    expect(readings.at(-1)).toBeNull();
    expect(bench.lost).toContain('given up');
    const before = readings.length;
    bench.hold();
    await read(before + 2);
    expect(bench.lost).toBeNull();
  });

  it('that cannot be opened is told of once and tried again, and clears nothing meanwhile', async () => {
    let tries = 0;
    const { bench, said, readings, read } = await idle({
      open: async (options) => {
        tries += 1;
        if (tries < 2) throw new Error('nobody is at 0x2c');
        return openBench(options);
      },
    });
    bench.hold();
    await read(1);
    expect(readings[0]).toBeNull();
    expect(await bench.clear()).toEqual({ refused: 'the bench is not there: nobody is at 0x2c' });
    await read(3);
    expect(said).toEqual(['no bench while idle: nobody is at 0x2c; it is tried again', 'the bench is back']);
  });

  it('whose board goes silent is lost, and its values are taken back', async () => {
    let silent = false;
    const { bench, said, readings, read } = await idle({
      open: async (options) => {
        const opened = await openBench(options);
        const { galvanostat } = opened;
        const poll = galvanostat.poll.bind(galvanostat);
        galvanostat.poll = () =>
          silent
            ? { transfers: [], decode: () => ({ ok: false, fault: 'bus', detail: 'no answer' }) as const }
            : poll();
        return opened;
      },
    });
    bench.hold();
    await read(2);
    silent = true;
    const begun = readings.length;
    await read(begun + 7);
    expect(said[0]).toContain('the galvanostat has not answered for 5 s');
    expect(readings).toContain(null);
  });

  it('clears what the board has latched, and says what is latched still', async () => {
    const { bench, read } = await idle();
    bench.hold();
    await read(2);
    expect(await bench.clear()).toEqual({ faults: [] });
  });
});
