/**
 * Liquid, cooled block, hot side and the sheathed probe: four temperatures that are linear at a given Peltier current.
 * Owns their motion; knows no control.
 *
 *   Cl dTl/dt = P + UA (Ta - Tl) + UAjb (Tb - Tl)       Cb dTb/dt = UAjb (Tl - Tb) - Qc + G (Ta - Tb)
 *   Chs dTh/dt = Qh - (Th - Ta)/Rhs                     tau dTs/dt = Tl - Ts
 *   Qc = S I Tb - I2 R/2 - K (Th - Tb)                  Qh = S I Th + I2 R/2 - K (Th - Tb)
 *
 * A step is the exact exponential of this system, summed as its Taylor series: the largest rate times the step is below
 * 0.02, so that five terms leave 1e-13 of the change.
 */
import type { Reactor } from '../../model/reactor.js';
import { ZERO_CELSIUS_K } from '../../physics/constants.js';

const TERMS = 5;

export interface HeatDemand {
  /** Positive cools. */
  readonly peltier_A: number;
  readonly hotSide_K_W: number;
  /** Mean electrical power of the cell over the step. */
  readonly cell_W: number;
}

export class HeatPath {
  liquid_C: number;
  block_C: number;
  hotSide_C: number;
  probe_C: number;
  ambient_C: number;

  constructor(private readonly heat: Reactor['heat']) {
    this.ambient_C = heat.ambient_C;
    this.liquid_C = heat.ambient_C;
    this.block_C = heat.ambient_C;
    this.hotSide_C = heat.ambient_C;
    this.probe_C = heat.ambient_C;
  }

  /** `dt_s` at most 0.1 s. */
  advance(dt_s: number, demand: HeatDemand): void {
    const { heat, ambient_C } = this;
    const { seebeck_V_K, resistance_ohm, conductance_W_K: k } = heat.peltier;
    const pump_W_K = seebeck_V_K * demand.peltier_A;
    const joule_W = (demand.peltier_A * demand.peltier_A * resistance_ohm) / 2;
    const toBlock = heat.liquidToBlock_W_K;
    const liquidOut = heat.liquidToAmbient_W_K + toBlock;
    const blockOut = toBlock + heat.blockToAmbient_W_K + pump_W_K + k;
    const hotOut = k + 1 / demand.hotSide_K_W - pump_W_K;

    // First derivatives, then each further one from the one before: the inhomogeneous part stands in the first alone.
    let liquid =
      (demand.cell_W +
        heat.stirring_W +
        heat.liquidToAmbient_W_K * ambient_C +
        toBlock * this.block_C -
        liquidOut * this.liquid_C) /
      heat.liquid_J_K;
    let block =
      (toBlock * this.liquid_C +
        k * this.hotSide_C +
        heat.blockToAmbient_W_K * ambient_C +
        joule_W -
        pump_W_K * ZERO_CELSIUS_K -
        blockOut * this.block_C) /
      heat.block_J_K;
    let hot =
      (k * this.block_C +
        ambient_C / demand.hotSide_K_W +
        joule_W +
        pump_W_K * ZERO_CELSIUS_K -
        hotOut * this.hotSide_C) /
      heat.hotSide_J_K;
    let probe = (this.liquid_C - this.probe_C) / heat.probe_s;
    let weight = dt_s;
    for (let term = 1; term <= TERMS; term++) {
      this.liquid_C += weight * liquid;
      this.block_C += weight * block;
      this.hotSide_C += weight * hot;
      this.probe_C += weight * probe;
      weight *= dt_s / (term + 1);
      const nextLiquid = (toBlock * block - liquidOut * liquid) / heat.liquid_J_K;
      const nextBlock = (toBlock * liquid + k * hot - blockOut * block) / heat.block_J_K;
      const nextHot = (k * block - hotOut * hot) / heat.hotSide_J_K;
      probe = (liquid - probe) / heat.probe_s;
      liquid = nextLiquid;
      block = nextBlock;
      hot = nextHot;
    }
  }
}
