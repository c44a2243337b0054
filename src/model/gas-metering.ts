/**
 * How well a bench meters the gas that leaves it: half widths at k = 2, from its board file. Only numbers; it must not know
 * drivers, and nothing is guarded by them.
 */
export interface GasMetering {
  /** Of a reading of the vent sensor after a span gas; 1: of the reading. */
  readonly ventShare: number;
  /** What the zero of the vent sensor drifts by between two checks in nitrogen, vol%. */
  readonly ventZero_vol_percent: number;
  /** Of the sweep flow; 1: of the reading. */
  readonly sweepShare: number;
}

/** What a board file gets that says nothing. */
export const USUAL_GAS_METERING: GasMetering = {
  ventShare: 0.03, // thermal-conductivity cell after a span gas (estimate)
  ventZero_vol_percent: 0.01, // the same in nitrogen (estimate)
  sweepShare: 0.03, // SFM4300: accuracy of the measured value (data sheet)
};

/** As a board file has it. */
interface GasMeters {
  readonly vent: { readonly uncertainty_share: number; readonly zeroDrift_vol_percent: number };
  readonly sweepFlow: { readonly uncertainty_share: number };
}

export function gasMeteringOf({ vent, sweepFlow }: GasMeters): GasMetering {
  return {
    ventShare: vent.uncertainty_share,
    ventZero_vol_percent: vent.zeroDrift_vol_percent,
    sweepShare: sweepFlow.uncertainty_share,
  };
}
