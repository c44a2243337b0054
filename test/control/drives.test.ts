import { describe, expect, it } from 'vitest';
import { Drives } from '../../src/control/drives.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { REST, type Demand } from '../../src/procedure/types.js';
import { FakeActuator, FakeBench, FakeLines } from '../scenario/fake-bench.js';
import { seen } from '../support/observation.js';
import { reactorFile } from '../support/plan.js';

const CYCLE_S = 0.05;
const REACTOR = reactorFile('flow-12cm2');
const PUMP_FULL_ML_MIN = 40;

class PumpedBench extends FakeBench {
  override readonly pump = new FakeActuator('pump');
}

function rig() {
  const bench = new PumpedBench(new VirtualClock());
  const drives = new Drives(bench, REACTOR, PUMP_FULL_ML_MIN, () => undefined);
  const cycle = (demand: Partial<Demand> = {}) => drives.drive({ ...REST, ...demand }, seen(), true, CYCLE_S);
  return { bench, drives, cycle };
}

describe('the writing half of a cycle', () => {
  it('writes the galvanostat in every cycle, and an unchanged output every second', async () => {
    const { bench, cycle } = rig();
    for (let k = 0; k < 21; k++) expect(await cycle()).toEqual([]);
    expect(bench.galvanostat.setpoints_A).toHaveLength(21);
    for (const { writes } of [bench.peltier, bench.pump, bench.canopyFan, bench.hotSideFan])
      expect(writes).toHaveLength(2);
  });

  it('keeps both fans at full speed whatever is demanded', async () => {
    const { bench, cycle } = rig();
    await cycle({ current_mA: 80, flow_mL_min: 25, temperature_C: 0 });
    expect([bench.canopyFan.writes, bench.hotSideFan.writes]).toEqual([[1], [1]]);
  });

  it('ramps the current and gives the pump its share', async () => {
    const { bench, cycle } = rig();
    const demand = { current_mA: 80, currentRamp_mA_s: 40, flow_mL_min: 25 };
    for (let k = 0; k < 10; k++) await cycle(demand);
    expect(bench.galvanostat.setpoints_A[0]).toBeCloseTo(0.002, 6);
    expect(bench.galvanostat.setpoints_A[9]).toBeCloseTo(0.02, 6);
    expect(bench.pump.writes[0]).toBeCloseTo(25 / PUMP_FULL_ML_MIN, 2);
  });

  it('turns Peltier and pump off in the next cycle when nothing is demanded any more', async () => {
    const { bench, cycle } = rig();
    await cycle({ temperature_C: -5, temperatureRamp_K_min: 600, flow_mL_min: 25 });
    expect(bench.peltier.writes.at(-1)).toBeGreaterThan(0);
    await cycle();
    expect(bench.peltier.writes.at(-1)).toBe(0);
    expect(bench.pump.writes.at(-1)).toBe(0);
  });
});

describe('an output that a chip did not take', () => {
  it('is said, and written again in the next cycle with all the others, which may hang on the same chip', async () => {
    const { bench, cycle } = rig();
    await cycle();
    bench.pump.refuses = true;
    expect(await cycle({ flow_mL_min: 25 })).toEqual(['pump: not acknowledged']);
    expect(bench.canopyFan.writes).toHaveLength(1);
    bench.pump.refuses = false;
    expect(await cycle({ flow_mL_min: 25 })).toEqual([]);
    for (const { writes } of [bench.peltier, bench.canopyFan, bench.hotSideFan]) expect(writes).toHaveLength(2);
    expect(bench.pump.writes).toHaveLength(3);
    await cycle({ flow_mL_min: 25 });
    expect(bench.canopyFan.writes).toHaveLength(2);
  });

  it('is remembered until everything is taken, over cycles in which nothing is written too', async () => {
    const { bench, drives, cycle } = rig();
    await cycle();
    await cycle();
    expect(drives.refused).toBeNull();
    bench.pump.refuses = true;
    await cycle();
    expect(drives.refused).toBeNull();
    for (let k = 0; k < 25; k++) await cycle({ flow_mL_min: 25 });
    expect(drives.refused).toBe('pump: not acknowledged');
    bench.pump.refuses = false;
    await cycle({ flow_mL_min: 25 });
    expect(drives.refused).toBeNull();
  });

  it('is told after a galvanostat that did not take its set point', async () => {
    const { bench, cycle } = rig();
    bench.galvanostat.silent = true;
    bench.peltier.refuses = true;
    expect(await cycle()).toEqual(['GS-1: silent', 'peltier: not acknowledged']);
  });
});

describe('the nitrogen valve', () => {
  const SHUT: Demand = { ...REST, sweepShut: true };

  class RefusingLines extends FakeLines {
    refuses = false;

    override set(line: string, asserted: boolean): void {
      if (this.refuses) throw new Error(`${line}: cannot be driven`);
      super.set(line, asserted);
    }
  }

  class ValveBench extends PumpedBench {
    override readonly lines = new RefusingLines();
  }

  function valveRig() {
    const bench = new ValveBench(new VirtualClock());
    const drives = new Drives(bench, REACTOR, PUMP_FULL_ML_MIN, () => undefined);
    return { drives, lines: bench.lines };
  }

  it('is not touched while nothing shuts it: a board may have none', () => {
    const { drives, lines } = valveRig();
    for (let k = 0; k < 5; k++) expect(drives.valve(REST)).toEqual([]);
    expect(lines.driven).toEqual([]);
  });

  it('is driven once each time it is to move', () => {
    const { drives, lines } = valveRig();
    for (const demand of [SHUT, SHUT, REST, REST, SHUT]) expect(drives.valve(demand)).toEqual([]);
    expect(lines.driven).toEqual(['nitrogen-shut on', 'nitrogen-shut off', 'nitrogen-shut on']);
  });

  it('that refuses is told each time, and driven until it moves', () => {
    const { drives, lines } = valveRig();
    drives.valve(SHUT);
    lines.refuses = true;
    const told = ['nitrogen valve: nitrogen-shut: cannot be driven'];
    expect([drives.valve(REST), drives.valve(REST)]).toEqual([told, told]);
    lines.refuses = false;
    expect(drives.valve(REST)).toEqual([]);
    expect(lines.driven).toEqual(['nitrogen-shut on', 'nitrogen-shut off']);
  });

  it('that refused to shut may be shut all the same: it is opened', () => {
    const { drives, lines } = valveRig();
    lines.refuses = true;
    drives.valve(SHUT);
    lines.refuses = false;
    drives.valve(REST);
    expect(lines.driven).toEqual(['nitrogen-shut off']);
  });
});
