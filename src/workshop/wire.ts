/** What the network process tells the workshop when it starts it, and what it hears back. */
import * as z from 'zod';
import { boardShown } from '../model/board-shown.js';

export const openWorkshop = z.object({
  kind: z.literal('open'),
  /** Path of the socket, in a folder of its own that nobody else can enter. */
  socket: z.string(),
  /** Where the record lies; null: nothing is recorded. */
  record: z.object({ dataDir: z.string(), spareDir: z.string() }).nullable(),
  /** What the control process drives; null: it did not say. */
  board: boardShown.nullable().optional(),
});
export type OpenWorkshop = z.infer<typeof openWorkshop>;

export const workshopReady = z.object({ kind: z.literal('ready') });
