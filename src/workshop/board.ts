/** The board and the catalogue of faults for the page. What they are comes from the root: nothing here drives a bench. */
import { refuse, type Route } from '../console/api/exchange.js';
import type { FaultRow } from '../console/api/board.js';
import type { BoardShown } from '../model/board-shown.js';

interface Tools {
  /** As the control process told it; null: it did not. */
  readonly board: BoardShown | null;
  /** Asked for when somebody first wants it. */
  readonly faults: () => Promise<readonly FaultRow[]>;
}

export function boardRoutes({ board, faults }: Tools): Route[] {
  return [
    { method: 'GET', path: '/api/board', handle: () => ({ json: { board } }) },
    {
      method: 'GET',
      path: '/api/faults',
      handle: async () => {
        if (board?.rehearses !== true)
          return refuse(409, 'nothing is broken on purpose here', 'a bench that is simulated in the control process');
        return { json: { faults: await faults() } };
      },
    },
  ];
}
