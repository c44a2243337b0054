/**
 * Pump head and flow meter that belong to a cell and not to the board: a single pass of microlitres needs both smaller than
 * those of the bench. Only numbers; it must not know drivers.
 */
import type { Board } from './board.js';
import type { Reactor } from './reactor.js';

/** The board with the liquid circuit of the reactor, where that brings one of its own. */
export function withCircuitOf(board: Board, { transport }: Pick<Reactor, 'transport'>): Board {
  if (transport.kind !== 'channel' || transport.circuit === undefined) return board;
  const { pumpFull_mL_min, meterScale_per_mL_min } = transport.circuit;
  const { outputs, liquidFlow } = board.chips;
  const chips = {
    ...board.chips,
    outputs: { ...outputs, pumpFull_mL_min },
    liquidFlow: { ...liquidFlow, scale_per_mL_min: meterScale_per_mL_min },
  };
  return { ...board, chips };
}
