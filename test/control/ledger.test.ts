import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capLeft_C, Ledger, type BoardCount } from '../../src/control/ledger.js';

/** What happens between two readings; a board that counts exactly what flows is made of it. */
type Stretch =
  /** The current goes in a straight line to this, mA. */
  | { readonly kind: 'line'; readonly dt_ms: number; readonly to_mA: number }
  /** No reading comes for this long; the board counts on. */
  | { readonly kind: 'silence'; readonly dt_ms: number; readonly to_mA: number }
  /** The same reading comes again. */
  | { readonly kind: 'again' }
  /** The board begins anew, its time and counters at zero. What it did in between nobody knows. */
  | { readonly kind: 'restart'; readonly up_ms: number };

const current_mA = fc.integer({ min: 0, max: 2000 }).map((tenths) => tenths / 10);
const stretch: fc.Arbitrary<Stretch> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('line' as const),
      dt_ms: fc.integer({ min: 1, max: 250 }),
      to_mA: current_mA,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('silence' as const),
      dt_ms: fc.integer({ min: 251, max: 60_000 }),
      to_mA: current_mA,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const) }) },
);
const withRestarts: fc.Arbitrary<Stretch> = fc.oneof(
  { weight: 8, arbitrary: stretch },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('restart' as const), up_ms: fc.integer({ min: 0, max: 200_000 }) }),
  },
);

/** The readings of a run, and the charge that flowed in all stretches that anybody could know of, C. */
function play(stretches: readonly Stretch[]): { readings: BoardCount[]; charge_C: number } {
  let now: BoardCount = { boardTime_ms: 5000, current_A: 0, netCharge_C: 0, absoluteCharge_C: 0 };
  let charge_C = 0;
  const readings = [now];
  for (const one of stretches) {
    if (one.kind === 'restart') now = { boardTime_ms: one.up_ms, current_A: 0, netCharge_C: 0, absoluteCharge_C: 0 };
    else if (one.kind !== 'again') {
      const to_A = one.to_mA / 1000;
      const passed_C = ((now.current_A + to_A) / 2) * (one.dt_ms / 1000);
      charge_C += passed_C;
      now = {
        boardTime_ms: now.boardTime_ms + one.dt_ms,
        current_A: to_A,
        netCharge_C: now.netCharge_C + passed_C,
        absoluteCharge_C: now.absoluteCharge_C + passed_C,
      };
    }
    readings.push(now);
  }
  return { readings, charge_C };
}

function counted(readings: readonly BoardCount[], ledger = new Ledger()): Ledger {
  for (const reading of readings) ledger.add(reading);
  return ledger;
}

describe('the charge ledger', () => {
  it('equals the exact integral of a current in straight lines, gaps and repeated readings included', () => {
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 100 }), (stretches) => {
        const { readings, charge_C } = play(stretches);
        const ledger = counted(readings);
        expect(ledger.charge_C).toBeCloseTo(charge_C, 9);
        expect(ledger.absolute_C).toBeCloseTo(charge_C, 9);
        expect(ledger.difference_C).toBeCloseTo(0, 9);
      }),
    );
  });

  it('counts nothing twice and nothing backwards over restarts of the board', () => {
    fc.assert(
      fc.property(fc.array(withRestarts, { maxLength: 60 }), (stretches) => {
        const { readings, charge_C } = play(stretches);
        const ledger = new Ledger();
        let last_C = 0;
        for (const reading of readings) {
          ledger.add(reading);
          expect(ledger.absolute_C).toBeGreaterThanOrEqual(last_C);
          last_C = ledger.absolute_C;
        }
        // At a restart that the board's clock hides, at most one trapezoid is counted that nobody saw.
        const restarts = stretches.filter(({ kind }) => kind === 'restart').length;
        expect(ledger.absolute_C).toBeGreaterThanOrEqual(charge_C - 1e-9);
        expect(ledger.absolute_C).toBeLessThanOrEqual(charge_C + restarts * 0.2 * 0.25 + 1e-9);
      }),
    );
  });

  it('counts reversed currents with their sign, and absolutely as well', () => {
    const ledger = counted([
      { boardTime_ms: 0, current_A: -0.08, netCharge_C: 0, absoluteCharge_C: 0 },
      { boardTime_ms: 100, current_A: -0.08, netCharge_C: -0.008, absoluteCharge_C: 0.008 },
      { boardTime_ms: 1100, current_A: 0.08, netCharge_C: -0.003, absoluteCharge_C: 0.083 },
      { boardTime_ms: 1200, current_A: 0.08, netCharge_C: 0.005, absoluteCharge_C: 0.091 },
    ]);
    expect(ledger.charge_C).toBeCloseTo(0.005, 12);
    expect(ledger.absolute_C).toBeCloseTo(0.091, 12);
    expect(ledger.bridged_s).toBe(1);
  });

  it('takes the trapezoid up to 250 ms, and the board’s own count beyond', () => {
    const reading = (boardTime_ms: number, netCharge_C: number): BoardCount => ({
      boardTime_ms,
      current_A: 0.08,
      netCharge_C,
      absoluteCharge_C: netCharge_C,
    });
    expect(counted([reading(0, 0), reading(250, 1)]).charge_C).toBeCloseTo(0.02, 12);
    expect(counted([reading(0, 0), reading(251, 1)]).charge_C).toBeCloseTo(1, 12);
  });

  it('shows the difference to the board', () => {
    const ledger = counted([
      { boardTime_ms: 0, current_A: 0.1, netCharge_C: 0, absoluteCharge_C: 0 },
      { boardTime_ms: 200, current_A: 0.1, netCharge_C: 0.015, absoluteCharge_C: 0.015 },
    ]);
    expect(ledger.board_C).toBeCloseTo(0.015, 12);
    expect(ledger.difference_C).toBeCloseTo(0.005, 12);
  });

  it.each(['current_A', 'netCharge_C', 'absoluteCharge_C', 'boardTime_ms'] as const)(
    'leaves a reading out whose %s is no number, and the next good one closes the gap',
    (field) => {
      const reading = (boardTime_ms: number, counted_C: number): BoardCount => ({
        boardTime_ms,
        current_A: 0.1,
        netCharge_C: counted_C,
        absoluteCharge_C: counted_C,
      });
      const ledger = counted([reading(0, 0), { ...reading(50, 0.005), [field]: NaN }]);
      expect([ledger.charge_C, ledger.absolute_C, ledger.board_C, ledger.difference_C]).toEqual([0, 0, 0, 0]);
      ledger.add(reading(100, 0.01));
      expect(ledger.charge_C).toBeCloseTo(0.01, 12);
      counted([{ ...reading(150, 0.015), [field]: Infinity }, reading(1000, 0.1)], ledger);
      expect(ledger.charge_C).toBeCloseTo(0.1, 12);
      expect(ledger.absolute_C).toBeCloseTo(0.1, 12);
    },
  );

  it('knows no board before its first reading', () => {
    const ledger = new Ledger();
    expect(ledger.board_C).toBeNull();
    expect(ledger.difference_C).toBe(0);
  });

  it('goes on from what it carries, on both counts', () => {
    const ledger = new Ledger({ charge_C: 100, absolute_C: 120 });
    counted(play([{ kind: 'line', dt_ms: 200, to_mA: 100 }]).readings, ledger);
    expect(ledger.charge_C).toBeCloseTo(100.01, 12);
    expect(ledger.absolute_C).toBeCloseTo(120.01, 12);
    expect(ledger.board_C).toBeCloseTo(100.01, 12);
  });

  it('bridges the zeroing of the counters when a new envelope is loaded', () => {
    const ledger = counted(play([{ kind: 'line', dt_ms: 200, to_mA: 100 }]).readings);
    ledger.restart();
    ledger.add({ boardTime_ms: 9000, current_A: 0.1, netCharge_C: 0, absoluteCharge_C: 0 });
    ledger.add({ boardTime_ms: 9100, current_A: 0.1, netCharge_C: 0.01, absoluteCharge_C: 0.01 });
    expect(ledger.charge_C).toBeCloseTo(0.02, 12);
    expect(ledger.board_C).toBeCloseTo(0.02, 12);
    expect(ledger.difference_C).toBeCloseTo(0, 12);
  });
});

describe('a ledger that goes on from another run', () => {
  const carried = { charge_C: -4, absolute_C: 6 };
  const reading = (boardTime_ms: number, netCharge_C: number): BoardCount => ({
    boardTime_ms,
    current_A: 0.1,
    netCharge_C,
    absoluteCharge_C: netCharge_C,
  });

  it('counts the whole by both counters, and the board is given what is left of the cap', () => {
    const ledger = new Ledger(carried);
    expect([ledger.charge_C, ledger.absolute_C]).toEqual([-4, 6]);
    ledger.add(reading(1000, 0));
    ledger.add(reading(1100, 0.01));
    expect(ledger.charge_C).toBeCloseTo(-3.99, 12);
    expect(ledger.absolute_C).toBeCloseTo(6.01, 12);
    expect(ledger.board_C).toBeCloseTo(-3.99, 12);
    expect(capLeft_C(10, carried)).toBe(4);
    expect(capLeft_C(10, undefined)).toBe(10);
  });
});
