import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as transport from '../../src/physics/transport.js';
import { reactor } from '../twin/plant-rig.js';

const channel = { width_cm: 2.4, length_cm: 5, gap_cm: 0.05 };

describe('transport', () => {
  it('has the film coefficients of the stirred cell and the Leveque ones of the channel', () => {
    expect(transport.filmTransfer_cm_s(3.3e-6, 50e-4)).toBeCloseTo(6.6e-4, 10);
    expect(transport.filmTransfer_cm_s(7e-6, 50e-4)).toBeCloseTo(1.4e-3, 10);
    expect(transport.channelTransfer_cm_s(channel, 3.3e-6, 25)).toBeCloseTo(7.9e-4, 5);
    expect(transport.channelTransfer_cm_s(channel, 7e-6, 25)).toBeCloseTo(1.3e-3, 5);
  });

  it.each([
    [0.05, [39, 80, 127, 173]],
    [0.1, [24, 51, 81, 110]],
  ])('reaches the limiting currents of 0.15 M on 12 cm2 at a gap of %f cm', (gap_cm, limits_mA) => {
    const flows = [0.556, 5, 20, 50];
    flows.forEach((flow, i) => {
      const transfer = transport.channelTransfer_cm_s({ ...channel, gap_cm }, 3.3e-6, flow);
      expect(Math.abs(transport.limit_A_cm2(1, transfer, 150e-6) * 12e3 - (limits_mA[i] ?? 0))).toBeLessThan(1);
    });
  });

  it("meets Sand's times: 18.5 s for 1a at 25 degC, 12.2 s at 0 degC, 1.36 s for 2a", () => {
    expect(transport.sandTime_s(1, 5e-6, 150e-6, 6.667e-3)).toBeCloseTo(18.5, 1);
    expect(transport.sandTime_s(1, 3.3e-6, 150e-6, 6.667e-3)).toBeCloseTo(12.2, 1);
    expect(transport.sandTime_s(1, 3.3e-6, 50e-6, 6.667e-3)).toBeCloseTo(1.36, 2);
  });

  it("lets a film that grows from nothing reach its limit at Sand's time", () => {
    const tau_s = transport.sandTime_s(1, 3.3e-6, 150e-6, 6.667e-3);
    const transfer = transport.growingTransfer_cm_s(Infinity, 3.3e-6, tau_s);
    expect(transport.limit_A_cm2(1, transfer, 150e-6)).toBeCloseTo(6.667e-3, 12);
  });

  it('inverts the growth of a film', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e4, noNaN: true }), (still_s) => {
        const grown = transport.growingTransfer_cm_s(7.9e-4, 3.3e-6, still_s);
        expect(transport.growthTime_s(7.9e-4, grown, 3.3e-6) / still_s).toBeCloseTo(1, 9);
      }),
    );
  });

  it('has the catalytic plateau of 4.91 mA/cm2 (0 degC) and 6.04 (25 degC)', () => {
    expect(transport.plateau_A_cm2(2, 2.5e-6, 3.3e-6, 31.4) * 1e3).toBeCloseTo(4.91, 2);
    expect(transport.plateau_A_cm2(2, 2.5e-6, 5e-6, 31.4) * 1e3).toBeCloseTo(6.04, 2);
  });

  it('needs 0.556 mL/min in a single pass at 180 mA', () => {
    expect(transport.singlePassFlow_mL_min(0.18, 4.0296, 50e-6)).toBeCloseTo(0.5556, 4);
  });

  it('never falls as the flow rises, and is nil in still liquid', () => {
    const { transport: flowing } = reactor('flow-12cm2');
    expect(transport.settledTransfer(reactor('flow-12cm2'), 0).imine_cm_s).toBe(0);
    expect(transport.bubbleClearance_mL_min(flowing, 0)).toBe(8);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (flow, more) => {
          const low = transport.channelTransfer_cm_s(channel, 3.3e-6, flow);
          expect(transport.channelTransfer_cm_s(channel, 3.3e-6, flow + more)).toBeGreaterThanOrEqual(low);
        },
      ),
    );
  });
});
