/** The bench and what can be broken on a simulated one, as page and server say it to each other. */
import * as z from 'zod';
import { boardShown } from '../../model/board-shown.js';

/** null: the control process has not told its board. */
export const boardAnswer = z.object({ board: boardShown.nullable() });

/** A row of `galvanode faults --json`. */
export const faultRow = z.object({
  name: z.string(),
  what: z.string(),
  verb: z.string(),
  unit: z.string().nullable(),
  usual: z.number().nullable(),
  least: z.number().nullable(),
  most: z.number().nullable(),
  /** Rows of the hazard list that it rehearses. */
  catalogue: z.array(z.string()),
  does: z.string(),
});
export type FaultRow = z.infer<typeof faultRow>;
export const faultsAnswer = z.object({ faults: z.array(faultRow) });
