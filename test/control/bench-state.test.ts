/** What the bench says of itself: from what was read anyway, true to what is broken on it. */
import { describe, expect, it } from 'vitest';
import { openBench, parseFaults } from '../../src/bench.js';
import { INPUT_LINES } from '../../src/bus/line-names.js';
import { benchState } from '../../src/control/bench-state.js';
import { Senses } from '../../src/control/senses.js';
import { CHIP_CHANNELS, READ_CHIPS, SHOWN_LINES, type BenchState } from '../../src/model/bench-state.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { boardNamed } from '../contract/files.js';
import { reactorFile } from '../support/plan.js';

const BOARD = boardNamed('bench-sim');

/** Reads the bench for some seconds with a fault in it; gives its state and how many transfers that took. */
function after(seconds: number, fault: string | null = null, reactor: 'batch-10ml' | 'flow-12cm2' = 'batch-10ml') {
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const bench = await openBench({ board: BOARD, reactor: reactorFile(reactor), clock, seed: 3 });
    const senses = new Senses(clock, bench, 0.05);
    const parsed = parseFaults(fault === null ? [] : [fault]);
    if (!parsed.ok) throw new Error('no such fault');
    for (const { order } of parsed.value) bench.simulation?.inject?.(order);
    for (let tick = 0; tick < 20 * seconds; tick++) {
      await senses.read(tick);
      await clock.sleep(50);
    }
    let transfers = 0;
    const batch = bench.bus.batch.bind(bench.bus);
    bench.bus.batch = (all) => {
      transfers += all.length;
      return batch(all);
    };
    const seen = senses.observe({ setpoint_mA: 0, temperature_C: null });
    const state = benchState({ senses, lines: bench.lines, seen, refused: null, beat: null });
    await bench.close();
    return { state, transfers };
  });
}

describe('the state of a bench', () => {
  it('has every input line and every chip that is read, by the names of the board file', async () => {
    expect(SHOWN_LINES).toEqual(INPUT_LINES);
    for (const chip of READ_CHIPS) expect(Object.keys(BOARD.chips)).toContain(chip);
    expect(new Set(Object.values(CHIP_CHANNELS)).size).toBe(READ_CHIPS.length);
    const { state, transfers } = await after(20);
    expect(transfers).toBe(0);
    expect(state.lines).toMatchObject({ 'e-stop-closed': true, 'door-closed': true, 'safe-enabled': false });
    expect(state.chips).toEqual({
      galvanostat: 'ok',
      thermometer: 'ok',
      coolerMeter: 'ok',
      housekeeping: 'ok',
      hydrogen: 'warming-up',
      vent: 'ok',
      sweepFlow: 'ok',
      liquidFlow: 'absent',
    });
    expect(state.board).toMatchObject({ armed: false, outputOn: false, faults: [] });
    expect(state).toMatchObject({ busFailedShare: 0, refused: null, beat: null, rehearsed: [] });
  });

  const broken: readonly (readonly [string, (state: BenchState) => unknown, unknown])[] = [
    ['thermometer:nack@0s', ({ chips }) => chips.thermometer, 'silent'],
    ['thermometer:nack@0s', ({ bus }) => bus.nack > 5, true],
    ['thermometer:nack@0s', ({ chips }) => chips.galvanostat, 'ok'],
    ['e-stop:off@0s', ({ lines }) => lines['e-stop-closed'], false],
    ['door:off@0s', ({ lines }) => lines['door-closed'], false],
  ];
  it.each(broken)('%s is seen in it', async (fault, of, is) => {
    const { state } = await after(20, fault);
    expect(of(state)).toEqual(is);
  });

  it('knows a pump’s flow sensor where there is one', async () => {
    const { state } = await after(5, null, 'flow-12cm2');
    expect(state.chips.liquidFlow).toBe('ok');
  });
});
